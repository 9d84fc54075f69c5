// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/logarithmic_window.h"

namespace bitloom::kv {

LogarithmicList::LogarithmicList(std::pmr::memory_resource* resource, int window)
    : m_window(window)
    , m_positions(resource)
{
    m_positions.reserve(3 * static_cast<std::size_t>(window));
}

void LogarithmicList::findRecentBegin()
{
    std::size_t first = m_positions.size();
    while (first > 1 && m_positions[first - 2] + 1 == m_positions[first - 1])
        --first;
    m_recentBegin = m_positions[first - 1];
}

void LogarithmicWindow::append(std::int32_t position, Releases& releases)
{
    m_list.append(position, [&](std::int32_t released) {
        if (released >= m_sinks)
            releases.both(released);
    });
}

Retained LogarithmicWindow::reason(std::int32_t position) const
{
    if (position < m_sinks || position == 0)
        return Retained::Sink;
    return position >= m_list.recentBegin() ? Retained::Recent : Retained::Logarithmic;
}

} // namespace bitloom::kv
