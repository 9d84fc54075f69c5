// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/layer_pace.h"

#include <algorithm>
#include <numeric>

namespace bitloom {

void LayerPace::clear()
{
    *this = {};
}

void LayerPace::take(const LayerEvent& event, Clock::time_point now)
{
    const auto [layer, isNew] = m_layers.try_emplace(event.layer, LayerState::Waiting);
    if (isNew)
        ++m_layersOfBlock[event.block];
    const LayerState before = std::exchange(layer->second, event.state);
    m_solving += (event.state == LayerState::Solving) - (before == LayerState::Solving);
    m_done += (event.state == LayerState::Done) - (before == LayerState::Done);
    m_mostAtOnce = std::max(m_mostAtOnce, m_solving);
    if (event.state == LayerState::Solving && !m_since)
        m_since = now;
    if (event.state != LayerState::Done || before != LayerState::Solving || !m_since)
        return; // a checkpoint of an earlier run was never being solved in this one
    m_seconds.push_back(std::chrono::duration<double>(now - *m_since).count());
    m_since = now;
    while (m_seconds.size() > window())
        m_seconds.pop_front();
}

void LayerPace::resumed(Clock::time_point now)
{
    if (m_since)
        m_since = now;
}

std::size_t LayerPace::window() const
{
    int most = 1;
    for (const auto& [block, layers] : m_layersOfBlock)
        most = std::max(most, layers);
    return 2 * static_cast<std::size_t>(most);
}

std::optional<double> LayerPace::secondsLeft(Clock::time_point now) const
{
    const int left = total() - m_done;
    if (left <= 0)
        return m_layers.empty() ? std::nullopt : std::optional(0.0);
    // Of layers that are solved side by side the first ones end together: only when all have ended once is the pace known.
    if (!m_since || static_cast<int>(m_seconds.size()) < std::max(2, m_mostAtOnce))
        return std::nullopt;
    const double each = std::accumulate(m_seconds.begin(), m_seconds.end(), 0.0) / static_cast<double>(m_seconds.size());
    const double sinceLast = std::chrono::duration<double>(now - *m_since).count();
    return std::max(0.0, each * left - std::min(each, sinceLast));
}

} // namespace bitloom
