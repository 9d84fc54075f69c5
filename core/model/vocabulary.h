// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/gguf_file.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

struct gguf_context;

namespace bitloom {

/// What llama.cpp needs to know of a tokenizer: the tokenizer.* keys of a GGUF file.
struct Vocabulary
{
    /// Token kinds as GGUF numbers them.
    enum TokenType : std::int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

    std::string model; ///< "gpt2" (byte-level BPE) or "llama" (SentencePiece-style BPE)
    std::string pre; ///< name of the pre-tokenizer, byte-level BPE only
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types; ///< TokenType of each token
    std::vector<float> scores; ///< of each token, SentencePiece only
    std::vector<std::string> merges; ///< "left right", best first, byte-level BPE only
    std::optional<std::int32_t> bos, eos, endOfTurn, unknown, padding;
    std::optional<bool> addBos, addEos, addSpacePrefix;
    bool prefixOnlyIfMissing = false; ///< no space is put before a text that starts with one; GGUF has no key for it
    std::string chatTemplate;
};

/// A GGUF file's own vocabulary; a tokenizer model that is not known is refused by name.
[[nodiscard]] Result<Vocabulary> vocabularyFromGguf(const GgufFile& file);
/// From tokenizer.json, tokenizer_config.json and generation_config.json; `vocabularySize` tokens, unused ids filled up. A tokenizer or
/// pre-tokenizer that is not known is refused by name.
[[nodiscard]] Result<Vocabulary> vocabularyFromFolder(const std::filesystem::path& folder, std::int64_t vocabularySize);
/// Sets the tokenizer.* keys.
void writeVocabulary(const Vocabulary& vocabulary, gguf_context* context);

} // namespace bitloom
