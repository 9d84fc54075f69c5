// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace bitloom {
namespace {
    std::atomic<int> configuredThreads { 0 };
    thread_local bool insideParallelFor = false;
}

int threadCount()
{
    const int configured = configuredThreads.load();
    return configured > 0 ? configured : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void setThreadCount(int threads)
{
    configuredThreads.store(std::max(1, threads));
}

void parallelFor(std::int64_t count, std::int64_t grain, const std::function<void(std::int64_t, std::int64_t)>& body)
{
    if (count <= 0)
        return;
    grain = std::max<std::int64_t>(1, grain);
    const std::int64_t chunks = (count + grain - 1) / grain;
    const auto threads = static_cast<int>(std::min<std::int64_t>(chunks, insideParallelFor ? 1 : threadCount()));
    std::atomic<std::int64_t> next { 0 };
    std::exception_ptr failure;
    std::mutex failureMutex; // guards failure
    const auto work = [&] {
        const bool outer = insideParallelFor;
        insideParallelFor = true;
        try {
            for (std::int64_t chunk = next++; chunk < chunks; chunk = next++)
                body(chunk * grain, std::min(count, (chunk + 1) * grain));
        } catch (...) {
            next = chunks;
            const std::lock_guard lock(failureMutex);
            if (!failure)
                failure = std::current_exception();
        }
        insideParallelFor = outer;
    };
    {
        std::vector<std::jthread> helpers;
        helpers.reserve(static_cast<std::size_t>(threads - 1));
        for (int i = 1; i < threads; ++i)
            helpers.emplace_back(work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace bitloom
