// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/lookup_table_rows.h"

#include <cstdint>

/// Rounding rows into blocks whose levels are fixed up to a scale and an offset, as ggml's types have them, with all interactions between a row's
/// weights counted. Rows are independent: cutting them differently gives the same bits, and so does another instruction set.
namespace bitloom::kernels {

/// What every sub-block of a type can represent: scale * levels[code] - offset.
struct LevelGrid
{
    const float* levels = nullptr; ///< [count], ascending
    int count = 0; ///< 2 ... 256; at most 17 where the levels are not evenly spaced
    bool evenlySpaced = true; ///< by 1
    std::int64_t subColumns = 0; ///< columns that share scale and offset, a multiple of columnAlignment that divides the row
};

/// Rows of [columns] codes; values[r, i] = scale[r, s] * levels[codes[r, i]] - offset[r, s], s = i / subColumns.
struct GridRows
{
    std::int64_t rows = 0;
    std::uint8_t* codes = nullptr; ///< [rows, columns]
    const float* scale = nullptr; ///< [rows, subBlocks]
    const float* inverseScale = nullptr; ///< [rows, subBlocks], 0 where the scale is 0
    const float* offset = nullptr; ///< [rows, subBlocks]
};

/// The triangular factor behind error feedback. With H = R Rᵀ, R upper triangular, columns in the order in which they are visited:
/// factor[i, k] = R[i, k] / R[k, k] for k > i, and 0 for k <= i.
struct ErrorFeedback
{
    const float* factor = nullptr; ///< [columns, columns]
    const std::int32_t* order = nullptr; ///< [columns]: which column is visited when
    std::int64_t columns = 0;
};

/// Up to `cycles` sweeps of exact cyclic coordinate descent over the codes under (w-ŵ)ᵀH(w-ŵ): each column takes the level nearest to where
/// the others want it. `values` are kept right, `gradient` = (ŵ-w) H too, and objective[r] falls by exactly what each accepted change gains.
/// active[r] becomes 0 where nothing changed; such rows are skipped.
void descendOnGrid(const QuadraticForm& form, const LevelGrid& grid, const GridRows& rows, float* values, float* gradient, double* objective,
    std::uint8_t* active, int cycles, InstructionSet set = bestInstructionSet());

/// Chooses all codes anew, column by column in the order of `feedback`, each after the errors of those before it have been handed on
/// (Babai's nearest plane, which is what GPTQ computes): minimises the objective greedily over the factor's rows.
void roundWithFeedback(const ErrorFeedback& feedback, const LevelGrid& grid, const GridRows& rows, const float* weight,
    InstructionSet set = bestInstructionSet());

/// products[r, s, t] = Σ_{i in s, k in t} l_i H_ik l_k for sub-blocks s <= t of each row, with l the levels of the codes; the others are
/// mirrored. [rows, subBlocks, subBlocks] f64.
void levelProducts(const QuadraticForm& form, const LevelGrid& grid, const GridRows& rows, double* products, InstructionSet set = bestInstructionSet());

/// values [rows, columns] of the codes.
void gridValues(const LevelGrid& grid, const GridRows& rows, std::int64_t columns, float* values);

} // namespace bitloom::kernels
