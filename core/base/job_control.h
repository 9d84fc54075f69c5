// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace bitloom {

/// How somebody outside holds the reins of a long job: cancel at once, or pause at the next safe point.
/// Thread-safe; the job's threads call checkpoint(), anybody else the rest.
class JobControl
{
public:
    [[nodiscard]] std::stop_token stopToken() const { return m_stop.get_token(); }
    void cancel();
    void pause();
    void resume();
    [[nodiscard]] bool isPaused() const;

    /// Waits while paused; fails with ErrorCode::Cancelled once cancelled. Call it between units of work.
    [[nodiscard]] Result<void> checkpoint();

private:
    std::stop_source m_stop;
    mutable std::mutex m_mutex; // guards m_paused
    std::condition_variable_any m_changed;
    bool m_paused = false;
};

/// The error that every cancelled piece of work returns.
[[nodiscard]] tl::unexpected<Error> cancelled();

} // namespace bitloom
