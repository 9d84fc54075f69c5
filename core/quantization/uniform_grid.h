// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/method_info.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_format.h"

namespace bitloom {

/// Rounds every weight to the nearest point of its group's min-max grid ŵ = scale (code - zero). A group is `groupSize` consecutive
/// columns of a row (0: the whole row; the last one may be smaller). Its grid holds 0 and spans the group's weights; a symmetric one spans
/// ±the largest magnitude, with 0 at code 2^(bits-1). Scales are rounded to f16 before the codes are chosen. weight [out, in] f32,
/// finite; 1 <= bits <= 8. InvalidInput where a scale does not fit f16.
[[nodiscard]] Result<UniformGroupsWeight> roundToNearest(const torch::Tensor& weight, int bits, std::int64_t groupSize, bool symmetric);

/// How a method describes the group size that it hands to roundToNearest().
[[nodiscard]] ParameterInfo groupSizeParameter(std::int64_t defaultValue);

/// Codes of `weight` on a grid; all tensors f32 and of shapes that broadcast. The result is f32, too.
[[nodiscard]] torch::Tensor nearestGridCodes(const torch::Tensor& weight, const torch::Tensor& scales, const torch::Tensor& zeros, int bits);

/// A non-empty f32 [out, in] without NaN or infinity, else InvalidInput with the layer's name.
[[nodiscard]] Result<void> checkWeight(const LayerProblem& problem);

} // namespace bitloom
