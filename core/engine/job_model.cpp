// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/job_model.h"

#include "core/base/parallel_for.h"
#include "core/calibration/calibration_steps.h"
#include "core/model/head_chunk.h"
#include "core/tuning/free_weight_layer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bitloom {
namespace {
    constexpr double mebibyte = 1024.0 * 1024.0;
    constexpr double programBytes = 330 * mebibyte; ///< libtorch's code and its libraries' own buffers, once it has computed something
    constexpr double cudaProgramBytes = 1500 * mebibyte, cudaContextBytes = 700 * mebibyte;
    constexpr double allocatorShare = 0.06; ///< what the allocator holds beside what is used of it

    double square(const LinearLayer& layer)
    {
        return static_cast<double>(layer.in) * static_cast<double>(layer.in);
    }

    double weights(const LinearLayer& layer)
    {
        return static_cast<double>(layer.out) * static_cast<double>(layer.in);
    }
}

JobModel::JobModel(const PreparedJob& job, int ranks)
    : m_job(job)
    , m_ranks(ranks)
    , m_width(job.computeDtype == torch::kBFloat16 ? 2 : 4)
    , m_parts(job.heldOutSequences > 0 ? 2 : 1)
    , m_tokens(job.needed.any() ? static_cast<double>(job.recipe.sequences) * job.recipe.sequenceLength : 0)
    , m_embeddingWeights(static_cast<double>(job.source.config.vocabularySize) * static_cast<double>(job.source.config.hiddenSize))
{
    for (const StoredTensor& tensor : job.source.weights->tensors()) {
        double count = 1;
        for (const std::int64_t dimension : tensor.shape)
            count *= static_cast<double>(dimension);
        m_parameters += count;
        m_largestTensor = std::max(m_largestTensor, count);
    }
    for (const LinearLayer& layer : job.layers) {
        if (layer.block == 0) {
            m_block.push_back(layer);
            m_blockWeights += weights(layer);
        }
    }
}

double JobModel::matrices(const LinearLayer& layer) const
{
    const auto groups = static_cast<double>(rowGroups(layer.out, m_job.recipe.groups).size());
    return (m_job.needed.guidedHessian ? groups : 0) + (m_job.needed.plainHessian ? 1 : 0);
}

double JobModel::hessianBytes(const LinearLayer& layer) const
{
    return 4 * (matrices(layer) * m_parts * square(layer) + (m_job.needed.fisherDiagonal ? weights(layer) : 0));
}

double JobModel::solveBytes(const LinearLayer& layer) const
{
    // Fit, held-out and their sum; a regularised copy of the sum and its factors; and weights, targets, errors and codes.
    const double own = (m_job.needed.any() ? 2 * matrices(layer) * square(layer) * 4 : 0) + 8 * weights(layer) * 4;
    return hessianBytes(layer) * 1.5 + own;
}

double JobModel::largestSolveBytes() const
{
    double most = 0;
    for (const LinearLayer& layer : m_block)
        most = std::max(most, solveBytes(layer));
    return most;
}

double JobModel::batchTokens() const
{
    const double length = m_job.recipe.sequenceLength, wanted = onCpu() ? 1024 : 8192;
    return std::min(m_tokens, length * std::max(1.0, std::floor(wanted / length)));
}

double JobModel::stateBytes() const
{
    const double share = m_ranks > 1 ? std::min(m_tokens, m_tokens / m_ranks + batchTokens()) : m_tokens;
    const double bytes = share * static_cast<double>(m_job.source.config.hiddenSize) * m_width;
    // Pinned memory comes in powers of two.
    return onCpu() ? bytes : static_cast<double>(std::bit_ceil(static_cast<std::uint64_t>(std::max(1.0, bytes))));
}

