// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct gguf_context;

namespace bitloom {

/// Text to token ids and back, through libllama's vocabulary code. Thread-safe.
class Tokenizer
{
public:
    virtual ~Tokenizer() = default;
    /// `special`: whether texts such as "<|im_start|>" are read as the token of that name. No BOS unless `bos` and the vocabulary wants one.
    [[nodiscard]] virtual std::vector<std::int32_t> encode(const std::string& text, bool bos, bool special) const = 0;
    [[nodiscard]] virtual std::string decode(const std::vector<std::int32_t>& tokens, bool special) const = 0;
    [[nodiscard]] virtual std::int32_t vocabularySize() const = 0;
    [[nodiscard]] virtual std::int32_t bosToken() const = 0; ///< -1: none
    [[nodiscard]] virtual std::int32_t eosToken() const = 0; ///< -1: none
    [[nodiscard]] virtual bool isEndOfGeneration(std::int32_t token) const = 0;
    [[nodiscard]] virtual bool addsBos() const = 0;
    /// The chat template applied to one user message, ready to generate; an Error if the model has none.
    [[nodiscard]] virtual Result<std::string> chatPrompt(const std::string& userMessage) const = 0;
    [[nodiscard]] virtual std::string kind() const = 0; ///< "byte-level BPE", "SentencePiece BPE"
};

/// From a GGUF file's own vocabulary.
[[nodiscard]] Result<std::shared_ptr<Tokenizer>> loadGgufTokenizer(const std::filesystem::path& file);
/// From a Hugging Face folder: tokenizer.json (+ tokenizer_config.json, generation_config.json) turned into GGUF vocabulary keys.
[[nodiscard]] Result<std::shared_ptr<Tokenizer>> loadFolderTokenizer(const std::filesystem::path& folder);

/// Sets tokenizer.ggml.* (and tokenizer.chat_template) in `context` from a folder's tokenizer files. An unknown tokenizer is refused by name.
[[nodiscard]] Result<void> writeVocabularyKeys(const std::filesystem::path& folder, std::int64_t vocabularySize, gguf_context* context);

} // namespace bitloom
