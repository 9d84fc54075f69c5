// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_keys.h"

#include "core/io/gguf_split.h"
#include "core/model/gguf_config.h"
#include "core/model/tokenizer.h"

#include <gguf.h>

namespace bitloom {
namespace {

void writeArchitectureKeys(const ModelSource& source, gguf_context* keys)
{
    const auto& config = source.config;
    const auto architecture = ggufArchitecture(config);
    const auto key = [&](const char* name) { return architecture + "." + name; };
    const auto number = [&](const char* name, std::int64_t value) { gguf_set_val_u32(keys, key(name).c_str(), static_cast<std::uint32_t>(value)); };
    gguf_set_val_str(keys, "general.architecture", architecture.c_str());
    gguf_set_val_str(keys, "general.type", "model");
    gguf_set_val_str(keys, "general.name", source.name.c_str());
    number("block_count", config.blocks);
    number("context_length", config.contextLength);
    number("embedding_length", config.hiddenSize);
    number("feed_forward_length", config.feedForwardSize);
    number("attention.head_count", config.heads);
    number("attention.head_count_kv", config.keyValueHeads);
    number("rope.dimension_count", config.headSize);
    number("vocab_size", config.vocabularySize);
    gguf_set_val_f32(keys, key("rope.freq_base").c_str(), static_cast<float>(config.ropeBase));
    gguf_set_val_f32(keys, key("attention.layer_norm_rms_epsilon").c_str(), static_cast<float>(config.normEpsilon));
    if (config.headSize * config.heads != config.hiddenSize || config.architecture == "qwen3") {
        number("attention.key_length", config.headSize);
        number("attention.value_length", config.headSize);
    }
    if (config.ropeScaling && config.ropeScaling->type == "llama3") // the rest of it is in the tensor rope_freqs.weight
        number(ropeOriginalContextKey, config.ropeScaling->originalContextLength);
    if (config.ropeScaling && config.ropeScaling->type == "linear") {
        gguf_set_val_str(keys, key("rope.scaling.type").c_str(), "linear");
        gguf_set_val_f32(keys, key("rope.scaling.factor").c_str(), static_cast<float>(config.ropeScaling->factor));
    }
}

} // namespace

std::string ggufArchitecture(const ModelConfig& config)
{
    return config.architecture == "mistral" ? "llama" : config.architecture;
}

Result<GgufKeys> exportedKeys(const ModelSource& source, const GgufFile* sourceFile, std::optional<int> fileType, const std::string& recipeJson)
{
    GgufKeys keys(gguf_init_empty());
    if (sourceFile != nullptr) {
        gguf_set_kv(keys.get(), sourceFile->context());
        for (const char* key : { splitNumberKey, splitCountKey, splitTensorsKey })
            gguf_remove_key(keys.get(), key);
    } else {
        writeArchitectureKeys(source, keys.get());
        BITLOOM_CHECK(writeVocabularyKeys(source.path, source.config.vocabularySize, keys.get()));
    }
    if (fileType && *fileType >= 0)
        gguf_set_val_u32(keys.get(), "general.file_type", static_cast<std::uint32_t>(*fileType));
    else if (fileType)
        gguf_remove_key(keys.get(), "general.file_type");
    gguf_set_val_u32(keys.get(), "general.quantization_version", GGML_QNT_VERSION);
    if (!recipeJson.empty())
        gguf_set_val_str(keys.get(), recipeKey, recipeJson.c_str());
    else
        gguf_remove_key(keys.get(), recipeKey);
    return keys;
}

} // namespace bitloom
