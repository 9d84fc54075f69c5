// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/ggml_rows.h"

#include "core/kernels/cpu/compiled_for.h"
#include "core/kernels/cpu/ggml_row_primitives.h"
#include "core/kernels/cpu/trailing_update.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace bitloom::kernels {
namespace {

    /// Between neighbouring levels; padded to 16 with what nothing exceeds.
    std::vector<float> midpointsOf(const LevelGrid& grid)
    {
        std::vector<float> midpoints(static_cast<std::size_t>(std::max<std::int64_t>(grid.count, columnAlignment)), std::numeric_limits<float>::max());
        for (int q = 0; q + 1 < grid.count; ++q)
            midpoints[static_cast<std::size_t>(q)] = 0.5F * (grid.levels[q] + grid.levels[q + 1]);
        return midpoints;
    }

}

void descendOnGrid(const QuadraticForm& form, const LevelGrid& grid, const GridRows& rows, float* values, float* gradient, double* objective,
    std::uint8_t* active, int cycles, InstructionSet set)
{
    const GgmlRowPrimitives& primitives = BITLOOM_COMPILED_FOR(set, GgmlRowPrimitives);
    const RowPrimitives& shared = BITLOOM_COMPILED_FOR(set, RowPrimitives);
    const std::int64_t n = form.columns, subs = n / grid.subColumns;
    const std::vector<float> midpoints = midpointsOf(grid);
    const auto count = static_cast<std::size_t>(rows.rows);
    std::vector<CodeChange> changes(count * static_cast<std::size_t>(descentBlock));
    std::vector<RowChanges> touched;
    std::vector<std::uint8_t> moving(active, active + rows.rows);
    for (int cycle = 0; cycle < cycles; ++cycle) {
        std::vector<std::uint8_t> stillMoving(count, 0);
        for (std::int64_t begin = 0; begin < n; begin += descentBlock) {
            const std::int64_t end = std::min(n, begin + descentBlock);
            touched.clear();
            for (std::int64_t r = 0; r < rows.rows; ++r) {
                if (!moving[static_cast<std::size_t>(r)])
                    continue;
                CodeChange* list = changes.data() + r * descentBlock;
                const int changed = primitives.descendBlock(form.hessian, form.inverseDiagonal, n, begin, end, grid, midpoints.data(), rows.scale + r * subs,
                    rows.inverseScale + r * subs, rows.offset + r * subs, rows.codes + r * n, values + r * n, gradient + r * n, list, objective + r);
                if (changed > 0) {
                    touched.push_back({ list, changed, gradient + r * n });
                    stillMoving[static_cast<std::size_t>(r)] = 1;
                }
            }
            carryOn(shared, form.hessian, n, begin, end, touched);
        }
        if (cycle == 0) {
            for (std::size_t r = 0; r < count; ++r)
                active[r] = active[r] && stillMoving[r];
        }
        moving.swap(stillMoving);
    }
}

void roundWithFeedback(const ErrorFeedback& feedback, const LevelGrid& grid, const GridRows& rows, const float* weight, InstructionSet set)
{
    const GgmlRowPrimitives& primitives = BITLOOM_COMPILED_FOR(set, GgmlRowPrimitives);
    const std::int64_t n = feedback.columns, subs = n / grid.subColumns;
    const std::vector<float> midpoints = midpointsOf(grid);
    const auto perRow = static_cast<std::size_t>(n);
    // Of feedbackRows rows, in the order of the visits.
    std::vector<float> weights(feedbackRows * perRow), targets(feedbackRows * perRow), scales(feedbackRows * perRow), inverses(feedbackRows * perRow),
        offsets(feedbackRows * perRow), errors(feedbackRows * static_cast<std::size_t>(feedbackBlock));
    std::vector<std::uint8_t> codes(feedbackRows * perRow);
    for (std::int64_t begin = 0; begin < rows.rows; begin += feedbackRows) {
        const auto count = static_cast<int>(std::min<std::int64_t>(feedbackRows, rows.rows - begin));
        FeedbackRow together[feedbackRows];
        for (int r = 0; r < count; ++r) {
            const std::int64_t row = begin + r, at = r * n;
            for (std::int64_t i = 0; i < n; ++i) {
                const std::int64_t column = feedback.order[i], sub = row * subs + column / grid.subColumns;
                const auto place = static_cast<std::size_t>(at + i);
                weights[place] = targets[place] = weight[row * n + column];
                scales[place] = rows.scale[sub];
                inverses[place] = rows.inverseScale[sub];
                offsets[place] = rows.offset[sub];
            }
            together[r] = { weights.data() + at, targets.data() + at, scales.data() + at, inverses.data() + at, offsets.data() + at, codes.data() + at,
                errors.data() + r * feedbackBlock };
        }
        for (std::int64_t i = 0; i < n; i += feedbackBlock)
            primitives.feedBack(feedback.factor, n, i, std::min(n, i + feedbackBlock), grid, midpoints.data(), together, count);
        for (int r = 0; r < count; ++r)
            for (std::int64_t i = 0; i < n; ++i)
                rows.codes[(begin + r) * n + feedback.order[i]] = codes[static_cast<std::size_t>(r * n + i)];
    }
}

void levelProducts(const QuadraticForm& form, const LevelGrid& grid, const GridRows& rows, double* products, InstructionSet set)
{
    const GgmlRowPrimitives& primitives = BITLOOM_COMPILED_FOR(set, GgmlRowPrimitives);
    const std::int64_t n = form.columns, subs = n / grid.subColumns;
    std::vector<float> levels(feedbackRows * static_cast<std::size_t>(n));
    std::fill_n(products, rows.rows * subs * subs, 0.0);
    for (std::int64_t begin = 0; begin < rows.rows; begin += feedbackRows) {
        const auto count = static_cast<int>(std::min<std::int64_t>(feedbackRows, rows.rows - begin));
        const float* levelsOf[feedbackRows] = {};
        for (int r = 0; r < count; ++r) {
            float* row = levels.data() + r * n;
            for (std::int64_t i = 0; i < n; ++i)
                row[i] = grid.levels[rows.codes[(begin + r) * n + i]];
            levelsOf[r] = row;
        }
        for (std::int64_t s = 0; s < subs; ++s) {
            double* productsOf[feedbackRows] = {};
            for (int r = 0; r < count; ++r)
                productsOf[r] = products + ((begin + r) * subs + s) * subs;
            primitives.levelProducts(form.hessian, n, grid.subColumns, s * grid.subColumns, levelsOf, count, productsOf);
        }
        for (int r = 0; r < count; ++r) {
            double* square = products + (begin + r) * subs * subs;
            for (std::int64_t s = 0; s < subs; ++s)
                for (std::int64_t t = s + 1; t < subs; ++t)
                    square[t * subs + s] = square[s * subs + t];
        }
    }
}

void gridValues(const LevelGrid& grid, const GridRows& rows, std::int64_t columns, float* values)
{
    const std::int64_t subs = columns / grid.subColumns;
    for (std::int64_t r = 0; r < rows.rows; ++r) {
        for (std::int64_t s = 0; s < subs; ++s) {
            const float scale = rows.scale[r * subs + s], offset = rows.offset[r * subs + s];
            for (std::int64_t i = r * columns + s * grid.subColumns; i < r * columns + (s + 1) * grid.subColumns; ++i)
                values[i] = grid.levels[rows.codes[i]] * scale - offset;
        }
    }
}

} // namespace bitloom::kernels
