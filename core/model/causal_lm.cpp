// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/causal_lm.h"
#include "core/model/block_operations.h"
#include "core/model/linear_layers.h"
#include "core/model/rope.h"

#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    enum Module { Query,
        Key,
        Value,
        Output,
        Gate,
        Up,
        Down };
    constexpr std::size_t modulesPerBlock = 7;

    /// Reads the parts' weights from where they are stored.
    struct PartReader
    {
        const WeightSource& weights;
        const ModelConfig& config;
        const std::vector<LinearLayer>& linears;
        torch::Dtype dtype;
        torch::Device device;

        Result<ModelPart> read(std::int64_t index) const
        {
            if (index > config.blocks)
                return head({});
            if (index > 0)
                return block(index - 1);
            ModelPart part;
            BITLOOM_TRY(part.embedding, get("model.embed_tokens.weight", dtype));
            return part;
        }

        /// `tied` is used as the output's weight if it is defined.
        Result<ModelPart> head(const torch::Tensor& tied) const
        {
            ModelPart part;
            BITLOOM_TRY(part.outputNorm, get("model.norm.weight", torch::kFloat32));
            part.output = tied;
            if (!tied.defined()) {
                BITLOOM_TRY(part.output, get(config.tiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight", dtype));
            }
            return part;
        }

    private:
        Result<torch::Tensor> get(const std::string& name, torch::Dtype as) const
        {
            BITLOOM_TRY(const torch::Tensor tensor, weights.load(name));
            return tensor.to(device, as).contiguous();
        }

        Result<ModelPart> block(std::int64_t index) const
        {
            ModelPart part;
            const std::string prefix = fmt::format("model.layers.{}.", index);
            BITLOOM_TRY(part.inputNorm, get(prefix + "input_layernorm.weight", torch::kFloat32));
            BITLOOM_TRY(part.postAttentionNorm, get(prefix + "post_attention_layernorm.weight", torch::kFloat32));
            if (config.queryKeyNorm) {
                BITLOOM_TRY(part.queryNorm, get(prefix + "self_attn.q_norm.weight", torch::kFloat32));
                BITLOOM_TRY(part.keyNorm, get(prefix + "self_attn.k_norm.weight", torch::kFloat32));
            }
            for (std::size_t m = 0; m < modulesPerBlock; ++m) {
                const std::string& name = linears[static_cast<std::size_t>(index) * modulesPerBlock + m].name;
                BITLOOM_TRY(part.weights[m], get(name + ".weight", dtype));
                if (m <= Output && (m == Output ? config.outputBias : config.attentionBias)) {
                    BITLOOM_TRY(part.biases[m], get(name + ".bias", dtype));
                }
            }
            return part;
        }
    };

    /// The exception in flight as an Error.
    tl::unexpected<Error> doesNotFit(const std::string& path, torch::Device device)
    {
        try {
            throw;
        } catch (const c10::OutOfMemoryError&) {
            return fail(ErrorCode::OutOfMemory, "{}: the model does not fit into the memory of {}", path, device.str());
        } catch (const c10::Error& error) {
            return fail(ErrorCode::OutOfMemory, "{}: the model cannot be loaded onto {}: {}", path, device.str(), error.what_without_backtrace());
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::OutOfMemory, "{}: the model does not fit into memory", path);
        }
    }
} // namespace

namespace {
    /// Full precision, with or without a cache.
    class PlainAttention : public BlockAttention
    {
    public:
        PlainAttention(const CausalLm& model, PlainKvCache* cache)
            : m_model(model)
            , m_cache(cache)
        {
        }

        torch::Tensor positions(std::int64_t block, std::int64_t count) override
        {
            const std::int64_t past = pastOf(block);
            return torch::arange(past, past + count, torch::TensorOptions().device(m_model.device()).dtype(torch::kFloat32));
        }

        torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override
        {
            if (!m_cache)
                return m_model.attend(query, key, value, 0);
            const std::int64_t past = pastOf(block);
            m_cache->append(block, key, value);
            return m_model.attend(query, m_cache->keys[static_cast<std::size_t>(block)], m_cache->values[static_cast<std::size_t>(block)], past);
        }

    private:
        [[nodiscard]] std::int64_t pastOf(std::int64_t block) const
        {
            const auto index = static_cast<std::size_t>(block);
            return m_cache && index < m_cache->keys.size() && m_cache->keys[index].defined() ? m_cache->keys[index].size(2) : 0;
        }

        const CausalLm& m_model;
        PlainKvCache* m_cache;
    };
} // namespace

std::int64_t PlainKvCache::length() const
{
    return keys.empty() || !keys.front().defined() ? 0 : keys.front().size(2);
}

