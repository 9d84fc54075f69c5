// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

namespace bitloom {

/// How many positions' logits exist at a time where a loss is taken over whole sequences: 16 Mi of them, but a few hundred positions at most.
[[nodiscard]] constexpr std::int64_t positionsTogether(std::int64_t vocabularySize)
{
    return std::clamp<std::int64_t>((std::int64_t(1) << 24) / vocabularySize, 16, 512);
}

} // namespace bitloom
