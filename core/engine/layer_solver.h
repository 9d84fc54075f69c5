// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/engine/job_events.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/layer_observer.h"
#include "core/engine/prepared_job.h"

#include <functional>

namespace bitloom {

/// Where a layer's problem comes from and where its solution goes.
struct LayerWork
{
    std::function<Result<LayerStatistics>()> statistics; ///< only called for methods that need any
    std::function<Result<void>(const SolvedLayer&)> keep; ///< called before the layer is announced as done
};

/// Quantizes one layer at a time for each calling thread, and tells the listener about it. Thread-safe. What it returns for a layer does not
/// depend on threads or on other layers.
class LayerSolver
{
public:
    LayerSolver(const PreparedJob& job, const LayerWatch& watch, JobListener& listener, JobControl& control);
    [[nodiscard]] Result<LayerReport> solve(const LinearLayer& layer, const LayerWork& work);

private:
    [[nodiscard]] Result<LayerReport> solveGuarded(const LinearLayer& layer, const LayerWork& work);
    [[nodiscard]] Result<LayerReport> solveOne(const LinearLayer& layer, const LayerWork& work);
    [[nodiscard]] Result<LayerProblem> problemOf(const LinearLayer& layer, const LayerWork& work) const;
    void showResult(const LayerProblem& problem, const SolvedLayer& solved);

    const PreparedJob& m_job;
    const LayerWatch& m_watch;
    JobListener& m_listener;
    JobControl& m_control;
    FollowedLayer m_followed;
};

/// The event of a layer that nothing has happened to yet.
[[nodiscard]] LayerEvent waitingEvent(const LinearLayer& layer);

} // namespace bitloom
