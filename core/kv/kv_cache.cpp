// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_cache.h"

#include "core/base/error_in_flight.h"
#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/kv/transform.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bitloom::kv {
namespace {
    std::vector<float>& headScratch()
    {
        thread_local std::vector<float> scratch;
        return scratch;
    }

    AttentionScratch& attentionScratch()
    {
        thread_local AttentionScratch scratch;
        return scratch;
    }
}

void* CountingResource::do_allocate(std::size_t bytes, std::size_t alignment)
{
    void* const memory = m_upstream->allocate(bytes, alignment);
    m_bytes += static_cast<std::int64_t>(bytes);
    return memory;
}

void CountingResource::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment)
{
    m_upstream->deallocate(memory, bytes, alignment);
    m_bytes -= static_cast<std::int64_t>(bytes);
}

KvCache::Layer::Layer(const LayerPlan& plan, int headSize)
    : keyLayout(plan.keys.grid, Half::Keys, headSize, plan.keys.block)
    , valueLayout(plan.values.grid, Half::Values, headSize, plan.values.block)
{
}

KvCache::KvCache(const CacheShape& shape, CachePlan plan, std::pmr::memory_resource* resource)
    : m_shape(shape)
    , m_plan(std::move(plan))
    , m_memory(resource)
    , m_layers(&m_memory)
    , m_heads(&m_memory)
{
    m_layers.reserve(static_cast<std::size_t>(shape.layers));
    m_heads.reserve(static_cast<std::size_t>(shape.layers * shape.rows * shape.keyValueHeads));
    m_rotary.reserve(static_cast<std::size_t>(shape.layers * shape.keyValueHeads)); // heads point into it
    for (int layer = 0; layer < shape.layers; ++layer) {
        LayerPlan& of = m_plan.layers[static_cast<std::size_t>(layer)];
        m_layers.emplace_back(of, shape.headSize);
        const std::size_t firstRotary = m_rotary.size();
        if (of.keys.beforeRotary) {
            // Exact rows and queries stay as they are: the transform is one of pages alone.
            const auto rotary = std::make_shared<const RotaryPlan>(shape.rotaryFrequencies, m_layers.back().keyLayout, std::exchange(of.keys.transform, {}));
            for (int head = 0; head < shape.keyValueHeads; ++head)
                m_rotary.emplace_back(m_layers.back().keyLayout, rotary, head);
        }
        for (int row = 0; row < shape.rows; ++row)
            for (int head = 0; head < shape.keyValueHeads; ++head)
                m_heads.emplace_back(m_layers.back().keyLayout, m_layers.back().valueLayout, of.exact, of.policy(&m_memory, layer, head), &m_memory,
                    of.keys.beforeRotary ? &m_rotary[firstRotary + static_cast<std::size_t>(head)] : nullptr);
    }
}

Result<std::unique_ptr<KvCache>> KvCache::create(const CacheShape& shape, CachePlan plan, std::pmr::memory_resource* resource)
{
    return catching("making a key-value cache", [&]() -> Result<std::unique_ptr<KvCache>> {
        BITLOOM_CHECK(checkPlan(plan, shape));
        return std::unique_ptr<KvCache>(new KvCache(shape, std::move(plan), resource));
    });
}

std::int64_t KvCache::length(int layer, int row) const
{
    return head(layer, row, 0).length();
}

std::int64_t KvCache::bytes(Half half) const
{
    std::int64_t held = 0;
    for (const HeadCache& cache : m_heads)
        held += (half == Half::Keys ? cache.keys() : cache.values()).bytes();
    return held;
}

std::int64_t KvCache::numbers() const
{
    std::int64_t positions = 0;
    for (const HeadCache& cache : m_heads)
        positions += cache.length();
    return 2 * positions * m_shape.headSize;
}

bool KvCache::read(int layer, int row, int keyValueHead, Half half, std::int64_t position, float* out) const
{
    const HeadCache& cache = head(layer, row, keyValueHead);
    const LayerPlan& plan = m_plan.layers[static_cast<std::size_t>(layer)];
    if (!(half == Half::Keys ? cache.keys() : cache.values()).readRow(position, out))
        return false;
    std::vector<float>& scratch = headScratch();
    scratch.resize(std::max(scratch.size(), static_cast<std::size_t>(m_shape.headSize)));
    fromStored((half == Half::Keys ? plan.keys : plan.values).transform, keyValueHead, m_shape.headSize, out, scratch.data());
    return true;
}

