// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/also_on_device.h"

#include <cstdint>

/// The half steps of layer-wise non-uniform quantization (GuidedQuant, ICML 2025, section 4) on all rows of a layer at once, cut the way a GPU
/// wants them: few calls, each with work for thousands of rows. There are two implementations: CUDA's, and one in plain C++ that
/// says what the results have to be. For speed on a CPU there is lookup_table_rows.h.
namespace bitloom::kernels {

/// Columns that one descendBlock() can visit.
constexpr std::int64_t batchDescentColumns = 128;

/// Coordinate descent over columns [begin, begin + columns) of all rows: column i takes the level nearest to ŵ_i - G_i / H_ii, columns ascending, where
/// that lowers the row's objective. Products and sums are not fused, so all implementations give the same bits.
struct DescentBlock
{
    const float* hessian = nullptr; ///< [groups, in, in], symmetric
    const float* inverseDiagonal = nullptr; ///< [groups, in], 0 for dead columns
    const float* codebook = nullptr; ///< [rows, levels], ascending
    const float* gradient = nullptr; ///< [rows, in]; the caller adds deltas x H rows afterwards, as one GEMM
    const std::uint8_t* moving = nullptr; ///< [rows], 0 for rows to be left as they are
    std::uint8_t* codes = nullptr; ///< [rows, in], updated
    std::uint8_t* changed = nullptr; ///< [rows], set to 1 where a code changed
    float* deltas = nullptr; ///< [rows, columns], written: new value minus old
    double* objective = nullptr; ///< [rows], lowered by what each change gains
    std::int64_t rows = 0, rowsPerGroup = 0; ///< row r belongs to group r / rowsPerGroup
    std::int64_t in = 0, begin = 0, columns = 0; ///< columns <= batchDescentColumns
    int levels = 0; ///< 2 ... 256
};

/// Columns of a tile inside which orderByCode() sorts: small tiles where sumBuckets() keeps a sum for each level at hand, else the whole row.
[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr std::int64_t orderTile(int levels, std::int64_t in)
{
    return levels <= 16 ? 64 : in;
}

[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr std::int64_t orderTiles(int levels, std::int64_t in)
{
    return (in + orderTile(levels, in) - 1) / orderTile(levels, in);
}

/// Sorts each tile's columns by their codes, stably.
struct CodeOrder
{
    const std::uint8_t* codes = nullptr; ///< [rows, in]
    std::int32_t* order = nullptr; ///< [rows, in], written: columns
    std::int32_t* first = nullptr; ///< [rows, tiles, levels + 1], written: where in `order` each level's columns begin, and the tile's end
    std::int64_t rows = 0, in = 0;
    int levels = 0;
};

/// sums[r, q] = Σ_{codes[r, i] = q} H_i, columns ascending, in f32: Pᵀ H without one-hot matrices.
struct BucketSumBatch
{
    const float* hessian = nullptr; ///< [in, in] of these rows' group, symmetric
    const std::int32_t* order = nullptr; ///< from orderByCode()
    const std::int32_t* first = nullptr;
    float* sums = nullptr; ///< [rows, levels, in], written
    std::int64_t rows = 0, in = 0;
    int levels = 0;
};

/// Pᵀ H P, from the bucket sums on and below the diagonal and mirrored, Pᵀ G, and how many columns have each code. Sums in f64.
struct NormalEquationBatch
{
    const float* sums = nullptr; ///< [rows, levels, in]
    const float* gradient = nullptr; ///< [rows, in]
    const std::uint8_t* codes = nullptr; ///< [rows, in]
    const std::int32_t* order = nullptr; ///< from orderByCode()
    const std::int32_t* first = nullptr;
    double* normal = nullptr; ///< [rows, levels, levels], written
    double* slope = nullptr; ///< [rows, levels], written
    std::int32_t* counts = nullptr; ///< [rows, levels], written
    std::int64_t rows = 0, in = 0;
    int levels = 0;
};

/// One implementation. Pointers are memory that it can reach. `stream` is a cudaStream_t on which CUDA's queues its kernels; the other ignores
/// it. Each returns nullptr, or why it could not start.
struct RowBatchKernels
{
    const char* (*descendBlock)(const DescentBlock& block, void* stream);
    const char* (*orderByCode)(const CodeOrder& order, void* stream);
    const char* (*sumBuckets)(const BucketSumBatch& batch, void* stream);
    const char* (*formNormalEquations)(const NormalEquationBatch& batch, void* stream);
};

[[nodiscard]] const RowBatchKernels& referenceRowBatchKernels();
/// nullptr: built without CUDA.
[[nodiscard]] const RowBatchKernels* cudaRowBatchKernels();

} // namespace bitloom::kernels
