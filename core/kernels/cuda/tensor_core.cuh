// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions that CUDA's language has no plain names for. tests/core/kernels/tensor_core_on_cpu.h has the same functions for a CPU.
#pragma once

#include <cstdint>

namespace bitloom::kernels::cuda {

/// sums [16, 8] += a [16, 16] b [16, 8], f16 into f32 (PTX ISA, mma.m16n8k16). Lane l = 4 q + p holds, as pairs of halves, of `a` rows q, q + 8, q, q + 8 at columns
/// 2p, 2p, 2p + 8, 2p + 8, of `b` rows 2p and 2p + 8 at column q, and of the sums row q at columns 2p and 2p + 1, then row q + 8 at these.
__device__ inline void multiplyAdd(float (&sums)[4], const unsigned (&a)[4], const unsigned (&b)[2])
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// Both rounded to nearest f16, `low` in the lower 16 bits.
__device__ inline unsigned packHalves(float low, float high)
{
    unsigned packed;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
    return packed;
}

__device__ inline float halfToFloat(std::uint16_t half)
{
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
    return value;
}

/// Starts to bring what is there closer; reads nothing.
__device__ inline void prefetchLine(const void* address)
{
    asm volatile("prefetch.global.L2 [%0];" ::"l"(address));
}

} // namespace bitloom::kernels::cuda