MemoryNeed JobModel::calibrating(const JobSchedule& schedule) const
{
    MemoryNeed need;
    need.host.program = onCpu() ? programBytes : cudaProgramBytes;
    need.device.program = onCpu() ? 0 : cudaContextBytes;
    if (!m_job.needed.any())
        return need;
    const ModelConfig& config = m_job.source.config;
    const auto hidden = static_cast<double>(config.hiddenSize), forward = static_cast<double>(config.feedForwardSize);
    const double kept = static_cast<double>(std::clamp<std::int64_t>(schedule.calibration.keptInputs, 1, std::max<std::int64_t>(1, config.blocks - 1)));
    const double states = stateBytes() * (1 + kept);

    // While a block is measured, autograd keeps what backward needs (norms in f32, the other activations in the compute dtype), and gradients pass.
    double widest = 0;
    for (const LinearLayer& layer : m_block)
        widest = std::max(widest, static_cast<double>(std::max(layer.in, layer.out)));
    const double perToken = 4 * 12 * hidden + m_width * (20 * hidden + 12 * forward) + 8 * widest;
    const double blockWork = batchTokens() * perToken;
    // The loss is computed on a few hundred positions at a time: logits, probabilities and their gradient.
    const double vocabulary = static_cast<double>(config.vocabularySize);
    const double chunk = static_cast<double>(std::min<std::int64_t>(m_job.recipe.sequenceLength, positionsTogether(config.vocabularySize)));
    const double lossWork = chunk * vocabulary * (2 * 4 + 2 * m_width) + batchTokens() * hidden * (m_width + 8);

    double sweep = 0, largest = 0, second = 0;
    for (const LinearLayer& layer : m_block) {
        const double bytes = hessianBytes(layer);
        second = std::max(second, std::min(largest, bytes));
        largest = std::max(largest, bytes);
    }
    if (schedule.calibration.sweeps.empty()) {
        for (const LinearLayer& layer : m_block)
            sweep += hessianBytes(layer);
    }
    for (const auto& places : schedule.calibration.sweeps) {
        double bytes = 0;
        for (const std::int64_t place : places)
            bytes += hessianBytes(m_block.at(static_cast<std::size_t>(place)));
        sweep = std::max(sweep, bytes);
    }
    const double packed = (largest + second) / 2 + largest / m_parts / std::max(1.0, static_cast<double>(m_job.recipe.groups)); // on their way to the store

    const double converting = 4 * m_largestTensor;
    const double ahead = schedule.calibration.readAhead ? 1 : 0;
    const double resident = m_parameters * m_width;
    const double outer = schedule.streamed ? m_embeddingWeights * m_width + ahead * m_blockWeights * m_width + converting : resident;
    const double inner = schedule.streamed ? (1 + ahead) * m_blockWeights * m_width + (m_width < 4 ? converting / 4 : 0) : resident;

    // Three places where the peak may be; the one with most bytes in all is told.
    const auto place = [&](double weightBytes, double work, double sums) {
        MemoryNeed at = need;
        if (onCpu()) {
            at.host.weights = weightBytes;
            at.host.activations = states + work;
            at.host.hessians = sums + (sums > 0 ? packed : 0);
        } else {
            at.device.weights = weightBytes;
            at.device.activations = work;
            at.device.hessians = sums;
            at.host.weights = schedule.streamed ? m_embeddingWeights * m_width + converting : converting;
            at.host.activations = states;
            at.host.hessians = sums > 0 ? sums + packed : 0;
        }
        for (MemoryShare* share : { &at.host, &at.device })
            share->program += allocatorShare * (share->total() - share->program);
        return at;
    };
    const std::vector<MemoryNeed> places { place(outer, lossWork, 0), place(inner, blockWork, sweep), place(outer, blockWork / 2, 0) };
    MemoryNeed most = places.front();
    for (const MemoryNeed& at : places) {
        if (at.device.total() > most.device.total())
            most.device = at.device;
        if (at.host.total() > most.host.total())
            most.host = at.host;
    }
    return most;
}

MemoryNeed JobModel::solving(const JobSchedule& schedule) const
{
    MemoryNeed need;
    need.host.program = onCpu() ? programBytes : cudaProgramBytes;
    need.device.program = onCpu() ? 0 : cudaContextBytes;
    const double largest = largestSolveBytes();
    if (!onCpu()) {
        need.device.solver = largest;
        need.host.solver = largest / 2;
        return need;
    }
    // As many layers at a time as there are threads, where that many fit, else one.
    for (const LinearLayer& layer : m_block) {
        const double together = solveBytes(layer) * threadCount();
        need.host.solver = std::max(need.host.solver, together <= static_cast<double>(schedule.solveBytes) ? together : solveBytes(layer));
    }
    return need;
}

MemoryNeed JobModel::tuning() const
{
    MemoryNeed need;
    if (m_job.recipe.tuningEpochs == 0)
        return need;
    const ModelConfig& config = m_job.source.config;
    const auto hidden = static_cast<double>(config.hiddenSize), forward = static_cast<double>(config.feedForwardSize), length = static_cast<double>(m_job.recipe.sequenceLength);
    MemoryShare& there = onCpu() ? need.host : need.device;
    need.host.program = onCpu() ? programBytes : cudaProgramBytes;
    need.device.program = onCpu() ? 0 : cudaContextBytes;
    // The weights, what a code stands for, and one layer's gradient and numbered codes. Weights that move themselves keep the original, what they are now
    // and were at best, a gradient and Adam's two moments.
    double moving = 0;
    for (const LinearLayer& layer : m_job.layers)
        if (const auto type = m_job.ggmlTypes.find(layer.name); type != m_job.ggmlTypes.end() && FreeWeightLayer::canTune(type->second))
            moving += weights(layer);
    there.weights = 4 * m_parameters + (m_job.method.makesGgmlBlocks() ? 2 : 1) * (linearWeights() - moving) + 24 * moving + 12 * m_largestTensor;
    there.activations = length * (4.0 * static_cast<double>(config.blocks + 1) * hidden + 4 * (32 * hidden + 14 * forward))
        + std::min(length, 512.0) * static_cast<double>(config.vocabularySize) * 4 * 5;
    need.host.activations += m_tokens * hidden * 4; // the original's last states
    return need;
}

