// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/half_plan_json.h"
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/recent_window.h"

namespace bitloom::kv {
namespace {

    /// Spends bytes where the end loss feels them. What calibration found comes as the parameter "layers"; without it, the choice is one that
    /// suits most models.
    class Guided : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "guided";
            info.title = "Guided";
            info.summary = "Gives each layer's keys and values the grid and the bits that the end loss asks for, measured by gradients on calibration text, "
                           "with least-squares grids, byte-sized scales, exact sinks and a short exact window.";
            info.paper = "Bitloom's own, after the end-loss gradients of Kim et al., GuidedQuant, ICML 2025";
            info.minimumBits = 1;
            info.maximumBits = 8;
            info.parameters = { sinksParameter(4), integerParameter("window", "Recent window", 16, 1, 1 << 20, "tokens", "The newest tokens, which stay exact.") };
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            HalfChoice keys, values;
            keys.bits = 3;
            keys.bytes = true;
            values.axis = GridAxis::Token;
            values.hadamard = true;
            layer.keys = halfPlan(keys, shape.headSize);
            layer.values = halfPlan(values, shape.headSize);
            const int sinks = parameters.at("sinks").get<int>(), window = parameters.at("window").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<RecentWindow>(resource, sinks, window, window); };
            CachePlan plan = uniformPlan(shape, layer);
            const auto layers = parameters.find("layers");
            if (layers == parameters.end())
                return plan;
            if (!layers->is_array() || layers->size() != plan.layers.size())
                return fail(ErrorCode::InvalidInput, "guided: the configuration describes {} layers, the model has {}", layers->is_array() ? layers->size() : 0, plan.layers.size());
            for (std::size_t i = 0; i < plan.layers.size(); ++i) {
                const nlohmann::json& one = layers->at(i);
                for (const char* half : { "keys", "values" }) {
                    BITLOOM_TRY(const HalfChoice choice, parseHalfChoice(one.is_object() && one.contains(half) ? one.at(half) : nlohmann::json(), "guided: layers[" + std::to_string(i) + "]." + half));
                    (half[0] == 'k' ? plan.layers[i].keys : plan.layers[i].values) = halfPlan(choice, shape.headSize);
                }
            }
            return plan;
        }

        std::string budgetParameter() const override { return "window"; }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Guided)
