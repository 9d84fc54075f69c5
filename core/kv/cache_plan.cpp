// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/cache_plan.h"

#include <cmath>

namespace bitloom::kv {
namespace {
    Result<void> checkTransform(const Transform& transform, const CacheShape& shape)
    {
        const auto channels = static_cast<std::size_t>(shape.keyValueHeads * shape.headSize);
        if ((!transform.shift.empty() && transform.shift.size() != channels) || (!transform.scale.empty() && transform.scale.size() != channels))
            return fail(ErrorCode::InvalidInput, "a cache's shifts and scales must be {} numbers, one for each channel", channels);
        for (const float scale : transform.scale)
            if (!(scale > 0) || !std::isfinite(scale))
                return fail(ErrorCode::InvalidInput, "a cache's channel scale is {}, expected a positive number", scale);
        const auto square = static_cast<std::size_t>(transform.mixSize * transform.mixSize);
        if (!transform.mix.empty() && (transform.mixSize <= 0 || shape.headSize % transform.mixSize != 0 || transform.mix.size() != square || transform.unmix.size() != square))
            return fail(ErrorCode::InvalidInput, "a cache's mixing matrix over {} channels does not fit the head size {}", transform.mixSize, shape.headSize);
        return {};
    }
}

Result<void> checkPlan(const CachePlan& plan, const CacheShape& shape)
{
    if (shape.layers < 1 || shape.rows < 1 || shape.keyValueHeads < 1 || shape.headSize < 1 || shape.heads % shape.keyValueHeads != 0)
        return fail(ErrorCode::Internal, "a cache for {} layers, {} sequences, {} of {} heads of size {} cannot be", shape.layers, shape.rows, shape.keyValueHeads, shape.heads, shape.headSize);
    if (plan.layers.size() != static_cast<std::size_t>(shape.layers))
        return fail(ErrorCode::InvalidInput, "the cache is described for {} layers, the model has {}", plan.layers.size(), shape.layers);
    for (const LayerPlan& layer : plan.layers) {
        for (const HalfPlan* half : { &layer.keys, &layer.values }) {
            BITLOOM_CHECK(checkGrid(half->grid, shape.headSize, half->block));
            BITLOOM_CHECK(checkTransform(half->transform, shape));
        }
        if (layer.keys.beforeRotary && shape.rotaryFrequencies.size() * 2 != static_cast<std::size_t>(shape.headSize))
            return fail(ErrorCode::Usage, "keys can be packed as they were before the rotary embedding only where its {} frequencies are known, {} are; set pre_rope=false", shape.headSize / 2,
                shape.rotaryFrequencies.size());
        if (layer.values.beforeRotary)
            return fail(ErrorCode::Internal, "values have no rotary embedding");
        if (layer.keys.grid.evicts() != layer.values.grid.evicts())
            return fail(ErrorCode::Usage, "keys and values can only be dropped together");
    }
    return {};
}

} // namespace bitloom::kv
