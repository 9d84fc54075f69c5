// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/engine/calibration_store.h"
#include "core/engine/job_events.h"
#include "core/engine/prepared_job.h"
#include "core/protocol/messages.h"
#include "core/ranks/ranks.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace bitloom {

/// Where the solve stage reads and writes.
struct SolveFolders
{
    const CalibrationStore* calibration = nullptr; ///< null for methods that need none
    std::filesystem::path layers;
};

/// Quantizes linear layers, several at a time as memory allows, and writes each one's checkpoint as it is done. The other ranks, which are told to
/// solve beforehand, take their share. The checkpoints do not depend on the number of threads, on the order in which layers come or on which of
/// them were there before.
class SolveStage
{
public:
    SolveStage(const PreparedJob& job, const SolveFolders& folders, const LayerWatch& watch, JobListener& listener, JobControl& control, Ranks& ranks);
    ~SolveStage();

    /// Finds the checkpoints that are there and sound. Before anything else.
    [[nodiscard]] Result<void> begin();
    /// These layers can be solved now; those with a checkpoint are left out. From any thread. An Error when the stage has failed.
    [[nodiscard]] Result<void> offer(const std::vector<LinearLayer>& layers);
    /// Nothing more will be offered; with an Error, nothing more is wanted either.
    void close(std::optional<Error> error = std::nullopt);
    /// While quiet, the stage tells nobody of its progress, because another stage is running.
    void setQuiet(bool quiet);
    /// Solves what is offered until it is closed. Returns the reports of all of the job's layers in the model's order.
    [[nodiscard]] Result<std::vector<LayerReport>> run();

private:
    class Work;
    std::unique_ptr<Work> m_work;
};

} // namespace bitloom
