// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/recent_window.h"

namespace bitloom::kv {
namespace {

    /// WKVQuant's two dimensions: a static shift and scale of each channel, learnt on calibration text (core/engine/kv_reconstruction.h), and a dynamic grid for
    /// each token. Only what is past is rounded. Nothing is folded into weights: keys are shifted and scaled as they enter the cache, queries are multiplied
    /// by the keys' scale (the shift adds the same to every logit), and outputs by the values' scale, plus their shift, because attention's weights sum to 1.
    class WkvQuant : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "wkvquant";
            info.title = "WKVQuant";
            info.summary = "Shifts and scales each channel by numbers that are learnt on calibration text, so that the outputs of this block and of those behind it stay as they are, and "
                           "rounds each token's keys and values when they are past. Weights, which the paper rounds as well, stay as they are.";
            info.paper = "Yue et al., WKVQuant: Quantizing Weight and Key/Value Cache for Large Language Models Gains "
                         "More, 2024";
            info.minimumBits = 1;
            info.maximumBits = 8;
            addBitsParameters(info, "4");
            info.parameters.push_back(integerParameter("group", "Group", 0, 0, 1024, "channels",
                "Channels of one position that share a scale and a minimum; 0 takes all of a head's."));
            info.parameters.push_back(metadataParameter());
            info.parameters.push_back(booleanParameter("smoothing", "Static smoothing", true,
                "Shifts and scales each channel as calibration found it, which `bitloom-cli kv` saves with --save-configuration; without it, tokens are rounded as they are."));
            info.parameters.push_back(integerParameter("epochs", "Epochs", 12, 0, 1000, "",
                "How often calibration learns from all its text, block by block; 0 takes the ranges of channels themselves, which is where learning starts."));
            info.parameters.push_back(integerParameter("reconstructed_blocks", "Reconstructed blocks", 5, 1, 256, "blocks",
                "The outputs that learning compares: the block's own and those of the blocks that follow."));
            info.parameters.push_back(booleanParameter("every_output", "Every output counts", true, "Each of these outputs counts alike, or only the block's own and the last one."));
            info.parameters.push_back(numberParameter("learning_rate", "Learning rate", 0.01, 1e-6, 1, "", "Of Adam, in parts of a channel's scale; it falls to 0 over a block's steps."));
            info.parameters.push_back(sinksParameter(0));
            info.parameters.push_back(integerParameter("window", "Recent window", 1, 1, 1 << 20, "tokens",
                "The newest tokens, which stay exact; the paper keeps the current one."));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            Grid grid;
            grid.axis = GridAxis::Token;
            grid.group = parameters.at("group").get<int>();
            grid.metadata = readMetadataParameter(parameters);
            layer.keys.grid = layer.values.grid = grid;
            layer.keys.grid.bits = std::stoi(parameters.at("bits_keys").get<std::string>());
            layer.values.grid.bits = std::stoi(parameters.at("bits_values").get<std::string>());
            const int sinks = parameters.at("sinks").get<int>(), window = parameters.at("window").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) {
                return makePolicy<RecentWindow>(resource, sinks, window, window);
            };
            return smoothedPlan(shape, layer, parameters, "wkvquant");
        }

        std::string budgetParameter() const override { return "window"; }
    };

} // namespace
} // namespace bitloom::kv

BITLOOM_KV_PLUGIN(bitloom::kv::WkvQuant)
