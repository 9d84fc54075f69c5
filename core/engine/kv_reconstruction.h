// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/model/causal_lm.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace bitloom {

/// How shifts and scales of channels are learnt.
struct KvReconstruction
{
    int keyBits = 4, valueBits = 4;
    std::int64_t group = 0; ///< channels of a token that share a dynamic scale and minimum; 0: all of a head's
    std::int64_t sinks = 0, window = 1; ///< positions that every query sees exactly
    std::int64_t epochs = 12; ///< over all sequences, for each block; 0 leaves the ranges as they are
    std::int64_t blocks = 5; ///< whose outputs are compared: the block's own and those that follow
    bool everyOutput = true; ///< each of these outputs counts, or only the block's own and the last one
    double rate = 1e-2; ///< of Adam, in parts of a channel's scale; falls to 0 linearly over a block's steps
};

/// WKVQuant's cross-block reconstruction regularisation (Yue et al., 2024, sections 3.2 and 3.3) of keys and values alone; weights stay as they are. Block after
/// block, the static shift and scale of each channel of the block's keys and values (from `layers`, one object for each layer as calibratedLayers() reads it,
/// the closed form) are learnt by Adam: the block gets what the blocks before it put out through their rounded caches, its own past keys and values are rounded
/// with the dynamic grid of each token (straight-through), and the loss is the mean absolute difference of its output from the full-precision one, plus the same
/// after each of the following blocks in full precision. The paper goes over 128 long sequences; the defaults suit a few short ones (demo model, 2 bit, 4 sinks, window
/// 16, 4 × 192 tokens: KL on other text 1.137 with ranges, 0.848 learnt; a third of the steps at half the rate gain nothing). What is learnt counts only where it leaves less loss than the closed form. tokens [sequences, length]
/// i64. Progress: stage "learn", unit "steps". Returns layers of the same form, each with "reconstruction": the loss before and after.
[[nodiscard]] Result<nlohmann::json> reconstructSmoothing(
    const CausalLm& model, const torch::Tensor& tokens, nlohmann::json layers, const KvReconstruction& options, ProgressSink& progress, JobControl& control);

} // namespace bitloom
