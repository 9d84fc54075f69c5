// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace bitloom {

/// RoPE frequency scaling as Hugging Face's config.json names it under "rope_scaling".
struct RopeScaling
{
    std::string type; ///< "linear", "llama3"; others are refused by name
    double factor = 1, lowFrequencyFactor = 1, highFrequencyFactor = 4;
    std::int64_t originalContextLength = 8192;
};

/// A decoder-only model of the Llama family. Names follow Hugging Face's config.json.
struct ModelConfig
{
    std::string architecture; ///< "llama", "mistral", "qwen2", "qwen3"
    std::int64_t vocabularySize = 0, hiddenSize = 0, feedForwardSize = 0, blocks = 0;
    std::int64_t heads = 0, keyValueHeads = 0, headSize = 0, contextLength = 0;
    double normEpsilon = 1e-5, ropeBase = 10000;
    std::optional<RopeScaling> ropeScaling;
    std::optional<std::int64_t> slidingWindow; ///< keys older than this are not seen
    bool tiedEmbeddings = false, attentionBias = false, outputBias = false, queryKeyNorm = false;
    std::optional<std::int64_t> bosToken, eosToken;
    nlohmann::json original; ///< the config.json that it was read from or rebuilt as; written on export
};

/// Reads config.json; an unknown architecture, a missing or impossible field is one sentence with file and field.
[[nodiscard]] Result<ModelConfig> parseModelConfig(const nlohmann::json& config, const std::string& source);

/// A linear layer of a decoder block, by its Hugging Face name.
struct LinearLayer
{
    std::string name; ///< "model.layers.3.mlp.up_proj"; the weight is name + ".weight"
    std::int64_t block = 0;
    std::string module; ///< "mlp.up_proj"
    std::int64_t out = 0, in = 0;
};

/// The seven linear layers of each block, in order q, k, v, o, gate, up, down.
[[nodiscard]] std::vector<LinearLayer> linearLayers(const ModelConfig& config);

struct ExpectedTensor
{
    std::string name;
    std::vector<std::int64_t> shape;
};

/// Every tensor that a model of this configuration consists of, by Hugging Face name.
[[nodiscard]] std::vector<ExpectedTensor> expectedTensors(const ModelConfig& config);

} // namespace bitloom
