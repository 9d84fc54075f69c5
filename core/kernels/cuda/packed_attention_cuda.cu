// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda/packed_attention.cuh"

#include <cuda_runtime.h>

namespace bitloom::kernels {
namespace {

    using namespace cuda;

    /// 128 registers for each thread where heads are of up to 64, 168 up to 128, and 255 beyond; on sm_80 and sm_90 up to 188 bytes of those up to 128 spill.
    template <int Tiles>
    __global__ void __launch_bounds__(warp* attentionWarps, Tiles <= 4 ? 4 : Tiles <= 8 ? 3 : 2) attentionKernel(const __grid_constant__ PackedAttentionBatch batch)
    {
        extern __shared__ float shared[];
        attendSplit<Tiles>(batch, shared);
    }

    __global__ void __launch_bounds__(mergeThreads) mergeKernel(const __grid_constant__ PackedAttentionBatch batch)
    {
        mergeSplits(batch);
    }

    __global__ void __launch_bounds__(warp* scatterWarps) scatterKernel(const __grid_constant__ Scatter scatter)
    {
        scatterPieces(scatter);
    }

    const char* sentence(cudaError_t status)
    {
        if (status == cudaSuccess)
            return nullptr;
        (void)cudaGetLastError(); // the next call is to tell of itself alone
        return cudaGetErrorString(status);
    }

    const char* allocate(std::size_t bytes, void** memory)
    {
        return sentence(cudaMalloc(memory, bytes));
    }

    void release(void* memory)
    {
        (void)cudaFree(memory);
    }

    const char* upload(void* to, const void* from, std::size_t bytes, void* stream)
    {
        // Pageable memory is copied before this returns.
        return sentence(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, static_cast<cudaStream_t>(stream)));
    }

    const char* download(void* to, const void* from, std::size_t bytes, void* stream)
    {
        if (const char* problem = sentence(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, static_cast<cudaStream_t>(stream))); problem != nullptr)
            return problem;
        return sentence(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)));
    }

    const char* scatter(const Scatter& pieces, void* stream)
    {
        if (pieces.count <= 0)
            return nullptr;
        scatterKernel<<<static_cast<unsigned>((pieces.count + scatterWarps - 1) / scatterWarps), warp * scatterWarps, 0, static_cast<cudaStream_t>(stream)>>>(pieces);
        return sentence(cudaGetLastError());
    }

    template <int Tiles>
    const char* attendWith(const PackedAttentionBatch& batch, cudaStream_t stream)
    {
        const int bytes = attentionSharedFloats(batch) * static_cast<int>(sizeof(float));
        // More than 48 KiB has to be asked for, on each device.
        if (const cudaError_t status = cudaFuncSetAttribute(attentionKernel<Tiles>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes); status != cudaSuccess)
            return sentence(status);
        const int passes = (batch.queriesPerHead + queriesPerPass - 1) / queriesPerPass;
        const dim3 grid(static_cast<unsigned>(batch.heads * passes), static_cast<unsigned>(batch.splits));
        attentionKernel<Tiles><<<grid, warp * attentionWarps, static_cast<std::size_t>(bytes), stream>>>(batch);
        return sentence(cudaGetLastError());
    }

    const char* attend(const PackedAttentionBatch& batch, void* stream)
    {
        if (batch.heads <= 0)
            return nullptr;
        const auto queue = static_cast<cudaStream_t>(stream);
        const char* const problem = batch.headSize <= 64 ? attendWith<4>(batch, queue) : batch.headSize <= 128 ? attendWith<8>(batch, queue) : attendWith<16>(batch, queue);
        if (problem != nullptr)
            return problem;
        mergeKernel<<<static_cast<unsigned>(batch.heads * batch.queriesPerHead), mergeThreads, 0, queue>>>(batch);
        return sentence(cudaGetLastError());
    }

    const char* multiprocessors(int* count)
    {
        int device = 0;
        if (const cudaError_t status = cudaGetDevice(&device); status != cudaSuccess)
            return sentence(status);
        return sentence(cudaDeviceGetAttribute(count, cudaDevAttrMultiProcessorCount, device));
    }

    constexpr PackedAttentionKernels kernels { allocate, release, upload, download, scatter, attend, multiprocessors };

}

const PackedAttentionKernels* cudaPackedAttentionKernels()
{
    return &kernels;
}

} // namespace bitloom::kernels
