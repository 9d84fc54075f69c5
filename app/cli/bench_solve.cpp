// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_suites.h"

#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/quantization/lookup_table_solver.h"

#include <torch/cuda.h>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace bitloom::cli {
namespace {

    struct Shape
    {
        std::int64_t out = 0, in = 0, groups = 0;
        int bits = 0;
        [[nodiscard]] std::string name() const { return fmt::format("{}x{}x{}x{}", out, in, groups, bits); }
    };

    /// Two paths that run the same half steps may differ by this much of the objective: sums are added in another order.
    constexpr double allowedDifference = 1e-4;

    struct NoObserver : StepObserver
    {
        void step(const SolverStep&) override { }
    };

    Result<Shape> parseShape(const std::string& text)
    {
        std::array<std::int64_t, 4> numbers {};
        std::size_t count = 0;
        const char* at = text.data();
        const char* const end = text.data() + text.size();
        while (at < end && count < numbers.size()) {
            std::int64_t number = 0;
            const auto [next, error] = std::from_chars(at, end, number);
            if (error != std::errc() || number < 1 || number > (1 << 20) || (next != end && *next != 'x'))
                break;
            numbers[count++] = number;
            at = next == end ? end : next + 1;
        }
        if (at != end || count != numbers.size() || numbers[3] > 8 || numbers[2] > numbers[0])
            return fail(ErrorCode::Usage, "--shapes {}: expected OUTxINxGROUPSxBITS, for example 1536x576x4x3", text);
        return Shape { numbers[0], numbers[1], numbers[2], static_cast<int>(numbers[3]) };
    }

    struct Problem
    {
        torch::Tensor weight;
        GroupedHessian hessian;
    };

    /// Weights of a normal distribution; Hessians of inputs whose channels differ in size and are correlated, as a model's are.
    Problem syntheticProblem(const Shape& shape, std::uint64_t seed)
    {
        const torch::Generator generator = torch::make_generator<torch::CPUGeneratorImpl>(seed);
        const std::int64_t groups = static_cast<std::int64_t>(rowGroups(shape.out, shape.groups).size());
        Problem problem;
        problem.weight = torch::randn({ shape.out, shape.in }, generator) * 0.05;
        problem.hessian.matrices = torch::empty({ groups, shape.in, shape.in });
        const torch::Tensor scale = torch::exp(0.5 * torch::randn({ shape.in }, generator));
        const std::int64_t tokens = shape.in + shape.in / 2;
        const torch::Tensor shared = torch::randn({ tokens, 1 }, generator);
        const torch::Tensor inputs = (torch::randn({ tokens, shape.in }, generator) + 0.5 * shared) * scale;
        for (std::int64_t k = 0; k < groups; ++k) {
            const torch::Tensor saliency = torch::exp(torch::randn({ tokens, 1 }, generator));
            const torch::Tensor matrix = torch::mm((inputs * saliency).t(), inputs);
            problem.hessian.matrices[k].copy_(0.5 * (matrix + matrix.t()));
        }
        return problem;
    }

    struct Run
    {
        LookupTableSolution solution;
        double seconds = 0;
    };

    Result<Run> timedRun(const Problem& problem, const LookupTableSolverOptions& options, const std::stop_token& stop)
    {
        NoObserver observer;
        const auto begin = std::chrono::steady_clock::now();
        BITLOOM_TRY(const LookupTableStart start, hessianDiagonalStart(problem.weight, problem.hessian, options.bits, stop));
        BITLOOM_TRY(LookupTableSolution solution, solveLookupTable(problem.weight, problem.hessian, start, options, observer, stop));
        return Run { std::move(solution), std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() };
    }

    /// The fastest of several runs, and what it came to.
    struct Timing
    {
        double seconds = std::numeric_limits<double>::infinity();
        std::size_t halfSteps = 0;
        double objectiveInitial = 0, objectiveFinal = 0;
    };

    Result<Timing> fastestRun(const Problem& problem, const LookupTableSolverOptions& options, int repeats, const std::stop_token& stop)
    {
        Timing timing;
        for (int repeat = 0; repeat < repeats; ++repeat) {
            const auto run = timedRun(problem, options, stop);
            if (!run)
                return forward(run);
            const std::vector<double>& objective = run->solution.objective;
            timing = { std::min(timing.seconds, run->seconds), objective.size() - 1, objective.front(), objective.back() };
        }
        return timing;
    }

