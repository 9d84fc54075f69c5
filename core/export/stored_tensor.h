// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/tensor_data.h"

#include <cstddef>
#include <span>
#include <string>
#include <torch/types.h>

namespace bitloom {

/// "F32", "F16" or "BF16" as a ScalarType; another name is an Internal Error.
[[nodiscard]] Result<ScalarType> floatScalar(const std::string& name);

/// An f32 tensor rounded to `type` (F32, F16, BF16), contiguous on the CPU. A value that is not a number, or that `type` cannot hold, is an Error that
/// names the tensor.
[[nodiscard]] Result<torch::Tensor> castForStorage(const torch::Tensor& values, ScalarType type, const std::string& name);

/// The bytes of a contiguous tensor on the CPU; valid as long as the tensor.
[[nodiscard]] std::span<const std::byte> tensorBytes(const torch::Tensor& tensor);

} // namespace bitloom
