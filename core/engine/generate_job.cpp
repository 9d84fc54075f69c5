// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/generate_job.h"

#include "core/calibration/compute_dtype.h"
#include "core/engine/cache_maps.h"
#include "core/engine/device.h"
#include "core/engine/measured_attention.h"
#include "core/engine/token_choice.h"
#include "core/model/causal_lm.h"
#include "core/model/model_source.h"
#include "core/model/sampler.h"
#include "core/model/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

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
    std::vector<std::string> tokenTexts(const Tokenizer& tokenizer, const std::vector<std::int32_t>& tokens)
    {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < tokens.size(); ++i)
            texts.push_back(textBehind(tokenizer, i > 0 ? std::optional(tokens[i - 1]) : std::nullopt, tokens[i]));
        return texts;
    }

    /// Tokens a second since the first one was written.
    class Speed
    {
    public:
        /// Of `written` tokens; nothing before the second.
        std::optional<double> after(std::size_t written)
        {
            const auto now = std::chrono::steady_clock::now();
            if (written <= 1)
                m_first = now;
            const double seconds = std::chrono::duration<double>(now - m_first).count();
            return written > 1 && seconds > 0 ? std::optional(static_cast<double>(written - 1) / seconds) : std::nullopt;
        }

    private:
        std::chrono::steady_clock::time_point m_first;
    };
}

Result<GenerationReport> runGenerateJob(const GenerateRequest& request, const KvMethods& caches, ModelSlot& models, const CacheWatch& watch, JobListener& listener, JobControl& control)
{
    BITLOOM_TRY(const auto* method, caches.require(request.cacheMethod));
    BITLOOM_TRY(const ModelSource source, openModel(request.model));
    BITLOOM_TRY(kv::CachePlan plan, method->plan(cacheShape(source.config, 1), request.cacheParameters));
    BITLOOM_TRY(const torch::Device device, parseDevice(request.device));
    const torch::Dtype dtype = device.is_cpu() ? torch::kFloat32 : defaultComputeDtype(device);
    BITLOOM_TRY(const auto loaded, models.load(source, dtype, device, listener));
    const CausalLm& model = loaded->model;
    const auto& tokenizer = loaded->tokenizer;
    BITLOOM_CHECK(control.checkpoint());
    std::string prompt = request.prompt;
    if (request.chat) {
        BITLOOM_TRY(prompt, tokenizer->chatPrompt(request.prompt));
    }

    SamplingOptions options;
    options.maximumTokens = request.maximumTokens;
    options.temperature = request.temperature;
    options.topP = request.topP;
    options.seed = request.seed;
    const std::vector<std::int32_t> promptTokens = tokenizer->encode(prompt, !request.chat, request.chat);
    listener.event(PromptEvent { tokenTexts(*tokenizer, promptTokens) });
    BITLOOM_TRY(const auto cache, kv::KvCache::create(cacheShape(model.config(), 1), std::move(plan)));
    BITLOOM_CHECK(attendWhereModelIs(*cache, model.device()));
    MeasuredAttention attention(model, watch.target().has_value(), *cache, control.stopToken());
    CacheMaps maps(*cache, static_cast<std::int64_t>(promptTokens.size()), watch, listener);
    std::vector<std::int32_t> written;
    std::size_t shown = 0;
    Speed speed;
    torch::Tensor logits; // of the token that comes next
    std::vector<TokenChoice> choices; // that were not told yet
    const auto show = [&](bool last) {
        const std::string text = tokenizer->decode(written, false);
        const std::size_t whole = text.size() - (last ? 0 : incompleteUtf8Tail(text));
        if (whole > shown || !choices.empty()) {
            TokenEvent event { text.substr(shown, whole > shown ? whole - shown : 0), static_cast<int>(written.size()), {}, cache->bytes(), speed.after(written.size()) };
            if (!choices.empty())
                event.choices = std::exchange(choices, {});
            listener.event(event);
        }
        shown = std::max(shown, whole);
        return text;
    };
    options.stop = [&](std::int32_t token) {
        const bool ends = tokenizer->isEndOfGeneration(token);
        if (request.candidates > 0)
            choices.push_back(tokenChoice(logits, token, ends, request.candidates, *tokenizer, written.empty() ? promptTokens.back() : written.back()));
        return ends;
    };
    const LastLogits forward = [&](const torch::Tensor& tokens) -> Result<torch::Tensor> {
        kv::AttentionWatcher* const watcher = maps.begin(tokens.size(1), static_cast<std::int64_t>(written.size()) + 1 >= request.maximumTokens);
        attention.setWatcher(watcher);
        attention.setMeasuring(watcher != nullptr);
        BITLOOM_TRY(const torch::Tensor hidden, runCached(model, tokens, attention));
        maps.end(attention.errors());
        logits = model.head(hidden.select(1, -1)); // of a prompt, too, only the last token's are wanted
        return logits;
    };
    const auto start = std::chrono::steady_clock::now();
    const auto generated = generateTokens(model.config(), forward, promptTokens, options, [&](std::int32_t token) {
        written.push_back(token);
        show(false);
    }, control.stopToken());
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
    if (cache->mirror())
        result.cacheDeviceBytes = cache->deviceBytes();
    return result;
}

} // namespace bitloom
