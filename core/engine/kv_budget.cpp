// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_budget.h"

#include "core/kv/kv_cache.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bitloom {
namespace {
    bool sameBytes(const kv::LayerPlan& a, const kv::LayerPlan& b)
    {
        return a.keys.grid == b.keys.grid && a.values.grid == b.values.grid && a.keys.block == b.keys.block && a.values.block == b.values.block && a.exact == b.exact && !a.variesByLayer
            && !b.variesByLayer;
    }
}

Result<std::int64_t> cacheBytes(const kv::KvMethod& method, const kv::CacheShape& shape, const nlohmann::json& parameters, std::int64_t length)
{
    BITLOOM_TRY(const kv::CachePlan plan, method.plan(shape, parameters));
    BITLOOM_CHECK(checkPlan(plan, shape));
    std::vector<std::pair<kv::LayerPlan, std::int64_t>> kinds; // bytes of one head
    std::int64_t bytes = 0;
    kv::CacheShape one = shape;
    one.layers = one.heads = one.keyValueHeads = one.rows = 1;
    one.contextLength = 0;
    const std::vector<float> zeros(static_cast<std::size_t>(length * shape.headSize));
    for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
        auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return sameBytes(kind.first, plan.layers[layer]); });
        if (known == kinds.end()) {
            kv::CachePlan single;
            single.layers = { plan.layers[layer] };
            single.layers[0].keys.transform = single.layers[0].values.transform = {};
            single.layers[0].keys.beforeRotary = false; // as many bytes
            single.layers[0].policy = [&policy = plan.layers[layer].policy, layer](std::pmr::memory_resource* resource, int, int head) { return policy(resource, static_cast<int>(layer), head); };
            BITLOOM_TRY(const auto cache, kv::KvCache::create(one, single));
            kv::LayerTokens tokens;
            tokens.count = length;
            tokens.keys = tokens.values = zeros.data();
            BITLOOM_CHECK(cache->append(tokens));
            kinds.emplace_back(plan.layers[layer], cache->bytes());
            known = kinds.end() - 1;
        }
        bytes += known->second * shape.keyValueHeads * shape.rows;
    }
    return bytes;
}

Result<nlohmann::json> fitBudget(const kv::KvMethod& method, const kv::CacheShape& shape, nlohmann::json parameters, std::int64_t length, double bitsPerValue)
{
    const MethodInfo info = method.describe();
    const std::string name = method.budgetParameter();
    const double numbers = 2.0 * static_cast<double>(length) * shape.layers * shape.keyValueHeads * shape.headSize * shape.rows;
    const auto allowed = static_cast<std::int64_t>(std::floor(bitsPerValue / 8 * numbers));
    const auto bytesAt = [&](std::int64_t value) {
        if (!name.empty())
            parameters[name] = value;
        return cacheBytes(method, shape, parameters, length);
    };
    const auto tooMuch = [&](std::int64_t bytes) {
        return fail(ErrorCode::Usage, "{}: {:.3f} bits per value are not enough for {} tokens; it needs at least {:.3f}", info.id, bitsPerValue, length, 8 * static_cast<double>(bytes) / numbers);
    };
    if (name.empty()) {
        BITLOOM_TRY(const std::int64_t bytes, bytesAt(0));
        if (bytes > allowed)
            return tooMuch(bytes);
        return parameters;
    }
    const auto parameter = std::find_if(info.parameters.begin(), info.parameters.end(), [&](const ParameterInfo& each) { return each.name == name; });
    const std::int64_t step = method.budgetStep(parameters), first = (static_cast<std::int64_t>(*parameter->minimum) + step - 1) / step;
    const std::int64_t last = std::min(static_cast<std::int64_t>(*parameter->maximum), length) / step;
    BITLOOM_TRY(const std::int64_t least, bytesAt(first * step));
    if (least > allowed)
        return tooMuch(least);
    std::int64_t low = first, high = std::max(first, last) + 1; // low fits, high does not (or is out of range)
    while (high - low > 1) {
        const std::int64_t middle = (low + high) / 2;
        BITLOOM_TRY(const std::int64_t bytes, bytesAt(middle * step));
        (bytes <= allowed ? low : high) = middle;
    }
    parameters[name] = low * step;
    return parameters;
}

} // namespace bitloom
