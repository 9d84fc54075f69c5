// SPDX-License-Identifier: GPL-3.0-or-later
// Runs every CUDA kernel and its reference on the same seeded problems and compares what they come to.
// usage: bitloom-gpu-parity [--json] [--seed N]
// Exit status: 0 all agree, 1 some do not (or could not run), 2 wrong usage, 77 there is no CUDA device.
#include "core/calibration/gram.h"
#include "core/kernels/row_batch.h"
#include "core/kv/kv_cache.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/recent_window.h"
#include "core/quantization/lookup_table_solver.h"
#include "tests/core/kv/random_tokens.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <torch/cuda.h>

namespace bitloom {
namespace {

    constexpr int noDevice = 77;

    struct Shape
    {
        std::int64_t out, in, groups;
        int bits;
    };
    /// Rows that groups do not divide, columns that are no whole block, tile or panel, and every kind of kernel.
    constexpr Shape shapes[] = { { 192, 576, 3, 2 }, { 500, 1000, 4, 3 }, { 1536, 576, 4, 4 }, { 70, 333, 1, 5 }, { 33, 257, 2, 8 }, { 9, 5, 1, 1 } };

    struct Comparison
    {
        std::string name;
        double difference, allowed;
        [[nodiscard]] bool agrees() const { return difference <= allowed; } // not so for NaN
    };

    struct Layer
    {
        torch::Tensor weight;
        GroupedHessian hessian;
        LookupTableStart start; ///< far from settled
    };

    Layer randomLayer(const Shape& shape, std::uint64_t seed)
    {
        at::manual_seed(seed);
        const auto groups = static_cast<std::int64_t>(rowGroups(shape.out, shape.groups).size());
        const std::int64_t levels = std::int64_t { 1 } << shape.bits;
        Layer layer;
        layer.weight = torch::randn({ shape.out, shape.in });
        const torch::Tensor inputs = torch::randn({ groups, 2 * shape.in, shape.in }) + torch::randn({ groups, 2 * shape.in, 1 });
        layer.hessian.matrices = torch::bmm(inputs.transpose(1, 2), inputs);
        mirrorLowerTriangle(layer.hessian.matrices);
        layer.start = { torch::randint(levels, { shape.out, shape.in }, torch::kUInt8), std::get<0>(torch::randn({ shape.out, levels }).sort(1)) };
        return layer;
    }

    double largest(const torch::Tensor& expected, const torch::Tensor& found, double scale = 1)
    {
        const torch::Tensor difference = (expected.to(torch::kFloat64) - found.cpu().to(torch::kFloat64)).abs();
        return difference.max().item<double>() / scale;
    }

    void require(const char* problem)
    {
        if (problem != nullptr)
            throw std::runtime_error(problem);
    }

    /// All tensors that the row batches read and write, on one device.
    struct RowBatchRun
    {
        torch::Tensor codes, changed, deltas, objective;
        torch::Tensor order, first, sums, normal, slope, counts;
    };

