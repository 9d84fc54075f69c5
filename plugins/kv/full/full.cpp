// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/recent_window.h"

#include <limits>

namespace bitloom::kv {
namespace {

    /// Everything stays: what every other method is compared with.
    class Full : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "full";
            info.title = "Full precision";
            info.summary = "Keeps every key and value in 16 bits; the cache that every other method is compared with.";
            info.minimumBits = info.maximumBits = 8;
            info.parameters = { choiceParameter("type", "Number type", "f16", { "f16", "bf16", "f32" }, "How each key and value is stored.") };
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            const auto type = parameters.at("type").get<std::string>();
            layer.exact = type == "f16" ? ElementType::F16 : type == "bf16" ? ElementType::BF16 : ElementType::F32;
            const int endless = std::numeric_limits<int>::max() / 2;
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<RecentWindow>(resource, 0, endless, endless); };
            return uniformPlan(shape, layer);
        }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Full)
