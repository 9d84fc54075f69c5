// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_control.h"

namespace bitloom {

void JobControl::cancel()
{
    m_stop.request_stop();
    m_changed.notify_all();
}

void JobControl::pause()
{
    const std::lock_guard lock(m_mutex);
    m_paused = true;
}

void JobControl::resume()
{
    {
        const std::lock_guard lock(m_mutex);
        m_paused = false;
    }
    m_changed.notify_all();
}

bool JobControl::isPaused() const
{
    const std::lock_guard lock(m_mutex);
    return m_paused;
}

Result<void> JobControl::checkpoint()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, m_stop.get_token(), [this] { return !m_paused; });
    if (m_stop.stop_requested())
        return cancelled();
    return {};
}

tl::unexpected<Error> cancelled()
{
    return fail(ErrorCode::Cancelled, "cancelled");
}

} // namespace bitloom
