// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/job_schedule.h"
#include "core/engine/plugin_loader.h"

#include <stop_token>

namespace bitloom {

/// Answers requests (core/protocol/messages.h) that come from `input` on `output` until `input` ends or `stop` is requested; a running
/// job is then cancelled and leaves its checkpoints. A frame that cannot be read ends it with an Error, after telling the other side. Nothing
/// else may write to `output`. `limits` hold for jobs whose request names no others.
[[nodiscard]] Result<void> serve(const WeightMethods& methods, int input, int output, std::stop_token stop, const ResourceLimits& limits = {});

} // namespace bitloom
