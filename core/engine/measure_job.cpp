// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/measure_job.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/engine/calibration_stage.h"
#include "core/engine/error_curves.h"
#include "core/engine/project.h"
#include "core/engine/size_budget.h"

#include <ATen/Parallel.h>

namespace bitloom {
namespace {
    Result<PreparedJob> prepared(const Recipe& recipe, const WeightMethods& methods)
    {
        if (recipe.format != "gguf")
            return fail(ErrorCode::Usage, "the types of a GGUF file are measured, but the recipe's format is {}; give it format gguf", recipe.format);
        return prepareJob(measuringRecipe(recipe), methods);
    }

    Result<MeasuredCurves> measure(const MeasureRequest& request, const WeightMethods& methods, JobListener& listener, JobControl& control)
    {
        BITLOOM_TRY(PreparedJob job, prepared(request.recipe, methods));
        BITLOOM_TRY(job.schedule, scheduleJob(job, request.limits));
        CalibrationStage calibration(job, listener, control, oneRank());
        BITLOOM_CHECK(calibration.readText());
        BITLOOM_TRY(const std::string identity, modelIdentity(job.source.path));
        BITLOOM_TRY(const Project project, Project::open(request.folder));
        const LayerWatch nobodyWatches;
        const JobMonitor monitor(listener, nobodyWatches, [](const LayerWatch::Target&) { });
        BITLOOM_CHECK(calibration.prepareTokens(project, identity));
        const Fingerprint fingerprint = calibration.fingerprint(identity);
        CalibrationStore store(project.calibrationFolder(fingerprint.id()), fingerprint);
        at::set_num_threads(threadCount());
        BITLOOM_CHECK(calibration.run(project, store, [](const std::vector<LinearLayer>&) { return Result<void>(); }));
        ProgressToListener progress(listener);
        BITLOOM_CHECK(measureErrorCurves(job, store, calibration.tokens(), progress, control));
        return measuredCurves(job, store.folder());
    }
}

Result<MeasuredCurves> runMeasureJob(const MeasureRequest& request, const WeightMethods& methods, JobListener& listener, JobControl& control)
{
    if (request.folder.empty())
        return fail(ErrorCode::Usage, "no folder is named for the measurements");
    try {
        return measure(request, methods, listener, control);
    } catch (...) {
        return errorInFlight("measuring types");
    }
}

Result<MeasuredCurves> curvesInFolder(const Recipe& recipe, const std::filesystem::path& folder, const WeightMethods& methods)
{
    BITLOOM_TRY(const PreparedJob job, prepared(recipe, methods));
    BITLOOM_TRY(const std::vector<std::filesystem::path> folders, calibrationsFor(job, folder));
    for (const std::filesystem::path& calibration : folders)
        if (auto curves = measuredCurves(job, calibration))
            return curves;
    return fail(ErrorCode::NotFound, "{}: what each type costs was not measured yet with these settings", folder.string());
}

} // namespace bitloom
