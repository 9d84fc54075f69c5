// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/tokenizer.h"
#include "core/protocol/token_choice.h"

#include <optional>
#include <torch/types.h>

namespace bitloom {

/// A token as it reads behind the one before it: alone, some tokenizers' words lose their leading space. Special tokens are their names.
[[nodiscard]] std::string textBehind(const Tokenizer& tokenizer, std::optional<std::int32_t> before, std::int32_t token);

/// What a model with these logits [1, vocabulary] (any device and dtype) gives `taken` and its `count` most probable tokens; `before` is the token that they
/// follow. Probabilities are the softmax of the logits as they are. Of equal ones the smaller token comes first.
[[nodiscard]] TokenChoice tokenChoice(
    const torch::Tensor& logits, std::int32_t taken, bool ends, int count, const Tokenizer& tokenizer, std::int32_t before);

} // namespace bitloom
