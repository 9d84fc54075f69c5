// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/packed_attention.h"
#include "core/kv/cache_plan.h"
#include "core/kv/head_cache.h"

#include <memory>
#include <memory_resource>
#include <span>

namespace bitloom::kv {

/// Memory on a GPU; given back when it goes.
class DeviceMemory
{
public:
    /// `counted` is raised by what is held; an Error of code OutOfMemory where there is no room.
    [[nodiscard]] static Result<DeviceMemory> allocate(const kernels::PackedAttentionKernels& kernels, std::size_t bytes, std::int64_t& counted);
    DeviceMemory() = default;
    DeviceMemory(DeviceMemory&& other) noexcept;
    DeviceMemory& operator=(DeviceMemory&& other) noexcept;
    ~DeviceMemory();

    [[nodiscard]] std::byte* data() const { return m_data; }
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }

private:
    const kernels::PackedAttentionKernels* m_kernels = nullptr;
    std::byte* m_data = nullptr;
    std::size_t m_bytes = 0;
    std::int64_t* m_counted = nullptr;
};

/// A copy, on a GPU, of what a cache's heads hold, and attention over it. Positions are counted as on the host: those exact in both halves by their rows in slabs,
/// those packed in both by their pages, those exact in one half by that row and the other half's page. The host's store stays what counts: after tokens were
/// appended there, synchronise() brings over only what changed. A page whose positions are packed together goes once; one that takes positions one by one (values
/// that are released singly) goes again with each call that added some. Pages and slabs stay where they are until the mirror is destroyed.
class DeviceMirror
{
public:
    /// Notes the changes of `heads` [layers, rows, key-value heads] from now on; they must outlive this. An Error of code Unsupported that says why where the kernels
    /// cannot do the shape or the plan. Bookkeeping on the host comes from `resource`.
    [[nodiscard]] static Result<std::unique_ptr<DeviceMirror>> create(const CacheShape& shape, std::span<HeadCache> heads, const kernels::PackedAttentionKernels& kernels,
        std::pmr::memory_resource* resource);
    ~DeviceMirror();

    /// Brings one layer up to date.
    [[nodiscard]] Result<void> synchronise(int layer);

    /// Attention of each sequence's newest token over the layer as synchronise() left it. queries, out [rows, heads, headSize] f32 in the host's memory.
    [[nodiscard]] Result<void> attend(int layer, const float* queries, float* out);
    /// The same with both in the device's memory, queued and not waited for.
    [[nodiscard]] Result<void> attendOnDevice(int layer, const float* queries, float* out);

    /// Of the device's memory: pages, slabs, tables, and what attention needs meanwhile.
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }

private:
    class Pool;
    template <class T>
    class Table;
    struct Head;
    struct Layer;
    class Upload;
    DeviceMirror(const CacheShape& shape, std::span<HeadCache> heads, const kernels::PackedAttentionKernels& kernels, std::pmr::memory_resource* resource);
    [[nodiscard]] Result<void> copyHead(Layer& layer, std::size_t index, const HeadCache& cache, Upload& upload);
    [[nodiscard]] Result<void> copyRows(Layer& layer, std::size_t index, const HeadCache& cache, Upload& upload);
    [[nodiscard]] Result<void> copyPages(Layer& layer, std::size_t index, const SideStore& store, StoreChanges& changes, Upload& upload);
    [[nodiscard]] Result<void> need(DeviceMemory& memory, std::size_t bytes);

    CacheShape m_shape;
    std::span<HeadCache> m_heads;
    const kernels::PackedAttentionKernels& m_kernels;
    std::pmr::memory_resource* m_resource;
    std::int64_t m_bytes = 0; ///< before all that counts in it
    int m_multiprocessors = 1;
    std::pmr::vector<Layer> m_layers;
    DeviceMemory m_queries, m_out, m_partials, m_staging;
};

} // namespace bitloom::kv
