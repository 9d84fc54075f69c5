// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/cache_plan.h"
#include "core/kv/method_parameters.h"

#include <algorithm>

namespace bitloom::kv {

/// The parameters of quanto 0.2.0's grid, which the published LogQuant code uses for keys and values: groups of channels of one position, an integer zero point in
/// 8 bits and a scale in the model's number type.
inline void addPublishedGridParameters(MethodInfo& method)
{
    method.minimumBits = 1;
    method.maximumBits = 8;
    method.parameters.push_back(choiceParameter("bits", "Bits", "2", { "2", "4" }, "Bits of each packed number."));
    method.parameters.push_back(integerParameter("group", "Group", 64, 1, 1024, "channels", "Channels of one position that share a scale; a smaller head is one group."));
    method.parameters.push_back(choiceParameter("scale", "Scale's type", "f16", { "f16", "f32" }, "The model's number type, in which the published code stores scales."));
}

inline void readPublishedGrid(const nlohmann::json& parameters, const CacheShape& shape, LayerPlan& layer)
{
    Grid grid;
    grid.bits = std::stoi(parameters.at("bits").get<std::string>());
    grid.axis = GridAxis::Token;
    grid.group = std::min(shape.headSize, parameters.at("group").get<int>());
    grid.rounding = Rounding::IntegerZero;
    const bool wide = parameters.at("scale") == "f32";
    grid.metadata = wide ? Metadata::FloatZero : Metadata::HalfZero;
    layer.keys.grid = layer.values.grid = grid;
    layer.exact = wide ? ElementType::F32 : ElementType::F16;
}

} // namespace bitloom::kv
