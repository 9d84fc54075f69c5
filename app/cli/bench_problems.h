// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"

#include <cstdint>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom::cli {

/// Positive whole numbers written "1536x576x4x3"; an Error that shows `expected` where there are not as many as it names.
[[nodiscard]] Result<std::vector<std::int64_t>> parseNumbers(const std::string& text, const std::string& expected);

/// Tokens of inputs whose channels differ in size and are correlated, as a model's are, [tokens, in] f32, and how much each token counts,
/// [tokens, groups] f32.
struct SyntheticTokens
{
    torch::Tensor inputs, saliency;
};
[[nodiscard]] SyntheticTokens syntheticTokens(std::int64_t tokens, std::int64_t in, std::int64_t groups, std::uint64_t seed, torch::Device device);

struct SyntheticLayer
{
    torch::Tensor weight; ///< [out, in], normally distributed
    GroupedHessian hessian; ///< of syntheticTokens(), half as many again as there are channels
};
[[nodiscard]] SyntheticLayer syntheticLayer(std::int64_t out, std::int64_t in, std::int64_t groups, std::uint64_t seed, torch::Device device);

} // namespace bitloom::cli
