// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/quantize_job.h"
#include "widgets/log_view.h"

#include <vector>

namespace bitloom {

enum class QueueState { Queued, Running, Pausing, Paused, Stopping, Failed, Done };

/// What a job needs from calibration; a later job of the same input that needs no more finds all of it measured.
struct CalibrationUse
{
    bool guidedHessian = false, plainHessian = false, fisherDiagonal = false;

    [[nodiscard]] bool any() const { return guidedHessian || plainHessian || fisherDiagonal; }
    [[nodiscard]] bool covers(const CalibrationUse& other) const
    {
        return guidedHessian >= other.guidedHessian && plainHessian >= other.plainHessian && fisherDiagonal >= other.fisherDiagonal;
    }
    bool operator==(const CalibrationUse&) const = default;
};

/// One job of the queue: what it makes, where it stands, and what it left behind for people.
struct QueuedJob
{
    static constexpr std::size_t keptLogLines = 300;

    quint64 id = 0; ///< never given to another job of the same queue, also after a restart
    QuantizeTask task;
    CalibrationUse calibration;
    std::string sharedCalibration; ///< the same for all jobs that share one; empty where this one does not outlive its run, or none is needed
    QueueState state = QueueState::Queued;
    QString message; ///< a sentence: why it failed, what it waits for, what it made
    bool begun = false; ///< was started once: it goes on with what its project holds
    int layers = 0, layersDone = 0;
    QString finishedProject; ///< where its result is opened from; empty until it is done
    QString report; ///< of its failure, for a bug tracker
    std::vector<LogLine> log; ///< the newest lines

    // Of the run that is under way; not kept.
    std::string stage;
    std::optional<double> part; ///< of the stage, 0 to 1
    std::optional<double> secondsLeft; ///< of the whole run once layers are solved, else of the stage
    bool layersTell = false; ///< secondsLeft comes from the pace of layers

    [[nodiscard]] bool isActive() const
    {
        return state == QueueState::Running || state == QueueState::Pausing || state == QueueState::Stopping;
    }
    [[nodiscard]] bool canResume() const { return state == QueueState::Paused || state == QueueState::Failed; }
};

/// The folder in which the engine keeps the task's calibration; empty where that does not outlive the run.
[[nodiscard]] QString calibrationFolder(const QuantizeTask& task);
/// QueuedJob::sharedCalibration of a job that has its task and its calibration.
[[nodiscard]] std::string sharedCalibration(const QueuedJob& job);
/// The same for all tasks that can share one calibration, wherever it is kept.
[[nodiscard]] std::string calibrationKey(const Recipe& recipe);
/// What the engine measures for this recipe with this method.
[[nodiscard]] CalibrationUse calibrationUse(const Recipe& recipe, const MethodInfo& method);
/// "Demo model", or the name of the file or folder.
[[nodiscard]] QString modelTitle(const Recipe& recipe);
/// "guidedquant · 3 bits · GGUF Q4_K_M".
[[nodiscard]] QString settingsTitle(const Recipe& recipe);
[[nodiscard]] QString stateTitle(QueueState state);

} // namespace bitloom
