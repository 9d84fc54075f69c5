// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/config.h"
#include "core/model/model_source.h"
#include "core/model/part_stream.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// Sees each linear layer of a block while it runs: input [batch, tokens, in], output [batch, tokens, out] (part of the autograd graph, so
/// that gradients with respect to it can be taken).
using LinearTap = std::function<void(const LinearLayer& layer, const torch::Tensor& input, const torch::Tensor& output)>;

/// Keys and values of earlier tokens, full precision. [batch, kv heads, tokens, head size] for each block; undefined when empty.
struct PlainKvCache
{
    std::vector<torch::Tensor> keys, values;
    [[nodiscard]] std::int64_t length() const;
    /// Appends [batch, kv heads, tokens, head size] of one block.
    void append(std::int64_t block, const torch::Tensor& newKeys, const torch::Tensor& newValues);

private:
    std::vector<torch::Tensor> m_keyStorage, m_valueStorage; ///< longer than what is used, so that most steps copy only the new tokens
};

/// Attention of a decoder block, for those who keep keys and values in their own way or want to see them.
class BlockAttention
{
public:
    virtual ~BlockAttention() = default;
    /// Where the next `count` tokens of each sequence stand: f32, [count], or [batch, 1, count] where sequences differ.
    [[nodiscard]] virtual torch::Tensor positions(std::int64_t block, std::int64_t count) = 0;
    /// query [batch, heads, tokens, head size], key and value [batch, kv heads, tokens, head size] after RoPE -> what query's shape attends to.
    [[nodiscard]] virtual torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) = 0;
};

/// The weights of one part of a model. Tokens pass through the parts in turn: 0 is the embedding, 1 … blocks are the decoder blocks, and
/// blocks + 1 is the head.
struct ModelPart
{
    torch::Tensor embedding; ///< [vocabulary, hidden]
    torch::Tensor inputNorm, postAttentionNorm, queryNorm, keyNorm; ///< of a block; f32; the last two undefined where there are none
    std::array<torch::Tensor, 7> weights, biases; ///< of a block, in the order of linearLayers(); a bias may be undefined
    torch::Tensor outputNorm, output; ///< of the head; `output` is the embedding where they are tied
};

/// A decoder-only language model in libtorch tensors. Weights never require grad.
class CausalLm
{
public:
    /// Loads all weights as `dtype` (norms and the logits stay f32) onto `device`.
    [[nodiscard]] static Result<CausalLm> load(const ModelSource& source, torch::Dtype dtype, torch::Device device);
    /// A model that holds only the part that enter() names, so that it may be larger than the memory. The embedding stays on the host.
    /// Reads nothing yet. It runs the parts one by one, from one thread at a time; forward() and linearWeight() are not for it.
    [[nodiscard]] static Result<CausalLm> stream(const ModelSource& source, torch::Dtype dtype, torch::Device device);

    [[nodiscard]] std::int64_t parts() const { return m_config.blocks + 2; }
    /// Has a part's weights in memory afterwards, those of a streamed model instead of any other part's; `next` (negative: none) is read in the
    /// background meanwhile. A model that was loaded as a whole has nothing to do.
    [[nodiscard]] Result<void> enter(std::int64_t part, std::int64_t next = -1) const;

    [[nodiscard]] const ModelConfig& config() const { return m_config; }
    [[nodiscard]] const std::vector<LinearLayer>& linears() const { return m_linears; }
    [[nodiscard]] torch::Dtype dtype() const { return m_dtype; }
    [[nodiscard]] torch::Device device() const { return m_device; }

    /// tokens [batch, n] i64 -> hidden [batch, n, hidden] in the compute dtype.
    [[nodiscard]] torch::Tensor embed(const torch::Tensor& tokens) const;
    /// Runs decoder block `index` on hidden [batch, n, hidden]. With a cache, the tokens follow those in the cache and are appended to it.
    /// Without `valuesWanted`, what the block and its last linear layer put out are places in the autograd graph whose values are unspecified.
    [[nodiscard]] torch::Tensor block(std::int64_t index, const torch::Tensor& hidden, const LinearTap& tap = {}, PlainKvCache* cache = nullptr,
        bool valuesWanted = true) const;
    /// The same with attention of somebody else's.
    [[nodiscard]] torch::Tensor block(std::int64_t index, const torch::Tensor& hidden, BlockAttention& attention) const;
    /// Causal attention of queries that follow `past` of the keys; shapes as in BlockAttention, key and value of all tokens so far.
    [[nodiscard]] torch::Tensor attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value, std::int64_t past) const;
    /// Final norm and output projection: [..., hidden] -> f32 logits [..., vocabulary].
    [[nodiscard]] torch::Tensor head(const torch::Tensor& hidden) const;
    /// All of it: tokens [batch, n] -> f32 logits [batch, n, vocabulary].
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& tokens, PlainKvCache* cache = nullptr) const;

    /// A linear layer's weight [out, in] in the compute dtype, by LinearLayer::name; and its replacement (same shape).
    [[nodiscard]] torch::Tensor linearWeight(const std::string& name) const;
    void setLinearWeight(const std::string& name, const torch::Tensor& weight);

    /// Without own operations, everything is made of libtorch's, to compare with: results differ by rounding alone.
    void setOwnOperations(bool own) { m_ownOperations = own; }

private:
    [[nodiscard]] static CausalLm withoutWeights(const ModelSource& source, torch::Dtype dtype, torch::Device device);
    [[nodiscard]] const ModelPart& part(std::int64_t index) const { return m_stream ? m_stream->at(index) : m_parts.at(static_cast<std::size_t>(index)); }
    [[nodiscard]] torch::Tensor normalize(const torch::Tensor& hidden, const torch::Tensor& weight) const;
    [[nodiscard]] torch::Tensor runBlock(std::int64_t index, const torch::Tensor& hidden, const LinearTap& tap, BlockAttention& attention, bool valuesWanted) const;

    ModelConfig m_config;
    std::vector<LinearLayer> m_linears;
    std::map<std::string, std::size_t> m_linearIndex; ///< LinearLayer::name -> position in m_linears
    std::vector<ModelPart> m_parts; ///< empty where they are streamed
    std::shared_ptr<PartStream> m_stream; ///< null where all parts are in memory
    bool m_ownOperations = true;
    torch::Tensor m_inverseFrequencies; ///< [head size / 2] f32, RoPE scaling applied
    torch::Dtype m_dtype = torch::kFloat32;
    torch::Device m_device = torch::kCPU;
};

} // namespace bitloom
