// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/solve_stage.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/engine/job_model.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/layer_solver.h"
#include "core/engine/ranked_solving.h"
#include "core/quantization/one_torch_thread.h"

#include <c10/core/StreamGuard.h>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    /// Passes progress on unless it is quiet.
    class QuietableProgress : public ProgressSink
    {
    public:
        explicit QuietableProgress(JobListener& listener)
            : m_sink(listener)
        {
        }
        void progress(const Progress& progress) override
        {
            if (!quiet)
                m_sink.progress(progress);
        }
        std::atomic<bool> quiet { false };

    private:
        ProgressToListener m_sink;
    };
}

class SolveStage::Work : public LayerBoard
{
public:
    Work(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch, JobListener& listener, JobControl& control, Ranks& ranks)
        : m_job(job)
        , m_model(job)
        , m_folders(folders)
        , m_listener(listener)
        , m_control(control)
        , m_ranks(ranks)
        , m_solver(job, watch, listener, control)
        , m_progress(listener)
    {
    }

    Result<void> begin()
    {
        std::error_code error;
        fs::create_directories(m_folders.layers, error);
        if (error)
            return fail(ErrorCode::Io, "{}: cannot be made: {}", m_folders.layers.string(), error.message());
        for (const LinearLayer& layer : m_job.layers) {
            if (auto solved = checkpoint(layer))
                m_reports.emplace(layer.name, std::move(*solved));
        }
        if (!m_reports.empty())
            logTo(m_listener, "info", "{} of {} layers were already solved", m_reports.size(), m_job.layers.size());
        return {};
    }

    Result<void> offer(const std::vector<LinearLayer>& layers)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (m_failure)
                return tl::make_unexpected(*m_failure);
            for (const LinearLayer& offered : layers) {
                const auto layer = find(offered.name);
                if (layer != m_job.layers.end() && !m_reports.contains(layer->name))
                    waiting(fitsTogether(*layer)).push_back(&*layer);
            }
        }
        m_changed.notify_all();
        return {};
    }

    void close(std::optional<Error> error)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_closed = true;
            if (error && !m_failure)
                m_failure = std::move(error);
        }
        m_changed.notify_all();
    }

    void setQuiet(bool quiet) { m_progress.quiet = quiet; }

    Result<std::vector<LayerReport>> run()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_meter.emplace(m_progress, "quantize", "layers", static_cast<std::int64_t>(m_job.layers.size()));
            m_meter->startAt(static_cast<std::int64_t>(m_reports.size()));
        }
        // The other ranks take layers from the same two lists, beside this one's threads.
        std::jthread others;
        if (m_ranks.count() > 1)
            others = std::jthread([this] { serveOthers(); });
        const OneTorchThread one;
        std::optional<c10::StreamGuard> stream; // beside the calibration's, so that a GPU may run both
        if (m_job.schedule.pipelined && !m_job.device.is_cpu())
            stream.emplace(c10::impl::VirtualGuardImpl(m_job.device.type()).getStreamFromGlobalPool(m_job.device));
        parallelFor(threadsTogether(), 1, [&](std::int64_t, std::int64_t) { solveWaiting(true); });
        solveWaiting(false);
        if (others.joinable())
            others.join();
        const std::lock_guard lock(m_mutex);
        if (m_failure)
            return tl::make_unexpected(*m_failure);
        std::vector<LayerReport> reports;
        for (const LinearLayer& layer : m_job.layers) {
            const auto report = m_reports.find(layer.name);
            if (report == m_reports.end())
                return fail(ErrorCode::Internal, "layer {} was never offered to be solved", layer.name);
            reports.push_back(report->second);
        }
        return reports;
    }

    const LinearLayer* next(bool together) override
    {
        std::unique_lock lock(m_mutex);
        auto& layers = waiting(together);
        m_changed.wait(lock, m_control.stopToken(), [&] { return m_failure || m_closed || !layers.empty(); });
        if (!m_failure && m_control.stopToken().stop_requested())
            m_failure = cancelled().value();
        if (m_failure || layers.empty())
            return nullptr;
        const LinearLayer* layer = layers.front();
        layers.pop_front();
        return layer;
    }

    Result<RankMessage> problem(const LinearLayer& layer) override
    {
        LayerEvent event = waitingEvent(layer);
        event.state = LayerState::Solving;
        m_listener.event(event);
        RankMessage message;
        if (m_folders.calibration != nullptr) {
            BITLOOM_TRY(message.tensors, m_folders.calibration->packedLayer(layer, m_job.needed));
        }
        return message;
    }

    Result<void> solvedElsewhere(const StoredCheckpoint& stored) override
    {
        const auto layer = find(stored.layer);
        if (layer == m_job.layers.end())
            return fail(ErrorCode::Internal, "another rank solved layer '{}', which this job does not have", stored.layer);
        BITLOOM_CHECK(writeCheckpoint(m_folders.layers, stored));
        BITLOOM_TRY(SolvedLayer solved, readCheckpoint(m_folders.layers, layer->name, layer->out, layer->in));
        m_listener.event(layerEvent(solved.report));
        finished(std::move(solved.report));
        return {};
    }

    bool stopped() override
    {
        const std::lock_guard lock(m_mutex);
        return m_failure.has_value();
    }

