// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/cache_watch.h"
#include "core/engine/job_events.h"
#include "core/kv/kv_cache.h"

#include <chrono>
#include <optional>
#include <vector>

namespace bitloom {

/// Tells a listener what a cache holds, step by step, while somebody watches. Where nobody does, a step costs one look
/// at the watch.
class CacheMaps : public kv::AttentionWatcher
{
public:
    static constexpr int perSecond = 30;

    /// `cache` has one row; all references must outlive this.
    CacheMaps(const kv::KvCache& cache, std::int64_t promptLength, const CacheWatch& watch, JobListener& listener);

    /// Before `tokens` tokens run through the model: who has to watch their attention; nullptr where nobody looks, and where the last map is too young for
    /// another one, unless the text ends after these tokens (`last`).
    [[nodiscard]] kv::AttentionWatcher* begin(std::int64_t tokens, bool last);
    /// After they did: sends the map that was begun. `errors` as in CacheMapEvent.
    void end(std::optional<std::vector<float>> errors);

    /// Only the newest query counts; different heads come from different threads.
    void attended(int layer, int row, int keyValueHead, std::int64_t position, const kv::HeadCache& cache,
        const float* mass) override;

private:
    using Clock = std::chrono::steady_clock;

    const kv::KvCache& m_cache;
    const std::int64_t m_promptLength;
    const CacheWatch& m_watch;
    JobListener& m_listener;
    std::optional<CacheMapEvent> m_map; ///< of the step that runs, where it will be sent
    std::optional<Clock::time_point> m_sent, m_promptRead;
};

} // namespace bitloom
