// SPDX-License-Identifier: GPL-3.0-or-later
// What core/kernels/cuda/tensor_core.cuh has, for kernels that run on a CPU.
#pragma once

#include "core/kv/half.h"
#include "tests/core/kernels/cuda_on_cpu.h"

namespace bitloom::kernels::cuda {

/// The matrices as the PTX ISA lays them out over a warp's registers; products are exact and summed in f64, then rounded once.
inline void multiplyAdd(float (&sums)[4], const unsigned (&a)[4], const unsigned (&b)[2])
{
    const unsigned lane = threadIdx.x % 32, quad = lane / 4, place = lane % 4;
    double left[2][16], right[16][2]; // rows quad and quad + 8 of a; columns 2 place and 2 place + 1 of b
    const auto halves = [](std::uint32_t pair) { return std::pair(kv::fromHalf(static_cast<std::uint16_t>(pair)), kv::fromHalf(static_cast<std::uint16_t>(pair >> 16U))); };
    for (unsigned half = 0; half < 2; ++half) {
        const std::uint64_t* rows = cuda_on_cpu::Block::current->exchange('A', a[2 * half] | static_cast<std::uint64_t>(a[2 * half + 1]) << 32U);
        for (unsigned other = 0; other < 4; ++other)
            for (unsigned row = 0; row < 2; ++row)
                std::tie(left[row][8 * half + 2 * other], left[row][8 * half + 2 * other + 1]) = halves(static_cast<std::uint32_t>(rows[4 * quad + other] >> (32 * row)));
    }
    const std::uint64_t* columns = cuda_on_cpu::Block::current->exchange('B', b[0] | static_cast<std::uint64_t>(b[1]) << 32U);
    for (unsigned column = 0; column < 2; ++column)
        for (unsigned other = 0; other < 4; ++other)
            for (unsigned half = 0; half < 2; ++half)
                std::tie(right[8 * half + 2 * other][column], right[8 * half + 2 * other + 1][column])
                    = halves(static_cast<std::uint32_t>(columns[4 * (2 * place + column) + other] >> (32 * half)));
    for (unsigned row = 0; row < 2; ++row)
        for (unsigned column = 0; column < 2; ++column) {
            double sum = sums[2 * row + column];
            for (unsigned k = 0; k < 16; ++k)
                sum += left[row][k] * right[k][column];
            sums[2 * row + column] = static_cast<float>(sum);
        }
}

inline unsigned packHalves(float low, float high)
{
    return kv::toHalf(low) | static_cast<unsigned>(kv::toHalf(high)) << 16U;
}

inline float halfToFloat(std::uint16_t half)
{
    return kv::fromHalf(half);
}

inline void prefetchLine(const void*) { }

} // namespace bitloom::kernels::cuda
