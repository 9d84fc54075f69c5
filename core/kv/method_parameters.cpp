// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/method_parameters.h"

#include "core/kv/calibrated_layers.h"

#include <string>

namespace bitloom::kv {

ParameterInfo sinksParameter(std::int64_t value)
{
    return integerParameter("sinks", "Attention sinks", value, 0, 1024, "tokens", "The first tokens of a text, which stay exact for ever because much attention rests on them.");
}

void addBitsParameters(MethodInfo& method, const std::string& value)
{
    for (const char* half : { "keys", "values" })
        method.parameters.push_back(choiceParameter(std::string("bits_") + half, std::string("Bits of ") + half, value, { "1", "2", "3", "4", "8" },
            std::string("Bits of each packed number of the ") + half + "."));
}

ParameterInfo metadataParameter()
{
    return choiceParameter("metadata", "Scales and minima", "f16", { "f16", "bytes" },
        "How a group's scale and minimum are stored: two 16-bit numbers, or one byte each relative to the page.");
}

Metadata readMetadataParameter(const nlohmann::json& parameters)
{
    return parameters.at("metadata") == "bytes" ? Metadata::Bytes : Metadata::HalfPair;
}

void addGridParameters(MethodInfo& method)
{
    method.minimumBits = 1;
    method.maximumBits = 8;
    addBitsParameters(method, "2");
    method.parameters.push_back(choiceParameter("group_keys", "Key group", "32", { "8", "16", "32", "64", "128" },
        "Consecutive positions of one channel that share a scale and a minimum; also the positions of a page."));
    method.parameters.push_back(integerParameter("group_values", "Value group", 0, 0, 1024, "channels",
        "Channels of one position that share a scale and a minimum; 0 takes all of a head's."));
    method.parameters.push_back(metadataParameter());
    method.parameters.push_back(choiceParameter("rounding", "Grid", "minmax", { "minmax", "least_squares" },
        "From smallest to largest number as published, or moved and narrowed to where the squared error is least."));
    method.parameters.push_back(choiceParameter("exact_type", "Exact numbers", "f16", { "f16", "bf16", "f32" }, "How keys and values that stay exact are stored."));
    method.parameters.push_back(booleanParameter("hadamard", "Hadamard rotation", false,
        "Rotates keys and values by a Walsh-Hadamard matrix before they are rounded, which spreads outliers over all channels."));
    method.parameters.push_back(booleanParameter("pre_rope", "Keys before RoPE", false,
        "Packs keys as they were before the rotary embedding, where a channel keeps its range over all positions, and turns them when they are read. The bytes stay the "
        "same; reading packed keys takes several times as long, because no product with codes can do without unpacking them."));
    method.parameters.push_back(booleanParameter("smoothing", "Static smoothing", false,
        "Shifts and scales each channel by its range on calibration text before it is rounded, which helps numbers that share a scale with other channels. "
        "`bitloom-cli kv` measures the ranges and saves them with --save-configuration."));
}

void readGridParameters(const nlohmann::json& parameters, const CacheShape& shape, LayerPlan& layer)
{
    const auto choice = [&](const char* name) { return std::stoi(parameters.at(name).get<std::string>()); };
    const std::string exact = parameters.at("exact_type").get<std::string>();
    layer.exact = exact == "f16" ? ElementType::F16 : exact == "bf16" ? ElementType::BF16 : ElementType::F32;
    Grid common;
    common.metadata = readMetadataParameter(parameters);
    common.rounding = parameters.at("rounding") == "least_squares" ? Rounding::LeastSquares : Rounding::MinimumMaximum;
    layer.keys.grid = layer.values.grid = common;
    layer.keys.grid.bits = choice("bits_keys");
    layer.values.grid.bits = choice("bits_values");
    layer.values.grid.axis = GridAxis::Token;
    layer.values.grid.group = parameters.at("group_values").get<int>();
    layer.keys.block = choice("group_keys");
    layer.values.block = std::max(layer.keys.block, 32);
    layer.keys.beforeRotary = parameters.at("pre_rope").get<bool>();
    if (parameters.at("hadamard").get<bool>()) {
        addHadamard(layer.keys.transform, shape.headSize);
        addHadamard(layer.values.transform, shape.headSize);
    }
}

CachePlan uniformPlan(const CacheShape& shape, const LayerPlan& layer)
{
    CachePlan plan;
    plan.layers.assign(static_cast<std::size_t>(shape.layers), layer);
    return plan;
}

Result<CachePlan> smoothedPlan(const CacheShape& shape, const LayerPlan& layer, const nlohmann::json& parameters, const std::string& method)
{
    CachePlan plan = uniformPlan(shape, layer);
    if (!parameters.at("smoothing").get<bool>())
        return plan;
    BITLOOM_TRY(const nlohmann::json* layers, calibratedLayers(parameters, shape, method));
    if (!layers)
        return fail(ErrorCode::Usage, "{}: static smoothing needs the ranges of a model's channels; `bitloom-cli kv --save-configuration` measures them, or set smoothing=false", method);
    for (int i = 0; i < shape.layers; ++i) {
        LayerPlan& one = plan.layers[static_cast<std::size_t>(i)];
        BITLOOM_CHECK(readSmoothing(*layers, i, "keys", shape, method, one.keys.transform));
        BITLOOM_CHECK(readSmoothing(*layers, i, "values", shape, method, one.values.transform));
    }
    return plan;
}

} // namespace bitloom::kv