    RowBatchRun runRowBatches(const Shape& shape, const Layer& layer, const kernels::RowBatchKernels& implementation, torch::Device device)
    {
        const torch::Tensor hessian = layer.hessian.matrices.to(device), codebook = layer.start.codebook.to(device);
        const torch::Tensor diagonal = hessian.diagonal(0, 1, 2);
        const torch::Tensor inverse = torch::where(diagonal > 0, diagonal.reciprocal(), torch::zeros_like(diagonal)).contiguous();
        const std::vector<RowGroup> runs = rowGroups(shape.out, shape.groups);
        const int levels = 1 << shape.bits;
        const std::int64_t tiles = kernels::orderTiles(levels, shape.in);
        // The gradient is made on the CPU, so that both see the same bits.
        const torch::Tensor difference = torch::gather(layer.start.codebook, 1, layer.start.codes.to(torch::kInt64)) - layer.weight;
        torch::Tensor gradient = torch::empty_like(difference);
        for (std::size_t k = 0; k < runs.size(); ++k)
            gradient.slice(0, runs[k].begin, runs[k].end)
                .copy_(torch::mm(difference.slice(0, runs[k].begin, runs[k].end), layer.hessian.matrices[static_cast<std::int64_t>(k)]));
        gradient = gradient.to(device);
        const auto options = [device](torch::Dtype dtype) { return torch::TensorOptions(device).dtype(dtype); };
        RowBatchRun run;

        // From the middle of the row on, where the block is the last and no whole one.
        kernels::DescentBlock block;
        block.begin = shape.in / 2;
        block.columns = std::min(kernels::batchDescentColumns, shape.in - block.begin);
        run.codes = layer.start.codes.to(device, torch::kUInt8, false, true);
        run.changed = torch::zeros({ shape.out }, options(torch::kUInt8));
        run.deltas = torch::full({ shape.out, block.columns }, 7.0, options(torch::kFloat32));
        run.objective = torch::full({ shape.out }, 1e6, options(torch::kFloat64));
        torch::Tensor moving = torch::ones({ shape.out }, torch::kUInt8);
        moving.slice(0, 2, shape.out, 5).zero_();
        moving = moving.to(device);
        block.hessian = hessian.const_data_ptr<float>();
        block.inverseDiagonal = inverse.const_data_ptr<float>();
        block.codebook = codebook.const_data_ptr<float>();
        block.gradient = gradient.const_data_ptr<float>();
        block.moving = moving.const_data_ptr<std::uint8_t>();
        block.codes = run.codes.mutable_data_ptr<std::uint8_t>();
        block.changed = run.changed.mutable_data_ptr<std::uint8_t>();
        block.deltas = run.deltas.mutable_data_ptr<float>();
        block.objective = run.objective.mutable_data_ptr<double>();
        block.rows = shape.out;
        block.rowsPerGroup = runs.front().end;
        block.in = shape.in;
        block.levels = levels;
        require(implementation.descendBlock(block, nullptr));

        // The other three on the rows of the first group.
        const std::int64_t rows = runs.front().end;
        const torch::Tensor codes = layer.start.codes.to(device);
        run.order = torch::full({ rows, shape.in }, -1, options(torch::kInt32));
        run.first = torch::full({ rows, tiles, levels + 1 }, -1, options(torch::kInt32));
        run.sums = torch::full({ rows, levels, shape.in }, std::nan(""), options(torch::kFloat32));
        run.normal = torch::full({ rows, levels, levels }, std::nan(""), options(torch::kFloat64));
        run.slope = torch::full({ rows, levels }, std::nan(""), options(torch::kFloat64));
        run.counts = torch::full({ rows, levels }, -1, options(torch::kInt32));
        const auto* code = codes.const_data_ptr<std::uint8_t>();
        auto* order = run.order.mutable_data_ptr<std::int32_t>();
        auto* first = run.first.mutable_data_ptr<std::int32_t>();
        auto* sums = run.sums.mutable_data_ptr<float>();
        require(implementation.orderByCode({ code, order, first, rows, shape.in, levels }, nullptr));
        require(implementation.sumBuckets({ block.hessian, order, first, sums, rows, shape.in, levels }, nullptr));
        require(implementation.formNormalEquations({ sums, block.gradient, code, order, first, run.normal.mutable_data_ptr<double>(),
                                                       run.slope.mutable_data_ptr<double>(), run.counts.mutable_data_ptr<std::int32_t>(), rows, shape.in, levels },
            nullptr));
        if (device.is_cuda())
            torch::cuda::synchronize();
        return run;
    }

    void compareRowBatches(const Shape& shape, const Layer& layer, const std::string& suffix, std::vector<Comparison>& comparisons)
    {
        const RowBatchRun expected = runRowBatches(shape, layer, kernels::referenceRowBatchKernels(), torch::kCPU);
        const RowBatchRun found = runRowBatches(shape, layer, *kernels::cudaRowBatchKernels(), torch::kCUDA);
        const auto add = [&](const char* what, double difference, double allowed) { comparisons.push_back({ what + suffix, difference, allowed }); };
        add("descendBlock codes", largest(expected.codes, found.codes), 0);
        add("descendBlock changed rows", largest(expected.changed, found.changed), 0);
        add("descendBlock deltas", largest(expected.deltas, found.deltas), 0);
        add("descendBlock objective", largest(expected.objective, found.objective), 0);
        add("orderByCode columns", largest(expected.order, found.order), 0);
        add("orderByCode borders", largest(expected.first, found.first), 0);
        add("sumBuckets", largest(expected.sums, found.sums), 0);
        add("formNormalEquations counts", largest(expected.counts, found.counts), 0);
        // f64 sums in another order.
        add("formNormalEquations matrices", largest(expected.normal, found.normal, expected.normal.abs().max().item<double>()), 1e-12);
        add("formNormalEquations slopes", largest(expected.slope, found.slope, expected.slope.abs().max().item<double>()), 1e-12);
    }

    struct Silent : StepObserver
    {
        void step(const SolverStep&) override { }
    };

