// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/solve_stage.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/layer_observer.h"
#include "core/engine/resource_usage.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    /// torch's own threads would change the rounding of sums with their number; all parallelism here is parallelFor's.
    class SingleTorchThread
    {
    public:
        SingleTorchThread() { at::set_num_threads(1); }
        ~SingleTorchThread() { at::set_num_threads(m_before); }
        SingleTorchThread(const SingleTorchThread&) = delete;
        SingleTorchThread& operator=(const SingleTorchThread&) = delete;

    private:
        int m_before = at::get_num_threads();
    };

    GroupedHessian asGroup(const torch::Tensor& plain)
    {
        return { plain.unsqueeze(0) };
    }

    torch::Tensor sum(const torch::Tensor& fit, const torch::Tensor& heldOut)
    {
        return heldOut.defined() ? fit + heldOut : fit;
    }

    /// Objective of what is stored over that of w itself (all weights zeroed), on the measured Hessian: a solver's own objective may
    /// be on a regularised one. nullopt without a Hessian.
    std::optional<double> objectiveError(const LayerProblem& problem, const torch::Tensor& quantized)
    {
        if (!problem.guidedHessian && !problem.plainHessian)
            return std::nullopt;
        const GroupedHessian hessian = problem.guidedHessian ? *problem.guidedHessian : asGroup(*problem.plainHessian);
        const double whole = objective(problem.weight, torch::zeros_like(problem.weight), hessian);
        return whole > 0 ? std::optional(objective(problem.weight, quantized, hessian) / whole) : std::nullopt;
    }

    /// Σ f (w - q)² / Σ f w² for methods without a Hessian; f is the Fisher diagonal, or 1.
    double weightedError(const LayerProblem& problem, const torch::Tensor& quantized)
    {
        const auto weight = problem.weight.to(torch::kFloat64);
        auto lost = (weight - quantized.to(torch::kFloat64)).square_(), whole = weight.square();
        if (problem.fisherDiagonal) {
            lost *= *problem.fisherDiagonal;
            whole *= *problem.fisherDiagonal;
        }
        const double total = whole.sum().item<double>();
        return total > 0 ? lost.sum().item<double>() / total : 0;
    }

    class SolveStage
    {
    public:
        SolveStage(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch, JobListener& listener, JobControl& control)
            : m_job(job)
            , m_folders(folders)
            , m_watch(watch)
            , m_listener(listener)
            , m_control(control)
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
            std::vector<const LinearLayer*> together, alone;
            for (const LinearLayer& layer : m_job.layers) {
                if (auto solved = checkpoint(layer))
                    m_reports.emplace(layer.name, std::move(*solved));
                else
                    (fitsTogether(layer) ? together : alone).push_back(&layer);
            }
            m_meter.startAt(static_cast<std::int64_t>(m_reports.size()));
            if (!m_reports.empty())
                logTo(m_listener, "info", "{} of {} layers were already solved", m_reports.size(), m_job.layers.size());

            const SingleTorchThread single;
            parallelFor(static_cast<std::int64_t>(together.size()), 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                    solveUnlessFailed(*together[static_cast<std::size_t>(i)]);
            });
            for (const LinearLayer* layer : alone)
                solveUnlessFailed(*layer);
            if (m_failure)
                return tl::make_unexpected(*m_failure);
            std::vector<LayerReport> reports;
            for (const LinearLayer& layer : m_job.layers)
                reports.push_back(m_reports.at(layer.name));
            return reports;
        }

    private:
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
            return bytes * threadCount() < static_cast<double>(availableMemory()) / 3;
        }

        void solveUnlessFailed(const LinearLayer& layer)
        {
            {
                const std::lock_guard lock(m_mutex);
                if (m_failure)
                    return;
            }
            auto solved = m_control.checkpoint().and_then([&] { return solve(layer); });
            const std::lock_guard lock(m_mutex);
            if (!solved) {
                if (!m_failure)
                    m_failure = solved.error();
                return;
            }
            m_reports.emplace(layer.name, std::move(*solved));
            m_meter.advance(1, layer.name);
        }

        Result<LayerProblem> problemOf(const LinearLayer& layer) const
        {
            LayerProblem problem;
            problem.name = layer.name;
            BITLOOM_TRY(problem.weight, m_job.source.weights->load(layer.name + ".weight"));
            if (problem.weight.dim() != 2 || problem.weight.size(0) != layer.out || problem.weight.size(1) != layer.in)
                return fail(ErrorCode::InvalidInput, "{}.weight: is not {} × {}", layer.name, layer.out, layer.in);
            problem.weight = problem.weight.to(m_job.device).contiguous();
            if (m_folders.calibration == nullptr)
                return problem;
            BITLOOM_TRY(const LayerStatistics statistics, m_folders.calibration->readLayer(layer, m_job.needed));
            const auto onDevice = [&](const torch::Tensor& tensor) { return tensor.to(m_job.device); };
            const bool split = statistics.heldOut.matrices.defined();
            if (m_job.needed.guidedHessian) {
                problem.guidedHessian = GroupedHessian { onDevice(sum(statistics.fit.matrices, statistics.heldOut.matrices)) };
                if (split) {
                    problem.fitHessian = GroupedHessian { onDevice(statistics.fit.matrices) };
                    problem.heldOutHessian = GroupedHessian { onDevice(statistics.heldOut.matrices) };
                }
            }
            if (m_job.needed.plainHessian) {
                problem.plainHessian = onDevice(sum(statistics.plainFit, statistics.plainHeldOut));
                if (split)
                    problem.fitPlainHessian = onDevice(statistics.plainFit);
            }
            if (m_job.needed.fisherDiagonal)
                problem.fisherDiagonal = onDevice(statistics.fisherDiagonal);
            return problem;
        }

        Result<LayerReport> solve(const LinearLayer& layer)
        {
            LayerEvent state;
            state.layer = layer.name;
            state.block = static_cast<int>(layer.block);
            state.module = layer.module;
            state.state = LayerState::Solving;
            m_listener.event(state);
            m_followed.started(layer.name);
            auto report = solveGuarded(layer);
            m_followed.finished(layer.name);
            if (report) {
                m_listener.event(layerEvent(*report));
                return report;
            }
            const bool stopped = report.error().code == ErrorCode::Cancelled;
            state.state = stopped ? LayerState::Waiting : LayerState::Failed;
            state.message = stopped ? "" : report.error().message;
            m_listener.event(state);
            return report;
        }

        Result<LayerReport> solveGuarded(const LinearLayer& layer)
        {
            try {
                return solveOne(layer);
            } catch (...) {
                return errorInFlight("quantizing " + layer.name);
            }
        }

        Result<LayerReport> solveOne(const LinearLayer& layer)
        {
            const auto start = std::chrono::steady_clock::now();
            BITLOOM_TRY(const LayerProblem problem, problemOf(layer));
            LayerObserver observer(problem, m_watch, m_followed, m_listener);
            auto quantized = m_job.quantizer->quantize(problem, m_job.recipe.bits, m_job.recipe.parameters, observer, m_control.stopToken());
            if (!quantized) {
                if (quantized.error().code == ErrorCode::Cancelled)
                    return forward(quantized);
                return fail(quantized.error().code, "{}: {}", layer.name, quantized.error().message);
            }
            SolvedLayer solved { roundedToStorage(std::move(quantized->weight)), {} };
            const torch::Tensor weight = dequantize(solved.weight).to(m_job.device);
            if (weight.dim() != 2 || weight.size(0) != layer.out || weight.size(1) != layer.in || !weight.isfinite().all().item<bool>())
                return fail(ErrorCode::Internal, "{}: method {} returned weights of another shape or not finite", layer.name, m_job.method.id);

            LayerReport& report = solved.report;
            report.name = layer.name;
            report.objective = std::move(quantized->objective);
            if (!report.objective.empty()) {
                report.objectiveInitial = report.objective.front();
                report.objectiveFinal = report.objective.back();
            }
            report.relativeError = objectiveError(problem, weight).value_or(weightedError(problem, weight));
            if (problem.heldOutHessian) {
                const double whole = objective(problem.weight, torch::zeros_like(problem.weight), *problem.heldOutHessian);
                if (whole > 0) {
                    report.heldOutFinal = objective(problem.weight, weight, *problem.heldOutHessian) / whole;
                    if (observer.heldOutAtStart())
                        report.heldOutInitial = *observer.heldOutAtStart() / whole;
                }
            }
            report.bitsPerWeight = bitsPerWeight(solved.weight);
            report.chosen = std::move(quantized->chosen);
            // Where a method solved the fit part alone to choose its parameters, that solution's error is the honest one: the final
            // solution has seen the held-out sequences too.
            if (const auto honest = report.chosen.find("held_out_relative_error"); honest != report.chosen.end())
                report.heldOutFinal = honest->get<double>();
            report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            BITLOOM_CHECK(writeCheckpoint(m_folders.layers, solved));
            showResult(problem, solved);
            return std::move(solved.report);
        }

        void showResult(const LayerProblem& problem, const SolvedLayer& solved)
        {
            const LayerWatch::Target target = m_watch.target();
            const auto* table = std::get_if<LookupTableWeight>(&solved.weight);
            if (table == nullptr || !m_followed.isShown(problem.name, target))
                return;
            const int last = std::max(0, static_cast<int>(solved.report.objective.size()) - 1);
            if (auto event = codebookEvent(problem.name, target.row, last, "codebook", problem.weight, table->codes, table->codebook))
                m_listener.event(*event);
        }

        const PreparedJob& m_job;
        const SolveFolders& m_folders;
        const LayerWatch& m_watch;
        JobListener& m_listener;
        JobControl& m_control;
        ProgressToListener m_progress;
        FollowedLayer m_followed;
        std::mutex m_mutex; // guards all below
        ProgressMeter m_meter;
        std::map<std::string, LayerReport> m_reports;
        std::optional<Error> m_failure;
    };
}

Result<std::vector<LayerReport>> solveLayers(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch,
    JobListener& listener, JobControl& control)
{
    return SolveStage(job, folders, watch, listener, control).run();
}

} // namespace bitloom
