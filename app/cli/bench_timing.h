// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <torch/types.h>

namespace bitloom::cli {

/// Waits for a GPU; nothing to wait for on the CPU.
void finish(torch::Device device);

struct Duration
{
    double seconds = 0;
    double processorSeconds = 0; ///< of all threads: what a machine that others keep busy can still be judged by
};

/// The least of `repeats` runs, the device's work included.
[[nodiscard]] Result<Duration> fastest(int repeats, torch::Device device, const std::function<Result<void>()>& work);

/// FLOP/s of a matrix product of this machine's library, on as many threads as parallelFor uses: what a suite's own rates are compared with.
/// Also makes libtorch use that many threads.
[[nodiscard]] double measuredGemmRate(torch::Device device, torch::Dtype dtype = torch::kFloat32);

/// "seconds", "processor_seconds", "gflops" and "gemm_share" of work that is worth `flops`.
[[nodiscard]] nlohmann::json rates(const Duration& duration, double flops, double gemmRate);

/// Adds to a result how many times as long it took as `base`, "growth" and "processor_growth", with what "doubled".
void addGrowth(nlohmann::json& result, const std::string& doubled, const nlohmann::json& base);

/// One line for a person: name, seconds, GFLOP/s, share, growth and difference, as far as the result has them.
void printRates(const nlohmann::json& result);

} // namespace bitloom::cli
