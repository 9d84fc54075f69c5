// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/retention_policy.h"

namespace bitloom::kv {

/// LogQuant's retained set (Chen et al., 2025, algorithm 1): a list of at most 3 W positions; where it is full, every second of its older two thirds
/// goes. So the newest W to 2 W positions stay, and of each W before them half as many as of the W after them; position 0 stays for ever.
class LogarithmicList
{
public:
    LogarithmicList(std::pmr::memory_resource* resource, int window);
    /// Calls released(position), ascending, for each that leaves when `position` arrives.
    template <class Function>
    void append(std::int32_t position, const Function& released)
    {
        const auto window = static_cast<std::size_t>(m_window);
        if (m_positions.size() == 3 * window) {
            for (std::size_t i = 1; i < 2 * window; i += 2)
                released(m_positions[i]);
            for (std::size_t i = 0; i < window; ++i)
                m_positions[i] = m_positions[2 * i];
            for (std::size_t i = 0; i < window; ++i)
                m_positions[window + i] = m_positions[2 * window + i];
            m_positions.resize(2 * window);
            findRecentBegin();
        }
        m_positions.push_back(position);
    }
    [[nodiscard]] const std::pmr::vector<std::int32_t>& positions() const { return m_positions; }
    /// The first position from which on all are in the list.
    [[nodiscard]] std::int32_t recentBegin() const { return m_recentBegin; }

private:
    void findRecentBegin();

    int m_window;
    std::int32_t m_recentBegin = 0; ///< changes only when positions leave
    std::pmr::vector<std::int32_t> m_positions;
};

/// Keys and values both after LogarithmicList, and the first `sinks` positions always.
class LogarithmicWindow : public RetentionPolicy
{
public:
    LogarithmicWindow(std::pmr::memory_resource* resource, int window, int sinks)
        : m_list(resource, window)
        , m_sinks(sinks)
    {
    }
    void append(std::int32_t position, Releases& releases) override;
    [[nodiscard]] Retained reason(std::int32_t position) const override;

private:
    LogarithmicList m_list;
    int m_sinks;
};

} // namespace bitloom::kv
