// SPDX-License-Identifier: GPL-3.0-or-later
// Included once by each ggml_row_primitives_*.cpp; what row_primitives_body.h says about instruction sets holds here too.
#include "core/kernels/cpu/ggml_row_primitives.h"
#include "core/kernels/cpu/vector_lanes.h"

namespace bitloom::kernels {
namespace {

    /// The level nearest to `wanted` (in units of the levels), as a code.
    template <bool Even>
    inline __attribute__((always_inline)) Integers nearestCodes(Floats wanted, const LevelGrid& grid, const float* midpoints)
    {
        if constexpr (Even) {
            const Floats zero = splat(0), last = splat(static_cast<float>(grid.count - 1));
            Floats place = wanted - splat(grid.levels[0]);
            place = place > zero ? place : zero;
            place = place < last ? place : last;
            return __builtin_convertvector(place + splat(0.5F), Integers);
        } else {
            Integers code = {};
            for (int q = 0; q + 1 < grid.count; ++q)
                code -= wanted > splat(midpoints[q]);
            return code;
        }
    }

    template <bool Even>
    inline __attribute__((always_inline)) int nearestCode(float wanted, const LevelGrid& grid, const float* midpoints)
    {
        if constexpr (Even) {
            const float last = static_cast<float>(grid.count - 1);
            float place = wanted - grid.levels[0];
            place = place > 0 ? place : 0;
            place = place < last ? place : last;
            return static_cast<int>(place + 0.5F);
        } else {
            // Midpoints are padded with the largest number to 16.
            return __builtin_popcount(laneBits(splat(wanted) > load(midpoints)));
        }
    }

    template <bool Even>
    int descendBlockOf(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end, const LevelGrid& grid,
        const float* midpoints, const float* scale, const float* inverseScale, const float* offset, std::uint8_t* codes, float* values,
        float* gradient, CodeChange* changes, double* gain)
    {
        int count = 0;
        for (std::int64_t first = begin; first < end; first += width) {
            const std::int64_t sub = first / grid.subColumns;
            const Floats value = load(values + first);
            const Floats inverse = load(inverseDiagonal + first);
            const Floats perScale = splat(inverseScale[sub]), shift = splat(offset[sub]);
            const Integers code = __builtin_convertvector(static_cast<Bytes>(*reinterpret_cast<const LooseBytes*>(codes + first)), Integers);
            unsigned ahead = 0xffffU;
            while (ahead) {
                // Lanes before the last change were visited already; those after it see the gradient that it left.
                const Floats wanted = (value - load(gradient + first) * inverse + shift) * perScale;
                const Integers next = nearestCodes<Even>(wanted, grid, midpoints);
                const unsigned wants = laneBits(next != code) & ahead;
                if (!wants)
                    break;
                const int lane = __builtin_ctz(wants);
                ahead = 0xffffU & (0xfffeU << lane);
                const std::int64_t i = first + lane;
                const float moved = grid.levels[next[lane]] * scale[sub] - offset[sub];
                const float delta = moved - values[i];
                const float* row = hessian + i * n;
                const double change = 2.0 * delta * gradient[i] + static_cast<double>(delta) * delta * row[i];
                if (!(change < 0))
                    continue; // a tie within rounding, or a scale of 0
                *gain += change;
                codes[i] = static_cast<std::uint8_t>(next[lane]);
                values[i] = moved;
                const Floats step = splat(delta);
                for (std::int64_t k = begin; k < end; k += width)
                    store(gradient + k, load(gradient + k) + step * load(row + k));
                changes[count].column = static_cast<std::int32_t>(i);
                changes[count].delta = delta;
                ++count;
            }
        }
        return count;
    }

    int descendBlock(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end, const LevelGrid& grid,
        const float* midpoints, const float* scale, const float* inverseScale, const float* offset, std::uint8_t* codes, float* values,
        float* gradient, CodeChange* changes, double* gain)
    {
        const auto descend = grid.evenlySpaced ? descendBlockOf<true> : descendBlockOf<false>;
        return descend(hessian, inverseDiagonal, n, begin, end, grid, midpoints, scale, inverseScale, offset, codes, values, gradient, changes, gain);
    }

    /// Adds Σ_i errors[i] factor[begin + i, k] to `target` for k in [column, column + Vectors * width).
    template <int Rows, int Vectors>
    inline __attribute__((always_inline)) void handOnTile(
        const float* factor, std::int64_t n, std::int64_t begin, std::int64_t end, const FeedbackRow* rows, std::int64_t column)
    {
        Floats sums[Rows][Vectors];
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                sums[r][v] = load(rows[r].target + column + v * width);
        for (std::int64_t i = begin; i < end; ++i) {
            const float* row = factor + i * n + column;
            Floats f[Vectors];
            for (int v = 0; v < Vectors; ++v)
                f[v] = load(row + v * width);
            for (int r = 0; r < Rows; ++r) {
                const Floats error = splat(rows[r].errors[i - begin]);
                for (int v = 0; v < Vectors; ++v)
                    sums[r][v] += error * f[v];
            }
        }
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                store(rows[r].target + column + v * width, sums[r][v]);
    }

#if defined(__AVX512F__)
    constexpr int tileVectors = 4;
#else
    constexpr int tileVectors = 1;
#endif

