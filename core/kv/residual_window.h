// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/retention_policy.h"

#include <algorithm>

namespace bitloom::kv {

/// KIVI's residuals: keys gather until there are `residual` of them and are then released together; of the values, the newest residual + 1 stay.
class ResidualWindow : public RetentionPolicy
{
public:
    ResidualWindow(std::pmr::memory_resource*, int residual, int sinks)
        : m_residual(residual)
        , m_sinks(sinks)
    {
    }
    void append(std::int32_t position, Releases& releases) override
    {
        if (position > 0 && position % m_residual == 0)
            for (std::int32_t released = std::max(position - m_residual, m_sinks); released < position; ++released)
                releases.keys.push_back(released);
        if (const std::int32_t released = position - m_residual - 1; released >= m_sinks)
            releases.values.push_back(released);
    }
    [[nodiscard]] Retained reason(std::int32_t position) const override { return position < m_sinks ? Retained::Sink : Retained::Recent; }

private:
    std::int32_t m_residual, m_sinks;
};

} // namespace bitloom::kv
