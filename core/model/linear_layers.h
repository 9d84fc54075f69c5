// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// One linear layer.
struct LinearWeights
{
    torch::Tensor weight; ///< [out, in]
    torch::Tensor bias; ///< [out]; undefined where there is none
    bool valuesWanted = true; ///< false: the output takes its place in the autograd graph, but its values are unspecified
};

/// outputs[i] = input · weights[i]ᵀ + bias[i], for layers that share their input [..., in]; all in one dtype. A CPU that multiplies bf16 more slowly than
/// f32 multiplies many bf16 rows in f32: exact products, sums in f32 (also where the layers' gradients meet at the input), one rounding to
/// bf16 at the end. Without `own`, and where a weight requires grad, libtorch's own products are made.
[[nodiscard]] std::vector<torch::Tensor> linearProducts(const torch::Tensor& input, const std::vector<LinearWeights>& layers, bool own = true);

/// input · weightᵀ as f32, multiplied in the same way; bf16 is not rounded where it is multiplied in f32.
[[nodiscard]] torch::Tensor linearToFloat(const torch::Tensor& input, const torch::Tensor& weight, bool own = true);

/// Whether this processor's instructions for bf16 products outrun those for f32: AMX does, AVX512-BF16 (as libtorch uses it) does not.
[[nodiscard]] bool cpuMultipliesBfloat16();

} // namespace bitloom
