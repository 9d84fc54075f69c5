// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bitloom {

/// What a tensor is to llama-quantize's rules.
enum class TensorRole { Embedding, Output, AttentionQuery, AttentionKey, AttentionValue, AttentionOutput, FeedForwardGate, FeedForwardUp, FeedForwardDown };

/// What those rules look at.
struct MixFacts
{
    std::int64_t blocks = 0; ///< of the model
    std::int64_t headsPerKeyValueHead = 1;
    bool tiedEmbeddings = false, importances = false;
};

/// The names of llama.cpp's mixes, as llama-quantize takes them: "Q2_K", "Q3_K_S", "Q4_K_M", "IQ3_XS", ...
[[nodiscard]] const std::vector<std::string>& ggufMixes();

/// The number that a mix has in general.file_type; nullopt for a name that is not known. Upper case.
[[nodiscard]] std::optional<int> mixFileType(const std::string& mix);

/// The type that most tensors of a mix have.
[[nodiscard]] int mixDefaultType(int fileType);

/// The type that llama-quantize chooses for a tensor with rows of `columns` weights in block `block` (counted from 0), before it looks at whether the
/// type's blocks divide the row.
[[nodiscard]] int mixType(int fileType, TensorRole role, std::int64_t block, std::int64_t columns, const MixFacts& facts);

/// The type of embeddings or output in a file whose other tensors are of `type`.
[[nodiscard]] int outerType(int type, TensorRole role, std::int64_t columns, const MixFacts& facts);

} // namespace bitloom
