// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <cstdint>
#include <optional>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// Gathers what a model predicts for the scored tokens, and how far that is from a reference's predictions.
class Score
{
public:
    /// logits [n, vocabulary] f32 on any device, targets [n] i64, reference like logits or undefined.
    void add(const torch::Tensor& logits, const torch::Tensor& targets, const torch::Tensor& reference = {});

    [[nodiscard]] std::int64_t tokens() const { return m_tokens; }
    /// exp of the mean negative log-likelihood.
    [[nodiscard]] double perplexity() const;
    /// The standard error of the mean negative log-likelihood, carried over to the perplexity to first order.
    [[nodiscard]] double perplexityStandardError() const;
    [[nodiscard]] std::optional<double> referencePerplexity() const;
    /// Mean over the scored tokens of KL(reference || model), in nats.
    [[nodiscard]] double klMean() const;
    /// KL(reference || model) of each scored token, in their order; empty without a reference.
    [[nodiscard]] const std::vector<double>& divergences() const { return m_divergences; }
    [[nodiscard]] double maximumLogitDifference() const { return m_maximumLogitDifference; }
    /// Fills in everything that was measured.
    void report(EvaluationReport& report) const;

private:
    double m_sum = 0, m_squares = 0, m_referenceSum = 0; ///< of negative log-likelihoods
    double m_differenceSum = 0, m_differenceSquares = 0; ///< of the model's minus the reference's
    double m_changeSum = 0, m_changeSquares = 0; ///< of the wanted token's probability, model minus reference
    double m_maximumLogitDifference = 0;
    std::int64_t m_tokens = 0, m_agreeing = 0;
    std::vector<double> m_divergences; ///< one for each token; empty without a reference
};

/// Linear interpolation between the order statistics; `sorted` ascending and not empty.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double fraction);

} // namespace bitloom
