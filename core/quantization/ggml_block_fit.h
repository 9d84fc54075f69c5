// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/ggml_layout.h"

#include <cstdint>
#include <vector>

namespace bitloom {

/// Half the objective (w-ŵ)ᵀH(w-ŵ) of one row as a function of changes to its scales and offsets, codes fixed: slope·δ + ½ δᵀ matrix δ. Entry s
/// is the scale of sub-block s, entry subs + s its offset where the type has offsets.
struct GgmlNormal
{
    std::int64_t subs = 0;
    const double* matrix = nullptr; ///< [size, size], symmetric, positive semidefinite
    std::vector<double> slope; ///< [size]
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(slope.size()); }
};

/// Least squares over the row's scales and offsets, jointly, among the numbers that the type can store: Gauss-Seidel over sub-blocks; for types with
/// small integers the integers, the block's f16s for given integers, and both chosen anew. Every step lowers the objective. `row` and
/// `normal.slope` follow. Returns the change of the objective, <= 0.
double fitGgmlBlocks(const GgmlLayout& layout, GgmlNormal& normal, const GgmlRow& row);

} // namespace bitloom
