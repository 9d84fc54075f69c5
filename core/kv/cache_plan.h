// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/retention_policy.h"
#include "core/kv/side_store.h"

#include <functional>
#include <optional>
#include <vector>

namespace bitloom::kv {

/// What a cache is for.
struct CacheShape
{
    int layers = 0, rows = 1, heads = 0, keyValueHeads = 0, headSize = 0; ///< rows: sequences of a batch
    std::int64_t contextLength = 0; ///< the model's limit; 0: none
    std::optional<std::int64_t> slidingWindow; ///< older keys are not seen
};

/// A change of coordinates before rounding: stored = ((x - shift) / scale) · unmix, in runs of mixSize channels. Queries and outputs are changed instead of what is
/// stored, so reading costs nothing; a shift of keys needs no undoing at all, because it adds the same to every logit.
struct Transform
{
    std::vector<float> shift, scale; ///< [key-value heads, head size], or empty
    std::vector<float> mix, unmix; ///< [mixSize, mixSize], inverse to each other, or empty: x = t · mix
    int mixSize = 0;
    [[nodiscard]] bool isIdentity() const { return shift.empty() && scale.empty() && mix.empty(); }
};

struct HalfPlan
{
    Grid grid;
    int block = 32; ///< positions of a page
    Transform transform;
};

/// Makes the policy of one key-value head.
using PolicyFactory = std::function<PolicyPointer(std::pmr::memory_resource*, int layer, int keyValueHead)>;

struct LayerPlan
{
    HalfPlan keys, values;
    ElementType exact = ElementType::F16;
    PolicyFactory policy;
    bool variesByLayer = false; ///< whether the policy keeps other numbers of positions in other layers of the same grids
};

/// Everything that makes one method's cache different from another's. What it holds is a model's, the same for every sequence, and not a part of a cache's bytes.
struct CachePlan
{
    std::vector<LayerPlan> layers;
};

/// The orthonormal Walsh-Hadamard matrix over the largest power of two that divides the head size, as a Transform's mix.
void addHadamard(Transform& transform, int headSize);

/// An Error of code Usage where a plan does not fit the shape.
[[nodiscard]] Result<void> checkPlan(const CachePlan& plan, const CacheShape& shape);

} // namespace bitloom::kv