private:
    std::deque<const LinearLayer*>& waiting(bool together) { return together ? m_together : m_alone; }

    /// A layer's checkpoint if there is a sound one. A damaged one is told and dropped.
    std::optional<LayerReport> checkpoint(const LinearLayer& layer)
    {
        std::error_code error;
        if (!fs::exists(m_folders.layers / (layer.name + ".safetensors"), error))
            return std::nullopt;
        auto solved = readCheckpoint(m_folders.layers, layer.name, layer.out, layer.in);
        if (!solved) {
            logTo(m_listener, "warning", "the checkpoint of {} is damaged and is made again: {}", layer.name, solved.error().message);
            return std::nullopt;
        }
        m_listener.event(layerEvent(solved->report));
        return std::move(solved->report);
    }

    [[nodiscard]] std::vector<LinearLayer>::const_iterator find(const std::string& name) const
    {
        return std::find_if(m_job.layers.begin(), m_job.layers.end(), [&](const LinearLayer& layer) { return layer.name == name; });
    }

    /// Whether as many layers of this size as there are threads fit into the memory for solving. On a GPU one layer fills the device.
    [[nodiscard]] bool fitsTogether(const LinearLayer& layer) const
    {
        return m_job.device.is_cpu() && m_model.solveBytes(layer) * threadCount() <= static_cast<double>(m_job.schedule.solveBytes);
    }

    /// Threads for layers that are solved several at a time.
    [[nodiscard]] std::int64_t threadsTogether()
    {
        if (!m_job.device.is_cpu())
            return 0;
        const std::lock_guard lock(m_mutex);
        return m_closed ? std::min<std::int64_t>(threadCount(), static_cast<std::int64_t>(m_together.size())) : threadCount();
    }

    void solveWaiting(bool together)
    {
        while (const LinearLayer* layer = next(together)) {
            const LayerWork work { [&] { return m_folders.calibration->readLayer(*layer, m_job.needed); },
                [&](const SolvedLayer& solved) { return writeCheckpoint(m_folders.layers, solved); } };
            auto solved = m_control.checkpoint().and_then([&] { return m_solver.solve(*layer, work); });
            if (solved)
                finished(std::move(*solved));
            else
                failed(solved.error());
        }
    }

    void serveOthers()
    {
        if (auto served = catching("sharing out the layers", [&] { return serveLayers(m_ranks, *this); }); !served)
            failed(served.error());
    }

    void finished(LayerReport report)
    {
        const std::lock_guard lock(m_mutex);
        const std::string name = report.name;
        m_reports.emplace(name, std::move(report));
        m_meter->advance(1, name);
    }

    void failed(const Error& error)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (!m_failure)
                m_failure = error;
        }
        m_changed.notify_all();
    }

    const PreparedJob& m_job;
    const JobModel m_model;
    const SolveFolders& m_folders;
    JobListener& m_listener;
    JobControl& m_control;
    Ranks& m_ranks;
    LayerSolver m_solver;
    QuietableProgress m_progress;
    std::mutex m_mutex; // guards all below
    std::condition_variable_any m_changed;
    std::deque<const LinearLayer*> m_together, m_alone; ///< that nobody has begun
    bool m_closed = false;
    std::optional<ProgressMeter> m_meter; ///< while it runs
    std::map<std::string, LayerReport> m_reports;
    std::optional<Error> m_failure;
};

SolveStage::SolveStage(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch, JobListener& listener, JobControl& control, Ranks& ranks)
    : m_work(std::make_unique<Work>(job, folders, watch, listener, control, ranks))
{
}

SolveStage::~SolveStage() = default;

Result<void> SolveStage::begin()
{
    return m_work->begin();
}

Result<void> SolveStage::offer(const std::vector<LinearLayer>& layers)
{
    return m_work->offer(layers);
}

void SolveStage::close(std::optional<Error> error)
{
    m_work->close(std::move(error));
}

void SolveStage::setQuiet(bool quiet)
{
    m_work->setQuiet(quiet);
}

Result<std::vector<LayerReport>> SolveStage::run()
{
    return m_work->run();
}

} // namespace bitloom
