// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/calibrated_layers.h"

#include <cmath>

namespace bitloom::kv {
namespace {
    /// layers[layer][half][name] as `count` finite numbers; empty where it is anything else.
    std::vector<float> numbers(const nlohmann::json& json, std::size_t count)
    {
        std::vector<float> read;
        if (!json.is_array() || json.size() != count)
            return {};
        for (const nlohmann::json& one : json) {
            if (!one.is_number() || !std::isfinite(one.get<float>()))
                return {};
            read.push_back(one.get<float>());
        }
        return read;
    }

    nlohmann::json field(const nlohmann::json& layers, int layer, const char* half, const char* name)
    {
        const nlohmann::json& one = layers.at(static_cast<std::size_t>(layer));
        return one.contains(half) && one.at(half).is_object() ? one.at(half).value(name, nlohmann::json())
                                                              : nlohmann::json();
    }
} // namespace

Result<const nlohmann::json*> calibratedLayers(
    const nlohmann::json& parameters, const CacheShape& shape, const std::string& method)
{
    const auto layers = parameters.find("layers");
    if (layers == parameters.end())
        return nullptr;
    if (!layers->is_array() || layers->size() != static_cast<std::size_t>(shape.layers))
        return fail(ErrorCode::InvalidInput, "{}: the configuration describes {} layers, the model has {}", method,
            layers->is_array() ? layers->size() : 0, shape.layers);
    for (std::size_t i = 0; i < layers->size(); ++i)
        if (!layers->at(i).is_object())
            return fail(ErrorCode::InvalidInput, "{}: layers[{}] of the configuration must be an object", method, i);
    return &*layers;
}

nlohmann::json transformJson(const Transform& transform)
{
    nlohmann::json json = nlohmann::json::object();
    if (!transform.shift.empty())
        json["shift"] = transform.shift;
    if (!transform.scale.empty())
        json["scale"] = transform.scale;
    if (!transform.mix.empty())
        json["mix"] = transform.mix;
    return json;
}

Result<void> readSmoothing(const nlohmann::json& layers, int layer, const char* half, const CacheShape& shape,
    const std::string& method, Transform& transform)
{
    const auto channels = static_cast<std::size_t>(shape.keyValueHeads * shape.headSize);
    transform.shift = numbers(field(layers, layer, half, "shift"), channels);
    transform.scale = numbers(field(layers, layer, half, "scale"), channels);
    if (transform.shift.empty() || transform.scale.empty())
        return fail(ErrorCode::InvalidInput,
            "{}: layers[{}].{} of the configuration must have 'shift' and 'scale' of {} numbers each", method, layer,
            half, channels);
    for (const float scale : transform.scale)
        if (!(scale > 0))
            return fail(ErrorCode::InvalidInput,
                "{}: layers[{}].{}.scale of the configuration has the number {}, expected positive ones", method, layer,
                half, scale);
    return {};
}

Result<void> readMix(const nlohmann::json& layers, int layer, const char* half, int size, const std::string& method,
    Transform& transform)
{
    const auto side = static_cast<std::size_t>(size);
    transform.mixSize = size;
    transform.mix = numbers(field(layers, layer, half, "mix"), side * side);
    const auto wrong = [&] {
        return fail(ErrorCode::InvalidInput,
            "{}: layers[{}].{}.mix of the configuration must be a matrix of {} × {} numbers with orthogonal rows",
            method, layer, half, size, size);
    };
    if (transform.mix.empty())
        return wrong();
    const auto product = [&](std::size_t i, std::size_t j) {
        double sum = 0;
        for (std::size_t c = 0; c < side; ++c)
            sum += static_cast<double>(transform.mix[i * side + c]) * transform.mix[j * side + c];
        return sum;
    };
    transform.unmix.resize(side * side);
    for (std::size_t i = 0; i < side; ++i) {
        const double squares = product(i, i);
        if (!(squares > 0))
            return wrong();
        for (std::size_t j = 0; j < i; ++j)
            if (std::fabs(product(i, j)) > 1e-4 * std::sqrt(squares * product(j, j)))
                return wrong();
        for (std::size_t c = 0; c < side; ++c)
            transform.unmix[c * side + i] = static_cast<float>(transform.mix[i * side + c] / squares);
    }
    return {};
}

} // namespace bitloom::kv
