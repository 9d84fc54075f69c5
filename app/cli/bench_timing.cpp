// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_timing.h"

#include "core/base/parallel_for.h"

#include <algorithm>
#include <ATen/Parallel.h>
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <limits>
#include <torch/cuda.h>

namespace bitloom::cli {

void finish(torch::Device device)
{
    if (device.is_cuda())
        torch::cuda::synchronize(device.index());
}

Result<Duration> fastest(int repeats, torch::Device device, const std::function<Result<void>()>& work)
{
    constexpr double never = std::numeric_limits<double>::infinity();
    Duration least { never, never };
    for (int repeat = 0; repeat < repeats; ++repeat) {
        finish(device);
        const auto begin = std::chrono::steady_clock::now();
        const std::clock_t processorBegin = std::clock();
        BITLOOM_CHECK(work());
        finish(device);
        least.processorSeconds = std::min(least.processorSeconds, static_cast<double>(std::clock() - processorBegin) / CLOCKS_PER_SEC);
        least.seconds = std::min(least.seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return least;
}

double measuredGemmRate(torch::Device device, torch::Dtype dtype)
{
    at::set_num_threads(threadCount());
    const std::int64_t size = device.is_cuda() ? 8192 : 1536;
    const auto options = torch::TensorOptions(device).dtype(torch::kFloat32);
    const torch::Tensor a = torch::randn({ size, size }, options).to(dtype), b = torch::randn({ size, size }, options).to(dtype);
    torch::Tensor product = torch::mm(a, b); // the first call makes handles and starts threads
    const Result<Duration> duration = fastest(5, device, [&]() -> Result<void> {
        torch::mm_out(product, a, b);
        return {};
    });
    return 2.0 * static_cast<double>(size * size * size) / duration->seconds;
}

nlohmann::json rates(const Duration& duration, double flops, double gemmRate)
{
    return { { "seconds", duration.seconds }, { "processor_seconds", duration.processorSeconds }, { "gflops", flops / duration.seconds / 1e9 },
        { "gemm_share", flops / duration.seconds / gemmRate } };
}

void addGrowth(nlohmann::json& result, const std::string& doubled, const nlohmann::json& base)
{
    const auto times = [&](const char* key) { return result.at(key).get<double>() / base.at(key).get<double>(); };
    result["growth"] = times("seconds");
    result["processor_growth"] = times("processor_seconds");
    result["doubled"] = doubled;
}

void printRates(const nlohmann::json& result)
{
    std::string line = fmt::format("{:<40} {:9.4f} s", result.at("name").get<std::string>(), result.at("seconds").get<double>());
    if (result.contains("gflops"))
        line += fmt::format("  {:8.1f} GFLOP/s", result.at("gflops").get<double>());
    if (result.contains("gemm_share"))
        line += fmt::format("  {:6.2f} of GEMM", result.at("gemm_share").get<double>());
    if (result.contains("growth"))
        line += fmt::format("  {:5.2f} times as long ({:.2f} in processor time) with {}", result.at("growth").get<double>(),
            result.at("processor_growth").get<double>(), result.at("doubled").get<std::string>());
    if (result.contains("max_difference"))
        line += fmt::format("  max difference {:.2e}", result.at("max_difference").get<double>());
    fmt::print("{}\n", line);
}

} // namespace bitloom::cli
