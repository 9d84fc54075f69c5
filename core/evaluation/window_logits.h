// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/evaluation/text_windows.h"
#include "core/model/causal_lm.h"

#include <torch/types.h>

namespace bitloom {

/// The model's f32 logits at the scored positions of one window, [scored, vocabulary], on the model's device. Fails with
/// ErrorCode::Cancelled between decoder blocks once cancelled.
[[nodiscard]] Result<torch::Tensor> windowLogits(const CausalLm& model, const TextWindows& windows, std::int64_t chunk, JobControl& control);

} // namespace bitloom
