// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/plugin_loader.h"
#include "core/engine/prepared_job.h"
#include "core/protocol/messages.h"

#include <filesystem>

namespace bitloom {

/// What a job that follows `schedule` writes and takes but for times and tensor types: output, disk and memory bytes, warnings.
[[nodiscard]] Result<QuantizePlan> planResources(const PreparedJob& job, const JobSchedule& schedule, const ResourceLimits& limits, int ranks = 1);
/// What a job would write and take when it follows `schedule`: output and disk bytes, memory and time of each stage (operation counts over
/// matrix product rates that are measured now, in about 0.2 s), warnings. Nothing is written.
[[nodiscard]] Result<QuantizePlan> planJob(const PreparedJob& job, const JobSchedule& schedule, const ResourceLimits& limits, int ranks = 1);
/// The same for a job of one process whose schedule is yet to be found; an Error where the limits are too small.
[[nodiscard]] Result<QuantizePlan> planJob(const Recipe& recipe, const WeightMethods& methods, const ResourceLimits& limits = {});
/// Sets plan.fits, with a warning where the disk under `folder` has less free than the job may need. Advice, no refusal.
void compareWithFreeSpace(QuantizePlan& plan, const std::filesystem::path& folder);

} // namespace bitloom
