// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/packed_attention.h"

#include <algorithm>

namespace bitloom::kernels {

int attentionSplits(std::int64_t blocks, std::int64_t items, int multiprocessors)
{
    // Four blocks of four warps fit a multiprocessor; two rounds of them even out splits that end earlier than others.
    constexpr std::int64_t blocksForEach = 8, fewestItems = 8;
    const std::int64_t wanted = (blocksForEach * std::max(multiprocessors, 1) + blocks - 1) / std::max<std::int64_t>(blocks, 1);
    return static_cast<int>(std::clamp<std::int64_t>(std::min(wanted, items / fewestItems), 1, mostSplits));
}

} // namespace bitloom::kernels
