// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/kv_method.h"

namespace bitloom {

/// Bytes that a cache of this method holds after `length` tokens of one sequence, counted on a real cache of one head for each kind of layer.
[[nodiscard]] Result<std::int64_t> cacheBytes(const kv::KvMethod& method, const kv::CacheShape& shape, const nlohmann::json& parameters, std::int64_t length);

/// The same parameters with the method's budget parameter as large as `bitsPerValue` allows at `length` tokens. An Error of code Usage says
/// where not even the smallest setting fits.
[[nodiscard]] Result<nlohmann::json> fitBudget(const kv::KvMethod& method, const kv::CacheShape& shape, nlohmann::json parameters, std::int64_t length, double bitsPerValue);

} // namespace bitloom
