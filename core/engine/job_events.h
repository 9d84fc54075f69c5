// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/protocol/messages.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace bitloom {

/// Takes a running job's events; called from the job's threads, so implementations are thread-safe and quick.
class JobListener
{
public:
    virtual ~JobListener() = default;
    virtual void event(const Event& event) = 0;
};

/// A job's progress as events.
class ProgressToListener : public ProgressSink
{
public:
    explicit ProgressToListener(JobListener& listener)
        : m_listener(listener)
    {
    }
    void progress(const Progress& progress) override { m_listener.event(ProgressEvent { progress }); }

private:
    JobListener& m_listener;
};

/// Which layer and row somebody looks at. Thread-safe.
class LayerWatch
{
public:
    struct Target
    {
        std::string layer; ///< empty: whichever is running
        std::int64_t row = 0;
        std::uint64_t generation = 0; ///< counts the calls of set()
    };
    void set(std::string layer, std::int64_t row);
    [[nodiscard]] Target target() const;

private:
    mutable std::mutex m_mutex; // guards m_target
    Target m_target;
};

/// While it lives, a thread sends a ResourceEvent each second and calls `watchChanged` (on that thread) after each LayerWatch::set().
class JobMonitor
{
public:
    JobMonitor(JobListener& listener, const LayerWatch& watch, std::function<void(const LayerWatch::Target&)> watchChanged);

private:
    std::jthread m_thread;
};

/// Sends a log line to the listener.
template <class... Args>
void logTo(JobListener& listener, const char* level, fmt::format_string<Args...> format, Args&&... args)
{
    listener.event(LogEvent { level, fmt::format(format, std::forward<Args>(args)...) });
}

} // namespace bitloom
