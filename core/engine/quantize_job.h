// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"
#include "core/engine/job_events.h"
#include "core/engine/job_schedule.h"
#include "core/engine/plugin_loader.h"
#include "core/protocol/messages.h"
#include "core/ranks/ranks.h"

#include <filesystem>

namespace bitloom {

struct QuantizeRequest
{
    Recipe recipe;
    std::filesystem::path output; ///< a folder, or a file for format gguf; must not exist
    std::filesystem::path project; ///< empty: OUT.bitloom, whose bulky parts are removed after success
    bool resume = false; ///< go on with what the project folder holds; other settings than there are refused
    ResourceLimits limits; ///< may be others than those of the job that is resumed
    /// Calibration is looked for and kept here instead of in the project folder, and stays there after success, so that several outputs of one model share it. Empty:
    /// in the project folder.
    std::filesystem::path measurements = {};
    bool runAnyway = false; ///< starts although the disk seems too small
};

/// The whole job: checks everything that can be refused, then calibrates, quantizes each layer, exports and reports. After a failure,
/// a cancel or a kill nothing lies under `output`, and the project folder holds what is needed to resume; the finished
/// output has the same bytes as an uninterrupted run's. With several ranks this is what rank 0 does, while the others work for it; they read
/// the model themselves and write nothing, and the output has the same bytes as one rank's.
[[nodiscard]] Result<QuantizeReport> runQuantizeJob(const QuantizeRequest& request, const WeightMethods& methods, const LayerWatch& watch,
    JobListener& listener, JobControl& control, Ranks& ranks = oneRank());

} // namespace bitloom
