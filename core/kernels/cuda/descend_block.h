// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bitloom::kernels {

/// Columns that one launch of descendBlockOnGpu can visit.
constexpr std::int64_t gpuDescentBlock = 64;

/// Coordinate descent over columns [begin, begin + columns) of all rows, in one launch: the same visits in the same order as the CPU's
/// descend(), a warp for each row. All pointers are device memory; every array is contiguous.
struct GpuDescentBlock
{
    const float* hessian = nullptr; ///< [in, in] of the rows' group
    const float* inverseDiagonal = nullptr; ///< [in], 0 for dead columns
    const float* codebook = nullptr; ///< [rows, levels] ascending
    const float* gradient = nullptr; ///< [rows, in]; the caller adds deltas x H rows afterwards, as one GEMM
    std::uint8_t* codes = nullptr; ///< [rows, in], updated
    float* deltas = nullptr; ///< [rows, columns], written: new value minus old
    double* gain = nullptr; ///< [rows], added to: what the objective changes by
    std::int64_t rows = 0, in = 0, begin = 0, columns = 0; ///< columns <= gpuDescentBlock
    int levels = 0; ///< 2 ... 256
};

/// Queues the kernel on the legacy default stream, which is the one that libtorch uses unless told otherwise. Returns nullptr, or
/// what CUDA said. Built without CUDA it says so.
[[nodiscard]] const char* descendBlockOnGpu(const GpuDescentBlock& block);

} // namespace bitloom::kernels
