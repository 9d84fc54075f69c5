// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_problems.h"
#include "app/cli/bench_suites.h"
#include "app/cli/bench_timing.h"

#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/engine/device.h"
#include "core/quantization/lookup_table_solver.h"
#include "core/quantization/one_torch_thread.h"

#include <cmath>
#include <functional>
#include <limits>

namespace bitloom::cli {
namespace {

    struct Shape
    {
        std::int64_t out = 0, in = 0, groups = 0;
        int bits = 0;
        [[nodiscard]] std::string name() const { return fmt::format("{}x{}x{}x{}", out, in, groups, bits); }
    };

    /// What a run with a set amount of work does: the published code's defaults.
    constexpr int setIterations = 2, setCycles = 4;
    /// Two paths that run the same half steps may differ by this much of the objective: sums are added in another order, and a near tie that
    /// rounding decides the other way changes all later codes of its row (seen: 1.4e-4 in a layer of 500 rows).
    constexpr double allowedDifference = 1e-3;

    struct NoObserver : StepObserver
    {
        void step(const SolverStep&) override { }
    };

    /// What the published code's dense sweeps multiply and add.
    double publishedFlops(const Shape& shape, int iterations, int cycles)
    {
        return 2.0 * 1.5 * iterations * cycles * static_cast<double>(shape.in) * static_cast<double>(shape.in) * static_cast<double>(shape.out);
    }

    /// Codes and codebooks drawn at random, so far from any optimum that a few sweeps of a few thousand columns come nowhere near rest.
    LookupTableStart randomStart(const SyntheticLayer& layer, int bits)
    {
        const std::int64_t levels = std::int64_t { 1 } << bits;
        const torch::Tensor codes = torch::randint(levels, layer.weight.sizes(), layer.weight.options().dtype(torch::kUInt8));
        const torch::Tensor values = torch::randn({ layer.weight.size(0), levels }, layer.weight.options()) * 0.05;
        return { codes, std::get<0>(values.sort(1)) };
    }

    struct Timing
    {
        Duration duration;
        std::vector<double> objective; ///< of the last run
        std::int64_t rowIterations = 0;
    };

    using Work = std::function<Result<LookupTableSolution>()>;

    Result<Timing> timed(int repeats, torch::Device device, const Work& work)
    {
        const OneTorchThread oneThread; // as `quantize` has it; libtorch's threads would also spin on the processors of ours for a while
        Timing timing;
        BITLOOM_TRY(timing.duration, fastest(repeats, device, [&]() -> Result<void> {
            BITLOOM_TRY(const LookupTableSolution solution, work());
            timing.objective = solution.objective;
            timing.rowIterations = solution.rowIterations;
            return {};
        }));
        return timing;
    }

    /// As `quantize` solves a layer: k-means, then until the tolerance or the settled codes end it.
    Result<LookupTableSolution> solveFully(const SyntheticLayer& layer, const LookupTableSolverOptions& options, const std::stop_token& stop)
    {
        NoObserver observer;
        BITLOOM_TRY(const LookupTableStart start, hessianDiagonalStart(layer.weight, layer.hessian, options.bits, stop));
        return solveLookupTable(layer.weight, layer.hessian, start, options, observer, stop);
    }

    /// A set amount of work: nothing but the number of iterations and cycles ends it.
    Result<Timing> timeSetWork(
        const Shape& shape, const LookupTableSolverOptions& options, int repeats, std::uint64_t seed, torch::Device device, const std::stop_token& stop)
    {
        const SyntheticLayer layer = syntheticLayer(shape.out, shape.in, shape.groups, seed, device);
        const LookupTableStart start = randomStart(layer, shape.bits);
        NoObserver observer;
        BITLOOM_TRY(Timing timing,
            timed(repeats, device, [&] { return solveLookupTable(layer.weight, layer.hessian, start, options, observer, stop); }));
        if (timing.rowIterations != shape.out * options.iterations)
            return fail(ErrorCode::InvalidInput, "{} settled before {} iterations were done, so what doubling costs cannot be measured on it; choose a larger shape",
                shape.name(), options.iterations);
        return timing;
    }

    LookupTableSolverOptions setWork(int bits, int iterations, int cycles)
    {
        LookupTableSolverOptions options;
        options.bits = bits;
        options.iterations = iterations;
        options.cycles = cycles;
        options.tolerance = 0;
        return options;
    }

    struct Doubling
    {
        const char* what;
        void (*apply)(Shape&, int& iterations, int& cycles);
    };
    constexpr Doubling doublings[] = {
        { "twice the inputs", [](Shape& shape, int&, int&) { shape.in *= 2; } },
        { "twice the outputs", [](Shape& shape, int&, int&) { shape.out *= 2; } },
        { "twice the groups", [](Shape& shape, int&, int&) { shape.groups *= 2; } },
        { "twice the levels", [](Shape& shape, int&, int&) { ++shape.bits; } },
        { "twice the cycles", [](Shape&, int&, int& cycles) { cycles *= 2; } },
        { "twice the iterations", [](Shape&, int& iterations, int&) { iterations *= 2; } },
    };

    double largestDifference(const LookupTableSolution& a, const LookupTableSolution& b)
    {
        if (a.objective.size() != b.objective.size())
            return std::numeric_limits<double>::infinity();
        double largest = 0;
        for (std::size_t i = 0; i < a.objective.size(); ++i)
            largest = std::max(largest, std::abs(a.objective[i] - b.objective[i]) / std::abs(a.objective[i]));
        return std::isfinite(largest) ? largest : std::numeric_limits<double>::infinity();
    }

