// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/retention_policy.h"

namespace bitloom::kv {

/// The first `sinks` positions and the newest, of keys and of values as many as each has a window for.
class RecentWindow : public RetentionPolicy
{
public:
    RecentWindow(std::pmr::memory_resource*, int sinks, int keyWindow, int valueWindow)
        : m_sinks(sinks)
        , m_keyWindow(keyWindow)
        , m_valueWindow(valueWindow)
    {
    }
    void append(std::int32_t position, Releases& releases) override
    {
        if (position - m_keyWindow >= m_sinks)
            releases.keys.push_back(position - m_keyWindow);
        if (position - m_valueWindow >= m_sinks)
            releases.values.push_back(position - m_valueWindow);
    }
    [[nodiscard]] Retained reason(std::int32_t position) const override { return position < m_sinks ? Retained::Sink : Retained::Recent; }

private:
    int m_sinks, m_keyWindow, m_valueWindow;
};

} // namespace bitloom::kv
