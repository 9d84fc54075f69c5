// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace bitloom {

/// Whether all tensors of a GGUF file are stored as floats, so that llama.cpp computes with them as they are.
[[nodiscard]] Result<bool> storesFloatsAlone(const std::filesystem::path& gguf);

/// Writes `gguf` with all its matrices as F16, by llama.cpp itself (what `llama-quantize --allow-requantize … F16` does): llama.cpp rounds the activations
/// that meet quantized weights to 8 bits, so a quantized original would be compared with its own noise on top.
[[nodiscard]] Result<void> expandToFloats(const std::filesystem::path& gguf, const std::filesystem::path& target);

} // namespace bitloom
