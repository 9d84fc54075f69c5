// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plan.h"

#include "core/base/byte_size.h"
#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/calibration/calibration_steps.h"
#include "core/engine/job_model.h"
#include "core/engine/resource_usage.h"
#include "core/engine/size_budget.h"
#include "core/export/exporter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitloom {
namespace {
    using Clock = std::chrono::steady_clock;

    /// Operations per second of a matrix product on the job's device.
    double matrixProductRate(const PreparedJob& job, torch::Dtype dtype)
    {
        constexpr std::int64_t n = 512;
        const c10::InferenceMode guard;
        const auto options = torch::TensorOptions().dtype(dtype).device(job.device);
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

    PlanStage stageOf(const char* name, double seconds, const MemoryNeed& need)
    {
        PlanStage stage;
        stage.stage = name;
        stage.seconds = seconds;
        stage.hostBytes = bytes(need.host.total());
        stage.deviceBytes = bytes(need.device.total());
        stage.weightsBytes = bytes(need.host.weights + need.device.weights);
        stage.activationsBytes = bytes(need.host.activations + need.device.activations);
        stage.hessiansBytes = bytes(need.host.hessians + need.device.hessians);
        stage.solverBytes = bytes(need.host.solver + need.device.solver);
        return stage;
    }

    WorkPlan workOf(const JobModel& model, const JobSchedule& schedule, const ResourceLimits& limits)
    {
        WorkPlan work;
        work.streamed = schedule.streamed;
        work.pipelined = schedule.pipelined;
        work.keptInputs = std::clamp<std::int64_t>(schedule.calibration.keptInputs, 1, std::max<std::int64_t>(1, model.blocks() - 1));
        for (const CalibrationStep& step : calibrationSteps(model.blocks(), schedule.calibration.keptInputs))
            work.forwardPasses += step.kind == CalibrationStep::Kind::Forward ? 1 : 0;
        work.sweeps = std::max<std::int64_t>(1, static_cast<std::int64_t>(schedule.calibration.sweeps.size()));
        const MemoryNeed peak = model.peak(schedule);
        work.hostBytes = bytes(peak.host.total());
        work.deviceBytes = bytes(peak.device.total());
        work.hostLimit = limits.hostBytes;
        work.deviceLimit = limits.deviceBytes;
        return work;
    }

    void addWarnings(QuantizePlan& plan, const PreparedJob& job)
    {
        const Recipe& recipe = job.recipe;
        if (job.needed.any() && recipe.sequences < 32)
            plan.warnings.push_back(fmt::format("{} sequences are few: guided Hessians are noisy below about 128 sequences", recipe.sequences));
        if (job.needed.any() && recipe.calibration.empty())
            plan.warnings.emplace_back("no calibration text is given: the model writes its own, which costs extra time");
        if (!job.source.recipe.empty())
            plan.warnings.emplace_back("the model was already quantized by Bitloom; quantizing it again adds to its errors");
        if (const std::int64_t available = availableMemory(); available > 0 && plan.memoryBytesHigh > available)
            plan.warnings.push_back(
                fmt::format("up to {} of memory may be needed, {} are available", byteSizeText(plan.memoryBytesHigh), byteSizeText(available)));
    }
}

Result<QuantizePlan> planResources(const PreparedJob& job, const JobSchedule& schedule, const ResourceLimits& limits, int ranks)
{
    const JobModel model(job, ranks);
    const Recipe& recipe = job.recipe;
    QuantizePlan plan;
    plan.recipe = recipe;
    BITLOOM_TRY(plan.outputBytes, plannedOutputBytes(job));
    plan.diskBytes = plan.outputBytes + bytes(model.checkpointBytes() + model.statisticsBytes());
    plan.bitsPerWeight = model.linearWeights() > 0 ? recipe.bits + model.codebookBits() / model.linearWeights() : 0;

    plan.work = workOf(model, schedule, limits);
    plan.memoryBytesHigh = plan.work->hostBytes;
    plan.memoryBytesLow = bytes(0.7 * static_cast<double>(plan.work->hostBytes));
    addWarnings(plan, job);
    return plan;
}

Result<QuantizePlan> planJob(const PreparedJob& job, const JobSchedule& schedule, const ResourceLimits& limits, int ranks)
{
    BITLOOM_TRY(QuantizePlan plan, planResources(job, schedule, limits, ranks));
    const JobModel model(job, ranks);
    // Shares of the measured rates that the stages are assumed to reach; estimates, not fitted to runs.
    constexpr double modelShare = 0.6, hessianShare = 0.8, solveShare = 0.9;
    const double rate = matrixProductRate(job, torch::kFloat32);
    const double modelRate = job.computeDtype == torch::kFloat32 ? rate : matrixProductRate(job, job.computeDtype);
    const double perWeight = 1.2e-8 / threadCount(); // reading and converting, or rounding and writing
    const double products = model.modelOperations(schedule), hessians = model.hessianOperations(), solving = model.solveOperations();
    const double load = job.needed.any() ? model.weightsRead(schedule) * perWeight : 0;
    const double calibrate = (products / (modelRate * modelShare) + hessians / (rate * hessianShare)) / ranks;
    const double solve = (solving / (rate * solveShare) + model.linearWeights() * perWeight) / ranks;
    const double write = model.linearWeights() * perWeight * 4;
    if (job.needed.any()) {
        plan.work->stages.push_back(stageOf("load", load, {}));
        plan.work->stages.push_back(stageOf("calibrate", calibrate, model.calibrating(schedule)));
    }
    plan.work->stages.push_back(stageOf("quantize", solve, model.solving(schedule)));
    const double tune = model.tuningOperations() / (rate * modelShare);
    if (job.recipe.tuningEpochs > 0)
        plan.work->stages.push_back(stageOf("tune", tune, model.tuning()));
    plan.work->stages.push_back(stageOf("export", write, model.exporting()));
    const double expected = load + (schedule.pipelined ? std::max(calibrate, solve) : calibrate + solve) + tune + write;
    plan.seconds = expected;
    plan.secondsLow = 0.6 * expected;
    plan.secondsHigh = 2.0 * expected + 2;
    plan.basis = fmt::format("{:.0f} billion operations at {:.0f} billion per second, measured just now with {} threads on {}",
        (products + hessians + solving + model.tuningOperations()) / 1e9, rate / 1e9, threadCount(), job.recipe.device);
    if (modelRate != rate)
        plan.basis += fmt::format(", {:.0f} in {}", modelRate / 1e9, job.recipe.computeDtype);
    addTensorTypes(plan, job);
    return plan;
}

Result<QuantizePlan> planJob(const Recipe& recipe, const WeightMethods& methods, const ResourceLimits& limits)
{
    try {
        BITLOOM_TRY(const PreparedJob job, prepareJob(recipe, methods));
        BITLOOM_TRY(const JobSchedule schedule, scheduleJob(job, limits));
        return planJob(job, schedule, limits);
    } catch (...) {
        return errorInFlight("planning");
    }
}

void compareWithFreeSpace(QuantizePlan& plan, const std::filesystem::path& folder)
{
    const std::int64_t disk = freeDiskBytes(folder), memory = availableMemory();
    const bool diskSuffices = disk < 0 || disk >= plan.diskBytes;
    if (!diskSuffices)
        plan.warnings.push_back(fmt::format("up to {} of disk space may be needed in {}, {} are free", byteSizeText(plan.diskBytes), folder.string(), byteSizeText(disk)));
    plan.fits = diskSuffices && (memory <= 0 || memory >= plan.memoryBytesHigh);
}

} // namespace bitloom
