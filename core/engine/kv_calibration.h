// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/kv_comparison.h"

#include <cstdint>
#include <torch/types.h>

namespace bitloom {

/// Whether the candidate's method has something to find on calibration text that its parameters do not have yet.
/// `bitsPerValue` 0: there is no budget, and methods that only share one out have nothing to find.
[[nodiscard]] bool needsCalibration(const KvCandidate& candidate, double bitsPerValue);

/// The candidate's parameters with what was found on tokens [sequences, length] i64: "layers", and whatever else the
/// method chooses. `context` tokens are what a budget is for. Progress: stages "ranges", "search", "guide".
[[nodiscard]] Result<nlohmann::json> calibrateCache(const KvCandidate& candidate, const KvMethods& methods,
    const CausalLm& model, const torch::Tensor& tokens, std::int64_t context, double bitsPerValue,
    ProgressSink& progress, JobControl& control);

} // namespace bitloom
