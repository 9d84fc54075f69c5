// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/tensor_data.h"

#include <string>
#include <torch/types.h>

namespace bitloom {

/// An uninitialised f32 tensor on the CPU; an Error (OutOfMemory) where it does not fit.
[[nodiscard]] Result<torch::Tensor> newFloatTensor(const std::vector<std::int64_t>& shape, const std::string& source, const std::string& name);
/// Refuses a tensor that holds NaN or an infinity; f32, contiguous.
[[nodiscard]] Result<void> requireFinite(const torch::Tensor& tensor, const std::string& source, const std::string& name);
/// A floating-point tensor (F64, F32, F16, BF16) as f32 in memory of its own, checked with requireFinite.
[[nodiscard]] Result<torch::Tensor> toFloatTensor(const TensorData& data, const std::string& source);

} // namespace bitloom
