// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kv/kv_cache.h"

#include <random>
#include <vector>

namespace bitloom::test {

/// Tokens of one layer; keys have channels of very different strength and an offset, as real ones do.
struct RandomTokens
{
    RandomTokens(const kv::CacheShape& of, std::int64_t tokens, std::uint64_t seed)
        : shape(of)
        , count(tokens)
    {
        std::mt19937_64 generator(seed);
        std::normal_distribution<float> normal;
        const auto fill = [&](std::vector<float>& to, int heads, bool offset) {
            to.resize(static_cast<std::size_t>(shape.rows * heads * count * shape.headSize));
            for (std::size_t i = 0; i < to.size(); ++i) {
                const auto channel = static_cast<int>(i % static_cast<std::size_t>(shape.headSize));
                to[i] = normal(generator) * (offset ? 0.25F + 0.1F * static_cast<float>(channel % 7) : 1) + (offset && channel % 8 == 3 ? 4.0F : 0.0F);
            }
        };
        fill(queries, shape.heads, false);
        fill(keys, shape.keyValueHeads, true);
        fill(values, shape.keyValueHeads, false);
    }

    /// Tokens [first, first + n) of every row, as one call has them.
    [[nodiscard]] RandomTokens slice(std::int64_t first, std::int64_t n) const
    {
        RandomTokens part(shape, 0, 0);
        part.count = n;
        const auto cut = [&](const std::vector<float>& from, std::vector<float>& to, int heads) {
            for (int sequence = 0; sequence < shape.rows * heads; ++sequence)
                to.insert(to.end(), from.begin() + (sequence * count + first) * shape.headSize, from.begin() + (sequence * count + first + n) * shape.headSize);
        };
        cut(queries, part.queries, shape.heads);
        cut(keys, part.keys, shape.keyValueHeads);
        cut(values, part.values, shape.keyValueHeads);
        return part;
    }

    [[nodiscard]] kv::LayerTokens layer(int index = 0) const
    {
        kv::LayerTokens tokens;
        tokens.layer = index;
        tokens.count = count;
        tokens.queries = queries.data();
        tokens.keys = keys.data();
        tokens.values = values.data();
        return tokens;
    }

    /// Feeds all of them in one call; the outputs [rows, heads, count, head size].
    [[nodiscard]] Result<std::vector<float>> through(kv::KvCache& cache, int layerIndex = 0) const
    {
        std::vector<float> out(queries.size());
        BITLOOM_CHECK(cache.attend(layer(layerIndex), out.data()));
        return out;
    }

    /// The queries of the heads that share one key-value head, at one token: [group, head size].
    [[nodiscard]] std::vector<float> queryGroup(int keyValueHead, std::int64_t token) const
    {
        std::vector<float> group;
        const int shared = shape.heads / shape.keyValueHeads;
        for (int g = 0; g < shared; ++g) {
            const auto from = queries.begin() + ((keyValueHead * shared + g) * count + token) * shape.headSize;
            group.insert(group.end(), from, from + shape.headSize);
        }
        return group;
    }

    kv::CacheShape shape;
    std::int64_t count;
    std::vector<float> queries, keys, values;
};

inline kv::CacheShape oneLayer(int heads, int keyValueHeads, int headSize)
{
    kv::CacheShape shape;
    shape.layers = 1;
    shape.heads = heads;
    shape.keyValueHeads = keyValueHeads;
    shape.headSize = headSize;
    return shape;
}

} // namespace bitloom::test
