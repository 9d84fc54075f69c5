// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vocabulary.h"
#include "core/io/utf8.h"

#include <cmath>
#include <gguf.h>
#include <unordered_set>

namespace bitloom {

Result<Vocabulary> vocabularyFromGguf(const GgufFile& file)
{
    const std::string& source = file.source();
    Vocabulary vocabulary;
    BITLOOM_TRY(const auto model, file.text("tokenizer.ggml.model"));
    if (!model)
        return fail(ErrorCode::NotFound, "{}: the file has no tokenizer ('tokenizer.ggml.model' is missing)", source);
    if (*model != "gpt2" && *model != "llama")
        return fail(ErrorCode::Unsupported, "{}: tokenizer \"{}\" is not supported (known: gpt2, llama)", source, *model);
    vocabulary.model = *model;
    BITLOOM_TRY(vocabulary.tokens, file.texts("tokenizer.ggml.tokens"));
    if (vocabulary.tokens.empty())
        return fail(ErrorCode::InvalidInput, "{}: the tokenizer has no tokens", source);
    const std::size_t count = vocabulary.tokens.size();

    BITLOOM_TRY(vocabulary.types, file.integers("tokenizer.ggml.token_type"));
    if (!file.contains("tokenizer.ggml.token_type"))
        vocabulary.types.assign(count, Vocabulary::Normal);
    if (*model == "llama") {
        BITLOOM_TRY(vocabulary.scores, file.reals("tokenizer.ggml.scores"));
        if (!file.contains("tokenizer.ggml.scores"))
            vocabulary.scores.assign(count, 0.0f);
    }
    // llama.cpp indexes these by token id without looking at their length.
    if (vocabulary.types.size() != count || (*model == "llama" && vocabulary.scores.size() != count))
        return fail(ErrorCode::InvalidInput, "{}: {} tokens, {} token types and {} scores do not agree", source, count, vocabulary.types.size(), vocabulary.scores.size());
    for (const float score : vocabulary.scores)
        if (std::isnan(score))
            return fail(ErrorCode::InvalidInput, "{}: a token's score is NaN", source);
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < count; ++i) {
        if (!isUtf8(vocabulary.tokens[i]))
            return fail(ErrorCode::InvalidInput, "{}: token {} is not valid UTF-8", source, i);
        if (!vocabulary.tokens[i].empty() && !seen.insert(vocabulary.tokens[i]).second)
            return fail(ErrorCode::InvalidInput, "{}: token \"{}\" occurs twice", source, vocabulary.tokens[i]);
    }
    if (*model == "gpt2") {
        BITLOOM_TRY(const auto pre, file.text("tokenizer.ggml.pre"));
        if (!pre)
            return fail(ErrorCode::Unsupported, "{}: the pre-tokenizer is not named ('tokenizer.ggml.pre' is missing), so the tokens would be a guess", source);
        vocabulary.pre = *pre;
        BITLOOM_TRY(vocabulary.merges, file.texts("tokenizer.ggml.merges"));
        if (vocabulary.merges.empty())
            return fail(ErrorCode::InvalidInput, "{}: the byte-level BPE tokenizer has no merges", source);
        for (const std::string& merge : vocabulary.merges)
            if (const std::size_t space = merge.find(' ', 1); !isUtf8(merge) || space == merge.npos || space + 1 == merge.size())
                return fail(ErrorCode::InvalidInput, "{}: a merge is not two pieces of UTF-8 with a space between", source);
    }

    const auto special = [&](const char* key, std::optional<std::int32_t>& id) -> Result<void> {
        BITLOOM_TRY(const auto value, file.integer(key));
        if (value && *value >= 0 && *value < static_cast<std::int64_t>(count))
            id = static_cast<std::int32_t>(*value);
        else if (value && *value != -1 && *value != 0xFFFFFFFFll)
            return fail(ErrorCode::InvalidInput, "{}: '{}' is {}, but there are {} tokens", source, key, *value, count);
        return {};
    };
    BITLOOM_CHECK(special("tokenizer.ggml.bos_token_id", vocabulary.bos));
    BITLOOM_CHECK(special("tokenizer.ggml.eos_token_id", vocabulary.eos));
    BITLOOM_CHECK(special("tokenizer.ggml.eot_token_id", vocabulary.endOfTurn));
    BITLOOM_CHECK(special("tokenizer.ggml.unknown_token_id", vocabulary.unknown));
    BITLOOM_CHECK(special("tokenizer.ggml.padding_token_id", vocabulary.padding));
    BITLOOM_TRY(vocabulary.addBos, file.flag("tokenizer.ggml.add_bos_token"));
    BITLOOM_TRY(vocabulary.addEos, file.flag("tokenizer.ggml.add_eos_token"));
    BITLOOM_TRY(vocabulary.addSpacePrefix, file.flag("tokenizer.ggml.add_space_prefix"));
    BITLOOM_TRY(const auto chatTemplate, file.text("tokenizer.chat_template"));
    vocabulary.chatTemplate = chatTemplate.value_or("");
    return vocabulary;
}

void writeVocabulary(const Vocabulary& vocabulary, gguf_context* context)
{
    const auto setTexts = [&](const char* key, const std::vector<std::string>& texts) {
        std::vector<const char*> pointers;
        pointers.reserve(texts.size());
        for (const std::string& text : texts)
            pointers.push_back(text.c_str());
        gguf_set_arr_str(context, key, pointers.data(), pointers.size());
    };
    gguf_set_val_str(context, "tokenizer.ggml.model", vocabulary.model.c_str());
    if (!vocabulary.pre.empty())
        gguf_set_val_str(context, "tokenizer.ggml.pre", vocabulary.pre.c_str());
    setTexts("tokenizer.ggml.tokens", vocabulary.tokens);
    if (!vocabulary.scores.empty())
        gguf_set_arr_data(context, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, vocabulary.scores.data(), vocabulary.scores.size());
    gguf_set_arr_data(context, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, vocabulary.types.data(), vocabulary.types.size());
    if (!vocabulary.merges.empty())
        setTexts("tokenizer.ggml.merges", vocabulary.merges);
    const auto setToken = [&](const char* key, const std::optional<std::int32_t>& id) {
        if (id)
            gguf_set_val_u32(context, key, static_cast<std::uint32_t>(*id));
    };
    setToken("tokenizer.ggml.bos_token_id", vocabulary.bos);
    setToken("tokenizer.ggml.eos_token_id", vocabulary.eos);
    setToken("tokenizer.ggml.eot_token_id", vocabulary.endOfTurn);
    setToken("tokenizer.ggml.unknown_token_id", vocabulary.unknown);
    setToken("tokenizer.ggml.padding_token_id", vocabulary.padding);
    const auto setFlag = [&](const char* key, const std::optional<bool>& flag) {
        if (flag)
            gguf_set_val_bool(context, key, *flag);
    };
    setFlag("tokenizer.ggml.add_bos_token", vocabulary.addBos);
    setFlag("tokenizer.ggml.add_eos_token", vocabulary.addEos);
    setFlag("tokenizer.ggml.add_space_prefix", vocabulary.addSpacePrefix);
    if (!vocabulary.chatTemplate.empty())
        gguf_set_val_str(context, "tokenizer.chat_template", vocabulary.chatTemplate.c_str());
}

} // namespace bitloom
