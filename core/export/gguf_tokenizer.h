// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/gguf_file.h"
#include "core/model/model_source.h"
#include "core/model/vocabulary.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace bitloom {

/// The tokenizer.json that makes the same tokens of a text as llama.cpp does with this vocabulary. `addsBos`: whether a text starts with the
/// beginning-of-sequence token. A pre-tokenizer that is not known is refused by name. `source` names the file in messages.
[[nodiscard]] Result<nlohmann::json> tokenizerJson(const Vocabulary& vocabulary, bool addsBos, const std::string& source);

/// Writes tokenizer.json, tokenizer_config.json, special_tokens_map.json and generation_config.json for a GGUF file's vocabulary into `folder`; nothing
/// where the file has no vocabulary.
[[nodiscard]] Result<void> writeTokenizerFiles(const GgufFile& file, const ModelSource& source, const std::filesystem::path& folder);

} // namespace bitloom
