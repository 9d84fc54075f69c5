// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/job_events.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_format.h"
#include "core/quantization/weight_quantizer.h"

#include <chrono>
#include <optional>

namespace bitloom {

/// Decides which of the layers that run at the same time the live views show when nobody has picked one: the one that started first.
/// Thread-safe.
class FollowedLayer
{
public:
    void started(const std::string& layer);
    void finished(const std::string& layer);
    [[nodiscard]] bool isShown(const std::string& layer, const LayerWatch::Target& target) const;

private:
    mutable std::mutex m_mutex; // guards m_running
    std::vector<std::string> m_running;
};

/// Turns one layer's solver steps into events: an ObjectiveEvent for each, CodebookEvents and held-out errors at most 30 times a second while the
/// layer is watched. Used on the solver's thread.
class LayerObserver : public StepObserver
{
public:
    LayerObserver(const LayerProblem& problem, const LayerWatch& watch, const FollowedLayer& followed, JobListener& listener);
    void step(const SolverStep& step) override;

    /// The objective on the held-out Hessian at the solver's start; nullopt for methods without codes or without held-out sequences.
    [[nodiscard]] std::optional<double> heldOutAtStart() const { return m_heldOutAtStart; }

private:
    /// Error on the held-out Hessian over that of no weights at all, on a sample of rows; nullopt without held-out sequences.
    [[nodiscard]] std::optional<double> heldOutError(const SolverStep& step);

    const LayerProblem& m_problem;
    const LayerWatch& m_watch;
    const FollowedLayer& m_followed;
    JobListener& m_listener;
    int m_step = 0;
    std::optional<double> m_heldOutAtStart;
    torch::Tensor m_sampleRows, m_sampleWeight; ///< made when the layer is first shown
    double m_sampleWhole = 0;
    std::chrono::steady_clock::time_point m_lastCodebook {};
};

/// One row's codebook as it is now; nullopt where the row does not exist. weight [out, in] f32, codes [out, in] u8, codebook [out, levels] f32.
[[nodiscard]] std::optional<CodebookEvent> codebookEvent(const std::string& layer, std::int64_t row, int step, std::string_view phase,
    const torch::Tensor& weight, const torch::Tensor& codes, const torch::Tensor& codebook);

/// counts of equal bins from minimum to maximum.
[[nodiscard]] std::vector<float> histogram(const float* values, std::int64_t count, double minimum, double maximum, int bins);

} // namespace bitloom
