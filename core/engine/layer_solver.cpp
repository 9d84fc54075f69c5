// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/layer_solver.h"

#include "core/base/error_in_flight.h"

#include <algorithm>
#include <chrono>

namespace bitloom {
namespace {
    torch::Tensor sum(const torch::Tensor& fit, const torch::Tensor& heldOut)
    {
        return heldOut.defined() ? fit + heldOut : fit;
    }

    /// Objective of what is stored over that of w itself (all weights zeroed), on the measured Hessian: a solver's own objective may
    /// be on a regularised one. nullopt without a Hessian.
    std::optional<double> objectiveError(const LayerProblem& problem, const torch::Tensor& quantized)
    {
        const std::optional<GroupedHessian> hessian = problemHessian(problem);
        if (!hessian)
            return std::nullopt;
        const double whole = roundedObjective(problem.weight, torch::zeros_like(problem.weight), *hessian);
        return whole > 0 ? std::optional(roundedObjective(problem.weight, quantized, *hessian) / whole) : std::nullopt;
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
}

LayerSolver::LayerSolver(const PreparedJob& job, const LayerWatch& watch, JobListener& listener, JobControl& control)
    : m_job(job)
    , m_watch(watch)
    , m_listener(listener)
    , m_control(control)
{
}

Result<LayerReport> LayerSolver::solve(const LinearLayer& layer, const LayerWork& work)
{
    LayerEvent state = waitingEvent(layer);
    state.state = LayerState::Solving;
    m_listener.event(state);
    m_followed.started(layer.name);
    auto report = solveGuarded(layer, work);
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

Result<LayerReport> LayerSolver::solveGuarded(const LinearLayer& layer, const LayerWork& work)
{
    try {
        return solveOne(layer, work);
    } catch (...) {
        return errorInFlight("quantizing " + layer.name);
    }
}

Result<LayerReport> LayerSolver::solveOne(const LinearLayer& layer, const LayerWork& work)
{
    const auto start = std::chrono::steady_clock::now();
    BITLOOM_TRY(const LayerProblem problem, problemOf(layer, work));
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
    const std::optional<double> error = objectiveError(problem, weight);
    report.relativeError = error ? *error : weightedError(problem, weight);
    if (problem.heldOutHessian) {
        const double whole = roundedObjective(problem.weight, torch::zeros_like(problem.weight), *problem.heldOutHessian);
        if (whole > 0) {
            report.heldOutFinal = roundedObjective(problem.weight, weight, *problem.heldOutHessian) / whole;
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
    BITLOOM_CHECK(work.keep(solved));
    showResult(problem, solved);
    return std::move(solved.report);
}

Result<LayerProblem> LayerSolver::problemOf(const LinearLayer& layer, const LayerWork& work) const
{
    LayerProblem problem;
    problem.name = layer.name;
    BITLOOM_TRY(problem.weight, m_job.source.weights->load(layer.name + ".weight"));
    if (problem.weight.dim() != 2 || problem.weight.size(0) != layer.out || problem.weight.size(1) != layer.in)
        return fail(ErrorCode::InvalidInput, "{}.weight: is not {} × {}", layer.name, layer.out, layer.in);
    problem.weight = problem.weight.to(m_job.device).contiguous();
    if (const auto type = m_job.ggmlTypes.find(layer.name); type != m_job.ggmlTypes.end())
        problem.ggmlType = type->second;
    if (m_job.importances) {
        if (const auto given = m_job.importances->find(layer.name + ".weight"); given != m_job.importances->end())
            problem.importances = torch::tensor(given->second, torch::kFloat32).to(m_job.device);
    }
    if (!m_job.needed.any())
        return problem;
    BITLOOM_TRY(const LayerStatistics statistics, work.statistics());
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

void LayerSolver::showResult(const LayerProblem& problem, const SolvedLayer& solved)
{
    const LayerWatch::Target target = m_watch.target();
    const auto* table = std::get_if<LookupTableWeight>(&solved.weight);
    if (table == nullptr || !m_followed.isShown(problem.name, target))
        return;
    const int last = std::max(0, static_cast<int>(solved.report.objective.size()) - 1);
    if (auto event = codebookEvent(problem.name, target.row, last, "codebook", problem.weight, table->codes, table->codebook))
        m_listener.event(*event);
}

LayerEvent waitingEvent(const LinearLayer& layer)
{
    LayerEvent event;
    event.layer = layer.name;
    event.block = static_cast<int>(layer.block);
    event.module = layer.module;
    return event;
}

} // namespace bitloom
