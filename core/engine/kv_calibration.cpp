// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_calibration.h"

#include "core/base/error_in_flight.h"
#include "core/engine/kv_bit_search.h"
#include "core/engine/kv_guidance.h"
#include "core/engine/seen_attention.h"
#include "core/kv/calibrated_layers.h"
#include "core/kv/channel_statistics.h"

#include <vector>

namespace bitloom {
namespace {
    bool smooths(const nlohmann::json& parameters) { return parameters.value("smoothing", false); }
    bool searches(const KvCandidate& candidate, double bitsPerValue)
    {
        return candidate.id == "asymkv" && candidate.parameters.at("search").get<bool>() && bitsPerValue > 0;
    }

    /// For each layer, what `transform` makes of the statistics of its keys and of its values.
    Result<nlohmann::json> closedForm(const CausalLm& model, const torch::Tensor& tokens,
        kv::Transform (kv::ChannelStatistics::*transform)() const, ProgressSink& progress, JobControl& control)
    {
        return catching("measuring keys and values", [&]() -> Result<nlohmann::json> {
            const ModelConfig& config = model.config();
            const auto layers = static_cast<std::size_t>(config.blocks);
            const kv::ChannelStatistics empty(
                static_cast<int>(config.keyValueHeads), static_cast<int>(config.headSize));
            std::vector<kv::ChannelStatistics> keys(layers, empty), values(layers, empty);
            BITLOOM_CHECK(showAttention(
                model, tokens, "ranges",
                [&](std::int64_t block, const torch::Tensor&, const torch::Tensor& key, const torch::Tensor& value, const torch::Tensor&) -> Result<void> {
                    keys[static_cast<std::size_t>(block)].add(key.const_data_ptr<float>(), key.size(2));
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
            parameters["layers"], closedForm(model, tokens, &kv::ChannelStatistics::smoothing, progress, control));
    } else if (candidate.id == "decoquant") {
        BITLOOM_TRY(
            parameters["layers"], closedForm(model, tokens, &kv::ChannelStatistics::decomposition, progress, control));
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
