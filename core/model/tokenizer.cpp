// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokenizer.h"
#include "core/io/gguf_file.h"
#include "core/io/utf8.h"
#include "core/model/llama_log.h"
#include "core/model/vocabulary.h"

#include <array>
#include <cstdio>
#include <exception>
#include <gguf.h>
#include <llama.h>
#include <sys/mman.h>
#include <unistd.h>

namespace bitloom {
namespace {
    constexpr std::string_view spaceMark = "\xE2\x96\x81"; // U+2581, how SentencePiece writes a space

    struct CloseFile
    {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    struct FreeGguf
    {
        void operator()(gguf_context* context) const { gguf_free(context); }
    };
    struct FreeModel
    {
        void operator()(llama_model* model) const { llama_model_free(model); }
    };

    class LlamaTokenizer : public Tokenizer
    {
    public:
        LlamaTokenizer(std::unique_ptr<llama_model, FreeModel> model, const Vocabulary& vocabulary)
            : m_model(std::move(model))
            , m_vocabulary(llama_model_get_vocab(m_model.get()))
            , m_kind(vocabulary.model == "gpt2" ? "byte-level BPE" : "SentencePiece BPE")
            , m_chatTemplate(vocabulary.chatTemplate)
            , m_ownPrefix(vocabulary.prefixOnlyIfMissing)
        {
        }

        std::vector<std::int32_t> encode(const std::string& text, bool bos, bool special) const override
        {
            const std::string valid = isUtf8(text) ? text : withReplacements(text);
            std::vector<std::int32_t> tokens;
            const bool prefix = m_ownPrefix && !valid.empty() && !valid.starts_with(' ') && !valid.starts_with(spaceMark);
            if (!prefix || special)
                tokens = tokenize(valid, special);
            // A text that starts with a special token gets no space in front of it.
            if (prefix && (tokens.empty() || !isSpecial(tokens.front())))
                tokens = tokenize(' ' + valid, special);
            if (bos && addsBos() && bosToken() >= 0)
                tokens.insert(tokens.begin(), bosToken());
            return tokens;
        }

        std::string decode(const std::vector<std::int32_t>& tokens, bool special) const override
        {
            for (const std::int32_t token : tokens)
                if (token < 0 || token >= vocabularySize())
                    return {};
            std::string text(tokens.size() * 6 + 16, '\0');
            const auto detokenize = [&] {
                return llama_detokenize(m_vocabulary, tokens.data(), static_cast<std::int32_t>(tokens.size()), text.data(), static_cast<std::int32_t>(text.size()), false, special);
            };
            std::int32_t count = detokenize();
            if (count < 0) {
                text.resize(static_cast<std::size_t>(-static_cast<std::int64_t>(count)));
                count = detokenize();
            }
            text.resize(static_cast<std::size_t>(std::max(count, 0)));
            return text;
        }

        std::int32_t vocabularySize() const override { return llama_vocab_n_tokens(m_vocabulary); }
        std::int32_t bosToken() const override { return orNone(llama_vocab_bos(m_vocabulary)); }
        std::int32_t eosToken() const override { return orNone(llama_vocab_eos(m_vocabulary)); }
        bool isEndOfGeneration(std::int32_t token) const override { return token >= 0 && token < vocabularySize() && llama_vocab_is_eog(m_vocabulary, token); }
        bool addsBos() const override { return llama_vocab_get_add_bos(m_vocabulary); }
        std::string kind() const override { return m_kind; }

        Result<std::string> chatPrompt(const std::string& userMessage) const override
        {
            if (m_chatTemplate.empty())
                return fail(ErrorCode::Unsupported, "the model has no chat template; generate without --chat");
            const llama_chat_message message { "user", userMessage.c_str() };
            std::string prompt(userMessage.size() + 1024, '\0');
            const auto apply = [&] {
                return llama_chat_apply_template(m_chatTemplate.c_str(), &message, 1, true, prompt.data(), static_cast<std::int32_t>(prompt.size()));
            };
            std::int32_t length = apply();
            if (length > static_cast<std::int32_t>(prompt.size())) {
                prompt.resize(static_cast<std::size_t>(length));
                length = apply();
            }
            if (length < 0)
                return fail(ErrorCode::Unsupported, "the model's chat template is none that llama.cpp knows; generate without --chat");
            prompt.resize(static_cast<std::size_t>(length));
            return prompt;
        }

    private:
        std::vector<std::int32_t> tokenize(const std::string& text, bool special) const
        {
            std::vector<std::int32_t> tokens(text.size() / 3 + 16);
            const auto fill = [&] {
                return llama_tokenize(m_vocabulary, text.data(), static_cast<std::int32_t>(text.size()), tokens.data(), static_cast<std::int32_t>(tokens.size()), false, special);
            };
            std::int32_t count = fill();
            if (count < 0) {
                tokens.resize(static_cast<std::size_t>(-static_cast<std::int64_t>(count)));
                count = fill();
            }
            tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
            return tokens;
        }

