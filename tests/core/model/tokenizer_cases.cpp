// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/model/tokenizer_cases.h"

namespace bitloom::test {

std::vector<PreTokenizerCase> preTokenizers()
{
    const std::string bytes = R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false})";
    const std::string tail = R"(| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},)" + bytes + "]}";
    const std::string head = R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N})";
    return {
        { "GPT-2", R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true})", false },
        { "SmolLM", R"({"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]})", false },
        { "Llama 3", head + "{1,3}" + tail, true },
        { "Llama 3 with merges", head + "{1,3}" + tail, false },
        { "Qwen 2", head + tail, false },
        { "Tekken", R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},)" + bytes + "]}", true },
    };
}

std::vector<RefusedTokenizerCase> refusedTokenizers()
{
    return {
        { "unigram", R"({"model":{"type":"Unigram","vocab":[]}})", "\"Unigram\"" },
        { "no model", R"({"model":null})", "tokenizer \"\"" },
        { "no vocabulary", R"({"model":{"vocab":null}})", "vocab" },
        { "impossible id", R"({"model":{"vocab":{"a":99999999999}}})", "impossible id" },
        { "negative id", R"({"model":{"vocab":{"a":-1}}})", "impossible id" },
        { "text id", R"({"model":{"vocab":{"a":"b"}}})", "impossible id" },
        { "same id", R"({"model":{"vocab":{"a":1,"b":1}}})", "both have id" },
        { "no merges", R"({"model":{"merges":null}})", "merges" },
        { "merge of one", R"({"model":{"merges":["ab"]}})", "merge" },
        { "merge of three", R"({"model":{"merges":[["a","b","c"]]}})", "merge" },
        { "unknown pre-tokenizer", R"({"pre_tokenizer":{"type":"Whitespace","pattern":null,"add_prefix_space":null,"trim_offsets":null,"use_regex":null}})", "Whitespace" },
        { "unknown regex", R"({"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\w+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}})", "\\\\w+" },
        { "prefix space", R"({"pre_tokenizer":{"add_prefix_space":true}})", "pre-tokenizer" },
        { "unknown normalizer", R"({"normalizer":{"type":"Lowercase"}})", "Lowercase" },
        { "bad added tokens", R"({"added_tokens":5})", "added_tokens" },
        { "added token without id", R"({"added_tokens":[{"content":"x"}]})", "added token" },
    };
}

} // namespace bitloom::test
