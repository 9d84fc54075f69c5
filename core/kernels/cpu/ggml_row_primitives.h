// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/ggml_rows.h"
#include "core/kernels/cpu/row_primitives.h"

/// The vectorised inner loops behind ggml_rows.h, compiled once for each instruction set from ggml_row_primitives_body.h.
namespace bitloom::kernels {

constexpr int feedbackRows = 4; ///< that share a pass over the factor
constexpr std::int64_t feedbackBlock = 64; ///< columns between two updates of all later ones

/// One row during error feedback, everything in the order of the visits.
struct FeedbackRow
{
    const float* weight = nullptr;
    float* target = nullptr; ///< the weight and what the errors so far add to it
    const float* scale = nullptr; ///< of each column
    const float* inverseScale = nullptr;
    const float* offset = nullptr;
    std::uint8_t* codes = nullptr;
    float* errors = nullptr; ///< [feedbackBlock] of the present block
};

struct GgmlRowPrimitives
{
    /// Coordinate descent over columns [begin, end) of one row; as RowPrimitives::descendBlock.
    int (*descendBlock)(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end,
        const LevelGrid& grid, const float* midpoints, const float* scale, const float* inverseScale, const float* offset, std::uint8_t* codes,
        float* values, float* gradient, CodeChange* changes, double* gain);
    /// Columns [begin, end) of `count` <= feedbackRows rows, then their errors' effect on all later columns.
    void (*feedBack)(const float* factor, std::int64_t n, std::int64_t begin, std::int64_t end, const LevelGrid& grid, const float* midpoints,
        const FeedbackRow* rows, int count);
    /// products[r][t] = Σ_{i in [begin, begin + sub), k in t} l_i H_ik l_k for the sub-blocks t from begin on; `count` <= feedbackRows rows.
    void (*levelProducts)(const float* hessian, std::int64_t n, std::int64_t sub, std::int64_t begin, const float* const* levels, int count,
        double* const* products);
};

extern const GgmlRowPrimitives portableGgmlRowPrimitives;
extern const GgmlRowPrimitives avx2GgmlRowPrimitives;
extern const GgmlRowPrimitives avx512GgmlRowPrimitives;

} // namespace bitloom::kernels