    /// A near tie that rounding decides the other way changes all later codes of its row: seen to move a small layer's objective by 1.4e-4.
    constexpr double allowedByTies = 1e-3;
    /// What the solver keeps track of against what it came to: as much as TF32 would be allowed to cost.
    constexpr double allowedByDrift = 1e-4;

    /// One outer iteration of one cycle, since ties send longer runs apart, then a whole solve against its own objective.
    void compareSolver(const Shape& shape, const Layer& layer, const std::string& suffix, std::vector<Comparison>& comparisons)
    {
        LookupTableSolverOptions options;
        options.bits = shape.bits;
        options.iterations = 1;
        options.cycles = 1;
        options.tolerance = 0;
        Silent silent;
        // Near an optimum, so that gradients are no small differences of large sums.
        const auto start = hessianDiagonalStart(layer.weight, layer.hessian, shape.bits, {});
        if (!start)
            throw std::runtime_error(start.error().message);
        const auto solve = [&](LookupTableSolverOptions::Path path, torch::Device device) {
            options.path = path;
            auto solution = solveLookupTable(layer.weight.to(device), { layer.hessian.matrices.to(device) },
                { start->codes.to(device), start->codebook.to(device) }, options, silent, {});
            if (!solution)
                throw std::runtime_error(solution.error().message);
            return std::move(*solution);
        };
        const LookupTableSolution onGpu = solve(LookupTableSolverOptions::Path::Automatic, torch::kCUDA);
        const std::pair<const char*, LookupTableSolverOptions::Path> others[]
            = { { "kernels", LookupTableSolverOptions::Path::Kernels }, { "reference", LookupTableSolverOptions::Path::Tensors } };
        for (const auto& [name, path] : others) {
            const LookupTableSolution expected = solve(path, torch::kCPU);
            double difference = expected.objective.size() == onGpu.objective.size() ? 0 : std::numeric_limits<double>::infinity();
            for (std::size_t i = 0; i < expected.objective.size() && std::isfinite(difference); ++i) {
                // An objective of nearly 0, which exact codes come to, is compared with the start's.
                const double scale = std::max(std::abs(expected.objective[i]), 1e-3 * std::abs(expected.objective.front()));
                const double here = std::abs(expected.objective[i] - onGpu.objective[i]) / scale;
                difference = std::isnan(here) ? here : std::max(difference, here);
            }
            comparisons.push_back({ fmt::format("solve, objective of the CPU's {}{}", name, suffix), difference, allowedByTies });
        }
        options = LookupTableSolverOptions();
        options.bits = shape.bits;
        const LookupTableSolution whole = solve(LookupTableSolverOptions::Path::Automatic, torch::kCUDA);
        const torch::Tensor quantized = torch::gather(whole.codebook.cpu(), 1, whole.codes.cpu().to(torch::kInt64));
        const double own = objective(layer.weight, quantized, layer.hessian);
        comparisons.push_back({ "solve, reported and true objective" + suffix,
            std::abs(whole.objective.back() - own) / std::max(own, 1e-3 * whole.objective.front()), allowedByDrift });
    }

    void compareHessian(std::uint64_t seed, std::vector<Comparison>& comparisons)
    {
        at::manual_seed(seed);
        const torch::Tensor rows = torch::randn({ 1500, 700 }), weights = torch::rand({ 1500, 3 });
        const torch::Tensor expected = torch::zeros({ 3, 700, 700 }), found = torch::zeros({ 3, 700, 700 }, torch::kCUDA);
        for (int time = 0; time < 2; ++time) {
            addGrams(expected, rows, weights);
            addGrams(found, rows.to(torch::kCUDA), weights.to(torch::kCUDA));
        }
        mirrorLowerTriangle(expected);
        mirrorLowerTriangle(found);
        comparisons.push_back({ "addGrams", largest(expected, found, expected.abs().max().item<double>()), 1e-5 });
        comparisons.push_back({ "addGrams symmetry", largest(found.cpu(), found.transpose(1, 2)), 0 });
    }

    struct CacheProblem
    {
        const char* name;
        kv::Grid keys, values;
        int headSize = 128, queries = 4, rows = 2;
        std::int64_t length = 1000;
        kv::ElementType exact = kv::ElementType::F16;
        bool releasesApart = false; ///< keys and values of a position at different times
        std::optional<std::int64_t> slidingWindow = {};
    };

    kv::Grid cacheGrid(int bits, kv::GridAxis axis, int group = 0, kv::Metadata metadata = kv::Metadata::HalfPair, kv::Rounding rounding = kv::Rounding::MinimumMaximum)
    {
        return { bits, axis, group, rounding, metadata };
    }