void PlainKvCache::append(std::int64_t block, const torch::Tensor& newKeys, const torch::Tensor& newValues)
{
    const auto index = static_cast<std::size_t>(block);
    if (keys.size() <= index) {
        keys.resize(index + 1);
        values.resize(index + 1);
    }
    m_keyStorage.resize(keys.size());
    m_valueStorage.resize(keys.size());
    const auto extend = [](torch::Tensor& view, torch::Tensor& storage, const torch::Tensor& added) {
        const std::int64_t used = view.defined() ? view.size(2) : 0, needed = used + added.size(2);
        // Somebody may have put tensors of their own into `keys` and `values`.
        const bool ours = storage.defined() && view.defined() && view.data_ptr() == storage.data_ptr();
        if (!ours || storage.size(2) < needed) {
            torch::Tensor grown = torch::empty({ added.size(0), added.size(1), std::max<std::int64_t>(64, needed + needed / 2), added.size(3) }, added.options());
            if (used > 0)
                grown.narrow(2, 0, used).copy_(view);
            storage = grown;
        }
        storage.narrow(2, used, added.size(2)).copy_(added);
        view = storage.narrow(2, 0, needed);
    };
    const at::NoGradGuard noGrad;
    extend(keys[index], m_keyStorage[index], newKeys);
    extend(values[index], m_valueStorage[index], newValues);
}

CausalLm CausalLm::withoutWeights(const ModelSource& source, torch::Dtype dtype, torch::Device device)
{
    CausalLm model;
    model.m_config = source.config;
    model.m_linears = linearLayers(source.config);
    model.m_dtype = dtype;
    model.m_device = device;
    for (std::size_t i = 0; i < model.m_linears.size(); ++i)
        model.m_linearIndex.emplace(model.m_linears[i].name, i);
    const std::vector<double> frequencies = inverseFrequencies(source.config.headSize, source.config.ropeBase, source.config.ropeScaling);
    model.m_inverseFrequencies = torch::tensor(frequencies, torch::kFloat64).to(device, torch::kFloat32);
    return model;
}

Result<CausalLm> CausalLm::load(const ModelSource& source, torch::Dtype dtype, torch::Device device)
try {
    const at::NoGradGuard noGrad;
    CausalLm model = withoutWeights(source, dtype, device);
    const PartReader reader { *source.weights, model.m_config, model.m_linears, dtype, device };
    for (std::int64_t index = 0; index + 1 < model.parts(); ++index) {
        BITLOOM_TRY(ModelPart read, reader.read(index));
        model.m_parts.push_back(std::move(read));
    }
    BITLOOM_TRY(ModelPart head, reader.head(source.config.tiedEmbeddings ? model.m_parts.front().embedding : torch::Tensor()));
    model.m_parts.push_back(std::move(head));
    return model;
} catch (...) {
    return doesNotFit(source.path.string(), device);
}

Result<CausalLm> CausalLm::stream(const ModelSource& source, torch::Dtype dtype, torch::Device device)
try {
    CausalLm model = withoutWeights(source, dtype, device);
    const auto load = [weights = source.weights, config = source.config, linears = model.m_linears, path = source.path.string(), dtype, device](
                          std::int64_t index) -> Result<std::shared_ptr<const ModelPart>> {
        try {
            const at::NoGradGuard noGrad;
            const PartReader reader { *weights, config, linears, dtype, index == 0 ? torch::Device(torch::kCPU) : device };
            BITLOOM_TRY(ModelPart read, reader.read(index));
            return std::make_shared<const ModelPart>(std::move(read));
        } catch (...) {
            return doesNotFit(path, device);
        }
    };
    model.m_stream = std::make_shared<PartStream>(load);
    return model;
} catch (...) {
    return doesNotFit(source.path.string(), device);
}

Result<void> CausalLm::enter(std::int64_t part, std::int64_t next) const
{
    return m_stream ? m_stream->enter(part, next) : Result<void>();
}

torch::Tensor CausalLm::embed(const torch::Tensor& tokens) const
{
    const torch::Tensor& embedding = part(0).embedding;
    return torch::embedding(embedding, tokens.to(embedding.device())).to(m_device);
}

torch::Tensor CausalLm::normalize(const torch::Tensor& hidden, const torch::Tensor& weight) const
{
    return rmsNorm(hidden, weight, m_config.normEpsilon, m_ownOperations);
}

torch::Tensor CausalLm::attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value, std::int64_t past) const
{
    const std::int64_t count = query.size(2), total = key.size(2), repeat = m_config.heads / m_config.keyValueHeads;
    torch::Tensor keys = key, values = value;
    std::int64_t firstKey = 0;
    const bool windowed = m_config.slidingWindow && total > *m_config.slidingWindow;
    if (windowed) { // keys that not even the first query sees
        firstKey = std::max<std::int64_t>(0, past - *m_config.slidingWindow + 1);
        keys = keys.narrow(2, firstKey, total - firstKey);
        values = values.narrow(2, firstKey, total - firstKey);
    }
    if (repeat > 1 && count == 1) { // query heads that share a key head are its queries: nothing is masked, so no copy of the keys is needed
        const torch::Tensor grouped = query.reshape({ query.size(0), m_config.keyValueHeads, repeat, query.size(3) });
        return torch::scaled_dot_product_attention(grouped, keys, values, {}, 0.0, false).reshape(query.sizes());
    }
    if (repeat > 1) {
        const auto repeated = [&](const torch::Tensor& t) {
            return t.unsqueeze(2).expand({ t.size(0), t.size(1), repeat, t.size(2), t.size(3) }).reshape({ t.size(0), m_config.heads, t.size(2), t.size(3) });
        };
        keys = repeated(keys);
        values = repeated(values);
    }
    if (past == 0 && !windowed)
        return torch::scaled_dot_product_attention(query, keys, values, {}, 0.0, true);
    std::optional<torch::Tensor> mask;
    if (count > 1) {
        const auto options = torch::TensorOptions().device(m_device).dtype(torch::kInt64);
        const torch::Tensor queryAt = torch::arange(past, past + count, options).unsqueeze(1), keyAt = torch::arange(firstKey, total, options).unsqueeze(0);
        mask = keyAt <= queryAt;
        if (windowed)
            mask = mask->logical_and(keyAt > queryAt - *m_config.slidingWindow);
    }
    return torch::scaled_dot_product_attention(query, keys, values, mask, 0.0, false);
}

