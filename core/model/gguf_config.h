// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/gguf_file.h"

#include <nlohmann/json.hpp>

namespace bitloom {

/// Behind "ARCHITECTURE.": the context that RoPE's Llama 3 scaling was made for. Without it the published models' 8192 is taken.
inline constexpr const char* ropeOriginalContextKey = "rope.scaling.original_context_length";

/// The Hugging Face config.json that describes the model in a GGUF file, rebuilt from its keys and tensor shapes, so that the
/// model can be exported as a folder. An architecture that is not known is refused by name.
[[nodiscard]] Result<nlohmann::json> configFromGguf(const GgufFile& file);

} // namespace bitloom
