// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace bitloom {

/// Asks the system to back what lies wholly within [begin, begin + bytes) with huge pages, before it is written for the first time: a
/// page fault for each 2 MiB instead of each 4 KiB. Only advice: where the system has none, nothing changes.
void preferHugePages(void* begin, std::size_t bytes);

} // namespace bitloom
