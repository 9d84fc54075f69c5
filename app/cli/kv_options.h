// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/kv_choice.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitloom::cli {

/// The parameters that `--set` texts choose for one cache method: "name=value" or, where several methods are chosen, "method.name=value" for one of them. A
/// name without a method counts for every method that has it; `used` marks the texts that counted for somebody.
[[nodiscard]] Result<nlohmann::json> chosenKvParameters(const kv::KvMethod& method, const std::vector<std::string>& settings, std::vector<bool>& used);

/// An Error of code Usage that names the first text that counted for nobody.
[[nodiscard]] Result<void> requireAllUsed(const std::vector<std::string>& settings, const std::vector<bool>& used);

/// One cache that a command computes through.
struct KvArguments
{
    std::string method;
    std::vector<std::string> settings;
    std::filesystem::path configuration; ///< empty: what lies beside the model, if that is the method's
    std::string model;
    [[nodiscard]] Result<KvCandidate> candidate(const KvMethods& methods) const;
};

} // namespace bitloom::cli
