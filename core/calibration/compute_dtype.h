// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <torch/types.h>

namespace bitloom {

/// What forward and backward run in when nobody says otherwise: bf16 on CUDA and on a CPU with AMX-BF16, else f32 (AVX512-BF16 alone is no faster).
[[nodiscard]] torch::Dtype defaultComputeDtype(const torch::Device& device);

/// "auto" (the default for the device), "f32" or "bf16".
[[nodiscard]] Result<torch::Dtype> parseComputeDtype(const std::string& name, const torch::Device& device);

} // namespace bitloom
