// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

namespace bitloom {

struct MemoryUsage
{
    std::int64_t residentBytes = 0, peakBytes = 0;
};

/// Of this process, from /proc/self/status; the peak is that since the last resetPeakMemory().
[[nodiscard]] MemoryUsage memoryUsage();
/// Starts the measurement of the peak anew, where the kernel allows it.
void resetPeakMemory();
/// Memory that could be taken without swapping; 0 where the system does not say. Respects the control group's limit.
[[nodiscard]] std::int64_t availableMemory();
/// Free bytes for this user on the file system of `path` or its nearest existing parent; -1 where it cannot be told.
[[nodiscard]] std::int64_t freeDiskBytes(const std::filesystem::path& path);
/// Gives freed heap memory back to the system, so that a released model does not count on.
void returnFreedMemory();

} // namespace bitloom
