// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/score.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {

constexpr std::int64_t rowsAtATime = 64; // keeps the temporaries small beside the logits themselves

struct Moments
{
    double mean = 0, standardError = 0;
};

Moments moments(double sum, double squares, std::int64_t count)
{
    if (count == 0)
        return {};
    const double n = static_cast<double>(count), mean = sum / n;
    const double variance = std::max(0.0, squares / n - mean * mean);
    return { mean, count > 1 ? std::sqrt(variance / (n - 1)) : 0 };
}

} // namespace

double quantile(const std::vector<double>& sorted, double fraction)
{
    const double position = fraction * static_cast<double>(sorted.size() - 1);
    const auto lower = static_cast<std::size_t>(position);
    const auto upper = std::min(lower + 1, sorted.size() - 1);
    const double weight = position - static_cast<double>(lower);
    return (1 - weight) * sorted[lower] + weight * sorted[upper];
}

void Score::add(const torch::Tensor& logits, const torch::Tensor& targets, const torch::Tensor& reference)
{
    const at::NoGradGuard noGrad;
    for (std::int64_t begin = 0; begin < logits.size(0); begin += rowsAtATime) {
        const auto end = std::min(begin + rowsAtATime, logits.size(0));
        const auto rows = logits.slice(0, begin, end).to(torch::kFloat32);
        const auto wanted = targets.slice(0, begin, end).to(rows.device()).unsqueeze(1);
        const auto logProbabilities = rows.log_softmax(1);
        const auto likelihoods = logProbabilities.gather(1, wanted).to(torch::kFloat64).to(torch::kCPU);
        m_sum -= likelihoods.sum().item<double>();
        m_squares += likelihoods.square().sum().item<double>();
        m_tokens += end - begin;
        if (!reference.defined())
            continue;
        const auto referenceRows = reference.slice(0, begin, end).to(rows.device(), torch::kFloat32);
        const auto referenceLog = referenceRows.log_softmax(1);
        const auto referenceLikelihoods = referenceLog.gather(1, wanted).to(torch::kFloat64).to(torch::kCPU);
        m_referenceSum -= referenceLikelihoods.sum().item<double>();
        const auto differences = referenceLikelihoods - likelihoods;
        m_differenceSum += differences.sum().item<double>();
        m_differenceSquares += differences.square().sum().item<double>();
        const auto changes = likelihoods.exp() - referenceLikelihoods.exp();
        m_changeSum += changes.sum().item<double>();
        m_changeSquares += changes.square().sum().item<double>();
        // a token of probability 0 in the reference adds nothing, even where its logarithm is minus infinity
        const auto terms = referenceLog.exp() * (referenceLog - logProbabilities);
        const auto divergences = terms.nan_to_num(0, std::numeric_limits<double>::infinity(), 0).sum(1, false, torch::kFloat64).to(torch::kCPU);
        const auto* values = divergences.data_ptr<double>();
        m_divergences.insert(m_divergences.end(), values, values + divergences.numel());
        m_agreeing += (rows.argmax(1) == referenceRows.argmax(1)).sum().item<std::int64_t>();
        m_maximumLogitDifference = std::max(m_maximumLogitDifference, (rows - referenceRows).abs().max().item<double>());
    }
}

double Score::perplexity() const
{
    return m_tokens == 0 ? 0 : std::exp(m_sum / static_cast<double>(m_tokens));
}

double Score::perplexityStandardError() const
{
    return moments(m_sum, m_squares, m_tokens).standardError * perplexity();
}

std::optional<double> Score::referencePerplexity() const
{
    if (m_divergences.empty())
        return {};
    return std::exp(m_referenceSum / static_cast<double>(m_tokens));
}

double Score::klMean() const
{
    double sum = 0;
    for (const auto divergence : m_divergences)
        sum += divergence;
    return m_divergences.empty() ? 0 : sum / static_cast<double>(m_divergences.size());
}

void Score::report(EvaluationReport& report) const
{
    report.perplexity = perplexity();
    report.perplexityStandardError = perplexityStandardError();
    report.referencePerplexity = referencePerplexity();
    report.tokens = m_tokens;
    if (m_divergences.empty())
        return;
    double sum = 0, squares = 0;
    for (const auto divergence : m_divergences) {
        sum += divergence;
        squares += divergence * divergence;
    }
    const auto count = static_cast<std::int64_t>(m_divergences.size());
    const auto kl = moments(sum, squares, count);
    auto sorted = m_divergences;
    std::sort(sorted.begin(), sorted.end());
    report.klMean = kl.mean;
    report.klStandardError = kl.standardError;
    report.klMedian = quantile(sorted, 0.5);
    report.klP99 = quantile(sorted, 0.99);
    report.klMaximum = sorted.back();
    const auto ratio = moments(m_differenceSum, m_differenceSquares, count);
    report.perplexityRatio = std::exp(ratio.mean);
    report.perplexityRatioStandardError = ratio.standardError * std::exp(ratio.mean);
    report.probabilityChangeMean = m_changeSum / static_cast<double>(count);
    report.probabilityChangeRms = std::sqrt(m_changeSquares / static_cast<double>(count));
    const double agreement = static_cast<double>(m_agreeing) / static_cast<double>(count);
    report.top1Agreement = agreement;
    report.top1StandardError = count > 1 ? std::sqrt(agreement * (1 - agreement) / static_cast<double>(count - 1)) : 0;
}

} // namespace bitloom
