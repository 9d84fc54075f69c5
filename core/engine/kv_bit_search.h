// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/kv/kv_method.h"
#include "core/model/causal_lm.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace bitloom {

/// AsymKV's search for the bits of each layer's keys and values, 1 to 4 of each. Every width is tried on each layer's own queries, keys and values of tokens
/// [sequences, length] i64, through a real cache whose residual is one key group, keys and values apart, and its error is |output - exact output|² / |exact
/// output|². From one bit everywhere, the greedy search then buys, again and again, the change that saves most error for each byte, within `bitsPerValue`
/// at `length` tokens of context. Returns `parameters` with "residual", "layers" (an object with "bits_keys" and "bits_values" for each) and
/// "output_error", the mean over layers of both halves' errors. An Error of code Usage says where not even one bit fits.
[[nodiscard]] Result<nlohmann::json> searchCacheBits(const CausalLm& model, const torch::Tensor& tokens,
    const kv::KvMethod& method, nlohmann::json parameters, std::int64_t length, double bitsPerValue,
    ProgressSink& progress, JobControl& control);

} // namespace bitloom
