// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bitloom::kernels {

/// Tokens whose products are added up in registers before they go to memory; a panel of so many stays in a first-level cache.
constexpr std::int64_t gramDepth = 128;
/// Rows of a gram that make one piece of work: their scaled panels stay in a second-level cache. A multiple of every GramPrimitives::rows.
constexpr std::int64_t gramBlockRows = 96;
constexpr int mostTileRows = 6, mostTileColumns = 64; ///< of any instruction set

/// The inner loops of gram.h for one instruction set. A tile of a gram, `rows` x `columns`, is summed in registers.
struct GramPrimitives
{
    int rows, columns, vectorWidth;
    /// to[t, r] = weights[t * weightStride] · from[t * stride + r] (weights null: ones), r < count <= rows; zero for the other r.
    void (*packScaled)(const float* from, std::int64_t stride, std::int64_t depth, std::int64_t count, const float* weights, std::int64_t weightStride, float* to);
    /// gram[r * stride + c] += Σ_t scaled[t, r] · panel[t, c], t < depth, for the first `vectors` vectors of columns. scaled [depth, rows],
    /// panel [depth, columns].
    void (*addTile)(const float* scaled, const float* panel, std::int64_t depth, int vectors, float* gram, std::int64_t stride);
};

extern const GramPrimitives portableGramPrimitives;
extern const GramPrimitives avx2GramPrimitives;
extern const GramPrimitives avx512GramPrimitives;

} // namespace bitloom::kernels