struct KvCache::HeadTask
{
    const LayerTokens& tokens;
    int row, head;
    float* out;
    std::int64_t first; ///< token that is not padding
};

void KvCache::appendToken(const HeadTask& task, std::int64_t token, Releases& releases, std::vector<float>& scratch)
{
    const int headSize = m_shape.headSize;
    scratch.resize(static_cast<std::size_t>(4 * headSize));
    const LayerPlan& plan = m_plan.layers[static_cast<std::size_t>(task.tokens.layer)];
    const std::int64_t at = ((task.row * m_shape.keyValueHeads + task.head) * task.tokens.count + token) * headSize;
    const float* const key = toStored(plan.keys.transform, task.head, headSize, task.tokens.keys + at, scratch.data());
    const float* const value = toStored(plan.values.transform, task.head, headSize, task.tokens.values + at, scratch.data() + 2 * headSize);
    m_heads[index(task.tokens.layer, task.row, task.head)].append(key, value, releases);
}

void KvCache::transformQueries(const HeadTask& task, std::int64_t token, std::vector<float>& queries) const
{
    const int headSize = m_shape.headSize, shared = m_shape.heads / m_shape.keyValueHeads;
    const Transform& transform = m_plan.layers[static_cast<std::size_t>(task.tokens.layer)].keys.transform;
    queries.resize(static_cast<std::size_t>((shared + 1) * headSize));
    float* const scaled = queries.data() + shared * headSize;
    for (int g = 0; g < shared; ++g) {
        const float* const query = task.tokens.queries + ((task.row * m_shape.heads + task.head * shared + g) * task.tokens.count + token) * headSize;
        float* const to = queries.data() + g * headSize;
        float* const before = transform.mix.empty() ? to : scaled;
        for (int c = 0; c < headSize; ++c)
            before[c] = query[c] * (transform.scale.empty() ? 1 : transform.scale[static_cast<std::size_t>(task.head * headSize + c)]);
        if (!transform.mix.empty())
            multiplyTransposedRuns(before, transform.mix, transform.mixSize, headSize, to);
    }
}

void KvCache::finish(const HeadTask& task, std::int64_t token, const PartialAttention& result) const
{
    const int headSize = m_shape.headSize, shared = m_shape.heads / m_shape.keyValueHeads;
    float* const out = task.out + ((task.row * m_shape.heads + task.head * shared) * task.tokens.count + token) * headSize;
    const std::int64_t stride = task.tokens.count * headSize;
    result.finish(out, stride);
    const Transform& transform = m_plan.layers[static_cast<std::size_t>(task.tokens.layer)].values.transform;
    if (transform.isIdentity())
        return;
    std::vector<float> scratch(static_cast<std::size_t>(headSize));
    for (int g = 0; g < shared; ++g)
        fromStored(transform, task.head, headSize, out + g * stride, scratch.data());
}

void KvCache::attendParts(const HeadTask& task, std::int64_t token, std::int64_t firstPart, std::int64_t endPart, const float* queries, AttentionScratch& scratch,
    PartialAttention& result, float* mass)
{
    (void)token;
    const HeadCache& cache = m_heads[index(task.tokens.layer, task.row, task.head)];
    QueryGroup group;
    group.queries = queries;
    group.stride = m_shape.headSize;
    group.count = m_shape.heads / m_shape.keyValueHeads;
    group.scale = 1 / std::sqrt(static_cast<float>(m_shape.headSize));
    if (m_shape.slidingWindow)
        group.firstVisible = std::max<std::int64_t>(0, cache.length() - *m_shape.slidingWindow);
    if (mass) { // who wants to see the weights gets them of all positions at once
        kv::attend(cache, group, 0, cache.length(), scratch, result, mass);
        return;
    }
    for (std::int64_t part = firstPart; part < endPart; ++part) {
        PartialAttention one(group.count, m_shape.headSize);
        kv::attend(cache, group, part * attentionPart, std::min(cache.length(), (part + 1) * attentionPart), scratch, one);
        result.merge(one);
    }
}

