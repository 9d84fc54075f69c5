// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/generate_job.h"

#include "core/calibration/compute_dtype.h"
#include "core/engine/cache_maps.h"
#include "core/engine/cached_attention.h"
#include "core/engine/device.h"
#include "core/model/causal_lm.h"
#include "core/model/model_source.h"
#include "core/model/sampler.h"
#include "core/model/tokenizer.h"

#include <algorithm>
#include <chrono>

namespace bitloom {

std::size_t incompleteUtf8Tail(const std::string& text)
{
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0) == 0x80)
            continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? back : 0;
    }
    return 0;
}

namespace {
    /// Each token as it reads behind the one before it: alone, some tokenizers' words lose their leading space.
    std::vector<std::string> tokenTexts(const Tokenizer& tokenizer, const std::vector<std::int32_t>& tokens)
    {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            std::string text = tokenizer.decode({ tokens[i] }, true);
            if (i > 0) {
                const std::string before = tokenizer.decode({ tokens[i - 1] }, true), both = tokenizer.decode({ tokens[i - 1], tokens[i] }, true);
                if (both.starts_with(before))
                    text = both.substr(before.size());
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }
}

Result<GenerationReport> runGenerateJob(const GenerateRequest& request, const KvMethods& caches, const CacheWatch& watch, JobListener& listener, JobControl& control)
{
    BITLOOM_TRY(const auto* method, caches.require(request.cacheMethod));
    BITLOOM_TRY(const ModelSource source, openModel(request.model));
    BITLOOM_TRY(kv::CachePlan plan, method->plan(cacheShape(source.config, 1), request.cacheParameters));
    BITLOOM_TRY(const auto tokenizer, source.tokenizer());
    std::string prompt = request.prompt;
    if (request.chat) {
        BITLOOM_TRY(prompt, tokenizer->chatPrompt(request.prompt));
    }
    BITLOOM_TRY(const torch::Device device, parseDevice(request.device));
    const torch::Dtype dtype = device.is_cpu() ? torch::kFloat32 : defaultComputeDtype(device);
    listener.event(ProgressEvent { { "load", "bytes", 0, 0, source.name, 0, -1 } });
    BITLOOM_TRY(const CausalLm model, CausalLm::load(source, dtype, device));
    BITLOOM_CHECK(control.checkpoint());

    SamplingOptions options;
    options.maximumTokens = request.maximumTokens;
    options.temperature = request.temperature;
    options.seed = request.seed;
    options.stop = [&](std::int32_t token) { return tokenizer->isEndOfGeneration(token); };
    const std::vector<std::int32_t> promptTokens = tokenizer->encode(prompt, !request.chat, request.chat);
    listener.event(PromptEvent { tokenTexts(*tokenizer, promptTokens) });
    std::vector<std::int32_t> written;
    std::size_t shown = 0;
    const auto show = [&](bool last) {
        const std::string text = tokenizer->decode(written, false);
        const std::size_t whole = text.size() - (last ? 0 : incompleteUtf8Tail(text));
        if (whole > shown)
            listener.event(TokenEvent { text.substr(shown, whole - shown), static_cast<int>(written.size()) });
        shown = std::max(shown, whole);
        return text;
    };
    BITLOOM_TRY(const auto cache, kv::KvCache::create(cacheShape(model.config(), 1), std::move(plan)));
    CachedAttention attention(*cache, nullptr, control.stopToken());
    CacheMaps maps(*cache, static_cast<std::int64_t>(promptTokens.size()), watch, listener);
    const LastLogits forward = [&](const torch::Tensor& tokens) -> Result<torch::Tensor> {
        attention.setWatcher(maps.begin(tokens.size(1)));
        BITLOOM_TRY(const torch::Tensor hidden, runCached(model, tokens, attention));
        maps.end();
        return model.head(hidden.select(1, -1)); // of a prompt, too, only the last token's logits are wanted
    };
    const auto start = std::chrono::steady_clock::now();
    const auto generated = generateTokens(model.config(), forward, promptTokens, options, [&](std::int32_t token) {
        written.push_back(token);
        show(false);
    }, control.stopToken());
    maps.flush();
    GenerationReport result;
    if (!generated) {
        const bool full = generated.error().code == ErrorCode::OutOfMemory || generated.error().code == ErrorCode::Usage;
        if (written.empty() || !full)
            return tl::make_unexpected(generated.error());
        result.stopped = generated.error().message;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.text = show(true);
    result.tokens = static_cast<std::int64_t>(written.size());
    result.tokensPerSecond = seconds > 0 ? static_cast<double>(result.tokens) / seconds : 0;
    result.cacheBytes = cache->bytes();
    result.cacheKeyBytes = cache->bytes(kv::Half::Keys);
    result.cacheValueBytes = cache->bytes(kv::Half::Values);
    result.cacheBitsPerValue = cache->bitsPerValue();
    return result;
}

} // namespace bitloom
