// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/weight_format.h"

#include <torch/types.h>

namespace bitloom {

/// Adds ∂/∂codebook to `sum` [out, levels] f32, given ∂/∂ŵ [out, in] f32: each level gets the sum over the weights that it stands for. Weights that
/// outliers replace stand for none. Everything on the codebook's device.
void addCodebookGradient(const LookupTableWeight& weight, const torch::Tensor& gradient, const torch::Tensor& sum);

/// The same weight with each row's levels ascending again and the codes renumbered to match.
[[nodiscard]] LookupTableWeight withAscendingLevels(LookupTableWeight weight);

} // namespace bitloom
