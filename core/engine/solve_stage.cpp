// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/solve_stage.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/layer_solver.h"
#include "core/engine/ranked_solving.h"
#include "core/engine/resource_usage.h"
#include "core/quantization/one_torch_thread.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    class SolveStage : public LayerBoard
    {
    public:
        SolveStage(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch, JobListener& listener, JobControl& control, Ranks& ranks)
            : m_job(job)
            , m_folders(folders)
            , m_listener(listener)
            , m_control(control)
            , m_ranks(ranks)
            , m_solver(job, watch, listener, control)
            , m_progress(listener)
            , m_meter(m_progress, "quantize", "layers", static_cast<std::int64_t>(job.layers.size()))
        {
        }

        Result<std::vector<LayerReport>> run()
        {
            std::error_code error;
            fs::create_directories(m_folders.layers, error);
            if (error)
                return fail(ErrorCode::Io, "{}: cannot be made: {}", m_folders.layers.string(), error.message());
            for (const LinearLayer& layer : m_job.layers) {
                if (auto solved = checkpoint(layer))
                    m_reports.emplace(layer.name, std::move(*solved));
                else
                    waiting(fitsTogether(layer)).push_back(&layer);
            }
            m_meter.startAt(static_cast<std::int64_t>(m_reports.size()));
            if (!m_reports.empty())
                logTo(m_listener, "info", "{} of {} layers were already solved", m_reports.size(), m_job.layers.size());

            // The other ranks take layers from the same two lists, beside this one's threads.
            std::jthread others;
            if (m_ranks.count() > 1)
                others = std::jthread([this] { serveOthers(); });
            const OneTorchThread one;
            parallelFor(std::min<std::int64_t>(threadCount(), static_cast<std::int64_t>(m_together.size())), 1,
                [&](std::int64_t, std::int64_t) { solveWaiting(true); });
            solveWaiting(false);
            if (others.joinable())
                others.join();
            if (m_failure)
                return tl::make_unexpected(*m_failure);
            std::vector<LayerReport> reports;
            for (const LinearLayer& layer : m_job.layers)
                reports.push_back(m_reports.at(layer.name));
            return reports;
        }

        const LinearLayer* next(bool together) override
        {
            const std::lock_guard lock(m_mutex);
            auto& layers = waiting(together);
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
            const auto layer = std::find_if(m_job.layers.begin(), m_job.layers.end(), [&](const LinearLayer& one) { return one.name == stored.layer; });
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

        /// Whether as many layers of this size as there are threads fit into a third of the memory. On a GPU one layer fills the device.
        bool fitsTogether(const LinearLayer& layer) const
        {
            if (!m_job.device.is_cpu())
                return false;
            const double square = 4.0 * static_cast<double>(layer.in) * static_cast<double>(layer.in);
            const double matrix = 4.0 * static_cast<double>(layer.in) * static_cast<double>(layer.out);
            const auto groups = static_cast<double>(std::min<std::int64_t>(m_job.recipe.groups, layer.out));
            // Guided: fit, held-out, their sum, and as much again for the solver's own copies.
            const double bytes = (m_job.needed.guidedHessian ? 6 * groups * square : 0) + (m_job.needed.plainHessian ? 4 * square : 0) + 8 * matrix;
            return bytes * threadCount() * m_ranks.countHere() < static_cast<double>(availableMemory()) / 3;
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
            m_meter.advance(1, name);
        }

        void failed(const Error& error)
        {
            const std::lock_guard lock(m_mutex);
            if (!m_failure)
                m_failure = error;
        }

        const PreparedJob& m_job;
        const SolveFolders& m_folders;
        JobListener& m_listener;
        JobControl& m_control;
        Ranks& m_ranks;
        LayerSolver m_solver;
        ProgressToListener m_progress;
        std::mutex m_mutex; // guards all below
        std::deque<const LinearLayer*> m_together, m_alone; ///< that nobody has begun
        ProgressMeter m_meter;
        std::map<std::string, LayerReport> m_reports;
        std::optional<Error> m_failure;
    };
}

Result<std::vector<LayerReport>> solveLayers(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch,
    JobListener& listener, JobControl& control, Ranks& ranks)
{
    return SolveStage(job, folders, watch, listener, control, ranks).run();
}

} // namespace bitloom