double JobModel::tuningOperations() const
{
    const double heldOut = static_cast<double>(std::max<std::int64_t>(1, m_job.heldOutSequences)) * m_job.recipe.sequenceLength;
    const auto epochs = static_cast<double>(m_job.recipe.tuningEpochs);
    // Learning: forward twice, back to inputs and to weights. The head: original and quantized, and back.
    const double passes = epochs > 0 ? m_tokens + (1 + epochs) * heldOut + 4 * epochs * (m_tokens - heldOut) : 0;
    const double heads = epochs > 0 ? (1 + epochs) * heldOut * 2 + 3 * epochs * (m_tokens - heldOut) : 0;
    return 2 * (passes * linearWeights() + heads * m_embeddingWeights);
}

MemoryNeed JobModel::exporting() const
{
    MemoryNeed need;
    need.host.program = onCpu() ? programBytes : cudaProgramBytes;
    need.host.weights = m_largestTensor * 10;
    return need;
}

MemoryNeed JobModel::peak(const JobSchedule& schedule) const
{
    MemoryNeed most = calibrating(schedule);
    MemoryNeed solve = solving(schedule);
    const MemoryNeed write = exporting(), tune = tuning();
    if (schedule.pipelined) {
        most.device.solver += solve.device.solver;
        most.host.solver += solve.host.solver;
    } else {
        if (solve.device.total() > most.device.total())
            most.device = solve.device;
        if (solve.host.total() > most.host.total())
            most.host = solve.host;
    }
    if (tune.device.total() > most.device.total())
        most.device = tune.device;
    for (const MemoryNeed& later : { tune, write })
        if (later.host.total() > most.host.total())
            most.host = later.host;
    return most;
}

double JobModel::modelOperations(const JobSchedule& schedule) const
{
    if (m_tokens == 0)
        return 0;
    const ModelConfig& config = m_job.source.config;
    const bool gradient = m_job.needed.guidedHessian || m_job.needed.fisherDiagonal;
    const double attention = static_cast<double>(m_job.recipe.sequenceLength * config.heads * config.headSize); // scores and values, half masked
    double passes = 0;
    const auto sweeps = static_cast<double>(std::max<std::size_t>(1, schedule.calibration.sweeps.size()));
    for (const CalibrationStep& step : calibrationSteps(config.blocks, schedule.calibration.keptInputs)) {
        if (step.kind == CalibrationStep::Kind::Forward)
            passes += 1;
        else if (step.kind == CalibrationStep::Kind::Measure)
            passes += sweeps * (gradient ? 2 : 1);
    }
    return 2 * m_tokens * (passes * (m_blockWeights + attention) + 2 * m_embeddingWeights);
}

double JobModel::hessianOperations() const
{
    double operations = 0;
    for (const LinearLayer& layer : m_block)
        operations += 2 * m_tokens * (0.6 * matrices(layer) * square(layer) + (m_job.needed.fisherDiagonal ? weights(layer) : 0));
    return operations * static_cast<double>(blocks());
}

double JobModel::solveOperations() const
{
    double operations = 0;
    for (const LinearLayer& layer : m_block) {
        const auto in = static_cast<double>(layer.in);
        if (m_job.needed.any())
            operations += 34 * square(layer) * static_cast<double>(layer.out) + matrices(layer) * in * square(layer);
        else
            operations += 4000 * weights(layer);
    }
    return operations * static_cast<double>(blocks());
}

double JobModel::weightsRead(const JobSchedule& schedule) const
{
    if (!schedule.streamed)
        return m_parameters;
    double read = 0;
    for (const CalibrationStep& step : calibrationSteps(blocks(), schedule.calibration.keptInputs)) {
        const bool outer = step.kind == CalibrationStep::Kind::Loss || (step.kind == CalibrationStep::Kind::Restart && step.block == 0);
        read += outer ? m_embeddingWeights : step.kind == CalibrationStep::Kind::Forward || step.kind == CalibrationStep::Kind::Measure ? m_blockWeights : 0;
    }
    return read + m_embeddingWeights; // block 0's input is embedded anew
}

double JobModel::statisticsBytes() const
{
    double bytes = 0;
    for (const LinearLayer& layer : m_block) {
        const auto in = static_cast<double>(layer.in);
        bytes += matrices(layer) * m_parts * in * (in + 1) / 2 * 4 + (m_job.needed.fisherDiagonal ? weights(layer) * 4 : 0);
    }
    return bytes * static_cast<double>(blocks());
}

double JobModel::linearWeights() const
{
    return m_blockWeights * static_cast<double>(blocks());
}

double JobModel::codebookBits() const
{
    double bits = 0;
    for (const LinearLayer& layer : m_block)
        bits += static_cast<double>(layer.out) * std::exp2(m_job.recipe.bits) * 16;
    return bits * static_cast<double>(blocks());
}

double JobModel::checkpointBytes() const
{
    return linearWeights() + codebookBits() / 16 * 4;
}

} // namespace bitloom
