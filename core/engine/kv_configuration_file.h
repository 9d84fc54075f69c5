// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace bitloom {

/// The file in a model's folder that says how its key-value cache is best made: a saved configuration. BitloomCache of plugins/kv/transformers looks for it, too.
constexpr const char* kvConfigurationName = "kv_cache.json";

/// Where a model's own configuration lies, whether it is there or not: kv_cache.json in its folder, NAME.kv_cache.json beside NAME.gguf. Empty for a path that
/// is neither.
[[nodiscard]] std::filesystem::path kvConfigurationBeside(const std::filesystem::path& model);

/// What `kv --save-configuration` wrote, as parseKvConfiguration gives it.
[[nodiscard]] Result<nlohmann::json> readKvConfiguration(const std::filesystem::path& file);

} // namespace bitloom
