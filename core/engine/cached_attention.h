// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/kv_cache.h"
#include "core/model/causal_lm.h"

#include <stop_token>

namespace bitloom {

/// What a cache for this model and so many sequences looks like.
[[nodiscard]] kv::CacheShape cacheShape(const ModelConfig& config, std::int64_t rows);

/// Has the model's GPU attend over a copy of the cache, where it is on one and its kernels are for this cache (see kv::KvCache::mirrorOnDevice()). Where they are not,
/// the log says why, and the host attends as it does for a model on the CPU.
[[nodiscard]] Result<void> attendWhereModelIs(kv::KvCache& cache, torch::Device device);

/// Lets a model attend through a key-value cache, which must outlive this. The cache lives on the host whatever the model's device; prompts and watched tokens are
/// attended to there.
class CachedAttention : public BlockAttention
{
public:
    explicit CachedAttention(kv::KvCache& cache, kv::AttentionWatcher* watcher = nullptr, std::stop_token stop = {})
        : m_cache(cache)
        , m_watcher(watcher)
        , m_stop(std::move(stop))
    {
    }

    /// Watches the next calls; nullptr: nobody does.
    void setWatcher(kv::AttentionWatcher* watcher) { m_watcher = watcher; }
    /// Leading tokens of each row of the next calls that are padding; empty: none.
    void setPadding(std::vector<std::int64_t> padding) { m_padding = std::move(padding); }

    [[nodiscard]] torch::Tensor positions(std::int64_t block, std::int64_t count) override;
    /// Zeros once something failed, see status().
    [[nodiscard]] torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override;

    /// The first failure since the beginning: out of memory, beyond the model's context, cancelled.
    [[nodiscard]] const Result<void>& status() const { return m_status; }

private:
    kv::KvCache& m_cache;
    kv::AttentionWatcher* m_watcher;
    std::stop_token m_stop;
    std::vector<std::int64_t> m_padding;
    Result<void> m_status;
};

/// Runs tokens [rows, n] through all blocks with the cache; the hidden state after the last block, [rows, n, hidden].
[[nodiscard]] Result<torch::Tensor> runCached(const CausalLm& model, const torch::Tensor& tokens, CachedAttention& attention);

} // namespace bitloom
