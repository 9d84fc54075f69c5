// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/model_source.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace bitloom {

/// The source's config.json for a copy whose floating-point tensors are stored in `dtype` ("F32", "F16", "BF16"); what described the
/// source's own quantization is left out.
[[nodiscard]] nlohmann::json exportedConfig(const ModelSource& source, const std::string& dtype);

/// Everything of a Hugging Face folder but its tensors: config.json, bitloom.json with the recipe (unless that is empty), and the tokenizer's files,
/// copied from a folder or rebuilt from a GGUF file.
[[nodiscard]] Result<void> writeModelFolder(
    const ModelSource& source, const nlohmann::json& config, const std::string& recipeJson, const std::filesystem::path& folder);

} // namespace bitloom
