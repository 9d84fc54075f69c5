// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

/// What a decoder block does beside its products and attention. On a CPU, unless `own` is false, each is one pass over the values, forward and back,
/// computed in f32 and rounded once to the tensors' dtype (f32 or bf16); elsewhere it is made of libtorch's operations. Results differ by
/// rounding alone. No gradient is taken of norm weights and angles.
namespace bitloom {

/// hidden / sqrt(mean of its squares along the last dimension + epsilon) · weight. weight [n] f32.
[[nodiscard]] torch::Tensor rmsNorm(const torch::Tensor& hidden, const torch::Tensor& weight, double epsilon, bool own = true);

/// silu(gate) · up.
[[nodiscard]] torch::Tensor gatedLinearUnit(const torch::Tensor& gate, const torch::Tensor& up, bool own = true);

/// Rotates pairs (i, i + head size / 2) of [batch, tokens, heads, head size] by angles, f32 [tokens, head size / 2], or
/// [batch, 1, tokens, head size / 2] where sequences differ; returns [batch, heads, tokens, head size].
[[nodiscard]] torch::Tensor rotateHeads(const torch::Tensor& heads, const torch::Tensor& angles, bool own = true);

} // namespace bitloom
