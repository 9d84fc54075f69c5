// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/attention.h"
#include "core/kv/cache_plan.h"
#include "core/kv/device_mirror.h"

#include <atomic>
#include <memory>
#include <memory_resource>
#include <stop_token>

namespace bitloom::kv {

/// Counts what is allocated through it and not given back yet.
class CountingResource : public std::pmr::memory_resource
{
public:
    explicit CountingResource(std::pmr::memory_resource* upstream)
        : m_upstream(upstream)
    {
    }
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
    [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    std::pmr::memory_resource* m_upstream;
    std::atomic<std::int64_t> m_bytes = 0;
};

/// New tokens of one layer, contiguous f32.
struct LayerTokens
{
    int layer = 0;
    std::int64_t count = 0; ///< tokens of each row
    const float* queries = nullptr; ///< [rows, heads, count, head size]
    const float* keys = nullptr; ///< [rows, key-value heads, count, head size]
    const float* values = nullptr;
    /// Leading tokens of each row that are padding: they never enter the cache and their outputs are 0. Empty: none.
    std::span<const std::int64_t> padding;
};

/// Watches attention; called from several threads, for different heads.
class AttentionWatcher
{
public:
    virtual ~AttentionWatcher() = default;
    /// After a query at `position` (the newest in `cache`): mass [position + 1], attention summed over the query heads that share the head.
    virtual void attended(int layer, int row, int keyValueHead, std::int64_t position, const HeadCache& cache, const float* mass) = 0;
};

/// The keys and values that a model has seen. Every sequence, layer and head stands alone, so sequences of a batch may have any lengths.
class KvCache
{
public:
    /// Everything that the cache holds comes from `resource`, which must be thread-safe and outlive it.
    [[nodiscard]] static Result<std::unique_ptr<KvCache>> create(const CacheShape& shape, CachePlan plan, std::pmr::memory_resource* resource = std::pmr::new_delete_resource());

    [[nodiscard]] const CacheShape& shape() const { return m_shape; }
    /// Positions of one sequence that a layer has; all layers agree between forward passes.
    [[nodiscard]] std::int64_t length(int layer, int row) const;
    [[nodiscard]] const HeadCache& head(int layer, int row, int keyValueHead) const { return m_heads[index(layer, row, keyValueHead)]; }

    /// Appends the tokens one after another and attends with each as soon as it is there: what a token sees depends on its position alone, never on
    /// how a text is cut into calls. out [rows, heads, count, head size]. Context beyond the model's limit is an Error and changes nothing; out of
    /// memory leaves a cache that can only be destroyed.
    [[nodiscard]] Result<void> attend(const LayerTokens& tokens, float* out, AttentionWatcher* watcher = nullptr, std::stop_token stop = {});

    /// Appends without attending: `queries` may be null. Policies that want to see attention see none.
    [[nodiscard]] Result<void> append(const LayerTokens& tokens);

    /// The key or value of a position below length(layer, row) as attention counts it, in the coordinates of what was given: out [head size]. False where the
    /// position was dropped.
    [[nodiscard]] bool read(int layer, int row, int keyValueHead, Half half, std::int64_t position, float* out) const;

    /// Has a GPU attend from now on, over a copy of this cache in its memory, wherever a call brings one token for each sequence and nobody watches; all else is
    /// computed on the host. An Error of code Unsupported where this plan or shape is not for the GPU; the cache is then as it was.
    [[nodiscard]] Result<void> mirrorOnDevice(const kernels::PackedAttentionKernels& kernels);
    /// The copy; nullptr: none.
    [[nodiscard]] DeviceMirror* mirror() const { return m_mirror.get(); }
    /// What it holds of the GPU's memory, which bytes() does not count.
    [[nodiscard]] std::int64_t deviceBytes() const { return m_mirror ? m_mirror->bytes() : 0; }

    /// What the cache holds, metadata, bookkeeping and positions kept twice counted.
    [[nodiscard]] std::int64_t bytes() const { return m_memory.bytes(); }
    /// The part of it that holds one half of all positions, with the bookkeeping of that half.
    [[nodiscard]] std::int64_t bytes(Half half) const;
    /// Numbers that it stands for: keys and values of all positions so far.
    [[nodiscard]] std::int64_t numbers() const;
    [[nodiscard]] double bitsPerValue() const { return numbers() > 0 ? 8.0 * static_cast<double>(bytes()) / static_cast<double>(numbers()) : 0; }

private:
    struct Layer
    {
        Layer(const LayerPlan& plan, int headSize);
        PageLayout keyLayout, valueLayout;
    };
    KvCache(const CacheShape& shape, CachePlan plan, std::pmr::memory_resource* resource);
    [[nodiscard]] std::size_t index(int layer, int row, int head) const { return static_cast<std::size_t>((layer * m_shape.rows + row) * m_shape.keyValueHeads + head); }
    struct HeadTask;
    [[nodiscard]] Result<void> checkContext(const LayerTokens& tokens) const;
    [[nodiscard]] static std::int64_t paddingOf(const LayerTokens& tokens, int row);
    void appendToken(const HeadTask& task, std::int64_t token, Releases& releases, std::vector<float>& scratch);
    void attendToken(const HeadTask& task, std::int64_t token, AttentionWatcher* watcher, AttentionScratch& scratch);
    void attendParts(const HeadTask& task, std::int64_t token, std::int64_t firstPart, std::int64_t endPart, const float* queries, AttentionScratch& scratch, PartialAttention& result, float* mass);
    [[nodiscard]] Result<void> attendMirrored(const LayerTokens& tokens, float* out);
    void transformQueries(const HeadTask& task, std::int64_t token, std::vector<float>& queries) const;
    void finish(const HeadTask& task, std::int64_t token, const PartialAttention& result) const;

    CacheShape m_shape;
    CachePlan m_plan;
    std::vector<RotaryPages> m_rotary; ///< [layers, key-value heads] of layers that have any; a model's, as the plan is
    CountingResource m_memory; ///< before all that lives in it
    std::pmr::vector<Layer> m_layers;
    std::pmr::vector<HeadCache> m_heads;
    std::unique_ptr<DeviceMirror> m_mirror; ///< after the heads, whose changes it notes
};

} // namespace bitloom::kv
