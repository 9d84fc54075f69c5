// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/causal_lm.h"

#include <functional>
#include <utility>

namespace bitloom {

/// Exact attention over tokens from position 0 on, that shows somebody what it is given and what it gives.
class SeenAttention : public BlockAttention
{
public:
    /// query and output [batch, heads, tokens, head size], key and value [batch, kv heads, tokens, head size];
    /// contiguous f32 on the host.
    using See = std::function<void(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key,
        const torch::Tensor& value, const torch::Tensor& output)>;

    SeenAttention(const CausalLm& model, See see)
        : m_model(model)
        , m_see(std::move(see))
    {
    }

    [[nodiscard]] torch::Tensor positions(std::int64_t, std::int64_t count) override
    {
        return torch::arange(count, torch::kFloat32);
    }

    [[nodiscard]] torch::Tensor attend(
        std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override
    {
        torch::Tensor output = m_model.attend(query, key, value, 0);
        const auto host
            = [](const torch::Tensor& tensor) { return tensor.to(torch::kCPU, torch::kFloat32).contiguous(); };
        m_see(block, host(query), host(key), host(value), host(output));
        return output;
    }

private:
    const CausalLm& m_model;
    See m_see;
};

} // namespace bitloom
