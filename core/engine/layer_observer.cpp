// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/layer_observer.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace bitloom {
namespace {
    constexpr int rowBins = 128;
    constexpr std::int64_t sampleRowsPerGroup = 8; ///< enough for a curve, cheap beside a half step
    constexpr std::chrono::milliseconds codebookInterval { 33 };
}

void FollowedLayer::started(const std::string& layer)
{
    const std::lock_guard lock(m_mutex);
    m_running.push_back(layer);
}

void FollowedLayer::finished(const std::string& layer)
{
    const std::lock_guard lock(m_mutex);
    std::erase(m_running, layer);
}

bool FollowedLayer::isShown(const std::string& layer, const LayerWatch::Target& target) const
{
    if (!target.layer.empty())
        return target.layer == layer;
    const std::lock_guard lock(m_mutex);
    return !m_running.empty() && m_running.front() == layer;
}

LayerObserver::LayerObserver(const LayerProblem& problem, const LayerWatch& watch, const FollowedLayer& followed, JobListener& listener)
    : m_problem(problem)
    , m_watch(watch)
    , m_followed(followed)
    , m_listener(listener)
{
}

void LayerObserver::step(const SolverStep& step)
{
    const int index = m_step++;
    ObjectiveEvent event { m_problem.name, index, std::string(step.phase), step.objective, std::nullopt };
    const bool hasCodes = step.codes != nullptr && step.codebook != nullptr;
    if (index == 0 && hasCodes && m_problem.heldOutHessian) {
        const auto bits = std::countr_zero(static_cast<std::uint64_t>(step.codebook->size(1)));
        const auto quantized = dequantize(LookupTableWeight { *step.codes, *step.codebook, bits, std::nullopt });
        m_heldOutAtStart = roundedObjective(m_problem.weight, quantized, *m_problem.heldOutHessian);
    }
    const auto now = std::chrono::steady_clock::now();
    const LayerWatch::Target target = m_watch.target();
    const bool shown = hasCodes && now - m_lastCodebook >= codebookInterval && m_followed.isShown(m_problem.name, target);
    if (shown)
        event.heldOut = heldOutError(step);
    m_listener.event(event);
    if (!shown)
        return;
    m_lastCodebook = now;
    if (auto codebook = codebookEvent(m_problem.name, target.row, index, step.phase, m_problem.weight, *step.codes, *step.codebook))
        m_listener.event(*codebook);
}

std::optional<double> LayerObserver::heldOutError(const SolverStep& step)
{
    if (!m_problem.heldOutHessian)
        return std::nullopt;
    if (!m_sampleRows.defined()) {
        const torch::Tensor& weight = m_problem.weight;
        m_sampleRows = evenRows(weight.size(0), m_problem.heldOutHessian->groups(), sampleRowsPerGroup).to(weight.device());
        m_sampleWeight = weight.index_select(0, m_sampleRows);
        m_sampleWhole = roundedObjective(m_sampleWeight, torch::zeros_like(m_sampleWeight), *m_problem.heldOutHessian);
    }
    if (!(m_sampleWhole > 0))
        return std::nullopt;
    const torch::Tensor quantized = torch::gather(
        step.codebook->index_select(0, m_sampleRows), 1, step.codes->index_select(0, m_sampleRows).to(torch::kInt64));
    return roundedObjective(m_sampleWeight, quantized, *m_problem.heldOutHessian) / m_sampleWhole;
}

std::optional<CodebookEvent> codebookEvent(const std::string& layer, std::int64_t row, int step, std::string_view phase,
    const torch::Tensor& weight, const torch::Tensor& codes, const torch::Tensor& codebook)
{
    if (row < 0 || row >= weight.size(0) || codes.size(0) != weight.size(0) || codebook.size(0) != weight.size(0))
        return std::nullopt;
    const auto weightRow = weight[row].to(torch::kCPU, torch::kFloat32).contiguous();
    const auto codesRow = codes[row].to(torch::kCPU).contiguous();
    const auto levelsRow = codebook[row].to(torch::kCPU, torch::kFloat32).contiguous();
    const std::int64_t levels = levelsRow.numel();
    std::vector<float> counts(static_cast<std::size_t>(levels), 0.0F);
    for (std::int64_t i = 0; i < codesRow.numel(); ++i) {
        const std::uint8_t code = codesRow.data_ptr<std::uint8_t>()[i];
        if (code < levels)
            ++counts[code];
    }
    std::vector<std::size_t> order(static_cast<std::size_t>(levels));
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    const float* level = levelsRow.data_ptr<float>();
    std::stable_sort(order.begin(), order.end(), [level](std::size_t a, std::size_t b) { return level[a] < level[b]; });

    CodebookEvent event;
    event.layer = layer;
    event.row = row;
    event.step = step;
    event.phase = std::string(phase);
    for (const std::size_t index : order) {
        event.levels.push_back(level[index]);
        event.counts.push_back(counts[index]);
    }
    if (weightRow.numel() > 0) {
        event.minimum = weightRow.min().item<double>();
        event.maximum = weightRow.max().item<double>();
    }
    event.histogram = histogram(weightRow.data_ptr<float>(), weightRow.numel(), event.minimum, event.maximum, rowBins);
    return event;
}

std::vector<float> histogram(const float* values, std::int64_t count, double minimum, double maximum, int bins)
{
    std::vector<float> counts(static_cast<std::size_t>(bins), 0.0F);
    const double scale = maximum > minimum ? bins / (maximum - minimum) : 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto bin = static_cast<int>((values[i] - minimum) * scale);
        ++counts[static_cast<std::size_t>(std::clamp(bin, 0, bins - 1))];
    }
    return counts;
}

} // namespace bitloom
