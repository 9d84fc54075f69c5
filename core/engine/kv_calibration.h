// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/kv_comparison.h"

#include <cstdint>
#include <filesystem>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// What caches are calibrated on: files, or without any text that the model writes itself, which is the same for the same seed.
struct KvCalibrationText
{
    std::vector<std::filesystem::path> files;
    std::int64_t sequences = 2, sequenceLength = 384;
    std::uint64_t seed = 1;
};
/// [sequences, sequenceLength] i64. Progress: as writeCorpus.
[[nodiscard]] Result<torch::Tensor> kvCalibrationTokens(const CausalLm& model, const Tokenizer& tokenizer, const KvCalibrationText& text, ProgressSink& progress, JobControl& control);

/// Whether calibration can find anything for this method, with some parameters.
[[nodiscard]] bool canCalibrate(const MethodInfo& method);

/// Whether the candidate's method has something to find on calibration text that its parameters do not have yet.
/// `bitsPerValue` 0: there is no budget, and methods that only share one out have nothing to find.
[[nodiscard]] bool needsCalibration(const KvCandidate& candidate, double bitsPerValue);

/// The candidate's parameters with what was found on tokens [sequences, length] i64: "layers", and whatever else the
/// method chooses. `context` tokens are what a budget is for. Progress: stages "ranges", "learn", "search", "guide".
[[nodiscard]] Result<nlohmann::json> calibrateCache(const KvCandidate& candidate, const KvMethods& methods,
    const CausalLm& model, const torch::Tensor& tokens, std::int64_t context, double bitsPerValue,
    ProgressSink& progress, JobControl& control);

} // namespace bitloom