        bool isSpecial(std::int32_t token) const
        {
            return (llama_vocab_get_attr(m_vocabulary, token) & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED)) != 0;
        }

        static std::int32_t orNone(llama_token token) { return token == LLAMA_TOKEN_NULL ? -1 : token; }

        static std::string withReplacements(const std::string& text)
        {
            std::string result;
            for (std::size_t i = 0; i < text.size();) {
                std::size_t length = 1;
                while (length < 4 && i + length < text.size() && !isUtf8({ text.data() + i, length }))
                    ++length;
                if (isUtf8({ text.data() + i, length })) {
                    result.append(text, i, length);
                    i += length;
                } else {
                    result += "\xEF\xBF\xBD";
                    ++i;
                }
            }
            return result;
        }

        std::unique_ptr<llama_model, FreeModel> m_model;
        const llama_vocab* m_vocabulary;
        std::string m_kind, m_chatTemplate;
        bool m_ownPrefix; ///< the space in front is put here, not by llama.cpp, which would also double one
    };

    /// llama.cpp reads a vocabulary from a GGUF file only; it gets one that holds nothing else and lives in memory.
    Result<std::shared_ptr<Tokenizer>> makeTokenizer(const Vocabulary& vocabulary, const std::string& source)
    try {
        silenceLlamaLog();
        const std::unique_ptr<gguf_context, FreeGguf> context(gguf_init_empty());
        gguf_set_val_str(context.get(), "general.architecture", "llama");
        writeVocabulary(vocabulary, context.get());
        if (vocabulary.prefixOnlyIfMissing)
            gguf_set_val_bool(context.get(), "tokenizer.ggml.add_space_prefix", false);
        const int descriptor = ::memfd_create("bitloom-vocabulary", MFD_CLOEXEC);
        const std::unique_ptr<std::FILE, CloseFile> file(descriptor < 0 ? nullptr : ::fdopen(descriptor, "w+b"));
        if (!file) {
            if (descriptor >= 0)
                ::close(descriptor);
            return fail(ErrorCode::Io, "{}: no memory file for the vocabulary can be made", source);
        }
        if (!gguf_write_to_file_ptr(context.get(), file.get(), false) || std::fflush(file.get()) != 0 || std::fseek(file.get(), 0, SEEK_SET) != 0)
            return fail(ErrorCode::OutOfMemory, "{}: the vocabulary does not fit into memory", source);
        llama_model_params parameters = llama_model_default_params();
        parameters.vocab_only = true;
        parameters.load_mode = LLAMA_LOAD_MODE_NONE;
        (void)takeLlamaError();
        std::unique_ptr<llama_model, FreeModel> model(llama_model_load_from_file_ptr(file.get(), parameters));
        if (!model) {
            const std::string reason = takeLlamaError();
            return fail(ErrorCode::Unsupported, "{}: llama.cpp refuses the tokenizer{}: {}", source, vocabulary.pre.empty() ? "" : " with pre-tokenizer \"" + vocabulary.pre + "\"",
                reason.empty() ? "no reason was given" : reason);
        }
        return std::make_shared<LlamaTokenizer>(std::move(model), vocabulary);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "{}: the vocabulary does not fit into memory", source);
    } catch (const std::exception& error) {
        return fail(ErrorCode::InvalidInput, "{}: llama.cpp refuses the tokenizer: {}", source, error.what());
    }
} // namespace

Result<std::shared_ptr<Tokenizer>> loadGgufTokenizer(const std::filesystem::path& file)
{
    BITLOOM_TRY(const GgufFile gguf, GgufFile::open(file));
    BITLOOM_TRY(const Vocabulary vocabulary, vocabularyFromGguf(gguf));
    return makeTokenizer(vocabulary, file.string());
}

Result<std::shared_ptr<Tokenizer>> loadFolderTokenizer(const std::filesystem::path& folder)
{
    BITLOOM_TRY(const Vocabulary vocabulary, vocabularyFromFolder(folder, 0));
    return makeTokenizer(vocabulary, folder.string());
}

Result<void> writeVocabularyKeys(const std::filesystem::path& model, std::int64_t vocabularySize, gguf_context* context)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(model, ignored)) {
        BITLOOM_TRY(const Vocabulary vocabulary, vocabularyFromFolder(model, vocabularySize));
        writeVocabulary(vocabulary, context);
        return {};
    }
    BITLOOM_TRY(const GgufFile gguf, GgufFile::open(model));
    BITLOOM_TRY(const Vocabulary vocabulary, vocabularyFromGguf(gguf));
    writeVocabulary(vocabulary, context);
    return {};
}

} // namespace bitloom