torch::Tensor CausalLm::block(std::int64_t index, const torch::Tensor& hidden, const LinearTap& tap, PlainKvCache* cache, bool valuesWanted) const
{
    PlainAttention attention(*this, cache);
    return runBlock(index, hidden, tap, attention, valuesWanted);
}

torch::Tensor CausalLm::block(std::int64_t index, const torch::Tensor& hidden, BlockAttention& attention) const
{
    return runBlock(index, hidden, {}, attention, true);
}

torch::Tensor CausalLm::runBlock(std::int64_t index, const torch::Tensor& hidden, const LinearTap& tap, BlockAttention& attention, bool valuesWanted) const
{
    const ModelPart& weights = part(index + 1);
    const std::int64_t batch = hidden.size(0), count = hidden.size(1), headSize = m_config.headSize;
    const auto linear = [&](std::initializer_list<Module> modules, const torch::Tensor& input) {
        std::vector<LinearWeights> layers;
        for (const Module module : modules)
            layers.push_back({ weights.weights[module], weights.biases[module], valuesWanted || module != Down });
        std::vector<torch::Tensor> outputs = linearProducts(input, layers, m_ownOperations);
        if (tap)
            for (std::size_t i = 0; i < outputs.size(); ++i)
                tap(m_linears[static_cast<std::size_t>(index) * modulesPerBlock + modules.begin()[i]], input, outputs[i]);
        return outputs;
    };
    const torch::Tensor attentionInput = normalize(hidden, weights.inputNorm);
    const std::vector<torch::Tensor> projected = linear({ Query, Key, Value }, attentionInput);
    torch::Tensor query = projected[0].view({ batch, count, m_config.heads, headSize });
    torch::Tensor key = projected[1].view({ batch, count, m_config.keyValueHeads, headSize });
    torch::Tensor value = projected[2].view({ batch, count, m_config.keyValueHeads, headSize }).transpose(1, 2);
    if (m_config.queryKeyNorm) {
        query = normalize(query, weights.queryNorm);
        key = normalize(key, weights.keyNorm);
    }
    const torch::Tensor angles = attention.positions(index, count).to(m_device).unsqueeze(-1) * m_inverseFrequencies;
    query = rotateHeads(query, angles, m_ownOperations);
    key = rotateHeads(key, angles, m_ownOperations);
    const torch::Tensor attended = attention.attend(index, query, key, value).transpose(1, 2).reshape({ batch, count, m_config.heads * headSize });
    const torch::Tensor middle = hidden + linear({ Output }, attended)[0];

    const torch::Tensor feedForwardInput = normalize(middle, weights.postAttentionNorm);
    const std::vector<torch::Tensor> expanded = linear({ Gate, Up }, feedForwardInput);
    return middle + linear({ Down }, gatedLinearUnit(expanded[0], expanded[1], m_ownOperations))[0];
}

torch::Tensor CausalLm::head(const torch::Tensor& hidden) const
{
    const ModelPart& weights = part(m_config.blocks + 1);
    return linearToFloat(normalize(hidden, weights.outputNorm), weights.output, m_ownOperations);
}

torch::Tensor CausalLm::forward(const torch::Tensor& tokens, PlainKvCache* cache) const
{
    torch::Tensor hidden = embed(tokens);
    for (std::int64_t index = 0; index < m_config.blocks; ++index)
        hidden = block(index, hidden, {}, cache);
    return head(hidden);
}

torch::Tensor CausalLm::linearWeight(const std::string& name) const
{
    const std::size_t index = m_linearIndex.at(name);
    return m_parts.at(1 + index / modulesPerBlock).weights[index % modulesPerBlock];
}

void CausalLm::setLinearWeight(const std::string& name, const torch::Tensor& weight)
{
    const std::size_t index = m_linearIndex.at(name);
    torch::Tensor& current = m_parts.at(1 + index / modulesPerBlock).weights[index % modulesPerBlock];
    TORCH_CHECK(weight.sizes() == current.sizes(), name, " is ", current.sizes(), ", not ", weight.sizes());
    current = weight.detach().to(m_device, m_dtype).contiguous();
}

} // namespace bitloom
