// SPDX-License-Identifier: GPL-3.0-or-later
// The vectors that the *_primitives_body.h files compute with. Included only by them, once for each instruction set: everything is in an
// unnamed namespace, because an inline function shared between differently compiled files could crash an older processor.
#pragma once

#include <cstdint>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace bitloom::kernels {
namespace {

    constexpr int width = 16;
    using Floats = float __attribute__((vector_size(64)));
    using Integers = std::int32_t __attribute__((vector_size(64)));
    using LooseFloats = float __attribute__((vector_size(64), aligned(4), may_alias));
    using Bytes = std::uint8_t __attribute__((vector_size(16)));
    using LooseBytes = std::uint8_t __attribute__((vector_size(16), aligned(1), may_alias));

    inline __attribute__((always_inline)) Floats load(const float* from)
    {
        return *reinterpret_cast<const LooseFloats*>(from);
    }

    inline __attribute__((always_inline)) void store(float* to, Floats values)
    {
        *reinterpret_cast<LooseFloats*>(to) = values;
    }

    inline __attribute__((always_inline)) Floats splat(float value)
    {
        return Floats { value, value, value, value, value, value, value, value, value, value, value, value, value, value, value, value };
    }

    /// One bit for each lane that is not zero (all bits set or none).
    inline __attribute__((always_inline)) unsigned laneBits(Integers mask)
    {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
        return _mm512_movepi32_mask(reinterpret_cast<__m512i>(mask));
#elif defined(__AVX2__)
        union {
            Integers whole;
            __m256 half[2];
        } parts;
        parts.whole = mask;
        return static_cast<unsigned>(_mm256_movemask_ps(parts.half[0])) | static_cast<unsigned>(_mm256_movemask_ps(parts.half[1])) << 8;
#else
        unsigned bits = 0;
        for (int lane = 0; lane < width; ++lane)
            bits |= static_cast<unsigned>(mask[lane] & 1) << lane;
        return bits;
#endif
    }

}
} // namespace bitloom::kernels
