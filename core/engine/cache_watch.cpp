// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cache_watch.h"

namespace bitloom {

void CacheWatch::set(std::optional<Target> target)
{
    const std::lock_guard lock(m_mutex);
    m_target = target;
}

std::optional<CacheWatch::Target> CacheWatch::target() const
{
    const std::lock_guard lock(m_mutex);
    return m_target;
}

} // namespace bitloom
