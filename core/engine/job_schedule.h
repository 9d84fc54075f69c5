// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/calibration/calibration.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace bitloom {

struct PreparedJob;

/// What a job may take of this machine. Nothing here changes a bit of what it makes on a CPU, so it is no part of a recipe.
struct ResourceLimits
{
    std::optional<std::int64_t> deviceBytes; ///< of the GPU's memory; where the device is the CPU, of this process's
    std::optional<std::int64_t> hostBytes; ///< of this process's memory
    std::optional<bool> pipelined; ///< whether layers are solved while others are calibrated; nullopt: where the device is a GPU
};

/// How a job is cut up to fit into its limits; the same on all of its ranks.
struct JobSchedule
{
    bool streamed = false; ///< one part of the model's weights at a time is in memory while it calibrates
    CalibrationSchedule calibration;
    bool pipelined = false; ///< a block's layers are solved while the block before it is calibrated
    std::int64_t solveBytes = std::numeric_limits<std::int64_t>::max(); ///< for all layers that are solved at a time
    bool operator==(const JobSchedule&) const = default;
};
void to_json(nlohmann::json& json, const JobSchedule& schedule);
void from_json(const nlohmann::json& json, JobSchedule& schedule); ///< throws nlohmann's exception on wrong types; between ranks only

/// The schedule that is expected to take the least time within the limits; without any, within what is available. `ranks` share the sequences,
/// `ranksHere` of them this machine. An Error (Usage) where nothing fits into a limit that was given names the smallest one that works, an
/// Error (OutOfMemory) where nothing fits into what is available.
[[nodiscard]] Result<JobSchedule> scheduleJob(const PreparedJob& job, const ResourceLimits& limits, int ranks = 1, int ranksHere = 1);

} // namespace bitloom
