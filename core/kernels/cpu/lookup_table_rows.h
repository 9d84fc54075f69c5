// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/instruction_set.h"

#include <cstdint>

/// The arithmetic of layer-wise non-uniform quantization (GuidedQuant, ICML 2025, section 4) on rows of one output group. All rows are
/// independent: cutting them differently gives the same bits, and so does another instruction set.
namespace bitloom::kernels {

/// Columns are padded with zeros to a multiple of this.
constexpr std::int64_t columnAlignment = 16;
/// Columns that coordinate descent visits before their changes are carried to all other columns.
constexpr std::int64_t descentBlock = 128;
/// More rows than this in one call only cost memory.
constexpr std::int64_t rowsPerCall = 32;

/// The Hessian that rows of one group share: symmetric, [columns, columns] f32. inverseDiagonal[i] = 1 / H_ii, and 0 where H_ii is 0
/// (a dead input channel): such a column is never touched.
struct QuadraticForm
{
    const float* hessian = nullptr;
    const float* inverseDiagonal = nullptr;
    std::int64_t columns = 0;
    const float* columnSums = nullptr; ///< [columns], Σ_i H_i where known: spares the bucket sums their largest bucket
};

/// Rows being solved. With D = ŵ - w and ŵ[r,i] = codebook[r, codes[r,i]]: gradient = D H (half the derivative of the objective), kept up to
/// date by every call; objective[r] = D H Dᵀ in f64, lowered by exactly what each accepted change gains, so it never rises.
/// active[r] becomes 0 where neither half step can change anything any more; such rows are skipped.
struct CodedRows
{
    std::int64_t rows = 0;
    int levels = 0; ///< 2 ... 256
    std::uint8_t* codes = nullptr; ///< [rows, columns]
    float* codebook = nullptr; ///< [rows, levels], ascending
    float* gradient = nullptr; ///< [rows, columns]
    double* objective = nullptr; ///< [rows]
    std::uint8_t* active = nullptr; ///< [rows]
};

/// Floats from one level's bucket sums to the next's: not a power of two, or they would push each other out of the cache.
constexpr std::int64_t bucketStride(std::int64_t columns)
{
    return columns % 256 == 0 ? columns + columnAlignment : columns;
}

/// Sums of Hessian rows by code, sums[r] = Pᵀ H and normal[r] = Pᵀ H P with P the one-hot codes, kept between codebook fits so that
/// only changed codes cost anything. With sums == nullptr they are computed anew in every fit.
struct BucketSums
{
    float* sums = nullptr; ///< [rows, levels, bucketStride(columns)]
    double* normal = nullptr; ///< [rows, levels, levels], lower triangles
    std::uint8_t* codes = nullptr; ///< [rows, columns]: the codes that both belong to
    std::uint8_t* valid = nullptr; ///< [rows], 0 at first
};

/// gradient[r] = difference[r] H for `rows` rows.
void multiplyRows(const QuadraticForm& form, std::int64_t rows, const float* difference, float* gradient,
    InstructionSet set = bestInstructionSet());

/// Sets gradient and objective from the rows' codes and codebooks. weight [rows, columns].
void beginRows(const QuadraticForm& form, const CodedRows& rows, const float* weight, InstructionSet set = bestInstructionSet());

/// Up to `cycles` sweeps of exact cyclic coordinate descent over the codes (section 4.2): column i takes the level nearest to
/// ŵ_i - G_i / H_ii, columns ascending. A row's sweeps end early when one changes nothing.
void descend(const QuadraticForm& form, const CodedRows& rows, int cycles, InstructionSet set = bestInstructionSet());

/// The closed-form codebook (section 4.1): minimises over c with codes fixed, by (Pᵀ H P + ridge) Δc = -Pᵀ G in f64 with a ridge relative to the
/// diagonal. Taken only where the row's objective falls. A level that no code uses is placed where the steepest coordinate wants to
/// be, which leaves the objective as it is and lets the next descent use it. Levels are kept ascending (codes follow).
void fitCodebooks(const QuadraticForm& form, const CodedRows& rows, const BucketSums& buckets, InstructionSet set = bestInstructionSet());

} // namespace bitloom::kernels
