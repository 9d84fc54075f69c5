// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/resource_usage.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <malloc.h>
#include <string>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    /// The value of "KEY:   1234 kB" lines, in bytes; 0 if there is none.
    std::int64_t kilobyteField(const char* file, const std::string& key)
    {
        std::ifstream stream(file);
        std::string word;
        while (stream >> word) {
            if (word == key) {
                std::int64_t value = 0;
                stream >> value;
                return value * 1024;
            }
            stream.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
        }
        return 0;
    }

    std::int64_t number(const char* file)
    {
        std::ifstream stream(file);
        std::int64_t value = -1;
        stream >> value;
        return stream ? value : -1;
    }

    /// Page cache that the control group would give up for us; it counts as used there.
    std::int64_t reclaimableCache()
    {
        std::ifstream stream("/sys/fs/cgroup/memory.stat");
        std::string key;
        std::int64_t value = 0, sum = 0;
        while (stream >> key >> value) {
            if (key == "inactive_file" || key == "active_file")
                sum += value;
        }
        return sum;
    }
}

MemoryUsage memoryUsage()
{
    return { kilobyteField("/proc/self/status", "VmRSS:"), kilobyteField("/proc/self/status", "VmHWM:") };
}

void resetPeakMemory()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

std::int64_t availableMemory()
{
    std::int64_t available = kilobyteField("/proc/meminfo", "MemAvailable:");
    const std::int64_t limit = number("/sys/fs/cgroup/memory.max"), used = number("/sys/fs/cgroup/memory.current");
    if (limit > 0 && used >= 0)
        available = std::min(available, std::max<std::int64_t>(0, limit - used + reclaimableCache()));
    return available;
}

std::int64_t freeDiskBytes(const std::filesystem::path& path)
{
    std::error_code error;
    fs::path folder = fs::absolute(path, error);
    while (!error && !fs::exists(folder, error) && folder.has_relative_path())
        folder = folder.parent_path();
    const auto space = fs::space(folder, error);
    return error ? -1 : static_cast<std::int64_t>(space.available);
}

void returnFreedMemory()
{
    malloc_trim(0);
}

} // namespace bitloom
