// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/model/causal_lm.h"
#include "core/quantization/weight_format.h"

#include <cstdint>
#include <map>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

struct TuningOptions
{
    std::int64_t epochs = 1; ///< passes over the sequences that are not held out, >= 1
    std::int64_t heldOutSequences = 1; ///< the last so many only judge; at least one, and at least one is left to learn from
    std::int64_t sequencesPerStep = 4;
    double rate = 8e-3; ///< of Adam, in parts of tuningDistance(); falls to 0 linearly over all steps
    std::uint64_t seed = 1; ///< of the order of sequences
};

struct TuningOutcome
{
    std::vector<double> heldOut; ///< mean KL(original || quantized) of a held-out position: first as it came, then after each epoch
    std::int64_t bestEpoch = 0; ///< that the layers are of; 0: as they came, because no epoch lowered it
    std::int64_t steps = 0;
};

/// Quantized layers by LinearLayer::name.
using QuantizedLayers = std::map<std::string, WeightFormat>;

/// Tunes what may move in the quantized linear layers (see TunedLayer: codebooks, scales of blocks), all at once and end to end, towards the original
/// model's next-token distributions: Adam (Kingma and Ba, 2015) on the mean KL divergence KL(original || quantized) of every position. What the
/// epoch with the lowest held-out divergence left is kept, so that it never rises. `model` is the original, in memory as a whole; afterwards its linear
/// layers hold the tuned weights. tokens [sequences, length] i64. `layers` are on the host, and as files store them when this returns.
/// Fails with Usage for counts that do not fit and where nothing can move, InvalidInput where a divergence is not finite, Cancelled.
[[nodiscard]] Result<TuningOutcome> tuneEndToEnd(
    CausalLm& model, const torch::Tensor& tokens, QuantizedLayers& layers, const TuningOptions& options, ProgressSink& progress, JobControl& control);

} // namespace bitloom