    template <int Rows, bool Even>
    void feedBackRows(const float* factor, std::int64_t n, std::int64_t begin, std::int64_t end, const LevelGrid& grid, const float* midpoints,
        const FeedbackRow* rows)
    {
        for (std::int64_t i = begin; i < end; ++i) {
            Floats error[Rows];
            for (int r = 0; r < Rows; ++r) {
                const FeedbackRow& row = rows[r];
                const int code = nearestCode<Even>((row.target[i] + row.offset[i]) * row.inverseScale[i], grid, midpoints);
                const float missed = row.weight[i] - (grid.levels[code] * row.scale[i] - row.offset[i]);
                row.codes[i] = static_cast<std::uint8_t>(code);
                row.errors[i - begin] = missed;
                error[r] = splat(missed);
            }
            for (std::int64_t k = i / width * width; k < end; k += width) { // the factor is 0 up to i
                const Floats f = load(factor + i * n + k);
                for (int r = 0; r < Rows; ++r)
                    store(rows[r].target + k, load(rows[r].target + k) + error[r] * f);
            }
        }
        std::int64_t column = end;
        for (; column + tileVectors * width <= n; column += tileVectors * width)
            handOnTile<Rows, tileVectors>(factor, n, begin, end, rows, column);
        for (; column < n; column += width)
            handOnTile<Rows, 1>(factor, n, begin, end, rows, column);
    }

    void feedBack(const float* factor, std::int64_t n, std::int64_t begin, std::int64_t end, const LevelGrid& grid, const float* midpoints,
        const FeedbackRow* rows, int count)
    {
        const auto four = grid.evenlySpaced ? feedBackRows<feedbackRows, true> : feedBackRows<feedbackRows, false>;
        const auto one = grid.evenlySpaced ? feedBackRows<1, true> : feedBackRows<1, false>;
        if (count == feedbackRows) {
            four(factor, n, begin, end, grid, midpoints, rows);
            return;
        }
        for (int r = 0; r < count; ++r)
            one(factor, n, begin, end, grid, midpoints, rows + r);
    }

    inline __attribute__((always_inline)) float sumOfLanes(Floats v)
    {
        v += __builtin_shuffle(v, Integers { 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7 });
        v += __builtin_shuffle(v, Integers { 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11 });
        v += __builtin_shuffle(v, Integers { 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13 });
        return v[0] + v[1];
    }

    template <int Rows, int Vectors>
    inline __attribute__((always_inline)) void levelTile(const float* hessian, std::int64_t n, std::int64_t sub, std::int64_t begin,
        const float* const* levels, double* const* products, std::int64_t column)
    {
        Floats sums[Rows][Vectors];
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                sums[r][v] = splat(0);
        for (std::int64_t i = begin; i < begin + sub; ++i) {
            const float* row = hessian + i * n + column;
            Floats h[Vectors];
            for (int v = 0; v < Vectors; ++v)
                h[v] = load(row + v * width);
            for (int r = 0; r < Rows; ++r) {
                const Floats level = splat(levels[r][i]);
                for (int v = 0; v < Vectors; ++v)
                    sums[r][v] += level * h[v];
            }
        }
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                products[r][(column + v * width) / sub] += static_cast<double>(sumOfLanes(sums[r][v] * load(levels[r] + column + v * width)));
    }

    template <int Rows>
    void levelProductsOf(const float* hessian, std::int64_t n, std::int64_t sub, std::int64_t begin, const float* const* levels, double* const* products)
    {
        std::int64_t column = begin;
        for (; column + tileVectors * width <= n; column += tileVectors * width)
            levelTile<Rows, tileVectors>(hessian, n, sub, begin, levels, products, column);
        for (; column < n; column += width)
            levelTile<Rows, 1>(hessian, n, sub, begin, levels, products, column);
    }

    void levelProducts(const float* hessian, std::int64_t n, std::int64_t sub, std::int64_t begin, const float* const* levels, int count,
        double* const* products)
    {
        if (count == feedbackRows) {
            levelProductsOf<feedbackRows>(hessian, n, sub, begin, levels, products);
            return;
        }
        for (int r = 0; r < count; ++r)
            levelProductsOf<1>(hessian, n, sub, begin, levels + r, products + r);
    }

    constexpr GgmlRowPrimitives ggmlPrimitives { descendBlock, feedBack, levelProducts };

}
} // namespace bitloom::kernels
