// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cache_maps.h"

#include "core/kv/position_classes.h"

#include <algorithm>
#include <utility>

namespace bitloom {
namespace {
    std::string lettersOf(const std::vector<PositionClass>& classes)
    {
        std::string letters(classes.size(), ' ');
        std::transform(classes.begin(), classes.end(), letters.begin(),
            [](PositionClass each) { return positionClassLetters[static_cast<std::size_t>(each)]; });
        return letters;
    }
} // namespace

CacheMaps::CacheMaps(
    const kv::KvCache& cache, std::int64_t promptLength, const CacheWatch& watch, JobListener& listener)
    : m_cache(cache)
    , m_promptLength(promptLength)
    , m_watch(watch)
    , m_listener(listener)
{
}

kv::AttentionWatcher* CacheMaps::begin(std::int64_t tokens, bool last)
{
    m_map.reset();
    const auto target = m_watch.target();
    const bool due = last || !m_sent || Clock::now() - *m_sent >= std::chrono::duration<double>(1.0 / perSecond);
    if (!target || !due)
        return nullptr;
    const kv::CacheShape& shape = m_cache.shape();
    CacheMapEvent& map = m_map.emplace();
    map.length = m_cache.length(0, 0) + tokens;
    map.promptLength = m_promptLength;
    map.layers = shape.layers;
    map.heads = shape.keyValueHeads;
    map.layer = std::clamp(target->layer, 0, shape.layers - 1);
    map.head = std::clamp(target->head, 0, shape.keyValueHeads - 1);
    map.mass.assign(static_cast<std::size_t>(shape.layers * shape.keyValueHeads * positionClassCount), 0.0F);
    return this;
}

void CacheMaps::attended(int layer, int, int head, std::int64_t position, const kv::HeadCache& cache, const float* mass)
{
    if (position + 1 != m_map->length)
        return;
    thread_local std::vector<PositionClass> classes;
    kv::classifyPositions(cache, kv::Half::Keys, classes);
    const float shared = static_cast<float>(m_cache.shape().heads / m_cache.shape().keyValueHeads);
    float* const sums = m_map->mass.data() + (layer * m_map->heads + head) * positionClassCount;
    for (std::size_t i = 0; i < classes.size(); ++i)
        sums[static_cast<std::size_t>(classes[i])] += mass[i] / shared;
    if (layer != m_map->layer || head != m_map->head)
        return;
    m_map->keyClasses = lettersOf(classes);
    kv::classifyPositions(cache, kv::Half::Values, classes);
    m_map->valueClasses = lettersOf(classes);
    m_map->keyBits = cache.keys().layout().grid().bits;
    m_map->valueBits = cache.values().layout().grid().bits;
    m_map->attention.resize(static_cast<std::size_t>(m_map->length));
    std::transform(mass, mass + m_map->length, m_map->attention.begin(), [&](float each) { return each / shared; });
}

void CacheMaps::end(std::optional<std::vector<float>> errors)
{
    const auto now = Clock::now();
    if (!m_promptRead)
        m_promptRead = now;
    if (!m_map)
        return;
    m_map->keyBytes = m_cache.bytes(kv::Half::Keys);
    m_map->valueBytes = m_cache.bytes(kv::Half::Values);
    m_map->bytes = m_cache.bytes();
    const double seconds = std::chrono::duration<double>(now - *m_promptRead).count();
    m_map->tokensPerSecond = seconds > 0 ? static_cast<double>(m_map->length - m_map->promptLength) / seconds : 0;
    m_map->errors = std::move(errors);
    m_listener.event(*std::exchange(m_map, std::nullopt));
    m_sent = now;
}

} // namespace bitloom
