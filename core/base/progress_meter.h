// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <chrono>
#include <deque>

namespace bitloom {

/// Turns "so many are done" into rate and ETA over a rolling window of this run. Not thread-safe.
class ProgressMeter
{
public:
    using Clock = std::chrono::steady_clock;

    ProgressMeter(ProgressSink& sink, std::string stage, std::string unit, std::int64_t total);

    /// Units that were already done before this run (a resumed job); they never count towards the rate.
    void startAt(std::int64_t done);
    void update(std::int64_t done, std::string item, Clock::time_point now = Clock::now());
    void advance(std::int64_t units, std::string item, Clock::time_point now = Clock::now());
    [[nodiscard]] const Progress& current() const { return m_progress; }

private:
    struct Sample
    {
        Clock::time_point time;
        std::int64_t done;
    };
    ProgressSink& m_sink;
    Progress m_progress;
    std::deque<Sample> m_window;
};

} // namespace bitloom
