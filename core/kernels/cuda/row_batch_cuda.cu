// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda/codebook_sums.cuh"
#include "core/kernels/cuda/descend_rows.cuh"

#include <cuda_runtime.h>
#include <type_traits>

namespace bitloom::kernels {
namespace {

    using namespace cuda;

    template <int Fixed>
    __global__ void __launch_bounds__(warp* descentRowsPerBlock) descendKernel(DescentBlock block)
    {
        extern __shared__ float shared[];
        descendRows<Fixed>(block, shared);
    }

    __global__ void __launch_bounds__(warp* sortedRowsPerBlock) orderKernel(CodeOrder order)
    {
        __shared__ int shared[sortedRowsPerBlock * mostLevels];
        orderTileByCode(order, shared);
    }

    template <int Levels>
    __global__ void __launch_bounds__(warp* bucketRowsPerBlock) bucketKernel(BucketSumBatch batch)
    {
        if constexpr (Levels > 0) {
            __shared__ float4 shared[bucketTileRows * bucketPanel / 4];
            sumBucketsInRegisters<Levels>(batch, shared);
        } else {
            sumBucketsInOrder(batch);
        }
    }

    template <int Levels>
    __global__ void __launch_bounds__(warp* equationWarpsPerBlock) equationKernel(NormalEquationBatch batch)
    {
        formNormalEquationRow<Levels>(batch);
    }

    const char* sentence(cudaError_t status)
    {
        return status == cudaSuccess ? nullptr : cudaGetErrorString(status);
    }

    unsigned ceilDivide(std::int64_t count, std::int64_t by)
    {
        return static_cast<unsigned>((count + by - 1) / by);
    }

    template <int Fixed>
    const char* descendWith(const DescentBlock& block, void* stream)
    {
        const int bytes = descentSharedFloats(block.levels) * static_cast<int>(sizeof(float));
        // More than 48 KiB has to be asked for, on each device.
        if (const cudaError_t status = cudaFuncSetAttribute(descendKernel<Fixed>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes); status != cudaSuccess)
            return sentence(status);
        const dim3 grid(ceilDivide(block.rowsPerGroup, descentRowsPerBlock), ceilDivide(block.rows, block.rowsPerGroup));
        descendKernel<Fixed><<<grid, warp * descentRowsPerBlock, static_cast<std::size_t>(bytes), static_cast<cudaStream_t>(stream)>>>(block);
        return sentence(cudaGetLastError());
    }

    const char* descendBlock(const DescentBlock& block, void* stream)
    {
        if (block.rows <= 0 || block.columns <= 0)
            return nullptr;
        switch (block.levels) {
        case 4:
            return descendWith<4>(block, stream);
        case 8:
            return descendWith<8>(block, stream);
        case 16:
            return descendWith<16>(block, stream);
        default:
            return descendWith<0>(block, stream);
        }
    }

    const char* orderByCode(const CodeOrder& order, void* stream)
    {
        if (order.rows <= 0)
            return nullptr;
        const dim3 grid(ceilDivide(order.rows, sortedRowsPerBlock), static_cast<unsigned>(orderTiles(order.levels, order.in)));
        orderKernel<<<grid, warp * sortedRowsPerBlock, 0, static_cast<cudaStream_t>(stream)>>>(order);
        return sentence(cudaGetLastError());
    }

    /// Calls launch(std::integral_constant<int, Levels>()) with the least width that holds `levels` in registers, or with 0, which takes any.
    template <class Launch>
    const char* withLevels(int levels, const Launch& launch)
    {
        if (levels <= 4)
            launch(std::integral_constant<int, 4>());
        else if (levels <= 8)
            launch(std::integral_constant<int, 8>());
        else if (levels <= 16)
            launch(std::integral_constant<int, 16>());
        else
            launch(std::integral_constant<int, 0>());
        return sentence(cudaGetLastError());
    }

    const char* sumBuckets(const BucketSumBatch& batch, void* stream)
    {
        if (batch.rows <= 0)
            return nullptr;
        const dim3 grid(ceilDivide(batch.rows, bucketRowsPerBlock), ceilDivide(batch.in, bucketPanel));
        return withLevels(batch.levels, [&](auto width) {
            bucketKernel<decltype(width)::value><<<grid, warp * bucketRowsPerBlock, 0, static_cast<cudaStream_t>(stream)>>>(batch);
        });
    }

    const char* formNormalEquations(const NormalEquationBatch& batch, void* stream)
    {
        if (batch.rows <= 0)
            return nullptr;
        const unsigned blocks = ceilDivide(batch.rows * (batch.levels + 1), equationWarpsPerBlock);
        return withLevels(batch.levels, [&](auto width) {
            equationKernel<decltype(width)::value><<<blocks, warp * equationWarpsPerBlock, 0, static_cast<cudaStream_t>(stream)>>>(batch);
        });
    }

    constexpr RowBatchKernels kernels { descendBlock, orderByCode, sumBuckets, formNormalEquations };

}

const RowBatchKernels* cudaRowBatchKernels()
{
    return &kernels;
}

} // namespace bitloom::kernels
