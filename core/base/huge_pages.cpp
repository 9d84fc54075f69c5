// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/huge_pages.h"

#if defined(__linux__)
#include <cstdint>
#include <sys/mman.h>
#endif

namespace bitloom {

void preferHugePages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes)
{
#if defined(__linux__)
    constexpr std::uintptr_t hugePage = std::uintptr_t(2) << 20;
    const auto first = (reinterpret_cast<std::uintptr_t>(begin) + hugePage - 1) / hugePage * hugePage;
    const auto last = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / hugePage * hugePage;
    if (first < last)
        static_cast<void>(madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE));
#endif
}

} // namespace bitloom
