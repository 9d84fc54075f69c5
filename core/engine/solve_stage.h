// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/engine/calibration_store.h"
#include "core/engine/job_events.h"
#include "core/engine/prepared_job.h"
#include "core/protocol/messages.h"
#include "core/ranks/ranks.h"

#include <filesystem>
#include <vector>

namespace bitloom {

/// Where the solve stage reads and writes.
struct SolveFolders
{
    const CalibrationStore* calibration = nullptr; ///< null for methods that need none
    std::filesystem::path layers;
};

/// Quantizes every linear layer that has no sound checkpoint yet, several at a time as memory allows, and writes each one's
/// checkpoint as it is done. The other ranks, which are told to solve beforehand, take their share. Returns the reports of all layers in the model's order. The checkpoints do not depend on the number of
/// threads or on which of them were there before.
[[nodiscard]] Result<std::vector<LayerReport>> solveLayers(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch,
    JobListener& listener, JobControl& control, Ranks& ranks = oneRank());

} // namespace bitloom
