// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace bitloom {

/// Calls body(begin, end) over [0, count) cut into chunks of `grain`, on up to threadCount() threads.
/// Chunk borders depend on `grain` alone, never on the number of threads, so a body whose chunks are
/// independent gives bit-identical results for any thread count. The first exception that a body throws is
/// rethrown here after all threads have stopped. Nested calls run on the calling thread.
void parallelFor(std::int64_t count, std::int64_t grain, const std::function<void(std::int64_t, std::int64_t)>& body);

/// Number of threads that parallelFor uses; at least 1. The default is the number of processors.
int threadCount();
void setThreadCount(int threads);

} // namespace bitloom
