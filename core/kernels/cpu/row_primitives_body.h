// SPDX-License-Identifier: GPL-3.0-or-later
// Included once by each row_primitives_*.cpp, which are compiled with different processor flags. Everything is in an unnamed namespace and
// nothing of the standard library is called: an inline function shared between these files could be linked in its newest version
// and crash an older processor. Vectors are 16 floats wide for every instruction set and products are never fused with
// sums (-ffp-contract=off), so all sets give the same bits.
#include "core/kernels/cpu/row_primitives.h"
#include "core/kernels/cpu/vector_lanes.h"

namespace bitloom::kernels {
namespace {

#if defined(__AVX512F__)
    constexpr int tileVectors = 4;
#else
    constexpr int tileVectors = 1;
#endif

    /// Rows x (Vectors * 16) columns of in H, in registers.
    template <int Rows, int Vectors>
    inline __attribute__((always_inline)) void multiplyTile(
        const float* hessian, std::int64_t n, const float* in, float* out, std::int64_t column)
    {
        Floats sums[Rows][Vectors];
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                sums[r][v] = splat(0);
        for (std::int64_t k = 0; k < n; ++k) {
            const float* row = hessian + k * n + column;
            Floats h[Vectors];
            for (int v = 0; v < Vectors; ++v)
                h[v] = load(row + v * width);
            for (int r = 0; r < Rows; ++r) {
                const Floats x = splat(in[r * n + k]);
                for (int v = 0; v < Vectors; ++v)
                    sums[r][v] += x * h[v];
            }
        }
        for (int r = 0; r < Rows; ++r)
            for (int v = 0; v < Vectors; ++v)
                store(out + r * n + column + v * width, sums[r][v]);
    }

    template <int Rows>
    void multiplyRowTile(const float* hessian, std::int64_t n, std::int64_t rows, const float* in, float* out)
    {
        std::int64_t column = 0;
        for (; column + tileVectors * width <= n; column += tileVectors * width)
            for (std::int64_t r = 0; r + Rows <= rows; r += Rows)
                multiplyTile<Rows, tileVectors>(hessian, n, in + r * n, out + r * n, column);
        for (; column < n; column += width)
            for (std::int64_t r = 0; r + Rows <= rows; r += Rows)
                multiplyTile<Rows, 1>(hessian, n, in + r * n, out + r * n, column);
    }

    void multiply(const float* hessian, std::int64_t n, std::int64_t rows, const float* in, float* out)
    {
        const std::int64_t whole = rows / 4 * 4;
        multiplyRowTile<4>(hessian, n, whole, in, out);
        multiplyRowTile<1>(hessian, n, rows - whole, in + whole * n, out + whole * n);
    }

    /// The number of midpoints below each target, which is the nearest level's index. Fixed = levels where it is known, else 0.
    template <int Fixed>
    inline __attribute__((always_inline)) Integers nearestLevel(Floats target, const float* midpoints, int levels)
    {
        const int count = (Fixed ? Fixed : levels) - 1;
        Integers rank = {};
        if constexpr (Fixed != 0) {
#pragma GCC unroll 16
            for (int q = 0; q < Fixed - 1; ++q)
                rank -= target > splat(midpoints[q]);
        } else {
            for (int q = 0; q < count; ++q)
                rank -= target > splat(midpoints[q]);
        }
        return rank;
    }

