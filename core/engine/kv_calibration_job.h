// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/job_events.h"
#include "core/engine/kv_calibration.h"
#include "core/engine/model_slot.h"

#include <cstdint>
#include <string>

namespace bitloom {

struct KvCalibrationRequest
{
    std::string model, device = "auto";
    KvCandidate cache;
    double bitsPerValue = 0; ///< budget that the method shares out, and that its exact tokens are fitted to; 0: none
    std::int64_t context = 1024; ///< tokens that the budget is for, at most the model's context
    KvCalibrationText text;
};

/// Finds on calibration text what a cache method needs and returns it as a configuration, what `kv --save-configuration` writes. The model computes in f32; it comes
/// from `models` and stays there. An Error of code Usage where the method has nothing to find. Progress: stages "text", and those of calibrateCache.
[[nodiscard]] Result<nlohmann::json> runKvCalibrationJob(const KvCalibrationRequest& request, const KvMethods& methods, ModelSlot& models, JobListener& listener, JobControl& control);

} // namespace bitloom