void KvCache::attendToken(const HeadTask& task, std::int64_t token, AttentionWatcher* watcher, AttentionScratch& scratch)
{
    HeadCache& cache = m_heads[index(task.tokens.layer, task.row, task.head)];
    thread_local std::vector<float> queries, mass;
    transformQueries(task, token, queries);
    PartialAttention result(m_shape.heads / m_shape.keyValueHeads, m_shape.headSize);
    const bool wanted = watcher || cache.policy().wantsAttention();
    if (wanted)
        mass.resize(static_cast<std::size_t>(cache.length()));
    attendParts(task, token, 0, (cache.length() + attentionPart - 1) / attentionPart, queries.data(), scratch, result, wanted ? mass.data() : nullptr);
    if (cache.policy().wantsAttention())
        cache.policy().observe(mass.data(), cache.length());
    if (watcher)
        watcher->attended(task.tokens.layer, task.row, task.head, cache.length() - 1, cache, mass.data());
    finish(task, token, result);
}

std::int64_t KvCache::paddingOf(const LayerTokens& tokens, int row)
{
    return tokens.padding.empty() ? 0 : std::min(tokens.count, tokens.padding[static_cast<std::size_t>(row)]);
}

Result<void> KvCache::checkContext(const LayerTokens& tokens) const
{
    for (int row = 0; row < m_shape.rows && m_shape.contextLength > 0; ++row)
        if (const std::int64_t needed = length(tokens.layer, row) + tokens.count - paddingOf(tokens, row); needed > m_shape.contextLength)
            return fail(ErrorCode::Usage, "{} tokens are more than the model's context of {}", needed, m_shape.contextLength);
    return {};
}

Result<void> KvCache::append(const LayerTokens& tokens)
{
    return catching("adding to a key-value cache", [&]() -> Result<void> {
        BITLOOM_CHECK(checkContext(tokens));
        parallelFor(m_shape.rows * m_shape.keyValueHeads, 1, [&](std::int64_t begin, std::int64_t end) {
            Releases releases;
            std::vector<float> scratch;
            for (std::int64_t i = begin; i < end; ++i) {
                const int row = static_cast<int>(i) / m_shape.keyValueHeads;
                const HeadTask task { tokens, row, static_cast<int>(i) % m_shape.keyValueHeads, nullptr, paddingOf(tokens, row) };
                for (std::int64_t token = task.first; token < tokens.count; ++token)
                    appendToken(task, token, releases, scratch);
            }
        });
        return {};
    });
}

Result<void> KvCache::mirrorOnDevice(const kernels::PackedAttentionKernels& kernels)
{
    return catching("copying a key-value cache to the GPU", [&]() -> Result<void> {
        BITLOOM_TRY(m_mirror, DeviceMirror::create(m_shape, m_heads, kernels, &m_memory));
        return {};
    });
}

Result<void> KvCache::attendMirrored(const LayerTokens& tokens, float* out)
{
    const int heads = m_shape.rows * m_shape.keyValueHeads, shared = m_shape.heads / m_shape.keyValueHeads, headSize = m_shape.headSize;
    const std::int64_t groupSize = static_cast<std::int64_t>(shared) * headSize;
    std::vector<float> queries(static_cast<std::size_t>(heads * groupSize));
    const auto taskOf = [&](std::int64_t i) {
        const int row = static_cast<int>(i) / m_shape.keyValueHeads;
        return HeadTask { tokens, row, static_cast<int>(i) % m_shape.keyValueHeads, out, paddingOf(tokens, row) };
    };
    parallelFor(heads, 1, [&](std::int64_t begin, std::int64_t end) {
        thread_local Releases releases;
        std::vector<float> ofHead;
        for (std::int64_t i = begin; i < end; ++i) {
            const HeadTask task = taskOf(i);
            if (task.first > 0)
                continue;
            appendToken(task, 0, releases, headScratch());
            transformQueries(task, 0, ofHead);
            std::copy_n(ofHead.begin(), groupSize, queries.begin() + i * groupSize);
        }
    });
    BITLOOM_CHECK(m_mirror->synchronise(tokens.layer));
    std::vector<float> found(queries.size());
    BITLOOM_CHECK(m_mirror->attend(tokens.layer, queries.data(), found.data()));
    std::vector<float> scratch(static_cast<std::size_t>(headSize));
    const Transform& transform = m_plan.layers[static_cast<std::size_t>(tokens.layer)].values.transform;
    for (int i = 0; i < heads; ++i) {
        const HeadTask task = taskOf(i);
        if (task.first > 0)
            continue;
        std::copy_n(found.begin() + i * groupSize, groupSize, out + i * groupSize);
        for (int g = 0; g < shared; ++g)
            fromStored(transform, task.head, headSize, out + i * groupSize + static_cast<std::int64_t>(g) * headSize, scratch.data());
    }
    return {};
}

