// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/tokenizer.h"

#include <cstdint>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// A text as the windows that llama.cpp's perplexity is defined on: the tokens cut into runs of `context`, none overlapping, the rest at the
/// end left out. In each window the first half only gives context; the tokens at positions context/2 + 1 ... context - 1 are scored.
/// Where the vocabulary wants a beginning-of-sequence token, it starts the text and replaces the first token of every window.
class TextWindows
{
public:
    /// chunks: how many windows from the start of the text, 0 for all of them. `source` names the text in messages. Text that is empty, not UTF-8 or
    /// shorter than one window is an Error.
    [[nodiscard]] static Result<TextWindows> cut(
        const Tokenizer& tokenizer, const std::string& text, const std::string& source, int context, std::int64_t chunks);

    [[nodiscard]] std::int64_t chunks() const { return m_chunks; }
    [[nodiscard]] int context() const { return m_context; }
    [[nodiscard]] std::int64_t firstScored() const { return m_context / 2; } ///< first position whose prediction is scored
    [[nodiscard]] std::int64_t scored() const { return m_context - 1 - firstScored(); } ///< predictions scored in each window

    [[nodiscard]] std::vector<std::int32_t> window(std::int64_t chunk) const; ///< [context]
    [[nodiscard]] torch::Tensor input(std::int64_t chunk) const; ///< [1, context] i64
    [[nodiscard]] torch::Tensor targets(std::int64_t chunk) const; ///< [scored] i64: the token after each scored position
    [[nodiscard]] bool operator==(const TextWindows&) const = default;

private:
    std::vector<std::int32_t> m_tokens;
    int m_context = 0;
    std::int64_t m_chunks = 0;
    std::int32_t m_bosToken = -1; ///< -1: windows start with their own first token
};

} // namespace bitloom
