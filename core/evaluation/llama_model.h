// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <torch/types.h>
#include <vector>

struct llama_model;
struct llama_context;

namespace bitloom {

/// What a model wrote.
struct LlamaText
{
    std::string text; ///< valid UTF-8
    std::vector<std::int32_t> tokens;
};

/// A GGUF file loaded in libllama itself, on the CPU, weights as stored (not repacked), attention and its cache in f32.
class LlamaModel
{
public:
    /// context: the most tokens that one sequence will have. A file that libllama rejects is an Error with what libllama logged.
    [[nodiscard]] static Result<LlamaModel> load(const std::filesystem::path& file, int context);

    [[nodiscard]] std::int64_t vocabularySize() const;
    [[nodiscard]] double bitsPerWeight() const; ///< over all tensors of the file
    /// Runs `tokens` as one new sequence; logits of positions [first, first + count): [count, vocabulary] f32.
    [[nodiscard]] Result<torch::Tensor> logits(std::span<const std::int32_t> tokens, std::int64_t first, std::int64_t count, std::stop_token stop);
    /// What follows `prompt` when the most likely token is taken each time; ends at an end-of-generation token.
    [[nodiscard]] Result<LlamaText> continueGreedily(const std::string& prompt, int maximumTokens, std::stop_token stop);
    /// Tokens per second by libllama's own clock: all of `tokens` at once, and all but the first one after the other.
    [[nodiscard]] Result<double> promptSpeed(std::span<const std::int32_t> tokens, std::stop_token stop);
    [[nodiscard]] Result<double> generationSpeed(std::span<const std::int32_t> tokens, std::stop_token stop);

private:
    struct FreeModel
    {
        void operator()(llama_model* model) const;
    };
    struct FreeContext
    {
        void operator()(llama_context* context) const;
    };
    [[nodiscard]] Result<void> decode(std::span<const std::int32_t> tokens, std::int64_t firstPosition, std::int64_t firstOutput,
        std::int64_t outputs, std::stop_token stop);
    void clear();

    std::string m_name;
    std::int64_t m_length = 0; ///< context
    std::unique_ptr<llama_model, FreeModel> m_model;
    std::unique_ptr<llama_context, FreeContext> m_context;
};

} // namespace bitloom
