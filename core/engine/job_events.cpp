// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/job_events.h"

#include "core/engine/resource_usage.h"

#include <chrono>

namespace bitloom {

void LayerWatch::set(std::string layer, std::int64_t row)
{
    const std::lock_guard lock(m_mutex);
    m_target = { std::move(layer), row, m_target.generation + 1 };
}

LayerWatch::Target LayerWatch::target() const
{
    const std::lock_guard lock(m_mutex);
    return m_target;
}

JobMonitor::JobMonitor(JobListener& listener, const LayerWatch& watch, std::function<void(const LayerWatch::Target&)> watchChanged)
    : m_thread([&listener, &watch, watchChanged = std::move(watchChanged)](const std::stop_token& stop) {
        constexpr int ticksPerSecond = 10;
        std::mutex mutex;
        std::condition_variable_any wake;
        std::uint64_t shown = watch.target().generation;
        for (int tick = 0; !stop.stop_requested(); ++tick) {
            if (tick % ticksPerSecond == 0) {
                const MemoryUsage usage = memoryUsage();
                listener.event(ResourceEvent { usage.residentBytes, usage.peakBytes, 0 });
            }
            if (const LayerWatch::Target target = watch.target(); target.generation != shown) {
                shown = target.generation;
                watchChanged(target);
            }
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, std::chrono::milliseconds(1000 / ticksPerSecond), [] { return false; });
        }
    })
{
}

} // namespace bitloom
