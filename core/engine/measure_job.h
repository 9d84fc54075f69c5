// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"
#include "core/engine/job_events.h"
#include "core/engine/job_schedule.h"
#include "core/engine/plugin_loader.h"
#include "core/protocol/messages.h"

#include <filesystem>

namespace bitloom {

struct MeasureRequest
{
    Recipe recipe; ///< format gguf; its type and budget do not matter
    std::filesystem::path folder; ///< keeps calibration and measurements, as a project folder does
    ResourceLimits limits;
};

/// Calibrates and measures what each type of a GGUF file costs each weight matrix, as a job with a size budget does before it chooses types. What the folder
/// holds of it already is not done again, and a job that is given the folder as its measurements calibrates no second time.
[[nodiscard]] Result<MeasuredCurves> runMeasureJob(const MeasureRequest& request, const WeightMethods& methods, JobListener& listener, JobControl& control);

/// What the folder holds of these settings already; an Error (NotFound) where it holds nothing.
[[nodiscard]] Result<MeasuredCurves> curvesInFolder(const Recipe& recipe, const std::filesystem::path& folder, const WeightMethods& methods);

} // namespace bitloom
