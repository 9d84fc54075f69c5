// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/cached_attention.h"

#include <optional>
#include <vector>

namespace bitloom {

/// Attends through a cache and keeps all keys and values exactly beside it, on the model's device, so that it can tell how far what the cache attends to is from
/// exact attention over the same keys and values. One sequence without padding.
class MeasuredAttention : public CachedAttention
{
public:
    /// `keepsExact`: whether anything is kept at all; it has to be decided before the first token.
    MeasuredAttention(const CausalLm& model, bool keepsExact, kv::KvCache& cache, std::stop_token stop);

    /// Whether the next calls measure their newest token.
    void setMeasuring(bool measures);
    /// [layers, key-value heads]: |output - exact output| / |exact output| of the newest token of the last measured calls, over the query heads that share the
    /// head. nullopt where the exact keys and values of the whole text are not at hand: they were not kept, or there was no memory for them.
    [[nodiscard]] std::optional<std::vector<float>> errors() const;

    [[nodiscard]] torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override;

private:
    [[nodiscard]] torch::Tensor newestError(const torch::Tensor& query, const torch::Tensor& found, std::size_t block) const;

    const CausalLm& m_model;
    std::optional<PlainKvCache> m_exact;
    bool m_measures = false;
    std::vector<torch::Tensor> m_errors; ///< of each block, [key-value heads]
};

} // namespace bitloom
