// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_calibration.h"

#include "core/base/error_in_flight.h"
#include "core/calibration/corpus.h"
#include "core/engine/cached_attention.h"
#include "core/engine/kv_bit_search.h"
#include "core/engine/kv_guidance.h"
#include "core/engine/kv_reconstruction.h"
#include "core/engine/seen_attention.h"
#include "core/kv/calibrated_layers.h"
#include "core/kv/channel_statistics.h"
#include "core/kv/rotary_pages.h"

#include <algorithm>
#include <string>
#include <vector>

namespace bitloom {
namespace {
    bool smooths(const nlohmann::json& parameters) { return parameters.value("smoothing", false); }
    bool searches(const KvCandidate& candidate, double bitsPerValue)
    {
        return candidate.id == "asymkv" && candidate.parameters.at("search").get<bool>() && bitsPerValue > 0;
    }

    KvReconstruction reconstructionOf(const nlohmann::json& parameters)
    {
        KvReconstruction options;
        options.keyBits = std::stoi(parameters.at("bits_keys").get<std::string>());
        options.valueBits = std::stoi(parameters.at("bits_values").get<std::string>());
        options.group = parameters.at("group").get<std::int64_t>();
        options.sinks = parameters.at("sinks").get<std::int64_t>();
        options.window = parameters.at("window").get<std::int64_t>();
        options.epochs = parameters.at("epochs").get<std::int64_t>();
        options.blocks = parameters.at("reconstructed_blocks").get<std::int64_t>();
        options.everyOutput = parameters.at("every_output").get<bool>();
        options.rate = parameters.at("learning_rate").get<double>();
        return options;
    }

    /// Keys [heads, count, head size] as they were before the rotary embedding.
    torch::Tensor beforeRotary(const torch::Tensor& keys, const kv::RotaryEmbedding& rotary)
    {
        torch::Tensor turned = keys.clone();
        auto* const rows = turned.mutable_data_ptr<float>();
        const std::int64_t count = keys.size(-2), size = keys.size(-1);
        for (std::int64_t row = 0; row < keys.numel() / size; ++row)
            rotary.turnBack(rows + row * size, row % count);
        return turned;
    }

    /// For each layer, what `transform` makes of the statistics of its keys and of its values, `preRope`: of keys before the rotary embedding.
    Result<nlohmann::json> closedForm(const CausalLm& model, const torch::Tensor& tokens, bool preRope,
        kv::Transform (kv::ChannelStatistics::*transform)() const, ProgressSink& progress, JobControl& control)
    {
        return catching("measuring keys and values", [&]() -> Result<nlohmann::json> {
            const ModelConfig& config = model.config();
            const auto layers = static_cast<std::size_t>(config.blocks);
            const kv::ChannelStatistics empty(
                static_cast<int>(config.keyValueHeads), static_cast<int>(config.headSize));
            std::vector<kv::ChannelStatistics> keys(layers, empty), values(layers, empty);
            const kv::RotaryEmbedding rotary(cacheShape(config, 1).rotaryFrequencies);
            BITLOOM_CHECK(showAttention(
                model, tokens, "ranges",
                [&](std::int64_t block, const torch::Tensor&, const torch::Tensor& key, const torch::Tensor& value, const torch::Tensor&) -> Result<void> {
                    const torch::Tensor counted = preRope ? beforeRotary(key, rotary) : key;
                    keys[static_cast<std::size_t>(block)].add(counted.const_data_ptr<float>(), key.size(2));
                    values[static_cast<std::size_t>(block)].add(value.const_data_ptr<float>(), value.size(2));
                    return {};
                },
                progress, control));
            nlohmann::json found = nlohmann::json::array();
            for (std::size_t layer = 0; layer < layers; ++layer)
                found.push_back({ { "keys", transformJson((keys[layer].*transform)()) },
                    { "values", transformJson((values[layer].*transform)()) } });
            return found;
        });
    }
} // namespace

Result<torch::Tensor> kvCalibrationTokens(const CausalLm& model, const Tokenizer& tokenizer, const KvCalibrationText& text, ProgressSink& progress, JobControl& control)
{
    if (text.files.empty())
        return writeCorpus(model, text.sequences, text.sequenceLength, text.seed, progress, control);
    return readCorpus(text.files, tokenizer, text.sequences, text.sequenceLength);
}

bool canCalibrate(const MethodInfo& method)
{
    return method.id == "decoquant" || method.id == "guided"
        || std::any_of(method.parameters.begin(), method.parameters.end(), [](const ParameterInfo& parameter) { return parameter.name == "smoothing"; });
}

bool needsCalibration(const KvCandidate& candidate, double bitsPerValue)
{
    if (candidate.parameters.contains("layers"))
        return false;
    return smooths(candidate.parameters) || candidate.id == "decoquant" || searches(candidate, bitsPerValue)
        || (candidate.id == "guided" && bitsPerValue > 0);
}

Result<nlohmann::json> calibrateCache(const KvCandidate& candidate, const KvMethods& methods, const CausalLm& model,
    const torch::Tensor& tokens, std::int64_t context, double bitsPerValue, ProgressSink& progress, JobControl& control)
{
    nlohmann::json parameters = candidate.parameters;
    BITLOOM_TRY(const auto* method, methods.require(candidate.id));
    if (smooths(parameters)) {
        BITLOOM_TRY(
            parameters["layers"], closedForm(model, tokens, parameters.value("pre_rope", false), &kv::ChannelStatistics::smoothing, progress, control));
        if (candidate.id == "wkvquant") {
            BITLOOM_TRY(parameters["layers"], reconstructSmoothing(model, tokens, parameters["layers"], reconstructionOf(parameters), progress, control));
        }
    } else if (candidate.id == "decoquant") {
        BITLOOM_TRY(
            parameters["layers"], closedForm(model, tokens, false, &kv::ChannelStatistics::decomposition, progress, control));
    } else if (candidate.id == "guided") {
        BITLOOM_TRY(const nlohmann::json found, guideCache(model, tokens, context, bitsPerValue, progress, control));
        parameters.update(found);
    }
    if (searches(candidate, bitsPerValue)) {
        BITLOOM_TRY(
            parameters, searchCacheBits(model, tokens, *method, parameters, context, bitsPerValue, progress, control));
    }
    return parameters;
}

} // namespace bitloom
