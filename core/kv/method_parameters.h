// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/cache_plan.h"
#include "core/protocol/parameter_info.h"

#include <nlohmann/json.hpp>
#include <string>

/// Parameters that several cache methods have, described and read alike.
namespace bitloom::kv {

/// "sinks", `value` of them.
[[nodiscard]] ParameterInfo sinksParameter(std::int64_t value);

/// "bits_keys" and "bits_values", each "1", "2", "3", "4" or "8", at first `value`.
void addBitsParameters(MethodInfo& method, const std::string& value);
/// "metadata": f16 or bytes; and what it means for a grid.
[[nodiscard]] ParameterInfo metadataParameter();
[[nodiscard]] Metadata readMetadataParameter(const nlohmann::json& parameters);

/// "bits_keys", "bits_values", "group_keys" (positions of a block), "group_values" (channels, 0 for a head's), and "metadata" (f16, bytes), "hadamard", "exact_type" (f16, bf16, f32),
/// "rounding" (minmax, least_squares), "pre_rope", "smoothing".
void addGridParameters(MethodInfo& method);
/// Keys per channel, values per token, from these parameters. Everything else of the layer stays as it is.
void readGridParameters(const nlohmann::json& parameters, const CacheShape& shape, LayerPlan& layer);

/// A plan whose layers are all alike.
[[nodiscard]] CachePlan uniformPlan(const CacheShape& shape, const LayerPlan& layer);

/// The same, but with "smoothing" each layer has the shifts and scales of its channels that calibration left in the parameter "layers"; an Error of code
/// Usage says how to get them where there are none.
[[nodiscard]] Result<CachePlan> smoothedPlan(const CacheShape& shape, const LayerPlan& layer, const nlohmann::json& parameters, const std::string& method);

} // namespace bitloom::kv
