// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/gguf_file.h"
#include "core/io/gguf_writer.h"
#include "core/model/model_source.h"

namespace bitloom {

/// llama.cpp's name for the architecture; Mistral's models run as "llama".
[[nodiscard]] std::string ggufArchitecture(const ModelConfig& config);

/// The metadata keys of an exported file: those of a GGUF source, else keys of architecture and vocabulary made from the folder; and in both cases
/// general.file_type (nullopt leaves the source's, a negative number removes it), general.quantization_version, and the recipe unless that is empty.
/// Marks of a split model are left out.
[[nodiscard]] Result<GgufKeys> exportedKeys(const ModelSource& source, const GgufFile* sourceFile, std::optional<int> fileType, const std::string& recipeJson);

} // namespace bitloom
