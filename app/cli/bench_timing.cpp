// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_timing.h"

#include "core/base/parallel_for.h"

#include <algorithm>
#include <ATen/Parallel.h>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <torch/cuda.h>

namespace bitloom::cli {

void finish(torch::Device device)
{
    if (device.is_cuda())
        torch::cuda::synchronize(device.index());
}

Result<double> fastest(int repeats, torch::Device device, const std::function<Result<void>()>& work)
{
    double seconds = std::numeric_limits<double>::infinity();
    for (int repeat = 0; repeat < repeats; ++repeat) {
        finish(device);
        const auto begin = std::chrono::steady_clock::now();
        BITLOOM_CHECK(work());
        finish(device);
        seconds = std::min(seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return seconds;
}

double measuredGemmRate(torch::Device device, torch::Dtype dtype)
{
    at::set_num_threads(threadCount());
    const std::int64_t size = device.is_cuda() ? 8192 : 1536;
    const auto options = torch::TensorOptions(device).dtype(torch::kFloat32);
    const torch::Tensor a = torch::randn({ size, size }, options).to(dtype), b = torch::randn({ size, size }, options).to(dtype);
    torch::Tensor product = torch::mm(a, b); // the first call makes handles and starts threads
    const Result<double> seconds = fastest(5, device, [&]() -> Result<void> {
        torch::mm_out(product, a, b);
        return {};
    });
    return 2.0 * static_cast<double>(size * size * size) / *seconds;
}

nlohmann::json rates(double seconds, double flops, double gemmRate)
{
    return { { "seconds", seconds }, { "gflops", flops / seconds / 1e9 }, { "gemm_share", flops / seconds / gemmRate } };
}

void printRates(const nlohmann::json& result)
{
    std::string line = fmt::format("{:<40} {:9.4f} s", result.at("name").get<std::string>(), result.at("seconds").get<double>());
    if (result.contains("gflops"))
        line += fmt::format("  {:8.1f} GFLOP/s", result.at("gflops").get<double>());
    if (result.contains("gemm_share"))
        line += fmt::format("  {:6.2f} of GEMM", result.at("gemm_share").get<double>());
    if (result.contains("growth"))
        line += fmt::format("  {:5.2f} times as long with {}", result.at("growth").get<double>(), result.at("doubled").get<std::string>());
    if (result.contains("max_difference"))
        line += fmt::format("  max difference {:.2e}", result.at("max_difference").get<double>());
    fmt::print("{}\n", line);
}

} // namespace bitloom::cli
