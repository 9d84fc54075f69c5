// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/plugin_loader.h"
#include "core/engine/prepared_job.h"
#include "core/protocol/messages.h"

namespace bitloom {

/// What a job would write and take: output and disk bytes, ranges of memory and time (operation counts over a matrix product rate
/// that is measured now, in about 0.1 s), warnings. Nothing is written.
[[nodiscard]] Result<QuantizePlan> planJob(const PreparedJob& job);
[[nodiscard]] Result<QuantizePlan> planJob(const Recipe& recipe, const WeightMethods& methods);

} // namespace bitloom
