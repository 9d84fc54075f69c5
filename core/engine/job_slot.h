// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"
#include "core/engine/cache_watch.h"
#include "core/engine/job_events.h"
#include "core/engine/outgoing_queue.h"

#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace bitloom {

/// The one job that a serving engine runs at a time, on a thread of its own.
class JobSlot
{
public:
    using Work = std::function<Result<nlohmann::json>(JobListener&, JobControl&)>;

    explicit JobSlot(OutgoingQueue& queue);
    ~JobSlot(); ///< as end()
    /// Cancels the running job and waits for it; what its work uses may go away afterwards.
    void end();

    /// Runs `work` and sends its result as the response to request `id`; refused while another job runs.
    [[nodiscard]] Result<void> start(std::uint64_t id, Work work);
    /// The running job's control; null where none runs.
    [[nodiscard]] std::shared_ptr<JobControl> running() const;
    /// Id of the running job, 0 where none runs.
    [[nodiscard]] std::uint64_t runningId() const;
    /// What the studio looks at; outlives every job.
    [[nodiscard]] LayerWatch& watch() { return m_watch; }
    [[nodiscard]] CacheWatch& cacheWatch() { return m_cacheWatch; }

private:
    OutgoingQueue& m_queue;
    LayerWatch m_watch;
    CacheWatch m_cacheWatch;
    mutable std::mutex m_mutex; // guards m_control and m_id
    std::shared_ptr<JobControl> m_control;
    std::uint64_t m_id = 0;
    std::jthread m_thread; // last: joined first
};

} // namespace bitloom
