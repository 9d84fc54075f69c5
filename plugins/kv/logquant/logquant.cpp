// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/method_parameters.h"

namespace bitloom::kv {
namespace {

    /// The published sets on the better grid.
    class LogQuant : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "logquant";
            info.title = "LogQuant";
            info.summary = "Keeps the published, logarithmically thinned set of tokens and the sinks in 16 bits and rounds all others, keys per channel and values "
                           "per token.";
            info.paper = "Chen et al., LogQuant: Log-Distributed 2-Bit Quantization of KV Cache with Superior Accuracy Preservation, 2025";
            addGridParameters(info);
            info.parameters.push_back(integerParameter("window", "Window W", 24, 1, 1 << 18, "tokens",
                "At most three times so many tokens stay exact: the newest ones, and of each window before them half as many as of the one after. A token whose "
                "page is not complete yet stays a little longer."));
            info.parameters.push_back(sinksParameter(4));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            readGridParameters(parameters, shape, layer);
            const int window = parameters.at("window").get<int>(), sinks = parameters.at("sinks").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<LogarithmicWindow>(resource, window, sinks); };
            return smoothedPlan(shape, layer, parameters, "logquant");
        }

        std::string budgetParameter() const override { return "window"; }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::LogQuant)
