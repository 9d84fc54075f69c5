// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/residual_window.h"

namespace bitloom::kv {
namespace {

    class Kivi : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "kivi";
            info.title = "KIVI";
            info.summary = "Rounds keys per channel and values per token, as the official code does, and keeps the newest tokens in 16 bits.";
            info.paper = "Liu et al., KIVI: A Tuning-Free Asymmetric 2bit Quantization for KV Cache, ICML 2024";
            addGridParameters(info);
            info.parameters.push_back(integerParameter("residual", "Residual", 128, 8, 1 << 20, "tokens",
                "Keys are rounded when so many have gathered; of the values, the newest so many stay exact. A multiple of the key group."));
            info.parameters.push_back(sinksParameter(0));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            readGridParameters(parameters, shape, layer);
            const int residual = parameters.at("residual").get<int>(), sinks = parameters.at("sinks").get<int>();
            if (residual % layer.keys.block != 0)
                return fail(ErrorCode::Usage, "kivi: the residual {} is not a multiple of the key group {}; {} is", residual, layer.keys.block,
                    std::max(layer.keys.block, residual / layer.keys.block * layer.keys.block));
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<ResidualWindow>(resource, residual, sinks); };
            return smoothedPlan(shape, layer, parameters, "kivi");
        }

        std::string budgetParameter() const override { return "residual"; }
        std::int64_t budgetStep(const nlohmann::json& parameters) const override { return std::stoi(parameters.at("group_keys").get<std::string>()); }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::Kivi)
