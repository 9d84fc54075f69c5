// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/published_grid.h"

namespace bitloom::kv {
namespace {

    class LogQuantPaper : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "logquant-paper";
            info.title = "LogQuant (as published)";
            info.summary = "The published code's sets and its grid: keys and values both rounded per token with an integer zero point.";
            info.paper = "Chen et al., LogQuant: Log-Distributed 2-Bit Quantization of KV Cache with Superior Accuracy Preservation, 2025";
            addPublishedGridParameters(info);
            info.parameters.push_back(integerParameter("window", "Window W", 42, 1, 1 << 18, "tokens", "A third of the most tokens that stay exact; the experiments of the paper use 42, 64 and 85."));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            readPublishedGrid(parameters, shape, layer);
            const int window = parameters.at("window").get<int>();
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<LogarithmicWindow>(resource, window, 0); };
            return uniformPlan(shape, layer);
        }

        std::string budgetParameter() const override { return "window"; }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::LogQuantPaper)
