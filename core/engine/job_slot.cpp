// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/job_slot.h"

#include "core/base/error_in_flight.h"
#include "core/engine/prepared_job.h"

namespace bitloom {
namespace {
    class QueueListener : public JobListener
    {
    public:
        QueueListener(OutgoingQueue& queue, std::uint64_t job)
            : m_queue(queue)
            , m_job(job)
        {
        }
        void event(const Event& event) override { m_queue.send(JobEvent { m_job, event }); }

    private:
        OutgoingQueue& m_queue;
        std::uint64_t m_job;
    };

    Result<nlohmann::json> guarded(const JobSlot::Work& work, JobListener& listener, JobControl& control)
    {
        try {
            return work(listener, control);
        } catch (...) {
            return errorInFlight("running the job");
        }
    }
}

JobSlot::JobSlot(OutgoingQueue& queue)
    : m_queue(queue)
{
}

JobSlot::~JobSlot()
{
    end();
}

void JobSlot::end()
{
    if (const auto control = running())
        control->cancel();
    if (m_thread.joinable())
        m_thread.join();
}

Result<void> JobSlot::start(std::uint64_t id, Work work)
{
    if (const std::uint64_t other = runningId())
        return fail(ErrorCode::Usage, "job {} is still running; wait for it or cancel it", other);
    auto control = std::make_shared<JobControl>();
    {
        const std::lock_guard lock(m_mutex);
        m_control = control;
        m_id = id;
    }
    // Assigning joins the thread of the job before, which has sent its response already.
    m_thread = std::jthread([this, id, control, work = std::move(work)] {
        QueueListener listener(m_queue, id);
        auto result = guarded(work, listener, *control);
        {
            const std::lock_guard lock(m_mutex);
            m_control.reset();
            m_id = 0;
        }
        m_queue.send(Response { id, std::move(result) });
    });
    return {};
}

std::shared_ptr<JobControl> JobSlot::running() const
{
    const std::lock_guard lock(m_mutex);
    return m_control;
}

std::uint64_t JobSlot::runningId() const
{
    const std::lock_guard lock(m_mutex);
    return m_id;
}

} // namespace bitloom
