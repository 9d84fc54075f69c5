// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/gguf_config.h"
#include "core/model/rope.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

namespace bitloom {
namespace {
    using Json = nlohmann::json;

    /// Shortest decimal number that is the same f32: 1e-5 rather than 9.999999747378752e-06.
    double asDecimal(double value)
    {
        return std::strtod(fmt::format("{}", static_cast<float>(value)).c_str(), nullptr); // stod throws on denormal numbers
    }

    /// llama.cpp stores Llama 3's scaling as one divisor per frequency. The published models share all settings but the factor, which is the largest divisor,
    /// and the context they were first trained with, 8192 unless a key says otherwise; whatever those settings do not reproduce is refused rather than
    /// approximated.
    Result<RopeScaling> llama3Scaling(const GgufFile& file, const GgufTensor& factors, std::int64_t headSize, double ropeBase, std::int64_t originalContext)
    {
        const std::int64_t count = headSize / 2;
        if (factors.shape != std::vector<std::int64_t> { count })
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' should have {} elements", file.source(), factors.name, count);
        std::vector<float> divisors(static_cast<std::size_t>(count));
        BITLOOM_CHECK(dequantizeGgml(factors.type, factors.bytes, 1, count, divisors.data()));
        RopeScaling scaling { .type = "llama3", .factor = *std::max_element(divisors.begin(), divisors.end()), .lowFrequencyFactor = 1, .highFrequencyFactor = 4, .originalContextLength = originalContext };
        const std::vector<double> plain = inverseFrequencies(headSize, ropeBase, std::nullopt);
        const std::vector<double> scaled = inverseFrequencies(headSize, ropeBase, scaling);
        for (std::size_t i = 0; i < divisors.size(); ++i)
            if (!(std::abs(plain[i] / divisors[i] - scaled[i]) <= 1e-4 * scaled[i]))
                return fail(ErrorCode::Unsupported, "{}: tensor '{}' holds RoPE factors that are not Llama 3's", file.source(), factors.name);
        scaling.factor = asDecimal(scaling.factor);
        return scaling;
    }
} // namespace

Result<Json> configFromGguf(const GgufFile& file)
{
    BITLOOM_TRY(const auto architecture, file.text("general.architecture"));
    if (!architecture)
        return fail(ErrorCode::InvalidInput, "{}: the key 'general.architecture' is missing", file.source());
    static const std::map<std::string, const char*> classes { { "llama", "LlamaForCausalLM" }, { "mistral", "MistralForCausalLM" }, { "qwen2", "Qwen2ForCausalLM" },
        { "qwen3", "Qwen3ForCausalLM" } };
    const auto known = classes.find(*architecture);
    if (known == classes.end())
        return fail(ErrorCode::Unsupported, "{}: architecture \"{}\" is not supported (known: llama, mistral, qwen2, qwen3)", file.source(), *architecture);
    const std::string prefix = *architecture + ".";
    const auto whole = [&](const char* key) -> Result<std::int64_t> {
        BITLOOM_TRY(const auto value, file.integer(prefix + key));
        if (!value)
            return fail(ErrorCode::InvalidInput, "{}: the key '{}{}' is missing", file.source(), prefix, key);
        return *value;
    };

    Json config { { "architectures", { known->second } }, { "model_type", *architecture }, { "hidden_act", "silu" } };
    BITLOOM_TRY(const std::int64_t hidden, whole("embedding_length"));
    BITLOOM_TRY(const std::int64_t heads, whole("attention.head_count"));
    if (hidden < 1 || heads < 1)
        return fail(ErrorCode::InvalidInput, "{}: '{}embedding_length' is {} and '{}attention.head_count' is {}", file.source(), prefix, hidden, prefix, heads);
    config["hidden_size"] = hidden;
    config["num_attention_heads"] = heads;
    BITLOOM_TRY(config["num_hidden_layers"], whole("block_count"));
    BITLOOM_TRY(config["intermediate_size"], whole("feed_forward_length"));
    BITLOOM_TRY(config["max_position_embeddings"], whole("context_length"));
    BITLOOM_TRY(const auto keyValueHeads, file.integer(prefix + "attention.head_count_kv"));
    config["num_key_value_heads"] = keyValueHeads.value_or(heads);
    BITLOOM_TRY(const auto experts, file.integer(prefix + "expert_count"));
    if (experts.value_or(0) > 0)
        return fail(ErrorCode::Unsupported, "{}: mixtures of experts ('{}expert_count' is {}) are not supported", file.source(), prefix, *experts);

    BITLOOM_TRY(const auto keyLength, file.integer(prefix + "attention.key_length"));
    const std::int64_t headSize = keyLength.value_or(hidden / heads);
    BITLOOM_TRY(const auto valueLength, file.integer(prefix + "attention.value_length"));
    BITLOOM_TRY(const auto rotated, file.integer(prefix + "rope.dimension_count"));
    if (headSize < 2 || headSize > 65536 || headSize % 2 != 0 || valueLength.value_or(headSize) != headSize || rotated.value_or(headSize) != headSize)
        return fail(ErrorCode::Unsupported, "{}: heads with {} key, {} value and {} rotated dimensions are not supported; all must be one even number", file.source(),
            headSize, valueLength.value_or(headSize), rotated.value_or(headSize));
    config["head_dim"] = headSize;

    BITLOOM_TRY(const auto epsilon, file.real(prefix + "attention.layer_norm_rms_epsilon"));
    if (!epsilon)
        return fail(ErrorCode::InvalidInput, "{}: the key '{}attention.layer_norm_rms_epsilon' is missing", file.source(), prefix);
    config["rms_norm_eps"] = asDecimal(*epsilon);
    BITLOOM_TRY(const auto base, file.real(prefix + "rope.freq_base"));
    const double ropeBase = asDecimal(base.value_or(10000.0));
    config["rope_theta"] = ropeBase;
    config["rope_scaling"] = nullptr;
    BITLOOM_TRY(const auto scalingType, file.text(prefix + "rope.scaling.type"));
    if (scalingType && *scalingType != "none" && *scalingType != "linear")
        return fail(ErrorCode::Unsupported, "{}: RoPE scaling type \"{}\" is not supported (known: none, linear, and Llama 3's factors)", file.source(), *scalingType);
    if (scalingType == "linear") {
        BITLOOM_TRY(const auto factor, file.real(prefix + "rope.scaling.factor"));
        config["rope_scaling"] = { { "type", "linear" }, { "rope_type", "linear" }, { "factor", asDecimal(factor.value_or(1.0)) } };
    }
    if (const GgufTensor* factors = file.find("rope_freqs.weight")) {
        if (!(ropeBase >= 1 && ropeBase <= 1e12))
            return fail(ErrorCode::InvalidInput, "{}: '{}rope.freq_base' is {}, which is not possible", file.source(), prefix, ropeBase);
        BITLOOM_TRY(const auto originalContext, file.integer(prefix + ropeOriginalContextKey));
        if (originalContext && (*originalContext < 1 || *originalContext > 1 << 30))
            return fail(ErrorCode::InvalidInput, "{}: '{}{}' is {}, which is not possible", file.source(), prefix, ropeOriginalContextKey, *originalContext);
        BITLOOM_TRY(const RopeScaling scaling, llama3Scaling(file, *factors, headSize, ropeBase, originalContext.value_or(8192)));
        config["rope_scaling"] = { { "rope_type", "llama3" }, { "factor", scaling.factor }, { "low_freq_factor", scaling.lowFrequencyFactor },
            { "high_freq_factor", scaling.highFrequencyFactor }, { "original_max_position_embeddings", scaling.originalContextLength } };
    }
    if (*architecture == "mistral") {
        BITLOOM_TRY(const auto window, file.integer(prefix + "attention.sliding_window"));
        config["sliding_window"] = window ? Json(*window) : Json();
    }

    const GgufTensor* embedding = file.find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2)
        return fail(ErrorCode::InvalidInput, "{}: the tensor 'token_embd.weight' is missing or no matrix", file.source());
    config["vocab_size"] = embedding->shape[0];
    config["tie_word_embeddings"] = file.find("output.weight") == nullptr;
    if (*architecture != "qwen2")
        config["attention_bias"] = file.find("blk.0.attn_q.bias") != nullptr;
    for (const auto& [key, field] : { std::pair("tokenizer.ggml.bos_token_id", "bos_token_id"), std::pair("tokenizer.ggml.eos_token_id", "eos_token_id") }) {
        BITLOOM_TRY(const auto token, file.integer(key));
        config[field] = token ? Json(*token) : Json();
    }
    return config;
}

} // namespace bitloom
