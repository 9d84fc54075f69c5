// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/cache_plan.h"

#include <nlohmann/json.hpp>
#include <string>

/// What calibration found for each layer, as a method's parameter "layers" holds it: an array with an object for each
/// layer, whose "keys" and "values" may have "shift" and "scale" (a number for each channel of each key-value head) and
/// "mix" (rows of a square matrix).
namespace bitloom::kv {

/// The array, or null where `parameters` has none. An Error of code InvalidInput where it is not an object for each of
/// the shape's layers.
[[nodiscard]] Result<const nlohmann::json*> calibratedLayers(
    const nlohmann::json& parameters, const CacheShape& shape, const std::string& method);

/// Shift and scale, and mix, of those that the transform has.
[[nodiscard]] nlohmann::json transformJson(const Transform& transform);

/// Reads shift and scale of `half` ("keys" or "values") of layers[layer] into `transform`, which keeps its mixing
/// matrix.
[[nodiscard]] Result<void> readSmoothing(const nlohmann::json& layers, int layer, const char* half,
    const CacheShape& shape, const std::string& method, Transform& transform);

/// Reads the mixing matrix [size, size], whose rows must be orthogonal, so that its inverse is certain.
[[nodiscard]] Result<void> readMix(const nlohmann::json& layers, int layer, const char* half, int size,
    const std::string& method, Transform& transform);

} // namespace bitloom::kv
