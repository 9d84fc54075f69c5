// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>
#include <vector>

namespace bitloom {

/// Sums that rows are to be added to.
struct WeightedGrams
{
    torch::Tensor grams; ///< [groups, n, n] f32
    torch::Tensor weights; ///< [tokens, groups] f32; undefined for all ones
};

/// grams[k] += Σ_t weights[t, k] · rows[t]ᵀ rows[t] for every k on and below the diagonal, of all sums that the same rows [tokens, n] (f32,
/// contiguous) belong to; what lies above the diagonal is unspecified until mirrorLowerTriangle(). A GPU makes one product of each k;
/// on the CPU the sums do not depend on the number of threads, nor on which sums go together.
void addGrams(const torch::Tensor& rows, const std::vector<WeightedGrams>& sums);
void addGrams(const torch::Tensor& grams, const torch::Tensor& rows, const torch::Tensor& weights = {});

/// Copies what lies below the diagonal of each of the [..., n, n] matrices (contiguous) to above it, so that they are exactly symmetric.
void mirrorLowerTriangle(const torch::Tensor& gram);

} // namespace bitloom