Result<void> KvCache::attend(const LayerTokens& tokens, float* out, AttentionWatcher* watcher, std::stop_token stop)
{
    return catching("attending to a key-value cache", [&]() -> Result<void> {
        BITLOOM_CHECK(checkContext(tokens));
        std::fill(out, out + static_cast<std::int64_t>(m_shape.rows) * m_shape.heads * tokens.count * m_shape.headSize, 0.0F);
        if (m_mirror && tokens.count == 1 && !watcher)
            return stop.stop_requested() ? Result<void>(cancelled()) : attendMirrored(tokens, out);
        const int heads = m_shape.rows * m_shape.keyValueHeads;
        const auto taskOf = [&](std::int64_t i) {
            const int row = static_cast<int>(i) / m_shape.keyValueHeads;
            return HeadTask { tokens, row, static_cast<int>(i) % m_shape.keyValueHeads, out, paddingOf(tokens, row) };
        };
        if (tokens.count == 1 && !watcher && length(tokens.layer, 0) >= attentionPart) {
            // One token of a long text: the parts of the context are shared out too.
            std::vector<std::vector<float>> queries(static_cast<std::size_t>(heads));
            std::vector<std::vector<PartialAttention>> parts(static_cast<std::size_t>(heads));
            std::vector<std::pair<int, std::int64_t>> work;
            bool wanted = false;
            for (int i = 0; i < heads; ++i) {
                const HeadTask task = taskOf(i);
                HeadCache& cache = m_heads[index(tokens.layer, task.row, task.head)];
                wanted |= cache.policy().wantsAttention();
                if (task.first > 0)
                    continue;
                for (std::int64_t part = 0; part * attentionPart < cache.length() + 1; ++part) {
                    parts[static_cast<std::size_t>(i)].emplace_back(m_shape.heads / m_shape.keyValueHeads, m_shape.headSize);
                    work.emplace_back(i, part);
                }
            }
            if (!wanted) {
                thread_local Releases releases;
                for (int i = 0; i < heads; ++i) {
                    const HeadTask task = taskOf(i);
                    if (task.first > 0)
                        continue;
                    appendToken(task, 0, releases, headScratch());
                    transformQueries(task, 0, queries[static_cast<std::size_t>(i)]);
                }
                parallelFor(static_cast<std::int64_t>(work.size()), 1, [&](std::int64_t begin, std::int64_t end) {
                    for (std::int64_t w = begin; w < end; ++w) {
                        const auto [i, part] = work[static_cast<std::size_t>(w)];
                        attendParts(taskOf(i), 0, part, part + 1, queries[static_cast<std::size_t>(i)].data(), attentionScratch(),
                            parts[static_cast<std::size_t>(i)][static_cast<std::size_t>(part)], nullptr);
                    }
                });
                for (int i = 0; i < heads; ++i) {
                    auto& ofHead = parts[static_cast<std::size_t>(i)];
                    for (std::size_t part = 1; part < ofHead.size(); ++part)
                        ofHead.front().merge(ofHead[part]);
                    if (!ofHead.empty())
                        finish(taskOf(i), 0, ofHead.front());
                }
                return {};
            }
        }
        parallelFor(heads, 1, [&](std::int64_t begin, std::int64_t end) {
            thread_local Releases releases;
            for (std::int64_t i = begin; i < end; ++i) {
                const HeadTask task = taskOf(i);
                for (std::int64_t token = task.first; token < tokens.count && !stop.stop_requested(); ++token) {
                    appendToken(task, token, releases, headScratch());
                    attendToken(task, token, watcher, attentionScratch());
                }
            }
        });
        if (stop.stop_requested())
            return cancelled();
        return {};
    });
}

} // namespace bitloom::kv
