// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/recent_window.h"

namespace bitloom::kv {
namespace {

    class Streaming : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "streaming";
            info.title = "Sinks and recent window";
            info.summary = "Keeps the first tokens and the newest ones in 16 bits and drops all others, at their positions in the text.";
            info.paper = "Xiao et al., Efficient Streaming Language Models with Attention Sinks, ICLR 2024";
            info.minimumBits = info.maximumBits = 8;
            info.parameters = { sinksParameter(4), integerParameter("window", "Recent window", 256, 1, 1 << 20, "tokens", "The newest tokens, which stay exact.") };
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            layer.keys.grid.bits = layer.values.grid.bits = 0;
            const int sinks = parameters.at("sinks").get<int>(), window = parameters.at("window").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<RecentWindow>(resource, sinks, window, window); };
            return uniformPlan(shape, layer);
        }

        std::string budgetParameter() const override { return "window"; }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Streaming)
