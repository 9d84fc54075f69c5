// SPDX-License-Identifier: GPL-3.0-or-later
// Included once by each gram_primitives_*.cpp, which are compiled with different processor flags. As in row_primitives_body.h, everything is in
// an unnamed namespace and nothing of the standard library is called. Products are fused with sums where the processor can.
#include "core/kernels/cpu/gram_primitives.h"

namespace bitloom::kernels {
namespace {

#if defined(__AVX512F__)
    constexpr int width = 16, tileVectors = 4; // 24 of 32 registers hold sums: twice what hides the latency
#elif defined(__AVX2__)
    constexpr int width = 8, tileVectors = 2; // 12 of 16
#else
    constexpr int width = 4, tileVectors = 2;
#endif
    constexpr int tileRows = 6;
    static_assert(tileRows <= mostTileRows && width * tileVectors <= mostTileColumns && gramBlockRows % tileRows == 0);

    using Floats = float __attribute__((vector_size(width * sizeof(float))));
    using LooseFloats = float __attribute__((vector_size(width * sizeof(float)), aligned(4), may_alias));

    inline __attribute__((always_inline)) Floats load(const float* from)
    {
        return *reinterpret_cast<const LooseFloats*>(from);
    }

    template <int Vectors>
    void addTileOf(const float* scaled, const float* panel, std::int64_t depth, float* gram, std::int64_t stride)
    {
        Floats sums[tileRows][Vectors];
        for (int r = 0; r < tileRows; ++r)
            for (int v = 0; v < Vectors; ++v) {
                sums[r][v] = Floats {};
                __builtin_prefetch(gram + r * stride + v * width, 1);
            }
        for (std::int64_t t = 0; t < depth; ++t) {
            Floats columns[Vectors];
            for (int v = 0; v < Vectors; ++v)
                columns[v] = load(panel + v * width);
            for (int r = 0; r < tileRows; ++r)
                for (int v = 0; v < Vectors; ++v)
                    sums[r][v] += scaled[r] * columns[v];
            scaled += tileRows;
            panel += tileVectors * width;
        }
        for (int r = 0; r < tileRows; ++r)
            for (int v = 0; v < Vectors; ++v) {
                float* to = gram + r * stride + v * width;
                *reinterpret_cast<LooseFloats*>(to) = load(to) + sums[r][v];
            }
    }

    void addTile(const float* scaled, const float* panel, std::int64_t depth, int vectors, float* gram, std::int64_t stride)
    {
        switch (vectors) {
        case 1:
            return addTileOf<1>(scaled, panel, depth, gram, stride);
#if defined(__AVX512F__)
        case 2:
            return addTileOf<2>(scaled, panel, depth, gram, stride);
        case 3:
            return addTileOf<3>(scaled, panel, depth, gram, stride);
#endif
        default:
            return addTileOf<tileVectors>(scaled, panel, depth, gram, stride);
        }
    }

    void packScaled(
        const float* from, std::int64_t stride, std::int64_t depth, std::int64_t count, const float* weights, std::int64_t weightStride, float* to)
    {
        for (std::int64_t t = 0; t < depth; ++t) {
            const float weight = weights ? weights[t * weightStride] : 1.0F;
            if (count == tileRows) {
                for (int r = 0; r < tileRows; ++r)
                    to[r] = weight * from[r];
            } else {
                for (int r = 0; r < tileRows; ++r)
                    to[r] = r < count ? weight * from[r] : 0.0F;
            }
            from += stride;
            to += tileRows;
        }
    }

    constexpr GramPrimitives primitives { tileRows, width * tileVectors, width, packScaled, addTile };

}
} // namespace bitloom::kernels
