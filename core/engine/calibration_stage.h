// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/engine/calibration_store.h"
#include "core/engine/job_events.h"
#include "core/engine/prepared_job.h"
#include "core/engine/project.h"
#include "core/model/causal_lm.h"
#include "core/ranks/ranks.h"

#include <functional>
#include <optional>
#include <torch/types.h>

namespace bitloom {

using LayersMeasured = std::function<Result<void>(const std::vector<LinearLayer>& layers)>;

/// From a recipe's text settings to statistics on disk. Each part is done only where the project folder does not hold it already.
class CalibrationStage
{
public:
    CalibrationStage(const PreparedJob& job, JobListener& listener, JobControl& control, Ranks& ranks);

    /// Reads the calibration text, if the recipe names any. Done before a project folder exists, so that bad text is refused first.
    [[nodiscard]] Result<void> readText();
    /// Has tokens afterwards: those of readText(), those that an earlier run kept, or text that the model now writes.
    [[nodiscard]] Result<void> prepareTokens(const Project& project, const std::string& modelIdentity);
    /// What decides the statistics. Only after prepareTokens().
    [[nodiscard]] Fingerprint fingerprint(const std::string& modelIdentity) const;
    /// Makes sure that `store`, which is the project's for this calibration, holds sound statistics; the other ranks, which are prepared for the
    /// job, measure their share of the sequences. `measured` is told of every layer once, as soon as its statistics are in the store; its Error
    /// ends the calibration. libtorch's threads are the caller's affair. The model is released before it returns.
    [[nodiscard]] Result<void> run(const Project& project, CalibrationStore& store, const LayersMeasured& measured);

    [[nodiscard]] const torch::Tensor& tokens() const { return m_tokens; } ///< [sequences, length] i64; only after prepareTokens()
    [[nodiscard]] std::int64_t tokenCount() const { return m_tokens.defined() ? m_tokens.numel() : 0; }
    [[nodiscard]] double loadSeconds() const { return m_loadSeconds; }

private:
    [[nodiscard]] Result<void> loadModel();
    void releaseModel();
    [[nodiscard]] Result<void> measure(CalibrationStore& store, const Project& project, const CalibrationContent& content, const std::filesystem::path& overview,
        const LayersMeasured& measured);
    [[nodiscard]] Result<void> tellRanksToCalibrate(const CalibrationContent& content) const;
    void announce(LayerState state, const std::vector<LinearLayer>& layers);

    const PreparedJob& m_job;
    JobListener& m_listener;
    JobControl& m_control;
    Ranks& m_ranks;
    std::optional<CausalLm> m_model;
    torch::Tensor m_tokens; ///< [sequences, length] i64
    double m_loadSeconds = 0;
};

/// The job's model as its schedule has it: all at once, or part by part.
[[nodiscard]] Result<CausalLm> loadForCalibration(const PreparedJob& job);
[[nodiscard]] CalibrationOptions calibrationOptions(const PreparedJob& job, const CalibrationContent& content);

} // namespace bitloom
