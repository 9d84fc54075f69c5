// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/kv_method.h"
#include "core/kv/method_parameters.h"
#include "core/kv/residual_window.h"

namespace bitloom::kv {
namespace {

    class AsymKv : public KvMethod
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "asymkv";
            info.title = "AsymKV";
            info.summary = "KIVI's grid with fewer bits in later layers, and more of them for keys than for values, whose errors pass no softmax.";
            info.paper = "Tao et al., AsymKV: Enabling 1-Bit Quantization of KV Cache with Layer-Wise Asymmetric Quantization Configurations, COLING 2025";
            addGridParameters(info);
            info.parameters.push_back(integerParameter("high_key_layers", "Layers with high-bit keys", 16, 0, 4096, "layers", "The first so many layers round keys to bits_keys, the others to low_bits."));
            info.parameters.push_back(integerParameter("high_value_layers", "Layers with high-bit values", 0, 0, 4096, "layers", "The first so many layers round values to bits_values, the others to low_bits."));
            info.parameters.push_back(choiceParameter("low_bits", "Low bits", "1", { "1", "2", "3" }, "Bits of the other layers."));
            info.parameters.push_back(integerParameter("residual", "Residual", 128, 8, 1 << 20, "tokens", "The newest tokens, which stay exact; a multiple of the key group."));
            return info;
        }

        Result<CachePlan> plan(const CacheShape& shape, const nlohmann::json& parameters) const override
        {
            LayerPlan layer;
            readGridParameters(parameters, shape, layer);
            const int residual = parameters.at("residual").get<int>(), low = std::stoi(parameters.at("low_bits").get<std::string>());
            if (residual % layer.keys.block != 0)
                return fail(ErrorCode::Usage, "asymkv: the residual {} is not a multiple of the key group {}", residual, layer.keys.block);
            layer.policy = [=](std::pmr::memory_resource* resource, int, int) { return makePolicy<ResidualWindow>(resource, residual, 0); };
            CachePlan plan = uniformPlan(shape, layer);
            for (int i = 0; i < shape.layers; ++i) {
                if (i >= parameters.at("high_key_layers").get<int>())
                    plan.layers[static_cast<std::size_t>(i)].keys.grid.bits = low;
                if (i >= parameters.at("high_value_layers").get<int>())
                    plan.layers[static_cast<std::size_t>(i)].values.grid.bits = low;
            }
            return plan;
        }

        std::string budgetParameter() const override { return "residual"; }
        std::int64_t budgetStep(const nlohmann::json& parameters) const override { return std::stoi(parameters.at("group_keys").get<std::string>()); }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::AsymKv)
