// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_problems.h"
#include "app/cli/bench_suites.h"
#include "app/cli/bench_timing.h"

#include "core/base/progress_meter.h"
#include "core/calibration/gram.h"
#include "core/engine/device.h"

namespace bitloom::cli {
namespace {

    /// f32 sums may differ from f64 ones by this much of the largest entry.
    constexpr double allowedDifference = 1e-4;

    struct Shape
    {
        std::int64_t tokens = 0, in = 0, groups = 0;
        [[nodiscard]] std::string name() const { return fmt::format("{}x{}x{}", tokens, in, groups); }
        [[nodiscard]] double flops() const { return static_cast<double>(tokens * groups) * static_cast<double>(in) * static_cast<double>(in + 1); }
    };

    struct Doubling
    {
        const char* what;
        std::int64_t Shape::*size;
    };
    constexpr Doubling doublings[] = { { "twice the tokens", &Shape::tokens }, { "twice the inputs", &Shape::in }, { "twice the groups", &Shape::groups } };

    Result<Duration> timed(const Shape& shape, const BenchOptions& options, std::uint64_t seed, torch::Device device)
    {
        const SyntheticTokens tokens = syntheticTokens(shape.tokens, shape.in, shape.groups, seed, device);
        const torch::Tensor grams = torch::zeros({ shape.groups, shape.in, shape.in }, tokens.inputs.options());
        return fastest(options.repeats, device, [&]() -> Result<void> {
            addGrams(grams, tokens.inputs, tokens.saliency);
            return {};
        });
    }

    /// The largest difference from sums in f64, relative to the largest entry.
    double difference(const Shape& shape, std::uint64_t seed, torch::Device device)
    {
        const SyntheticTokens tokens = syntheticTokens(shape.tokens, shape.in, shape.groups, seed, torch::kCPU);
        const torch::Tensor grams = torch::zeros({ shape.groups, shape.in, shape.in }, torch::TensorOptions(device).dtype(torch::kFloat32));
        addGrams(grams, tokens.inputs.to(device), tokens.saliency.to(device));
        mirrorLowerTriangle(grams);
        const torch::Tensor exact = tokens.inputs.to(torch::kFloat64);
        double largest = 0;
        for (std::int64_t k = 0; k < shape.groups; ++k) {
            const torch::Tensor expected = torch::mm((exact * tokens.saliency.narrow(1, k, 1)).t(), exact);
            const torch::Tensor found = grams[k].cpu().to(torch::kFloat64);
            largest = std::max(largest, ((found - expected).abs().max() / expected.abs().max()).item<double>());
        }
        return largest;
    }

}

Result<nlohmann::json> benchHessian(CommandContext& context, const BenchOptions& options)
{
    const std::vector<std::string> texts = options.shapes.empty() ? std::vector<std::string> { "4096x576x4" } : options.shapes;
    std::vector<Shape> shapes;
    for (const std::string& text : texts) {
        BITLOOM_TRY(const std::vector<std::int64_t> numbers, parseNumbers(text, "TOKENSxINxGROUPS"));
        shapes.push_back({ numbers[0], numbers[1], numbers[2] });
    }
    BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
    const at::NoGradGuard noGrad;
    const double gemmRate = measuredGemmRate(device);
    nlohmann::json results = nlohmann::json::array();
    double worst = 0;
    const auto add = [&](nlohmann::json result) {
        if (!context.json)
            printRates(result);
        results.push_back(std::move(result));
    };
    ProgressMeter meter(context.progress(), "bench", "shapes", static_cast<std::int64_t>(shapes.size()));
    for (const Shape& shape : shapes) {
        BITLOOM_CHECK(context.control.checkpoint());
        BITLOOM_TRY(const Duration duration, timed(shape, options, context.seed, device));
        const nlohmann::json base = rates(duration, shape.flops(), gemmRate);
        nlohmann::json result = base;
        result["name"] = "hessian " + shape.name();
        result["max_difference"] = options.parity ? difference(shape, context.seed, device) : 0.0;
        worst = std::max(worst, result["max_difference"].get<double>());
        add(std::move(result));
        if (options.growth)
            for (const Doubling& doubling : doublings) {
                BITLOOM_CHECK(context.control.checkpoint());
                Shape doubled = shape;
                doubled.*doubling.size *= 2;
                BITLOOM_TRY(const Duration longer, timed(doubled, options, context.seed, device));
                nlohmann::json grown = rates(longer, doubled.flops(), gemmRate);
                grown["name"] = "hessian " + doubled.name();
                addGrowth(grown, doubling.what, base);
                add(std::move(grown));
            }
        meter.advance(1, shape.name());
    }
    if (!(worst <= allowedDifference))
        return fail(ErrorCode::Internal, "the Hessian differs from its sum in f64 by {:.3g} of its largest entry, allowed is {:.3g}", worst, allowedDifference);
    return nlohmann::json { { "suite", "hessian" }, { "device", device.str() }, { "gemm_gflops", gemmRate / 1e9 }, { "results", results } };
}

} // namespace bitloom::cli
