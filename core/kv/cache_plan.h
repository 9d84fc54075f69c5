// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/retention_policy.h"
#include "core/kv/side_store.h"
#include "core/kv/transform.h"

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
    std::vector<double> rotaryFrequencies = {}; ///< radians per position by which keys' pairs of channels (c, c + headSize / 2) are turned when they come; empty: not known
};

struct HalfPlan
{
    Grid grid;
    int block = 32; ///< positions of a page
    Transform transform;
    bool beforeRotary = false; ///< of keys: pages hold them as they were before the rotary embedding, see rotary_pages.h
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

/// An Error of code Usage where a plan does not fit the shape.
[[nodiscard]] Result<void> checkPlan(const CachePlan& plan, const CacheShape& shape);

} // namespace bitloom::kv
