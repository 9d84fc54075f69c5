// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/causal_lm.h"

#include <torch/types.h>

namespace bitloom {

/// Sum over all positions of KL(P || Q), P being what the head makes of `original` and Q of `hidden`, both last blocks' outputs
/// [sequences, length, hidden size] in the compute dtype on the model's device. With `withGradient`, `hidden` is overwritten with
/// scale · ∂(that sum)/∂hidden. Works through chunks of positions, so that the logits of a few hundred tokens at most exist at any time.
[[nodiscard]] double outputDivergence(const CausalLm& model, const torch::Tensor& original, const torch::Tensor& hidden, bool withGradient, double scale = 1);

} // namespace bitloom