    /// The CPU's kernels against whole layers at a time, on `device`. Rounding sends two paths apart code by code, so they are compared over one outer
    /// iteration of one cycle.
    Result<nlohmann::json> compare(const Shape& shape, std::uint64_t seed, torch::Device device, const std::stop_token& stop)
    {
        NoObserver observer;
        LookupTableSolverOptions options = setWork(shape.bits, 1, 1);
        const SyntheticLayer layer = syntheticLayer(shape.out, shape.in, shape.groups, seed, torch::kCPU);
        BITLOOM_TRY(const LookupTableStart start, hessianDiagonalStart(layer.weight, layer.hessian, shape.bits, stop));
        options.path = LookupTableSolverOptions::Path::Kernels;
        BITLOOM_TRY(const LookupTableSolution expected, solveLookupTable(layer.weight, layer.hessian, start, options, observer, stop));
        options.path = LookupTableSolverOptions::Path::Tensors;
        const torch::Tensor weight = layer.weight.to(device);
        const GroupedHessian hessian { layer.hessian.matrices.to(device) };
        const LookupTableStart there { start.codes.to(device), start.codebook.to(device) };
        LookupTableSolution found;
        BITLOOM_TRY(const Duration duration, fastest(1, device, [&]() -> Result<void> {
            BITLOOM_TRY(found, solveLookupTable(weight, hessian, there, options, observer, stop));
            return {};
        }));
        return nlohmann::json { { "name", (device.is_cuda() ? "parity cpu/cuda " : "parity kernels/reference ") + shape.name() }, { "seconds", duration.seconds },
            { "max_difference", largestDifference(expected, found) } };
    }

}

Result<nlohmann::json> benchSolve(CommandContext& context, const BenchOptions& options)
{
    const std::vector<std::string> texts = options.shapes.empty() ? std::vector<std::string> { "1536x576x4x3" } : options.shapes;
    std::vector<Shape> shapes;
    for (const std::string& text : texts) {
        constexpr const char* expected = "OUTxINxGROUPSxBITS";
        BITLOOM_TRY(const std::vector<std::int64_t> numbers, parseNumbers(text, expected));
        if (numbers[3] > 8 || numbers[2] > numbers[0])
            return fail(ErrorCode::Usage, "--shapes {}: expected {} with at most 8 bits and no more groups than outputs", text, expected);
        shapes.push_back({ numbers[0], numbers[1], numbers[2], static_cast<int>(numbers[3]) });
    }
    BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
    const at::NoGradGuard noGrad;
    const std::stop_token stop = context.control.stopToken();
    const double gemmRate = measuredGemmRate(device);
    nlohmann::json results = nlohmann::json::array();
    double worst = 0;
    const auto add = [&](nlohmann::json result) {
        worst = std::max(worst, result.value("max_difference", 0.0));
        if (!context.json)
            printRates(result);
        results.push_back(std::move(result));
    };
    ProgressMeter meter(context.progress(), "bench", "shapes", static_cast<std::int64_t>(shapes.size()));
    for (const Shape& shape : shapes) {
        {
            const SyntheticLayer layer = syntheticLayer(shape.out, shape.in, shape.groups, context.seed, device);
            LookupTableSolverOptions solver;
            solver.bits = shape.bits;
            BITLOOM_TRY(const Timing timing, timed(options.repeats, device, [&] { return solveFully(layer, solver, stop); }));
            nlohmann::json result = rates(timing.duration, publishedFlops(shape, setIterations, setCycles), gemmRate);
            result["name"] = "solve " + shape.name();
            result["max_difference"] = 0.0;
            result["half_steps"] = timing.objective.size() - 1;
            result["objective_initial"] = timing.objective.front();
            result["objective_final"] = timing.objective.back();
            add(std::move(result));
        }
        if (options.parity) {
            BITLOOM_TRY(nlohmann::json result, compare(shape, context.seed, device, stop));
            add(std::move(result));
        }
        if (options.growth) {
            BITLOOM_TRY(const Timing base, timeSetWork(shape, setWork(shape.bits, setIterations, setCycles), options.repeats, context.seed, device, stop));
            nlohmann::json result = rates(base.duration, publishedFlops(shape, setIterations, setCycles), gemmRate);
            result["name"] = fmt::format("set work {}, {} x {}", shape.name(), setIterations, setCycles);
            add(result);
            for (const Doubling& doubling : doublings) {
                Shape doubled = shape;
                int iterations = setIterations, cycles = setCycles;
                doubling.apply(doubled, iterations, cycles);
                if (doubled.bits > 8 || doubled.groups > doubled.out)
                    continue;
                BITLOOM_TRY(
                    const Timing longer, timeSetWork(doubled, setWork(doubled.bits, iterations, cycles), options.repeats, context.seed, device, stop));
                nlohmann::json grown = rates(longer.duration, publishedFlops(doubled, iterations, cycles), gemmRate);
                grown["name"] = fmt::format("set work {}, {} x {}", doubled.name(), iterations, cycles);
                addGrowth(grown, doubling.what, result);
                add(std::move(grown));
            }
        }
        meter.advance(1, shape.name());
    }
    if (!(worst <= allowedDifference))
        return fail(ErrorCode::Internal, "two implementations of the solver disagree: objectives differ by {:.3g}, allowed is {:.3g}", worst, allowedDifference);
    return nlohmann::json { { "suite", "solve" }, { "device", device.str() }, { "threads", threadCount() }, { "gemm_gflops", gemmRate / 1e9 },
        { "results", results } };
}

} // namespace bitloom::cli