    double largestDifference(const LookupTableSolution& a, const LookupTableSolution& b)
    {
        if (a.objective.size() != b.objective.size())
            return std::numeric_limits<double>::infinity();
        double largest = 0;
        for (std::size_t i = 0; i < a.objective.size(); ++i)
            largest = std::max(largest, std::abs(a.objective[i] - b.objective[i]) / std::abs(a.objective[i]));
        return largest;
    }

    /// Rounding sends two paths apart code by code, so they are compared over one outer iteration of one cycle.
    Result<nlohmann::json> parity(const std::string& name, const Problem& reference, const Problem& other, LookupTableSolverOptions options,
        LookupTableSolverOptions::Path referencePath, LookupTableSolverOptions::Path otherPath, const std::stop_token& stop)
    {
        options.iterations = 1;
        options.cycles = 1;
        options.tolerance = 0;
        options.path = referencePath;
        BITLOOM_TRY(const Run expected, timedRun(reference, options, stop));
        options.path = otherPath;
        BITLOOM_TRY(const Run found, timedRun(other, options, stop));
        return nlohmann::json { { "name", name }, { "seconds", found.seconds },
            { "max_difference", largestDifference(expected.solution, found.solution) } };
    }

}

Result<nlohmann::json> benchSolve(CommandContext& context, const std::vector<std::string>& shapeTexts, int repeats)
{
    using Path = LookupTableSolverOptions::Path;
    std::vector<Shape> shapes;
    for (const std::string& text : shapeTexts) {
        BITLOOM_TRY(const Shape shape, parseShape(text));
        shapes.push_back(shape);
    }
    if (context.device.starts_with("cuda") && !torch::cuda::is_available())
        return fail(ErrorCode::Usage, "--device {}: no CUDA device was found", context.device);
    const bool cuda = context.device != "cpu" && torch::cuda::is_available();
    const std::stop_token stop = context.control.stopToken();
    nlohmann::json results = nlohmann::json::array();
    ProgressMeter meter(context.progress(), "bench", "shapes", static_cast<std::int64_t>(shapes.size()));
    for (const Shape& shape : shapes) {
        const Problem problem = syntheticProblem(shape, context.seed);
        LookupTableSolverOptions solver;
        solver.bits = shape.bits;
        BITLOOM_TRY(const Timing timing, fastestRun(problem, solver, repeats, stop));
        // What the published code's dense sweeps would multiply for two iterations of four cycles: the yardstick of the acceptance check.
        const double published = 2.0 * 12 * static_cast<double>(shape.in) * static_cast<double>(shape.in) * static_cast<double>(shape.out);
        results.push_back({ { "name", "solve " + shape.name() }, { "seconds", timing.seconds }, { "gflops", published / timing.seconds / 1e9 },
            { "half_steps", timing.halfSteps }, { "objective_initial", timing.objectiveInitial }, { "objective_final", timing.objectiveFinal }, { "max_difference", 0.0 },
            { "threads", threadCount() } });
        BITLOOM_TRY(nlohmann::json tensors,
            parity("parity kernels/tensors " + shape.name(), problem, problem, solver, Path::Kernels, Path::Tensors, stop));
        results.push_back(std::move(tensors));
        if (cuda) {
            const Problem onGpu { problem.weight.to(torch::kCUDA), { problem.hessian.matrices.to(torch::kCUDA) } };
            BITLOOM_TRY(nlohmann::json gpu,
                parity("parity cpu/cuda " + shape.name(), problem, onGpu, solver, Path::Kernels, Path::Automatic, stop));
            results.push_back(std::move(gpu));
            BITLOOM_TRY(const Timing onGpuTiming, fastestRun(onGpu, solver, repeats, stop));
            results.push_back({ { "name", "solve cuda " + shape.name() }, { "seconds", onGpuTiming.seconds },
                { "gflops", published / onGpuTiming.seconds / 1e9 }, { "max_difference", 0.0 } });
        }
        meter.advance(1, shape.name());
    }
    double worst = 0;
    for (const nlohmann::json& result : results) {
        worst = std::max(worst, result.at("max_difference").get<double>());
        if (!context.json)
            fmt::print("{:<40} {:9.4f} s  {:8.1f} GFLOP/s  max difference {:.2e}\n", result.at("name").get<std::string>(),
                result.at("seconds").get<double>(), result.value("gflops", 0.0), result.at("max_difference").get<double>());
    }
    if (!(worst <= allowedDifference))
        return fail(ErrorCode::Internal, "two implementations of the solver disagree: objectives differ by {:.3g}, allowed is {:.3g}", worst, allowedDifference);
    return nlohmann::json { { "suite", "solve" }, { "cuda", cuda }, { "results", results } };
}

} // namespace bitloom::cli
