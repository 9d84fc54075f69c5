// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    using Json = nlohmann::json;

    /// Reads fields of a config.json, one sentence for each that is wrong. A field that is null counts as missing.
    class Fields
    {
    public:
        Fields(const Json& json, std::string source)
            : m_json(json)
            , m_source(std::move(source))
        {
        }

        [[nodiscard]] const Json* find(const char* key) const
        {
            const auto found = m_json.find(key);
            return found == m_json.end() || found->is_null() ? nullptr : &*found;
        }

        [[nodiscard]] Result<std::int64_t> whole(const char* key, std::optional<std::int64_t> fallback, std::int64_t least, std::int64_t most) const
        {
            const Json* value = find(key);
            if (!value && fallback)
                return *fallback;
            if (!value)
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is missing", m_source, key);
            // Unsigned numbers beyond 2^63 would wrap.
            if (!value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t(most)) || value->get<std::int64_t>() < least
                || value->get<std::int64_t>() > most)
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is {}, expected a whole number from {} to {}", m_source, key, shown(*value), least, most);
            return value->get<std::int64_t>();
        }

        [[nodiscard]] Result<double> real(const char* key, std::optional<double> fallback, double least, double most) const
        {
            const Json* value = find(key);
            if (!value && fallback)
                return *fallback;
            if (!value)
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is missing", m_source, key);
            if (!value->is_number() || !(value->get<double>() >= least && value->get<double>() <= most))
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is {}, expected a number from {:g} to {:g}", m_source, key, shown(*value), least, most);
            return value->get<double>();
        }

        [[nodiscard]] Result<bool> flag(const char* key, bool fallback) const
        {
            const Json* value = find(key);
            if (!value)
                return fallback;
            if (!value->is_boolean())
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is {}, expected true or false", m_source, key, shown(*value));
            return value->get<bool>();
        }

        [[nodiscard]] Result<std::string> text(const char* key, std::optional<std::string> fallback) const
        {
            const Json* value = find(key);
            if (!value && fallback)
                return *fallback;
            if (!value || !value->is_string())
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is {}, expected a string", m_source, key, value ? shown(*value) : "missing");
            return value->get<std::string>();
        }

        /// A token id; of a list (several end tokens) the first.
        [[nodiscard]] Result<std::optional<std::int64_t>> token(const char* key, std::int64_t vocabulary) const
        {
            const Json* value = find(key);
            if (value && value->is_array())
                value = value->empty() ? nullptr : &value->front();
            if (!value)
                return std::nullopt;
            if (!value->is_number_integer())
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is {}, expected a token id", m_source, key, shown(*value));
            const auto id = value->get<std::int64_t>();
            if (id < 0 || id >= vocabulary) // some published configs name tokens that their vocabulary does not have
                return std::nullopt;
            return id;
        }

        [[nodiscard]] const std::string& source() const { return m_source; }

        static std::string shown(const Json& value)
        {
            std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
            if (text.size() > 60)
                text = text.substr(0, 57) + "...";
            return text;
        }

    private:
        const Json& m_json;
        std::string m_source;
    };

    Result<std::optional<RopeScaling>> parseRopeScaling(const Json& json, const std::string& source, std::int64_t contextLength)
    {
        if (!json.is_object())
            return fail(ErrorCode::InvalidInput, "{} is not an object", source);
        const Fields fields(json, source);
        BITLOOM_TRY(const std::string older, fields.text("type", "default"));
        BITLOOM_TRY(const std::string type, fields.text("rope_type", older));
        BITLOOM_TRY(const double partial, fields.real("partial_rotary_factor", 1.0, 0, 1));
        if (partial != 1.0)
            return fail(ErrorCode::Unsupported, "{}: \"partial_rotary_factor\" other than 1 is not supported", source);
        if (type == "default")
            return std::nullopt;
        if (type != "linear" && type != "llama3")
            return fail(ErrorCode::Unsupported, "{}: RoPE scaling type \"{}\" is not supported (known: default, linear, llama3)", source, type);
        RopeScaling scaling;
        scaling.type = type;
        BITLOOM_TRY(scaling.factor, fields.real("factor", std::nullopt, 1, 1e6));
        if (type == "llama3") {
            BITLOOM_TRY(scaling.lowFrequencyFactor, fields.real("low_freq_factor", std::nullopt, 1e-6, 1e6));
            BITLOOM_TRY(scaling.highFrequencyFactor, fields.real("high_freq_factor", std::nullopt, 1e-6, 1e6));
            BITLOOM_TRY(scaling.originalContextLength, fields.whole("original_max_position_embeddings", contextLength, 1, std::int64_t(1) << 40));
            if (scaling.highFrequencyFactor <= scaling.lowFrequencyFactor)
                return fail(ErrorCode::InvalidInput, "{}: \"high_freq_factor\" must be larger than \"low_freq_factor\"", source);
        }
        return scaling;
    }

    /// The one window of all blocks; models that mix full and sliding blocks are refused.
    Result<std::optional<std::int64_t>> parseSlidingWindow(const Fields& fields, const ModelConfig& config)
    {
        const bool mistral = config.architecture == "mistral";
        const bool qwen = config.architecture == "qwen2" || config.architecture == "qwen3";
        if (!mistral && !qwen)
            return std::nullopt;
        // Mistral's window is 4096 where config.json does not mention it, and none where it says null.
        constexpr std::int64_t mistralDefault = 4096;
        const bool mentioned = fields.find("sliding_window") != nullptr;
        std::optional<std::int64_t> window;
        if (mentioned) {
            BITLOOM_TRY(window, fields.whole("sliding_window", std::nullopt, 1, std::int64_t(1) << 40));
        } else if (mistral && !config.original.contains("sliding_window")) {
            window = mistralDefault;
        }
        if (qwen) {
            BITLOOM_TRY(const bool used, fields.flag("use_sliding_window", false));
            if (!used || !window)
                return std::nullopt;
        }
        const auto mixed = [&] {
            return fail(ErrorCode::Unsupported, "{}: a mix of full and sliding-window attention blocks is not supported", fields.source());
        };
        if (const Json* types = fields.find("layer_types")) {
            if (!types->is_array() || static_cast<std::int64_t>(types->size()) != config.blocks)
                return fail(ErrorCode::InvalidInput, "{}: \"layer_types\" is not a list of {} entries", fields.source(), config.blocks);
            const auto sliding = std::count(types->begin(), types->end(), Json("sliding_attention"));
            const auto full = std::count(types->begin(), types->end(), Json("full_attention"));
            if (sliding + full != config.blocks)
                return fail(ErrorCode::Unsupported, "{}: \"layer_types\" holds a kind of attention that is not supported", fields.source());
            if (sliding == 0)
                return std::nullopt;
            if (full != 0)
                return mixed();
        } else if (qwen) {
            BITLOOM_TRY(const std::int64_t fullBlocks, fields.whole("max_window_layers", 28, 0, std::int64_t(1) << 31));
            if (fullBlocks >= config.blocks)
                return std::nullopt;
            if (fullBlocks != 0)
                return mixed();
        }
        return window;
    }
} // namespace

