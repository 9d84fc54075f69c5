// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

/// The vectorised inner loops behind lookup_table_rows.h, compiled once for each instruction set from row_primitives_body.h.
namespace bitloom::kernels {

/// As many Hessian rows' 16 columns fit a first-level cache.
constexpr std::int64_t sortedRun = 640;

/// 16 columns each of a run of Hessian rows: as many are copied at a time as leave room in a second-level cache, since going back to a row that is
/// far from the one before it costs more than reading on in it.
constexpr std::int64_t tilesTogether = 8;

/// Bucket sums are added four at a time, so each code's columns are padded to a multiple of this with the index of a row of zeros.
constexpr std::int64_t sumsUnrolled = 4;

constexpr std::int64_t multiplyScratch = 48;

/// One accepted code change: column, and new value minus old.
struct CodeChange
{
    std::int32_t column = 0;
    float delta = 0;
};

/// One row's columns within a run of Hessian rows, sorted by code for sumBuckets.
struct SortedColumns
{
    const std::uint16_t* order = nullptr; ///< (column - begin) * 16, and count * 16 for padding
    const std::int32_t* first = nullptr; ///< [levels + 1]: where each code's begin, and the end
    float* sums = nullptr; ///< [levels, n], levels `stride` floats apart
    int skipped = -1; ///< a code that is left out
};

struct RowPrimitives
{
    /// out[r] = in[r] H for `rows` rows of n floats. `scratch` is room for n * multiplyScratch floats, or nothing: some columns of a wide Hessian are copied
    /// there, because rows that are a power of two apart would push each other out of the cache.
    void (*multiply)(const float* hessian, std::int64_t n, std::int64_t rows, const float* in, float* out, float* scratch);
    /// out[i] = codebook[codes[i]] - weight[i]; codebook is padded to whole vectors.
    void (*subtract)(const std::uint8_t* codes, const float* codebook, int levels, const float* weight, std::int64_t n, float* out);
    /// Σ a b in f64.
    double (*dot)(const float* a, const float* b, std::int64_t n);
    /// Coordinate descent over columns [begin, end) of one row, end - begin <= descentBlock. Level q is nearest between bounds[q] and
    /// bounds[q + 1]; bounds is padded with infinity to whole vectors from its second entry on, codebook to whole vectors. `gradient` is kept right
    /// for these columns alone; the changes are written to `changes` (room for end - begin) and counted in the result; `gain` is added to.
    int (*descendBlock)(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end,
        int levels, const float* codebook, const float* bounds, std::uint8_t* codes, float* gradient, CodeChange* changes, double* gain);
    /// gradient[k] += Σ_changes delta H[column, k] for `columns` columns, a multiple of 16; rows of H are `stride` floats apart.
    void (*applyChanges)(const float* hessian, std::int64_t stride, const CodeChange* changes, int count, std::int64_t columns, float* gradient);
    /// Sorts a run's columns by their codes: order and first as SortedColumns has them, without those of code `skipped`. Room in order for
    /// count + levels * sumsUnrolled + 16.
    void (*sortByCode)(const std::uint8_t* codes, std::int64_t count, int levels, int skipped, std::uint16_t* order, std::int32_t* first);
    /// Adds columns [column, end), at most tilesTogether * 16, of Hessian rows [begin, begin + count) to the bucket of their code, sums[q] += Σ H_i, or
    /// sums[q] = Σ H_i where `fresh`. `tiles` is scratch for tilesTogether * (count + 1) * 16 floats, count <= sortedRun, best aligned to 64 bytes.
    void (*sumBuckets)(const float* hessian, std::int64_t n, std::int64_t begin, std::int64_t count, std::int64_t column, std::int64_t end, int levels,
        int rows, const SortedColumns* columns, std::int64_t stride, float* tiles, bool fresh);
    /// sums[skipped] = total - Σ of the other levels' sums.
    void (*completeSums)(const float* total, std::int64_t n, int levels, int skipped, float* sums, std::int64_t stride);
    /// normal[p, q] = Σ_{codes[i] = q} sums[p, i] for q <= p.
    void (*addUpSums)(const std::uint8_t* codes, const float* sums, std::int64_t stride, std::int64_t n, int levels, double* normal);
    /// slope[q] = Σ_{codes[i] = q} gradient[i], and how many they are.
    void (*addUpGradient)(const std::uint8_t* codes, const float* gradient, std::int64_t n, int levels, double* slope, std::int32_t* size);
    /// to[k] += row[k], from[k] -= row[k].
    void (*moveRow)(const float* row, std::int64_t n, float* from, float* to);
    /// gradient += Σ_q scale[q] sums[q].
    void (*addScaledRows)(const float* sums, std::int64_t stride, std::int64_t n, int levels, const float* scale, float* gradient);
};

extern const RowPrimitives portableRowPrimitives;
extern const RowPrimitives avx2RowPrimitives;
extern const RowPrimitives avx512RowPrimitives;

} // namespace bitloom::kernels
