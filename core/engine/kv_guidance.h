// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/model/causal_lm.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace bitloom {

/// Finds the parameters of the cache method `guided` for a model. tokens [sequences, length] i64, best written by the model itself: then the squared gradients
/// are the Fisher information. For each length of the exact window, one backward pass gives the gradient of the end loss with respect to the keys and
/// values that are seen from beyond the window; with what each candidate grid changes in them, ½ Σ (gradient · change)² is the expected loss of
/// rounding a layer's keys or values that way. Bits then go where they save most loss for each byte, and window and sinks are those that are left
/// with the least, all within `bitsPerValue` for `length` tokens of context. Returns {"sinks", "window", "layers", "expected_loss"}.
[[nodiscard]] Result<nlohmann::json> guideCache(const CausalLm& model, const torch::Tensor& tokens, std::int64_t length, double bitsPerValue, ProgressSink& progress,
    JobControl& control);

} // namespace bitloom