Result<ModelConfig> parseModelConfig(const Json& json, const std::string& source)
try {
    if (!json.is_object())
        return fail(ErrorCode::InvalidInput, "{}: it is not a JSON object", source);
    const Fields fields(json, source);
    ModelConfig config;
    config.original = json;
    BITLOOM_TRY(config.architecture, fields.text("model_type", std::nullopt));
    constexpr std::array known { "llama", "mistral", "qwen2", "qwen3" };
    if (std::find(known.begin(), known.end(), config.architecture) == known.end())
        return fail(ErrorCode::Unsupported, "{}: architecture \"{}\" is not supported (known: llama, mistral, qwen2, qwen3)", source, config.architecture);
    if (const Json* quantization = fields.find("quantization_config")) {
        const Json method = quantization->is_object() ? quantization->value("quant_method", Json("unknown")) : Json("unknown");
        return fail(ErrorCode::Unsupported, "{}: weights quantized with {} cannot be read", source, Fields::shown(method));
    }
    const bool qwen2 = config.architecture == "qwen2", qwen3 = config.architecture == "qwen3", mistral = config.architecture == "mistral";

    constexpr std::int64_t most = std::int64_t(1) << 24;
    BITLOOM_TRY(config.vocabularySize, fields.whole("vocab_size", std::nullopt, 1, std::int64_t(1) << 28));
    BITLOOM_TRY(config.hiddenSize, fields.whole("hidden_size", std::nullopt, 1, most));
    BITLOOM_TRY(config.feedForwardSize, fields.whole("intermediate_size", std::nullopt, 1, most));
    BITLOOM_TRY(config.blocks, fields.whole("num_hidden_layers", std::nullopt, 1, 10000));
    BITLOOM_TRY(config.heads, fields.whole("num_attention_heads", std::nullopt, 1, 65536));
    BITLOOM_TRY(config.keyValueHeads, fields.whole("num_key_value_heads", mistral ? 8 : qwen2 || qwen3 ? 32 : config.heads, 1, 65536));
    if (config.heads % config.keyValueHeads != 0)
        return fail(ErrorCode::InvalidInput, "{}: \"num_attention_heads\" is {}, not a multiple of \"num_key_value_heads\" {}", source, config.heads, config.keyValueHeads);
    if (!fields.find("head_dim") && !qwen3 && config.hiddenSize % config.heads != 0)
        return fail(ErrorCode::InvalidInput, "{}: \"hidden_size\" is {}, not a multiple of \"num_attention_heads\" {}", source, config.hiddenSize, config.heads);
    BITLOOM_TRY(config.headSize, fields.whole("head_dim", qwen3 ? 128 : config.hiddenSize / config.heads, 1, 65536));
    if (config.headSize % 2 != 0)
        return fail(ErrorCode::InvalidInput, "{}: the head size is {}, which rotary embeddings cannot halve", source, config.headSize);
    BITLOOM_TRY(config.contextLength, fields.whole("max_position_embeddings", mistral ? 131072 : qwen2 || qwen3 ? 32768 : 2048, 1, std::int64_t(1) << 40));
    BITLOOM_TRY(config.normEpsilon, fields.real("rms_norm_eps", 1e-6, 0, 1));
    BITLOOM_TRY(config.tiedEmbeddings, fields.flag("tie_word_embeddings", false));

    BITLOOM_TRY(const std::string activation, fields.text("hidden_act", "silu"));
    if (activation != "silu" && activation != "swish")
        return fail(ErrorCode::Unsupported, "{}: activation \"{}\" is not supported (known: silu)", source, activation);
    BITLOOM_TRY(const bool feedForwardBias, fields.flag("mlp_bias", false));
    if (feedForwardBias)
        return fail(ErrorCode::Unsupported, "{}: \"mlp_bias\" is not supported", source);
    BITLOOM_TRY(const bool bias, fields.flag("attention_bias", false));
    config.attentionBias = qwen2 || (bias && !mistral);
    config.outputBias = bias && !qwen2 && !mistral;
    config.queryKeyNorm = qwen3;

    // transformers 5 gathers RoPE's settings under one key; before that they lay beside each other.
    BITLOOM_TRY(config.ropeBase, fields.real("rope_theta", 10000.0, 1, 1e12));
    if (const Json* parameters = fields.find("rope_parameters")) {
        if (!parameters->is_object())
            return fail(ErrorCode::InvalidInput, "{}: \"rope_parameters\" is not an object", source);
        const std::string where = source + ": \"rope_parameters\"";
        BITLOOM_TRY(config.ropeBase, Fields(*parameters, where).real("rope_theta", config.ropeBase, 1, 1e12));
        BITLOOM_TRY(config.ropeScaling, parseRopeScaling(*parameters, where, config.contextLength));
    } else if (const Json* scaling = fields.find("rope_scaling")) {
        BITLOOM_TRY(config.ropeScaling, parseRopeScaling(*scaling, source + ": \"rope_scaling\"", config.contextLength));
    }
    BITLOOM_TRY(const double partial, fields.real("partial_rotary_factor", 1.0, 0, 1));
    if (partial != 1.0)
        return fail(ErrorCode::Unsupported, "{}: \"partial_rotary_factor\" other than 1 is not supported", source);
    BITLOOM_TRY(config.slidingWindow, parseSlidingWindow(fields, config));
    BITLOOM_TRY(config.bosToken, fields.token("bos_token_id", config.vocabularySize));
    BITLOOM_TRY(config.eosToken, fields.token("eos_token_id", config.vocabularySize));
    return config;
} catch (const Json::exception& error) {
    return fail(ErrorCode::InvalidInput, "{}: {}", source, error.what());
}

