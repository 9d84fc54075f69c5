// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/engine/kv_choice.h"
#include "core/evaluation/text_windows.h"
#include "core/model/causal_lm.h"
#include "core/protocol/messages.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace bitloom {

/// What one method's cache does to a text.
struct KvMeasurement
{
    KvCandidate candidate;
    std::int64_t bytes = 0; ///< held at the end of a window
    double bitsPerValue = 0;
    EvaluationReport quality; ///< perplexity, and KL divergence from the reference without a cache
    std::vector<double> attentionError; ///< of each layer: |output - exact output of the same keys and values| / |exact output|, root mean squares
    double keptMass = 0; ///< attention that falls on exact keys, mean over queries of the scored half and heads
    std::vector<std::int64_t> retained; ///< exact keys at the end of the last window, first layer and head
    double seconds = 0; ///< for all windows
};

/// Runs the windows through each candidate's real cache, every token seeing what it would see when it is generated, and compares the logits of
/// the scored half with those of `reference` (null: the model itself) without a cache. Progress: stage "kv", unit "windows".
[[nodiscard]] Result<std::vector<KvMeasurement>> compareCaches(const CausalLm& model, const TextWindows& windows, const KvMethods& methods,
    const std::vector<KvCandidate>& candidates, ProgressSink& progress, JobControl& control, const CausalLm* reference = nullptr);

void to_json(nlohmann::json& json, const KvMeasurement& measurement);

} // namespace bitloom
