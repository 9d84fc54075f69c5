// SPDX-License-Identifier: GPL-3.0-or-later
// The device code of descendBlock(). Launched by row_batch_cuda.cu, and run on the CPU by tests/core/kernels/tst_cuda_kernels.cpp.
#pragma once

#include "core/kernels/cuda/warp.cuh"
#include "core/kernels/row_batch.h"

namespace bitloom::kernels::cuda {

constexpr int descentRowsPerBlock = 8; ///< a warp for each
constexpr int descentWidth = static_cast<int>(batchDescentColumns);
constexpr int columnsPerLane = descentWidth / warp;

/// Levels rounded up to a power of two, which is what the level search halves.
__host__ __device__ constexpr int searchedLevels(int levels)
{
    int searched = 2;
    while (searched < levels)
        searched *= 2;
    return searched;
}

/// Floats of shared memory that a block of descendRows() needs: the Hessian's square and each row's codebook and midpoints.
__host__ __device__ constexpr int descentSharedFloats(int levels)
{
    return descentWidth * descentWidth + descentRowsPerBlock * 2 * searchedLevels(levels);
}

/// The number of midpoints below `target`. They are ascending, and infinite beyond the last.
template <int Fixed>
__device__ int nearestLevel(float target, const float (&held)[Fixed > 0 ? Fixed - 1 : 1], const float* midpoints, int searched)
{
    int level = 0;
    if constexpr (Fixed > 0) {
#pragma unroll
        for (int q = 0; q < Fixed - 1; ++q)
            level += target > held[q] ? 1 : 0;
    } else {
        for (int step = searched / 2; step > 0; step /= 2)
            level += target > midpoints[level + step - 1] ? step : 0;
    }
    return level;
}

/// Fixed: the number of levels, whose midpoints then stay in registers; 0 for any. blockIdx.x counts the rows of a group, blockIdx.y groups.
///
/// Lane l holds columns l, l + 32, ... of its warp's row. All 32 columns of a part choose their level at once; the first that wants another
/// one takes it, and those after it choose again with the gradient that this leaves. That is the same as visiting them one by one, but
/// after the first sweep few codes change, so that a part costs a few steps instead of 32.
template <int Fixed>
__device__ void descendRows(const DescentBlock& block, float* shared)
{
    const std::int64_t group = blockIdx.y;
    const int columns = static_cast<int>(block.columns);
    float* square = shared;
    const float* hessian = block.hessian + (group * block.in + block.begin) * block.in + block.begin;
    for (int at = static_cast<int>(threadIdx.x); at < columns * columns; at += warp * descentRowsPerBlock)
        square[at / columns * descentWidth + at % columns] = hessian[at / columns * block.in + at % columns];

    const int lane = static_cast<int>(threadIdx.x) % warp;
    const int slot = static_cast<int>(threadIdx.x) / warp;
    const std::int64_t rowInGroup = static_cast<std::int64_t>(blockIdx.x) * descentRowsPerBlock + slot;
    const std::int64_t row = group * block.rowsPerGroup + rowInGroup;
    const bool present = rowInGroup < block.rowsPerGroup && row < block.rows;
    const int searched = searchedLevels(block.levels);
    float* codebook = shared + descentWidth * descentWidth + slot * 2 * searched;
    float* midpoints = codebook + searched;
    if (present) {
        const float* from = block.codebook + row * block.levels;
        for (int q = lane; q < searched; q += warp) {
            codebook[q] = q < block.levels ? from[q] : 0.0F;
            midpoints[q] = q + 1 < block.levels ? __fadd_rn(__fmul_rn(0.5F, from[q]), __fmul_rn(0.5F, from[q + 1])) : __int_as_float(0x7f800000);
        }
    }
    __syncthreads();
    if (!present)
        return;

    float* deltas = block.deltas + row * block.columns;
    float delta[columnsPerLane] = {};
    if (block.moving[row] != 0) {
        float held[Fixed > 0 ? Fixed - 1 : 1] = {};
        if constexpr (Fixed > 0) {
#pragma unroll
            for (int q = 0; q < Fixed - 1; ++q)
                held[q] = midpoints[q];
        }
        std::uint8_t* codes = block.codes + row * block.in + block.begin;
        float gradient[columnsPerLane], value[columnsPerLane], inverse[columnsPerLane];
        int code[columnsPerLane];
#pragma unroll
        for (int part = 0; part < columnsPerLane; ++part) {
            const int column = part * warp + lane;
            const bool inside = column < columns;
            gradient[part] = inside ? block.gradient[row * block.in + block.begin + column] : 0.0F;
            inverse[part] = inside ? block.inverseDiagonal[group * block.in + block.begin + column] : 0.0F;
            code[part] = inside ? codes[column] : 0;
            value[part] = codebook[code[part]];
        }
        double objective = block.objective[row];
        bool changed = false;
#pragma unroll
        for (int part = 0; part < columnsPerLane; ++part) {
            unsigned ahead = __ballot_sync(everyLane, part * warp + lane < columns);
            const unsigned inside = ahead;
            while (ahead != 0) {
                const float wanted = __fsub_rn(value[part], __fmul_rn(gradient[part], inverse[part]));
                const int level = nearestLevel<Fixed>(wanted, held, midpoints, searched);
                const unsigned wants = __ballot_sync(everyLane, level != code[part]) & ahead;
                if (wants == 0)
                    break;
                const int owner = __ffs(static_cast<int>(wants)) - 1;
                ahead = inside & (0xfffffffeU << owner);
                const int column = part * warp + owner;
                const int next = __shfl_sync(everyLane, level, owner);
                const float slope = __shfl_sync(everyLane, gradient[part], owner);
                const float change = __fsub_rn(codebook[next], __shfl_sync(everyLane, value[part], owner));
                const float* entries = square + column * descentWidth;
                const double wide = change;
                const double gain = __dadd_rn(__dmul_rn(__dmul_rn(2.0, wide), slope), __dmul_rn(__dmul_rn(wide, wide), entries[column]));
                if (!(gain < 0))
                    continue; // a tie within rounding, in every lane
                objective = __dadd_rn(objective, gain);
                changed = true;
                if (lane == owner) {
                    delta[part] = change;
                    value[part] = codebook[next];
                    code[part] = next;
                    codes[column] = static_cast<std::uint8_t>(next);
                }
                // Columns before this one are not visited again, and beyond `columns` nothing is read.
#pragma unroll
                for (int later = 0; later < columnsPerLane; ++later)
                    if (later >= part && later * warp + lane < columns)
                        gradient[later] = __fadd_rn(gradient[later], __fmul_rn(change, entries[later * warp + lane]));
            }
        }
        if (lane == 0) {
            block.objective[row] = objective;
            if (changed)
                block.changed[row] = 1;
        }
    }
#pragma unroll
    for (int part = 0; part < columnsPerLane; ++part)
        if (part * warp + lane < columns)
            deltas[part * warp + lane] = delta[part];
}

} // namespace bitloom::kernels::cuda