    /// As tests/core/kv/tst_kv_cache.cpp allows the CPU's kernels, here relative to the largest output.
    constexpr double allowedAttention = 2e-4;

    /// Three steps of decoding, the first of which brings a whole cache over, against plain f64 arithmetic over the host's store.
    double attentionDifference(const CacheProblem& problem, std::uint64_t seed)
    {
        const auto must = [](const Result<void>& result) {
            if (!result)
                throw std::runtime_error(result.error().message);
        };
        kv::CacheShape shape = test::oneLayer(2 * problem.queries, 2, problem.headSize);
        shape.rows = problem.rows;
        shape.slidingWindow = problem.slidingWindow;
        kv::LayerPlan layer;
        layer.keys.grid = problem.keys;
        layer.values.grid = problem.values;
        layer.exact = problem.exact;
        layer.policy = [&](std::pmr::memory_resource* resource, int, int) {
            return problem.releasesApart ? kv::makePolicy<kv::RecentWindow>(resource, 4, 20, 77) : kv::makePolicy<kv::LogarithmicWindow>(resource, 42, 4);
        };
        auto cache = kv::KvCache::create(shape, { { layer } });
        if (!cache)
            throw std::runtime_error(cache.error().message);
        must((*cache)->mirrorOnDevice(*kernels::cudaPackedAttentionKernels()));
        constexpr std::int64_t steps = 3;
        const test::RandomTokens tokens(shape, problem.length + steps, seed);
        const test::RandomTokens prompt = tokens.slice(0, problem.length);
        std::vector<std::int64_t> padding(static_cast<std::size_t>(problem.rows)); // sequences of differing lengths
        for (std::size_t row = 0; row < padding.size(); ++row)
            padding[row] = static_cast<std::int64_t>(row) * problem.length / 3;
        kv::LayerTokens first = prompt.layer();
        first.padding = padding;
        must((*cache)->append(first));
        double most = 0, largestOutput = 0;
        for (std::int64_t step = 0; step < steps; ++step) {
            const test::RandomTokens one = tokens.slice(problem.length + step, 1);
            const auto out = one.through(**cache);
            if (!out)
                throw std::runtime_error(out.error().message);
            for (int row = 0; row < shape.rows; ++row)
                for (int head = 0; head < 2; ++head) {
                    const kv::HeadCache& of = (*cache)->head(0, row, head);
                    const std::int64_t begin = (static_cast<std::int64_t>(row) * shape.heads + head * problem.queries) * problem.headSize;
                    kv::QueryGroup group;
                    group.queries = one.queries.data() + begin;
                    group.stride = problem.headSize;
                    group.count = problem.queries;
                    group.scale = 1 / std::sqrt(static_cast<float>(problem.headSize));
                    group.firstVisible = problem.slidingWindow ? std::max<std::int64_t>(0, of.length() - *problem.slidingWindow) : 0;
                    std::vector<double> plain;
                    kv::attendPlainly(of, group, plain);
                    for (std::size_t i = 0; i < plain.size(); ++i) {
                        const double difference = std::fabs(plain[i] - (*out)[static_cast<std::size_t>(begin) + i]);
                        most = std::isfinite(difference) ? std::max(most, difference) : std::numeric_limits<double>::infinity();
                        largestOutput = std::max(largestOutput, std::fabs(plain[i]));
                    }
                }
        }
        return most / largestOutput;
    }

