// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// The vectorised inner loops behind lookup_table_rows.h, compiled once for each instruction set from row_primitives_body.h.
namespace bitloom::kernels {

/// As many Hessian rows' 16 columns fit a first-level cache.
constexpr std::int64_t sortedRun = 640;

/// One accepted code change: column, and new value minus old.
struct CodeChange
{
    std::int32_t column = 0;
    float delta = 0;
};

struct RowPrimitives
{
    /// out[r] = in[r] H for `rows` rows of n floats.
    void (*multiply)(const float* hessian, std::int64_t n, std::int64_t rows, const float* in, float* out);
    /// Coordinate descent over columns [begin, end) of one row, end - begin <= descentBlock. `values` = ŵ, `gradient` is kept right for
    /// these columns alone; the changes are written to `changes` (room for end - begin) and counted in the result; `gain` is added to.
    int (*descendBlock)(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end,
        int levels, const float* codebook, const float* midpoints, std::uint8_t* codes, float* values, float* gradient,
        CodeChange* changes, double* gain);
    /// gradient[k] += Σ_changes delta H[column, k] for k in [begin, end), multiples of 16.
    void (*applyChanges)(const float* hessian, std::int64_t n, const CodeChange* changes, int count, float* gradient, std::int64_t begin, std::int64_t end);
    /// Adds Hessian rows [begin, begin + count) to the bucket of their code, sums[r][q] += Σ H_i. first[r][q] ... first[r][q + 1]
    /// delimit, in order[r], the columns i - begin of code q. `tile` is scratch for count * 16 floats, count <= sortedRun.
    void (*sumBuckets)(const float* hessian, std::int64_t n, std::int64_t begin, std::int64_t count, int levels, int rows,
        const std::int32_t* const* order, const std::int32_t* const* first, float* tile, float* const* sums);
    /// to[k] += row[k], from[k] -= row[k].
    void (*moveRow)(const float* row, std::int64_t n, float* from, float* to);
    /// gradient += Σ_q scale[q] sums[q].
    void (*addScaledRows)(const float* sums, std::int64_t n, int levels, const float* scale, float* gradient);
};

extern const RowPrimitives portableRowPrimitives;
extern const RowPrimitives avx2RowPrimitives;
extern const RowPrimitives avx512RowPrimitives;

} // namespace bitloom::kernels
