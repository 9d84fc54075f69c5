// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

namespace bitloom {

/// grams[k] += Σ_t weights[t, k] · rows[t]ᵀ rows[t] for every k on and below the diagonal; what lies above it
/// is unspecified until mirrorLowerTriangle(). grams [groups, n, n] f32, rows [tokens, n] f32 contiguous, weights [tokens, groups] f32,
/// undefined for all ones. A GPU makes one product of each k; on the CPU the triangle is cut into panels that run in parallel, one thread each, so that the sums do not depend on the number
/// of threads.
void addGrams(const torch::Tensor& grams, const torch::Tensor& rows, const torch::Tensor& weights = {});

/// Copies what lies below the diagonal of each of the [..., n, n] matrices to above it, so that they are exactly symmetric.
void mirrorLowerTriangle(const torch::Tensor& gram);

} // namespace bitloom
