// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/causal_lm.h"

#include <cstdint>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// Cross-entropy of each row of `logits` [rows, vocabulary] f32 with its target, and its gradient.
struct RowLoss
{
    torch::Tensor loss; ///< [rows] f32
    torch::Tensor gradient; ///< [rows, vocabulary] f32: softmax - one-hot
};
[[nodiscard]] RowLoss crossEntropy(const torch::Tensor& logits, const torch::Tensor& targets);

/// The end loss of each sequence: mean cross-entropy of positions 0 … length-2 with the token that follows, computed from the last
/// block's output `hidden` [sequences, length, hidden size] (on the model's device) and `tokens` [sequences, length] i64 (same device).
/// With `withGradient`, `hidden` is overwritten with ∂(that sequence's loss)/∂hidden. Works through chunks of positions, so that the
/// logits of a few hundred tokens at most exist at any time.
[[nodiscard]] std::vector<double> endLoss(const CausalLm& model, const torch::Tensor& hidden, const torch::Tensor& tokens, bool withGradient);

} // namespace bitloom
