// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/calibrated_layers.h"
#include "core/kv/channel_statistics.h"
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/recent_window.h"

namespace bitloom::kv {
namespace {

    /// DecoQuant's two tensors: the large one is what the cache holds, rounded symmetrically; the small one, which
    /// mixes each run of 16 channels, is the plan's. The official code decomposes each prompt anew and has one scale
    /// for all heads of a token; here the small tensor is calibration's, so that tokens can be packed as they come, and
    /// every head has its own scale.
    class DecoQuant : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "decoquant";
            info.title = "DecoQuant";
            info.summary = "Splits each run of 16 channels into a large tensor, rounded symmetrically with one scale "
                           "for each token and head, and a small exact one that mixes the "
                           "channels, found by singular values on calibration text.";
            info.paper = "Liu et al., Unlocking Data-free Low-bit Quantization with Matrix Decomposition for KV Cache "
                         "Compression, ACL 2024";
            info.minimumBits = 2;
            info.maximumBits = 8;
            info.parameters
                = { choiceParameter("bits", "Bits", "4", { "2", "3", "4", "8" }, "Bits of each packed number."),
                      sinksParameter(0),
                      integerParameter("window", "Recent window", 32, 1, 1 << 20, "tokens",
                          "The newest tokens, which stay exact.") };
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            constexpr int run = ChannelStatistics::run;
            if (shape.headSize % run != 0)
                return fail(ErrorCode::Usage, "decoquant: its runs of {} channels do not fit the head size {}", run,
                    shape.headSize);
            LayerPlan layer;
            layer.keys.grid = layer.values.grid = { std::stoi(parameters.at("bits").get<std::string>()),
                GridAxis::Token, 0, Rounding::AbsoluteMaximum, Metadata::HalfScale };
            const int sinks = parameters.at("sinks").get<int>(), window = parameters.at("window").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) {
                return makePolicy<RecentWindow>(resource, sinks, window, window);
            };
            BITLOOM_TRY(const nlohmann::json* found, calibratedLayers(parameters, shape, "decoquant"));
            if (!found)
                return fail(ErrorCode::Usage,
                    "decoquant: the model's keys and values have to be decomposed first; `bitloom-cli kv "
                    "--save-configuration` does it");
            CachePlan plan = uniformPlan(shape, layer);
            for (int i = 0; i < shape.layers; ++i) {
                LayerPlan& one = plan.layers[static_cast<std::size_t>(i)];
                BITLOOM_CHECK(readMix(*found, i, "keys", run, "decoquant", one.keys.transform));
                BITLOOM_CHECK(readMix(*found, i, "values", run, "decoquant", one.values.transform));
            }
            return plan;
        }

        std::string budgetParameter() const override { return "window"; }
    };

} // namespace
} // namespace bitloom::kv

BITLOOM_KV_PLUGIN(bitloom::kv::DecoQuant)
