// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/queued_job.h"

#include "app/studio/text.h"
#include "widgets/text_format.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace bitloom {

namespace {
    struct Words
    {
        Q_DECLARE_TR_FUNCTIONS(QueuedJob)
    };
}

QString calibrationFolder(const QuantizeTask& task)
{
    return task.measurements.isEmpty() ? task.project : task.measurements;
}

std::string sharedCalibration(const QueuedJob& job)
{
    const QString folder = calibrationFolder(job.task);
    return job.calibration.any() && !folder.isEmpty() ? folder.toStdString() + '\n' + calibrationKey(job.task.recipe) : std::string();
}

std::string calibrationKey(const Recipe& recipe)
{
    // The seed draws the text that a model writes itself; in files there is nothing to draw.
    const std::uint64_t seed = recipe.calibration.empty() ? recipe.seed : 0;
    return nlohmann::json { recipe.model, recipe.groups, recipe.calibration, recipe.sequences, recipe.sequenceLength, seed, recipe.computeDtype, recipe.device }
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

CalibrationUse calibrationUse(const Recipe& recipe, const MethodInfo& method)
{
    CalibrationUse use { method.needsGuidedHessian, method.needsPlainHessian, method.needsFisherDiagonal };
    // Types under a budget are chosen from what each costs the end loss.
    use.guidedHessian = use.guidedHessian || (recipe.format == "gguf" && (recipe.ggufType == "auto" || recipe.importances == "guided"));
    use.plainHessian = use.plainHessian || (recipe.format == "gguf" && recipe.importances == "plain");
    return use;
}

QString modelTitle(const Recipe& recipe)
{
    if (recipe.model == "demo")
        return Words::tr("Demo model");
    return QFileInfo(text(recipe.model)).fileName();
}

QString settingsTitle(const Recipe& recipe)
{
    QStringList parts { text(recipe.method) };
    if (recipe.format == "gguf" && recipe.ggufType == "auto" && recipe.sizeBudget > 0)
        parts << Words::tr("GGUF of %1 bits").arg(numberText(recipe.sizeBudget, 3));
    else if (recipe.format == "gguf")
        parts << Words::tr("%1 bits").arg(recipe.bits) << Words::tr("GGUF %1").arg(recipe.ggufType.empty() ? QStringLiteral("F16") : text(recipe.ggufType));
    else
        parts << Words::tr("%1 bits").arg(recipe.bits) << text(recipe.format);
    return parts.join(QStringLiteral(" · "));
}

QString stateTitle(QueueState state)
{
    switch (state) {
    case QueueState::Queued:
        return Words::tr("… queued");
    case QueueState::Running:
        return Words::tr("▶ running");
    case QueueState::Pausing:
        return Words::tr("‖ pausing");
    case QueueState::Paused:
        return Words::tr("‖ paused");
    case QueueState::Stopping:
        return Words::tr("■ stopping");
    case QueueState::Failed:
        return Words::tr("✕ failed");
    case QueueState::Done:
        return Words::tr("✓ done");
    }
    return {};
}

} // namespace bitloom