    void compareAttention(std::uint64_t seed, std::vector<Comparison>& comparisons)
    {
        using kv::GridAxis;
        std::vector<CacheProblem> problems;
        for (const int headSize : { 64, 128 })
            for (const int bits : { 1, 2, 3, 4, 8 })
                for (const GridAxis keys : { GridAxis::Channel, GridAxis::Token })
                    for (const GridAxis values : { GridAxis::Channel, GridAxis::Token })
                        problems.push_back({ "grid", cacheGrid(bits, keys), cacheGrid(bits, values), headSize });
        const kv::Grid keys = cacheGrid(2, GridAxis::Channel), values = cacheGrid(2, GridAxis::Token);
        for (const int queries : { 1, 3, 8, 11 })
            problems.push_back({ "query groups", keys, values, 128, queries });
        for (const int headSize : { 8, 80, 256 })
            problems.push_back({ "head sizes", keys, values, headSize });
        for (const kv::ElementType type : { kv::ElementType::F32, kv::ElementType::BF16 })
            problems.push_back({ "exact rows", keys, values, 128, 4, 2, 1000, type });
        problems.push_back({ "halves released apart", keys, values, 128, 4, 2, 1000, kv::ElementType::F16, true });
        problems.push_back({ "sliding window", keys, values, 128, 4, 2, 1000, kv::ElementType::F16, false, 300 });
        problems.push_back({ "one long text", keys, values, 128, 4, 1, 40000 });
        problems.push_back({ "forty texts", keys, values, 64, 3, 40, 300 });
        problems.push_back({ "groups of 8", cacheGrid(3, GridAxis::Token, 8), cacheGrid(3, GridAxis::Token, 8) });
        const auto one = [&](const char* name, int bits, kv::Metadata metadata, kv::Rounding rounding) {
            const kv::Grid grid = cacheGrid(bits, GridAxis::Token, 32, metadata, rounding);
            problems.push_back({ name, grid, grid });
        };
        one("integer zeros", 2, kv::Metadata::HalfZero, kv::Rounding::IntegerZero);
        one("integer zeros, f32", 2, kv::Metadata::FloatZero, kv::Rounding::IntegerZero);
        one("bytes", 2, kv::Metadata::Bytes, kv::Rounding::LeastSquares);
        one("q8_0", 8, kv::Metadata::HalfScale, kv::Rounding::Q8_0);
        one("q4_0", 4, kv::Metadata::HalfScale, kv::Rounding::Q4_0);
        one("iq4_nl", 4, kv::Metadata::HalfScale, kv::Rounding::Iq4Nl);
        const auto axisName = [](const kv::Grid& grid) { return grid.axis == GridAxis::Channel ? "channels" : "tokens"; };
        for (const CacheProblem& problem : problems)
            comparisons.push_back({ fmt::format("attention, {}, {} bits by {} and {}, {} heads of {}", problem.name, problem.keys.bits, axisName(problem.keys), axisName(problem.values),
                                        2 * problem.queries, problem.headSize),
                attentionDifference(problem, seed), allowedAttention });
    }

    int compareAll(std::uint64_t seed, bool json)
    {
        const at::NoGradGuard noGrad;
        std::vector<Comparison> comparisons;
        for (const Shape& shape : shapes) {
            const Layer layer = randomLayer(shape, seed);
            const std::string suffix = fmt::format(", {}x{}x{}x{}", shape.out, shape.in, shape.groups, shape.bits);
            compareRowBatches(shape, layer, suffix, comparisons);
            compareSolver(shape, layer, suffix, comparisons);
        }
        compareHessian(seed, comparisons);
        compareAttention(seed, comparisons);
        nlohmann::json results = nlohmann::json::array();
        int disagreements = 0;
        for (const Comparison& comparison : comparisons) {
            disagreements += comparison.agrees() ? 0 : 1;
            results.push_back({ { "name", comparison.name }, { "max_difference", comparison.difference }, { "allowed", comparison.allowed },
                { "agrees", comparison.agrees() } });
            if (!json || !comparison.agrees())
                fmt::print(json ? stderr : stdout, "{:<70} max difference {:9.2e}, allowed {:7.1e}: {}\n", comparison.name, comparison.difference,
                    comparison.allowed, comparison.agrees() ? "agrees" : "DIFFERS");
        }
        if (json)
            fmt::print("{}\n", nlohmann::json { { "suite", "parity" }, { "results", results }, { "disagreements", disagreements } }.dump());
        fmt::print(stderr, "{} comparisons, {} disagreements\n", comparisons.size(), disagreements);
        return disagreements == 0 ? 0 : 1;
    }

}
}

int main(int argc, char** argv)
{
    bool json = false;
    std::uint64_t seed = 1;
    for (int i = 1; i < argc; ++i) {
        const char* const value = i + 1 < argc ? argv[i + 1] : "";
        const char* const end = value + std::strlen(value);
        if (std::strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (std::strcmp(argv[i], "--seed") == 0 && value != end && std::from_chars(value, end, seed).ptr == end) {
            ++i;
        } else {
            fmt::print(stderr, "usage: bitloom-gpu-parity [--json] [--seed N]\n");
            return 2;
        }
    }
    if (!torch::cuda::is_available()) {
        fmt::print(stderr, "bitloom-gpu-parity: no CUDA device\n");
        return bitloom::noDevice;
    }
    if (bitloom::kernels::cudaRowBatchKernels() == nullptr) {
        fmt::print(stderr, "bitloom-gpu-parity: this build has no CUDA kernels\n");
        return 1;
    }
    try {
        return bitloom::compareAll(seed, json);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bitloom-gpu-parity: {}\n", error.what());
        return 1;
    }
}
