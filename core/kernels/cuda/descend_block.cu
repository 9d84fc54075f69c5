// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda/descend_block.h"

#include <cuda_runtime.h>

namespace bitloom::kernels {
namespace {

    constexpr int warp = 32;
    constexpr int rowsPerBlock = 8;
    constexpr int columnsPerLane = static_cast<int>(gpuDescentBlock) / warp;
    constexpr unsigned everyLane = 0xffffffffU;

    __global__ void __launch_bounds__(warp* rowsPerBlock) descendRows(GpuDescentBlock block)
    {
        // The block's own square of the Hessian, shared by all rows.
        __shared__ float square[gpuDescentBlock][gpuDescentBlock];
        const int columns = static_cast<int>(block.columns);
        for (int at = static_cast<int>(threadIdx.x); at < columns * columns; at += warp * rowsPerBlock)
            square[at / columns][at % columns] = block.hessian[(block.begin + at / columns) * block.in + block.begin + at % columns];
        __syncthreads();

        const int lane = static_cast<int>(threadIdx.x) % warp;
        const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * rowsPerBlock + threadIdx.x / warp;
        if (row >= block.rows)
            return;
        const float* codebook = block.codebook + row * block.levels;
        std::uint8_t* codes = block.codes + row * block.in + block.begin;

        // Lane l holds columns l and l + 32 of the row.
        float gradient[columnsPerLane], value[columnsPerLane], inverse[columnsPerLane], delta[columnsPerLane];
        for (int part = 0; part < columnsPerLane; ++part) {
            const int column = part * warp + lane;
            const bool inside = column < columns;
            gradient[part] = inside ? block.gradient[row * block.in + block.begin + column] : 0.0F;
            value[part] = inside ? codebook[codes[column]] : 0.0F;
            inverse[part] = inside ? block.inverseDiagonal[block.begin + column] : 0.0F;
            delta[part] = 0;
        }

        double gain = 0;
        for (int part = 0; part < columnsPerLane; ++part) {
            for (int owner = 0; owner < warp && part * warp + owner < columns; ++owner) {
                const int column = part * warp + owner;
                const float g = __shfl_sync(everyLane, gradient[part], owner);
                const float old = __shfl_sync(everyLane, value[part], owner);
                // Not contracted, as on the CPU.
                const float target = __fsub_rn(old, __fmul_rn(g, __shfl_sync(everyLane, inverse[part], owner)));
                int level = 0;
                for (int q = 0; q < block.levels - 1; q += warp) {
                    const int at = q + lane;
                    const bool above = at < block.levels - 1
                        && target > __fadd_rn(__fmul_rn(0.5F, codebook[at]), __fmul_rn(0.5F, codebook[at + 1]));
                    level += __popc(__ballot_sync(everyLane, above));
                }
                const float change = codebook[level] - old;
                const double gained = 2.0 * change * g + static_cast<double>(change) * change * square[column][column];
                if (!(gained < 0))
                    continue; // the same in every lane
                gain += gained;
                for (int other = 0; other < columnsPerLane; ++other)
                    if (other * warp + lane < columns)
                        gradient[other] = __fadd_rn(gradient[other], __fmul_rn(change, square[column][other * warp + lane]));
                if (lane == owner) {
                    delta[part] = change;
                    value[part] = codebook[level];
                    codes[column] = static_cast<std::uint8_t>(level);
                }
            }
        }
        for (int part = 0; part < columnsPerLane; ++part)
            if (part * warp + lane < columns)
                block.deltas[row * block.columns + part * warp + lane] = delta[part];
        if (lane == 0)
            block.gain[row] += gain;
    }

}

const char* descendBlockOnGpu(const GpuDescentBlock& block)
{
    if (block.rows <= 0 || block.columns <= 0)
        return nullptr;
    const auto grid = static_cast<unsigned>((block.rows + rowsPerBlock - 1) / rowsPerBlock);
    descendRows<<<grid, warp * rowsPerBlock>>>(block);
    const cudaError_t status = cudaGetLastError();
    return status == cudaSuccess ? nullptr : cudaGetErrorString(status);
}

} // namespace bitloom::kernels
