// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/calibrated_layers.h"
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
            info.summary = "KIVI's grid with other bits for each layer's keys and values, down to one: more in the first layers and for keys, whose errors pass the softmax, or "
                           "as a greedy search over measured errors of attention's outputs shares a budget out.";
            info.paper = "Tao et al., AsymKV: Enabling 1-Bit Quantization of KV Cache with Layer-Wise Asymmetric Quantization Configurations, COLING 2025";
            addGridParameters(info);
            info.parameters.push_back(integerParameter("high_key_layers", "Layers with high-bit keys", 16, 0, 4096, "layers", "The first so many layers round keys to bits_keys, the others to low_bits."));
            info.parameters.push_back(integerParameter("high_value_layers", "Layers with high-bit values", 0, 0, 4096, "layers", "The first so many layers round values to bits_values, the others to low_bits."));
            info.parameters.push_back(choiceParameter("low_bits", "Low bits", "1", { "1", "2", "3" }, "Bits of the other layers."));
            info.parameters.push_back(booleanParameter("search", "Search bits", true,
                "With a budget (`bitloom-cli kv --bits-per-value`), bits of each layer's keys and values and the residual come from a greedy search on calibration text "
                "instead of the numbers above; --save-configuration keeps what it found."));
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
            BITLOOM_TRY(CachePlan plan, smoothedPlan(shape, layer, parameters, "asymkv"));
            BITLOOM_TRY(const nlohmann::json* found, calibratedLayers(parameters, shape, "asymkv"));
            for (int i = 0; i < shape.layers; ++i) {
                if (found && found->at(static_cast<std::size_t>(i)).contains("bits_keys")) {
                    BITLOOM_TRY(plan.layers[static_cast<std::size_t>(i)].keys.grid.bits, bitsOf(*found, i, "bits_keys"));
                    BITLOOM_TRY(plan.layers[static_cast<std::size_t>(i)].values.grid.bits, bitsOf(*found, i, "bits_values"));
                    continue;
                }
                if (i >= parameters.at("high_key_layers").get<int>())
                    plan.layers[static_cast<std::size_t>(i)].keys.grid.bits = low;
                if (i >= parameters.at("high_value_layers").get<int>())
                    plan.layers[static_cast<std::size_t>(i)].values.grid.bits = low;
            }
            return plan;
        }

        /// What the search left for one layer.
        static Result<int> bitsOf(const nlohmann::json& layers, int layer, const char* name)
        {
            const nlohmann::json& one = layers.at(static_cast<std::size_t>(layer));
            const auto found = one.find(name);
            if (found != one.end())
                for (const int bits : { 1, 2, 3, 4, 8 })
                    if (*found == bits)
                        return bits;
            return fail(ErrorCode::InvalidInput, "asymkv: layers[{}].{} of the configuration must be 1, 2, 3, 4 or 8", layer, name);
        }

        std::string budgetParameter() const override { return "residual"; }
        std::int64_t budgetStep(const nlohmann::json& parameters) const override { return std::stoi(parameters.at("group_keys").get<std::string>()); }
    };

}
}

BITLOOM_KV_PLUGIN(bitloom::kv::AsymKv)
