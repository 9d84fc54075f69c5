// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/kv_comparison.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitloom::cli {

/// The parameters of one cache method from `--set` texts, "name=value" or, where several methods are chosen, "method.name=value" for one of them. A
/// name without a method counts for every method that has it; `used` marks the texts that counted for somebody. What no text says is as `configuration`
/// has it, which is also where "layers", what calibration found, comes from.
[[nodiscard]] Result<nlohmann::json> kvParameters(const kv::KvMethod& method, const std::vector<std::string>& settings, std::vector<bool>& used,
    const nlohmann::json& configuration = nlohmann::json::object());

/// What `kv --save-configuration` wrote: a JSON object with the "method" that it is for (guided, where it names none), that method's parameters, and "layers".
[[nodiscard]] Result<nlohmann::json> readConfiguration(const std::filesystem::path& file);
/// An Error of code Usage where `configuration` is for another method.
[[nodiscard]] Result<void> requireFor(const std::string& method, const nlohmann::json& configuration, const std::filesystem::path& file);

/// An Error of code Usage that names the first text that counted for nobody.
[[nodiscard]] Result<void> requireAllUsed(const std::vector<std::string>& settings, const std::vector<bool>& used);

/// One cache that a command computes through.
struct KvChoice
{
    std::string method;
    std::vector<std::string> settings;
    std::filesystem::path configuration;
    [[nodiscard]] Result<KvCandidate> candidate(const KvMethods& methods) const;
};

} // namespace bitloom::cli
