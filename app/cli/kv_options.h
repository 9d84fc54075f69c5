// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/kv_comparison.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitloom::cli {

/// The parameters of one cache method from `--set` texts, "name=value" or, where several methods are chosen, "method.name=value" for one of them. A
/// name without a method counts for every method that has it; `used` marks the texts that counted for somebody.
[[nodiscard]] Result<nlohmann::json> kvParameters(const kv::KvMethod& method, const std::vector<std::string>& settings, std::vector<bool>& used);

/// What calibration found for the method `guided`, from a file: a JSON object with "layers".
[[nodiscard]] Result<nlohmann::json> readGuidance(const std::filesystem::path& file);

/// An Error of code Usage that names the first text that counted for nobody.
[[nodiscard]] Result<void> requireAllUsed(const std::vector<std::string>& settings, const std::vector<bool>& used);

} // namespace bitloom::cli
