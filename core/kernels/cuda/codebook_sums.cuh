// SPDX-License-Identifier: GPL-3.0-or-later
// The device code of orderByCode(), sumBuckets() and formNormalEquations(). Launched by row_batch_cuda.cu, and run on the CPU by
// tests/core/kernels/tst_cuda_kernels.cpp.
#pragma once

#include "core/kernels/cuda/descend_rows.cuh"

namespace bitloom::kernels::cuda {

constexpr int sortedRowsPerBlock = 8;
constexpr int mostLevels = 256;

/// A warp sorts a tile: blockIdx.x counts rows by sortedRowsPerBlock, blockIdx.y tiles. `shared` has room for a count of each level and warp.
__device__ inline void orderTileByCode(const CodeOrder& order, int* shared)
{
    const int lane = static_cast<int>(threadIdx.x) % warp, slot = static_cast<int>(threadIdx.x) / warp;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * sortedRowsPerBlock + slot;
    if (row >= order.rows)
        return;
    const std::int64_t tile = orderTile(order.levels, order.in), tiles = orderTiles(order.levels, order.in);
    const std::int64_t begin = blockIdx.y * tile, end = begin + tile < order.in ? begin + tile : order.in;
    const std::uint8_t* codes = order.codes + row * order.in;
    std::int32_t* first = order.first + (row * tiles + blockIdx.y) * (order.levels + 1);
    int* next = shared + slot * mostLevels;

    for (int q = lane; q < mostLevels; q += warp)
        next[q] = 0;
    __syncwarp();
    for (std::int64_t at = begin; at < end; at += warp) {
        // Lanes beyond the end agree on a code that no column has.
        const int code = at + lane < end ? codes[at + lane] : -1;
        const unsigned same = __match_any_sync(everyLane, code);
        if (code >= 0 && lane == __ffs(static_cast<int>(same)) - 1)
            next[code] += __popc(same);
        __syncwarp();
    }
    int before = static_cast<int>(begin);
    for (int q = 0; q < order.levels; q += warp) {
        const int count = q + lane < order.levels ? next[q + lane] : 0;
        int sum = count; // over this lane and those before it
        for (int reach = 1; reach < warp; reach *= 2) {
            const int lower = __shfl_up_sync(everyLane, sum, static_cast<unsigned>(reach));
            sum += lane >= reach ? lower : 0;
        }
        if (q + lane < order.levels) {
            first[q + lane] = before + sum - count;
            next[q + lane] = before + sum - count;
        }
        before += __shfl_sync(everyLane, sum, warp - 1);
    }
    if (lane == 0)
        first[order.levels] = before;
    __syncwarp();
    for (std::int64_t at = begin; at < end; at += warp) {
        const int code = at + lane < end ? codes[at + lane] : -1;
        const unsigned same = __match_any_sync(everyLane, code);
        const int rank = __popc(same & ((1U << lane) - 1));
        if (code >= 0)
            order.order[row * order.in + next[code] + rank] = static_cast<std::int32_t>(at + lane);
        __syncwarp();
        if (code >= 0 && rank == 0)
            next[code] += __popc(same);
        __syncwarp();
    }
}

constexpr int bucketRowsPerBlock = 16; ///< a warp for each, all of which read the same tile of the Hessian
constexpr int bucketPanel = 128; ///< columns of the sums that a block computes, four for each lane
constexpr int bucketTileRows = static_cast<int>(orderTile(2, 1));

/// For at most 16 levels, whose sums stay in registers (Levels of them, at least batch.levels). The Hessian goes through `shared`, tile by tile.
/// blockIdx.x counts rows by bucketRowsPerBlock, blockIdx.y panels: blocks that run at the same time read the same panel from the cache.
template <int Levels>
__device__ void sumBucketsInRegisters(const BucketSumBatch& batch, float4* shared)
{
    const int lane = static_cast<int>(threadIdx.x) % warp, slot = static_cast<int>(threadIdx.x) / warp;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * bucketRowsPerBlock + slot;
    const bool present = row < batch.rows;
    const std::int64_t panel = static_cast<std::int64_t>(blockIdx.y) * bucketPanel;
    const std::int64_t tiles = orderTiles(batch.levels, batch.in);
    auto* entries = reinterpret_cast<float*>(shared); // [bucketTileRows, bucketPanel]
    float4 sums[Levels];
#pragma unroll
    for (int q = 0; q < Levels; ++q)
        sums[q] = float4 { 0, 0, 0, 0 };
    for (std::int64_t t = 0; t < tiles; ++t) {
        const std::int64_t begin = t * bucketTileRows;
        const int height = static_cast<int>(batch.in - begin < bucketTileRows ? batch.in - begin : bucketTileRows);
        __syncthreads();
        for (int at = static_cast<int>(threadIdx.x); at < height * bucketPanel; at += warp * bucketRowsPerBlock) {
            const std::int64_t column = panel + at % bucketPanel;
            entries[at] = column < batch.in ? batch.hessian[(begin + at / bucketPanel) * batch.in + column] : 0.0F;
        }
        __syncthreads();
        if (!present)
            continue;
        const std::int32_t* order = batch.order + row * batch.in + begin;
        const std::int32_t* first = batch.first + (row * tiles + t) * (batch.levels + 1);
        const int border = static_cast<int>(first[lane < batch.levels ? lane : batch.levels] - begin);
        const int low = lane < height ? static_cast<int>(order[lane] - begin) : 0;
        const int high = lane + warp < height ? static_cast<int>(order[lane + warp] - begin) : 0;
        int k = 0;
#pragma unroll
        for (int q = 0; q < Levels; ++q) {
            const int end = __shfl_sync(everyLane, border, q + 1);
            for (; k < end; ++k) {
                const int i = __shfl_sync(everyLane, k < warp ? low : high, k % warp);
                const float4 h = shared[i * (bucketPanel / 4) + lane];
                sums[q].x += h.x;
                sums[q].y += h.y;
                sums[q].z += h.z;
                sums[q].w += h.w;
            }
        }
    }
    if (!present)
        return;
#pragma unroll
    for (int q = 0; q < Levels; ++q) {
        if (q >= batch.levels)
            break;
        float* to = batch.sums + (row * batch.levels + q) * batch.in;
        const std::int64_t column = panel + lane * 4;
        const float parts[4] = { sums[q].x, sums[q].y, sums[q].z, sums[q].w };
#pragma unroll
        for (int part = 0; part < 4; ++part)
            if (column + part < batch.in)
                to[column + part] = parts[part];
    }
}

/// For any number of levels: one bucket after the other, the Hessian's rows straight from the cache. The grid is the same.
__device__ inline void sumBucketsInOrder(const BucketSumBatch& batch)
{
    const int lane = static_cast<int>(threadIdx.x) % warp, slot = static_cast<int>(threadIdx.x) / warp;
    const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * bucketRowsPerBlock + slot;
    if (row >= batch.rows)
        return;
    const std::int64_t panel = static_cast<std::int64_t>(blockIdx.y) * bucketPanel;
    const std::int32_t* order = batch.order + row * batch.in;
    const std::int32_t* first = batch.first + row * (batch.levels + 1);
    for (int q = 0; q < batch.levels; ++q) {
        float sums[bucketPanel / warp] = {};
        const int end = first[q + 1];
#pragma unroll 4
        for (int k = first[q]; k < end; ++k) {
            const float* h = batch.hessian + order[k] * batch.in + panel + lane;
#pragma unroll
            for (int part = 0; part < bucketPanel / warp; ++part)
                if (panel + part * warp + lane < batch.in)
                    sums[part] += h[part * warp];
        }
#pragma unroll
        for (int part = 0; part < bucketPanel / warp; ++part)
            if (panel + part * warp + lane < batch.in)
                batch.sums[(row * batch.levels + q) * batch.in + panel + part * warp + lane] = sums[part];
    }
}

constexpr int equationWarpsPerBlock = 8;

__device__ inline double sumOverLanes(double value)
{
    for (int reach = warp / 2; reach > 0; reach /= 2)
        value += __shfl_xor_sync(everyLane, value, reach);
    return value;
}

/// A warp computes one row of one Pᵀ H P, or one Pᵀ G and the counts. blockIdx.x counts levels + 1 such tasks for each row by
/// equationWarpsPerBlock. Levels: at least batch.levels, at most 16; 0 for any number, which then takes the codes' order instead.
template <int Levels>
__device__ void formNormalEquationRow(const NormalEquationBatch& batch)
{
    const int lane = static_cast<int>(threadIdx.x) % warp;
    const std::int64_t task = static_cast<std::int64_t>(blockIdx.x) * equationWarpsPerBlock + threadIdx.x / warp;
    const std::int64_t row = task / (batch.levels + 1);
    const int p = static_cast<int>(task % (batch.levels + 1));
    if (row >= batch.rows)
        return;
    const bool ofGradient = p == batch.levels;
    const float* values = ofGradient ? batch.gradient + row * batch.in : batch.sums + (row * batch.levels + p) * batch.in;
    double* normal = batch.normal + row * batch.levels * batch.levels;
    const auto write = [&](int q, double sum, int count) {
        if (ofGradient) {
            batch.slope[row * batch.levels + q] = sum;
            batch.counts[row * batch.levels + q] = count;
        } else {
            normal[p * batch.levels + q] = sum;
            normal[q * batch.levels + p] = sum;
        }
    };
    const int wanted = ofGradient ? batch.levels : p + 1; // on and below the diagonal
    if constexpr (Levels > 0) {
        double sums[Levels] = {};
        int counts[Levels] = {};
        const std::uint8_t* codes = batch.codes + row * batch.in;
        for (std::int64_t i = lane; i < batch.in; i += warp) {
            const int code = codes[i];
            const double value = values[i];
#pragma unroll
            for (int q = 0; q < Levels; ++q) {
                sums[q] += code == q ? value : 0.0;
                counts[q] += code == q ? 1 : 0;
            }
        }
#pragma unroll
        for (int q = 0; q < Levels; ++q) {
            const double sum = sumOverLanes(sums[q]);
            const double count = ofGradient ? sumOverLanes(counts[q]) : 0;
            if (lane == 0 && q < wanted)
                write(q, sum, static_cast<int>(count));
        }
    } else {
        const std::int32_t* order = batch.order + row * batch.in;
        const std::int32_t* first = batch.first + row * (batch.levels + 1);
        for (int q = lane; q < wanted; q += warp) {
            double sum = 0;
            for (int k = first[q]; k < first[q + 1]; ++k)
                sum += values[order[k]];
            write(q, sum, first[q + 1] - first[q]);
        }
    }
}

} // namespace bitloom::kernels::cuda
