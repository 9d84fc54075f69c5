// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/model/causal_lm.h"

#include <functional>

namespace bitloom {

/// query and output [1, heads, tokens, head size], key and value [1, kv heads, tokens, head size]; contiguous f32 on the host. An Error ends the run.
using SeeAttention = std::function<Result<void>(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value, const torch::Tensor& output)>;

/// Runs all sequences (tokens [sequences, length] i64) through the blocks with exact attention, and shows `see` what each block's attention is given and what
/// it gives. Progress: `stage`, unit "layers". No gradients.
[[nodiscard]] Result<void> showAttention(const CausalLm& model, const torch::Tensor& tokens, const char* stage, const SeeAttention& see, ProgressSink& progress, JobControl& control);

} // namespace bitloom
