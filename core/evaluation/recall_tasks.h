// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/tokenizer.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bitloom {

/// Questions whose answers stand somewhere in the text before them, made from a seed: what a cache that drops or blurs tokens gets wrong, although the
/// perplexity of running text hardly shows it.
enum class RecallTask {
    Needle, ///< one number, said once among unrelated sentences
    KeyValue, ///< one of a long list of names and numbers
    Copy, ///< a passage of random words, begun a second time
    Arithmetic, ///< sums in two steps whose terms were named long before
};
inline constexpr std::array recallTasks { RecallTask::Needle, RecallTask::KeyValue, RecallTask::Copy, RecallTask::Arithmetic };
/// "needle", "key_value", "copy", "arithmetic".
[[nodiscard]] std::string_view recallTaskName(RecallTask task);

struct RecallExample
{
    std::vector<std::int32_t> prompt, answer; ///< tokens; the answer follows the prompt at once
    std::string question, expected; ///< the last line of the prompt, and the answer, as text
    double depth = 0; ///< where the answer stands: 0 at the beginning, 1 at the end
};

/// Example `index` of `count` that lie at evenly spread depths; prompt and answer together are at most `context` tokens and hardly fewer. The same numbers
/// and tokenizer give the same example. Needs a context of 128 or more.
[[nodiscard]] RecallExample makeRecallExample(RecallTask task, const Tokenizer& tokenizer, std::int64_t context, std::int64_t index, std::int64_t count, std::uint64_t seed);

} // namespace bitloom