std::vector<LinearLayer> linearLayers(const ModelConfig& config)
{
    const std::int64_t query = config.heads * config.headSize, keyValue = config.keyValueHeads * config.headSize;
    struct Shape
    {
        const char* module;
        std::int64_t out, in;
    };
    const std::array<Shape, 7> shapes { {
        { "self_attn.q_proj", query, config.hiddenSize },
        { "self_attn.k_proj", keyValue, config.hiddenSize },
        { "self_attn.v_proj", keyValue, config.hiddenSize },
        { "self_attn.o_proj", config.hiddenSize, query },
        { "mlp.gate_proj", config.feedForwardSize, config.hiddenSize },
        { "mlp.up_proj", config.feedForwardSize, config.hiddenSize },
        { "mlp.down_proj", config.hiddenSize, config.feedForwardSize },
    } };
    std::vector<LinearLayer> layers;
    layers.reserve(static_cast<std::size_t>(config.blocks) * shapes.size());
    for (std::int64_t block = 0; block < config.blocks; ++block)
        for (const Shape& shape : shapes)
            layers.push_back({ fmt::format("model.layers.{}.{}", block, shape.module), block, shape.module, shape.out, shape.in });
    return layers;
}

std::vector<ExpectedTensor> expectedTensors(const ModelConfig& config)
{
    std::vector<ExpectedTensor> tensors;
    tensors.push_back({ "model.embed_tokens.weight", { config.vocabularySize, config.hiddenSize } });
    tensors.push_back({ "model.norm.weight", { config.hiddenSize } });
    if (!config.tiedEmbeddings)
        tensors.push_back({ "lm_head.weight", { config.vocabularySize, config.hiddenSize } });
    for (std::int64_t block = 0; block < config.blocks; ++block) {
        const std::string prefix = fmt::format("model.layers.{}.", block);
        tensors.push_back({ prefix + "input_layernorm.weight", { config.hiddenSize } });
        tensors.push_back({ prefix + "post_attention_layernorm.weight", { config.hiddenSize } });
        if (config.queryKeyNorm) {
            tensors.push_back({ prefix + "self_attn.q_norm.weight", { config.headSize } });
            tensors.push_back({ prefix + "self_attn.k_norm.weight", { config.headSize } });
        }
    }
    for (const LinearLayer& layer : linearLayers(config)) {
        tensors.push_back({ layer.name + ".weight", { layer.out, layer.in } });
        const bool isOutput = layer.module == "self_attn.o_proj";
        if (layer.module.starts_with("self_attn.") && (isOutput ? config.outputBias : config.attentionBias))
            tensors.push_back({ layer.name + ".bias", { layer.out } });
    }
    return tensors;
}

} // namespace bitloom
