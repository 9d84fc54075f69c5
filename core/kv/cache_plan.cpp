// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/cache_plan.h"

#include <bit>
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

void addHadamard(Transform& transform, int headSize)
{
    const int size = headSize & -headSize;
    transform.mixSize = size;
    transform.mix.resize(static_cast<std::size_t>(size * size));
    const float unit = 1 / std::sqrt(static_cast<float>(size));
    for (int i = 0; i < size; ++i)
        for (int j = 0; j < size; ++j)
            transform.mix[static_cast<std::size_t>(i * size + j)] = std::popcount(static_cast<unsigned>(i & j)) % 2 == 0 ? unit : -unit;
    transform.unmix = transform.mix; // symmetric and orthonormal
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
        if (layer.keys.grid.evicts() != layer.values.grid.evicts())
            return fail(ErrorCode::Usage, "keys and values can only be dropped together");
    }
    return {};
}

} // namespace bitloom::kv
