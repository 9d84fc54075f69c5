// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/causal_lm.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <torch/types.h>
#include <vector>

namespace bitloom {

struct SamplingOptions
{
    std::int64_t maximumTokens = 128;
    double temperature = 0; ///< 0: always the most probable token
    std::int64_t topK = 0; ///< only the so many most probable tokens; 0: all
    double topP = 1; ///< only the most probable tokens that together have this probability
    std::uint64_t seed = 1;
    std::function<bool(std::int32_t)> stop; ///< whether the text ends at a token; that token is not part of the result
};

/// Draws one token for each row of logits [batch, vocabulary] (any device, f32) -> [batch] i64 on the CPU. The draw depends only on the logits, the options and
/// the generator's state.
[[nodiscard]] torch::Tensor sampleTokens(const torch::Tensor& logits, const SamplingOptions& options, torch::Generator& generator);

/// Runs the next tokens [batch, n] through a model that remembers what came before: f32 logits of the last one, [batch, vocabulary].
using LastLogits = std::function<Result<torch::Tensor>(const torch::Tensor& tokens)>;

/// Continues one sequence token by token with a plain cache. `written` is called with each new token and returns nothing; a prompt that is empty or holds a
/// token outside the vocabulary is an Error, and so is a stop request (Cancelled).
[[nodiscard]] Result<std::vector<std::int32_t>> generateTokens(const CausalLm& model, const std::vector<std::int32_t>& prompt,
    const SamplingOptions& options, const std::function<void(std::int32_t)>& written, std::stop_token stop);
/// The same with a cache of somebody else's.
[[nodiscard]] Result<std::vector<std::int32_t>> generateTokens(const ModelConfig& config, const LastLogits& forward, const std::vector<std::int32_t>& prompt,
    const SamplingOptions& options, const std::function<void(std::int32_t)>& written, std::stop_token stop);

/// Lets the model write `prompts.size(0)` texts at once, each started by its own prompt [batch, n]: tokens [batch, length] i64 on the CPU, prompts included.
/// Sequences do not stop at an end token. length >= n >= 1.
[[nodiscard]] Result<torch::Tensor> generateBatch(const CausalLm& model, const torch::Tensor& prompts, std::int64_t length, const SamplingOptions& options,
    const std::function<void(std::int64_t tokensDone)>& progress, std::stop_token stop);
[[nodiscard]] Result<torch::Tensor> generateBatch(const ModelConfig& config, const LastLogits& forward, const torch::Tensor& prompts, std::int64_t length,
    const SamplingOptions& options, const std::function<void(std::int64_t tokensDone)>& progress, std::stop_token stop);

} // namespace bitloom