    template <int Fixed>
    int descendBlockOf(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end, int levels,
        const float* codebook, const float* midpoints, std::uint8_t* codes, float* values, float* gradient, CodeChange* changes, double* gain)
    {
        int count = 0;
        for (std::int64_t first = begin; first < end; first += width) {
            const Floats value = load(values + first);
            const Floats inverse = load(inverseDiagonal + first);
            const Integers code = __builtin_convertvector(static_cast<Bytes>(*reinterpret_cast<const LooseBytes*>(codes + first)), Integers);
            unsigned ahead = 0xffffU;
            while (ahead) {
                // Lanes before the last change were visited already; those after it see the gradient that it left.
                const Floats target = value - load(gradient + first) * inverse;
                const Integers level = nearestLevel<Fixed>(target, midpoints, levels);
                const unsigned wants = laneBits(level != code) & ahead;
                if (!wants)
                    break;
                const int lane = __builtin_ctz(wants);
                ahead = 0xffffU & (0xfffeU << lane);
                const std::int64_t i = first + lane;
                const int next = level[lane];
                const float delta = codebook[next] - values[i];
                const float* row = hessian + i * n;
                const double change = 2.0 * delta * gradient[i] + static_cast<double>(delta) * delta * row[i];
                if (!(change < 0))
                    continue; // a tie within rounding
                *gain += change;
                codes[i] = static_cast<std::uint8_t>(next);
                values[i] = codebook[next];
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

    int descendBlock(const float* hessian, const float* inverseDiagonal, std::int64_t n, std::int64_t begin, std::int64_t end, int levels,
        const float* codebook, const float* midpoints, std::uint8_t* codes, float* values, float* gradient, CodeChange* changes, double* gain)
    {
        switch (levels) {
        case 4:
            return descendBlockOf<4>(hessian, inverseDiagonal, n, begin, end, levels, codebook, midpoints, codes, values, gradient, changes, gain);
        case 8:
            return descendBlockOf<8>(hessian, inverseDiagonal, n, begin, end, levels, codebook, midpoints, codes, values, gradient, changes, gain);
        case 16:
            return descendBlockOf<16>(hessian, inverseDiagonal, n, begin, end, levels, codebook, midpoints, codes, values, gradient, changes, gain);
        default:
            return descendBlockOf<0>(hessian, inverseDiagonal, n, begin, end, levels, codebook, midpoints, codes, values, gradient, changes, gain);
        }
    }

    template <int Vectors>
    inline __attribute__((always_inline)) void applyTile(
        const float* hessian, std::int64_t n, const CodeChange* changes, int count, float* gradient, std::int64_t column)
    {
        Floats sums[Vectors];
        for (int v = 0; v < Vectors; ++v)
            sums[v] = load(gradient + column + v * width);
        for (int c = 0; c < count; ++c) {
            const float* row = hessian + changes[c].column * n + column;
            const Floats delta = splat(changes[c].delta);
            for (int v = 0; v < Vectors; ++v)
                sums[v] += delta * load(row + v * width);
        }
        for (int v = 0; v < Vectors; ++v)
            store(gradient + column + v * width, sums[v]);
    }

    void applyChanges(
        const float* hessian, std::int64_t n, const CodeChange* changes, int count, float* gradient, std::int64_t begin, std::int64_t end)
    {
        std::int64_t column = begin;
        for (; column + 4 * width <= end; column += 4 * width)
            applyTile<4>(hessian, n, changes, count, gradient, column);
        for (; column < end; column += width)
            applyTile<1>(hessian, n, changes, count, gradient, column);
    }

    void sumBuckets(const float* hessian, std::int64_t n, std::int64_t begin, std::int64_t count, int levels, int rows,
        const std::int32_t* const* order, const std::int32_t* const* first, float* tile, float* const* sums)
    {
        for (std::int64_t column = 0; column < n; column += width) {
            for (std::int64_t i = 0; i < count; ++i)
                store(tile + i * width, load(hessian + (begin + i) * n + column));
            for (int r = 0; r < rows; ++r) {
                for (int q = 0; q < levels; ++q) {
                    const std::int32_t* at = order[r] + first[r][q];
                    const std::int32_t* const end = order[r] + first[r][q + 1];
                    float* bucket = sums[r] + q * n + column;
                    Floats a = load(bucket), b = splat(0), c = splat(0), d = splat(0); // chains hide the latency of the additions
                    for (; at + 4 <= end; at += 4) {
                        a += load(tile + at[0] * width);
                        b += load(tile + at[1] * width);
                        c += load(tile + at[2] * width);
                        d += load(tile + at[3] * width);
                    }
                    for (; at < end; ++at)
                        a += load(tile + at[0] * width);
                    store(bucket, (a + b) + (c + d));
                }
            }
        }
    }

    void moveRow(const float* row, std::int64_t n, float* from, float* to)
    {
        for (std::int64_t k = 0; k < n; k += width) {
            const Floats h = load(row + k);
            store(from + k, load(from + k) - h);
            store(to + k, load(to + k) + h);
        }
    }

    void addScaledRows(const float* sums, std::int64_t n, int levels, const float* scale, float* gradient)
    {
        for (std::int64_t k = 0; k < n; k += width) {
            Floats total = load(gradient + k);
            for (int q = 0; q < levels; ++q)
                total += splat(scale[q]) * load(sums + q * n + k);
            store(gradient + k, total);
        }
    }

    constexpr RowPrimitives primitives { multiply, descendBlock, applyChanges, sumBuckets, moveRow, addScaledRows };

}
} // namespace bitloom::kernels
