// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cached_attention.h"

#include "core/model/rope.h"

#include <c10/core/DeviceGuard.h>
#include <spdlog/spdlog.h>

namespace bitloom {

kv::CacheShape cacheShape(const ModelConfig& config, std::int64_t rows)
{
    kv::CacheShape shape;
    shape.layers = static_cast<int>(config.blocks);
    shape.rows = static_cast<int>(rows);
    shape.heads = static_cast<int>(config.heads);
    shape.keyValueHeads = static_cast<int>(config.keyValueHeads);
    shape.headSize = static_cast<int>(config.headSize);
    shape.contextLength = config.contextLength;
    shape.slidingWindow = config.slidingWindow;
    shape.rotaryFrequencies = inverseFrequencies(config.headSize, config.ropeBase, config.ropeScaling);
    return shape;
}

Result<void> attendWhereModelIs(kv::KvCache& cache, torch::Device device)
{
    if (!device.is_cuda())
        return {};
    const kernels::PackedAttentionKernels* const onGpu = kernels::cudaPackedAttentionKernels();
    if (onGpu == nullptr) {
        spdlog::info("the key-value cache is attended to on the CPU: this Bitloom was built without CUDA");
        return {};
    }
    const c10::DeviceGuard guard(device);
    const Result<void> mirrored = cache.mirrorOnDevice(*onGpu);
    if (!mirrored && mirrored.error().code == ErrorCode::Unsupported) {
        spdlog::info("the key-value cache is attended to on the CPU: {}", mirrored.error().message);
        return {};
    }
    return mirrored;
}

torch::Tensor CachedAttention::positions(std::int64_t block, std::int64_t count)
{
    const int rows = m_cache.shape().rows;
    const torch::Tensor steps = torch::arange(count, torch::kFloat32);
    if (rows == 1 && m_padding.empty())
        return steps + static_cast<double>(m_cache.length(static_cast<int>(block), 0));
    torch::Tensor starts = torch::empty({ rows, 1, 1 }, torch::kFloat32);
    for (int row = 0; row < rows; ++row)
        starts[row].fill_(static_cast<double>(m_cache.length(static_cast<int>(block), row) - (m_padding.empty() ? 0 : m_padding[static_cast<std::size_t>(row)])));
    return (starts + steps).clamp_min(0);
}

torch::Tensor CachedAttention::attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value)
{
    const auto host = [](const torch::Tensor& tensor) { return tensor.to(torch::kCPU, torch::kFloat32).contiguous(); };
    const torch::Tensor queries = host(query), keys = host(key), values = host(value);
    torch::Tensor out = torch::zeros(queries.sizes(), torch::kFloat32);
    kv::LayerTokens tokens;
    tokens.layer = static_cast<int>(block);
    tokens.count = queries.size(2);
    tokens.queries = queries.const_data_ptr<float>();
    tokens.keys = keys.const_data_ptr<float>();
    tokens.values = values.const_data_ptr<float>();
    tokens.padding = m_padding;
    const c10::DeviceGuard guard(query.device()); // for the cache's own copy there
    if (m_status)
        m_status = m_cache.attend(tokens, out.mutable_data_ptr<float>(), m_watcher, m_stop);
    return out.to(query.device(), query.scalar_type());
}

Result<torch::Tensor> runCached(const CausalLm& model, const torch::Tensor& tokens, CachedAttention& attention)
{
    torch::Tensor hidden = model.embed(tokens);
    for (std::int64_t index = 0; index < model.config().blocks; ++index) {
        hidden = model.block(index, hidden, attention);
        BITLOOM_CHECK(attention.status());
    }
    return hidden;
}

} // namespace bitloom
