// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace bitloom {

/// gram += rowsᵀ·rows, but only on and below the diagonal, by panels of rows of `gram`; what lies above the diagonal is
/// unspecified until mirrorLowerTriangle(). gram [n, n] f32, rows [tokens, n] f32 with unit column stride.
void addGram(const torch::Tensor& gram, const torch::Tensor& rows);

/// Copies what lies below the diagonal of each of the [..., n, n] matrices to above it, so that they are exactly symmetric.
void mirrorLowerTriangle(const torch::Tensor& gram);

} // namespace bitloom
