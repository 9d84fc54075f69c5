// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plan.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/engine/resource_usage.h"
#include "core/export/exporter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitloom {
namespace {
    using Clock = std::chrono::steady_clock;
    constexpr double mebibyte = 1024.0 * 1024.0;

    /// What a model and a recipe come to, in plain numbers.
    struct Sizes
    {
        double parameters = 0, linearWeights = 0, largestLinear = 0;
        double blockHessians = 0, largestProblem = 0; ///< bytes in memory
        double statistics = 0; ///< bytes on disk, packed
        double hessianOperations = 0, solveOperations = 0;
        double codebookBits = 0;
    };

    Sizes measure(const PreparedJob& job)
    {
        Sizes sizes;
        for (const StoredTensor& tensor : job.source.weights->tensors()) {
            double count = 1;
            for (const std::int64_t dimension : tensor.shape)
                count *= static_cast<double>(dimension);
            sizes.parameters += count;
        }
        const double tokens = static_cast<double>(job.recipe.sequences) * job.recipe.sequenceLength;
        const double parts = job.heldOutSequences > 0 ? 2 : 1;
        double block = 0;
        std::int64_t current = -1;
        for (const LinearLayer& layer : job.layers) {
            const auto in = static_cast<double>(layer.in), out = static_cast<double>(layer.out);
            const auto groups = static_cast<double>(rowGroups(layer.out, job.recipe.groups).size());
            const double matrices = (job.needed.guidedHessian ? groups : 0) + (job.needed.plainHessian ? 1 : 0);
            const double fisher = job.needed.fisherDiagonal ? out * in * 4 : 0;
            const double full = matrices * parts * in * in * 4 + fisher;
            sizes.linearWeights += in * out;
            sizes.largestLinear = std::max(sizes.largestLinear, in * out);
            if (layer.block != current)
                block = 0;
            current = layer.block;
            block += full;
            sizes.blockHessians = std::max(sizes.blockHessians, block);
            sizes.largestProblem = std::max(sizes.largestProblem, 2 * full + matrices * in * in * 4 + 8 * in * out * 4);
            sizes.statistics += matrices * parts * in * (in + 1) / 2 * 4 + fisher;
            sizes.hessianOperations += matrices * tokens * in * in * 2;
            // 8 sweeps of coordinate descent at 1.5 in² out each, two operations per multiplication; codebooks and objectives beside it.
            if (matrices > 0)
                sizes.solveOperations += 2 * 1.5 * 8 * in * in * out + 10 * in * in * out + groups * in * in * in;
            else
                sizes.solveOperations += 4000 * in * out;
            sizes.codebookBits += out * std::exp2(job.recipe.bits) * 16;
        }
        return sizes;
    }

    /// Operations per second of a product of the kind that the job does most, on its device.
    double matrixProductRate(const PreparedJob& job)
    {
        constexpr std::int64_t n = 512;
        const c10::InferenceMode guard;
        const auto options = torch::TensorOptions().dtype(torch::kFloat32).device(job.device);
        const auto a = torch::ones({ n, n }, options);
        auto product = torch::mm(a, a);
        double rate = 0;
        const auto start = Clock::now();
        for (int repeat = 0; repeat < 3 || Clock::now() - start < std::chrono::milliseconds(60); ++repeat) {
            const auto before = Clock::now();
            product = torch::mm(a, a);
            if (!job.device.is_cpu())
                product[0][0].item<float>();
            const double seconds = std::chrono::duration<double>(Clock::now() - before).count();
            rate = std::max(rate, 2.0 * n * n * n / std::max(seconds, 1e-9));
        }
        return rate;
    }

    std::int64_t bytes(double value)
    {
        return static_cast<std::int64_t>(std::ceil(value));
    }
}

Result<QuantizePlan> planJob(const PreparedJob& job)
{
    const Sizes sizes = measure(job);
    const Recipe& recipe = job.recipe;
    QuantizePlan plan;
    plan.recipe = recipe;
    BITLOOM_TRY(plan.outputBytes, estimateExportBytes(job.source, recipe.format, recipe.ggufType, true, recipe.bits));
    const double codes = sizes.linearWeights + sizes.codebookBits / 16 * 4;
    plan.diskBytes = plan.outputBytes + bytes(codes + sizes.statistics);
    plan.bitsPerWeight = sizes.linearWeights > 0 ? recipe.bits + sizes.codebookBits / sizes.linearWeights : 0;

    const double tokens = job.needed.any() ? static_cast<double>(recipe.sequences) * recipe.sequenceLength : 0;
    const double width = job.computeDtype == torch::kBFloat16 ? 2 : 4;
    const double process = 350 * mebibyte;
    const double model = job.needed.any() ? sizes.parameters * width : 0;
    // Inputs of all blocks are kept; while one block runs with gradients, its activations for one sequence exist as well.
    const auto& config = job.source.config;
    const double hidden = tokens * static_cast<double>(config.hiddenSize) * width;
    const double activations = hidden * static_cast<double>(config.blocks + 2)
        + static_cast<double>(recipe.sequenceLength) * width * 8 * static_cast<double>(config.hiddenSize + config.feedForwardSize)
        + 3 * 4 * std::min<double>(recipe.sequenceLength, 512) * static_cast<double>(config.vocabularySize);
    const double calibrating = model + sizes.blockHessians + (tokens > 0 ? hidden * 2 : 0);
    const double solving = sizes.largestProblem;
    plan.memoryBytesLow = bytes(process + std::max(calibrating, solving));
    plan.memoryBytesHigh = bytes(process + std::max(calibrating + (tokens > 0 ? activations : 0) + sizes.parameters * width / 2, solving * threadCount()));

    const double rate = matrixProductRate(job);
    const double scalars = sizes.linearWeights * 4e-8 / threadCount(); // reading, rounding and writing a weight
    // Forward, the blocks again with gradients, and backward come to four times the forward's operations.
    const double calibration = tokens > 0 ? (4 * 2 * sizes.parameters * tokens + sizes.hessianOperations) / rate : 0;
    const double solve = sizes.solveOperations / rate;
    plan.secondsLow = 0.6 * (calibration + solve) + scalars;
    plan.secondsHigh = 2.0 * calibration + 8.0 * solve + 6 * scalars + 2;
    plan.basis = fmt::format("{:.0f} billion operations at {:.0f} billion per second, measured just now with {} threads on {}",
        (calibration + solve) * rate / 1e9, rate / 1e9, threadCount(), job.recipe.device);

    if (job.needed.any() && recipe.sequences < 32)
        plan.warnings.push_back(fmt::format("{} sequences are few: guided Hessians are noisy below about 128 sequences", recipe.sequences));
    if (job.needed.any() && recipe.calibration.empty())
        plan.warnings.emplace_back("no calibration text is given: the model writes its own, which costs extra time");
    if (!job.source.recipe.empty())
        plan.warnings.emplace_back("the model was already quantized by Bitloom; quantizing it again adds to its errors");
    if (const std::int64_t available = availableMemory(); available > 0 && plan.memoryBytesHigh > available)
        plan.warnings.push_back(fmt::format("up to {:.1f} GiB of memory may be needed, {:.1f} GiB are available",
            static_cast<double>(plan.memoryBytesHigh) / mebibyte / 1024, static_cast<double>(available) / mebibyte / 1024));
    return plan;
}

Result<QuantizePlan> planJob(const Recipe& recipe, const WeightMethods& methods)
{
    try {
        BITLOOM_TRY(const PreparedJob job, prepareJob(recipe, methods));
        return planJob(job);
    } catch (...) {
        return errorInFlight("planning");
    }
}

} // namespace bitloom
