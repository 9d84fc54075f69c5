// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/result.h"
#include "core/engine/job_events.h"
#include "core/engine/plugin_loader.h"
#include "core/ranks/ranks.h"

namespace bitloom {

/// What every rank but 0 does: prepares the job that rank 0 names, with a model of its own, and does its share of the calibration and of the layers, until
/// rank 0 ends the job. Touches no file but the model's. Whatever it tells the listener is about this rank alone.
[[nodiscard]] Result<void> workForRankZero(const WeightMethods& methods, JobListener& listener, JobControl& control, Ranks& ranks);

} // namespace bitloom
