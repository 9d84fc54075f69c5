// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/gguf_file.h"
#include "core/model/config.h"
#include "core/model/weight_source.h"

#include <memory>
#include <string>

namespace bitloom {

/// The Hugging Face name of a GGUF tensor ("blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"); empty for tensors that
/// carry no weights of the model (RoPE factors) and for names that are not known.
[[nodiscard]] std::string huggingFaceName(const std::string& ggufName);
/// The opposite; empty for names that are not known.
[[nodiscard]] std::string ggufName(const std::string& huggingFaceName);

/// Whether rows of q and k are stored in pairs (2i, 2i+1) rather than in halves (i, i + head size / 2).
[[nodiscard]] bool ggufPermutesHeads(const std::string& architecture);
/// Reorders the rows of q or k, [heads * head size, ...]: from halves to pairs as in GGUF, and back.
[[nodiscard]] torch::Tensor headHalvesToPairs(const torch::Tensor& rows, std::int64_t heads);
[[nodiscard]] torch::Tensor headPairsToHalves(const torch::Tensor& rows, std::int64_t heads);

/// Weights of a GGUF file, dequantized by ggml.
[[nodiscard]] Result<std::shared_ptr<const WeightSource>> makeGgufSource(GgufFile file, const ModelConfig& config);

} // namespace bitloom
