// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/sampler.h"
#include "core/base/job_control.h"

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <limits>
#include <memory>

namespace bitloom {
namespace {
    constexpr float excluded = -std::numeric_limits<float>::infinity();

    Result<void> requireTokens(std::int64_t vocabulary, const torch::Tensor& tokens)
    {
        if (tokens.numel() == 0)
            return fail(ErrorCode::Usage, "the prompt is empty; at least one token is needed");
        const std::int64_t least = tokens.min().item<std::int64_t>(), most = tokens.max().item<std::int64_t>();
        if (least < 0 || most >= vocabulary)
            return fail(ErrorCode::InvalidInput, "the prompt holds token {}, but the model's vocabulary has {} tokens", least < 0 ? least : most, vocabulary);
        return {};
    }

    /// With a plain cache that lives as long as the function.
    LastLogits plainLogits(const CausalLm& model)
    {
        return [&model, cache = std::make_shared<PlainKvCache>()](const torch::Tensor& tokens) -> Result<torch::Tensor> {
            torch::Tensor hidden = model.embed(tokens);
            for (std::int64_t index = 0; index < model.config().blocks; ++index)
                hidden = model.block(index, hidden, {}, cache.get());
            return model.head(hidden.select(1, -1)); // the head is the largest matrix; only the last position is wanted
        };
    }
} // namespace

torch::Tensor sampleTokens(const torch::Tensor& logits, const SamplingOptions& options, torch::Generator& generator)
{
    if (options.temperature <= 0)
        return logits.argmax(-1).to(torch::kCPU);
    torch::Tensor scaled = logits.to(torch::kCPU, torch::kFloat32) / options.temperature;
    if (options.topK > 0 && options.topK < scaled.size(-1)) {
        const torch::Tensor least = std::get<0>(scaled.topk(options.topK, -1)).select(-1, -1).unsqueeze(-1);
        scaled = scaled.masked_fill(scaled < least, excluded);
    }
    if (options.topP < 1) {
        const auto [sorted, order] = scaled.sort(/*stable=*/true, -1, /*descending=*/true);
        const torch::Tensor probabilities = sorted.softmax(-1);
        // A token stays if the more probable ones before it do not reach the mark yet; so at least one stays.
        const torch::Tensor drop = probabilities.cumsum(-1) - probabilities >= options.topP;
        drop.select(-1, 0).fill_(false);
        scaled = scaled.scatter(-1, order, sorted.masked_fill(drop, excluded));
    }
    return scaled.softmax(-1).multinomial(1, true, generator).squeeze(-1);
}

Result<std::vector<std::int32_t>> generateTokens(const CausalLm& model, const std::vector<std::int32_t>& prompt, const SamplingOptions& options,
    const std::function<void(std::int32_t)>& written, std::stop_token stop)
{
    return generateTokens(model.config(), plainLogits(model), prompt, options, written, stop);
}

Result<std::vector<std::int32_t>> generateTokens(const ModelConfig& config, const LastLogits& forward, const std::vector<std::int32_t>& prompt,
    const SamplingOptions& options, const std::function<void(std::int32_t)>& written, std::stop_token stop)
try {
    const at::NoGradGuard noGrad;
    torch::Tensor next = torch::tensor(std::vector<std::int64_t>(prompt.begin(), prompt.end()), torch::kInt64).unsqueeze(0);
    BITLOOM_CHECK(requireTokens(config.vocabularySize, next));
    torch::Generator generator = at::detail::createCPUGenerator(options.seed);
    std::vector<std::int32_t> tokens;
    for (std::int64_t i = 0; i < options.maximumTokens; ++i) {
        if (stop.stop_requested())
            return cancelled();
        BITLOOM_TRY(const torch::Tensor logits, forward(next));
        next = sampleTokens(logits, options, generator);
        const auto token = static_cast<std::int32_t>(next.item<std::int64_t>());
        if (options.stop && options.stop(token))
            break;
        tokens.push_back(token);
        if (written)
            written(token);
        next = next.unsqueeze(0);
    }
    return tokens;
} catch (const c10::Error& error) {
    return fail(ErrorCode::OutOfMemory, "generating failed: {}", error.what_without_backtrace());
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "generating failed: out of memory");
}

Result<torch::Tensor> generateBatch(const CausalLm& model, const torch::Tensor& prompts, std::int64_t length, const SamplingOptions& options,
    const std::function<void(std::int64_t)>& progress, std::stop_token stop)
{
    return generateBatch(model.config(), plainLogits(model), prompts, length, options, progress, stop);
}

Result<torch::Tensor> generateBatch(const ModelConfig& config, const LastLogits& forward, const torch::Tensor& prompts, std::int64_t length,
    const SamplingOptions& options, const std::function<void(std::int64_t)>& progress, std::stop_token stop)
try {
    const at::NoGradGuard noGrad;
    if (prompts.dim() != 2 || prompts.size(1) < 1 || length < prompts.size(1))
        return fail(ErrorCode::Internal, "prompts must be [batch, n] with 1 <= n <= the length {}", length);
    BITLOOM_CHECK(requireTokens(config.vocabularySize, prompts));
    torch::Generator generator = at::detail::createCPUGenerator(options.seed);
    torch::Tensor tokens = torch::empty({ prompts.size(0), length }, torch::kInt64);
    std::int64_t done = prompts.size(1);
    tokens.narrow(1, 0, done).copy_(prompts);
    torch::Tensor next = prompts.to(torch::kInt64);
    for (; done < length; ++done) {
        if (stop.stop_requested())
            return cancelled();
        BITLOOM_TRY(const torch::Tensor logits, forward(next));
        next = sampleTokens(logits, options, generator).unsqueeze(1);
        tokens.narrow(1, done, 1).copy_(next);
        if (progress)
            progress((done + 1) * prompts.size(0));
    }
    return tokens;
} catch (const c10::Error& error) {
    return fail(ErrorCode::OutOfMemory, "generating failed: {}", error.what_without_backtrace());
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "generating failed: out of memory");
}

} // namespace bitloom
