// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/head_cache.h"
#include "core/protocol/cache_map.h"

#include <vector>

namespace bitloom::kv {

/// What the cache holds of each position's key (or value), read from its slots and pages and from why its policy keeps
/// what is exact. classes is resized to the cache's length.
void classifyPositions(const HeadCache& cache, Half half, std::vector<PositionClass>& classes);

} // namespace bitloom::kv
