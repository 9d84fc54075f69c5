// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/job_schedule.h"
#include "core/engine/prepared_job.h"

#include <vector>

namespace bitloom {

/// Bytes of one kind of memory at a stage's peak, by what they are for.
struct MemoryShare
{
    double program = 0, weights = 0, activations = 0, hessians = 0, solver = 0;
    [[nodiscard]] double total() const { return program + weights + activations + hessians + solver; }
};

/// A stage's peak. Where the device is the CPU, everything is on the host.
struct MemoryNeed
{
    MemoryShare device, host;
};

/// What a job will take, from the sizes of its model and its recipe alone.
class JobModel
{
public:
    /// `ranks` share the calibration's sequences.
    explicit JobModel(const PreparedJob& job, int ranks = 1);

    [[nodiscard]] MemoryNeed calibrating(const JobSchedule& schedule) const;
    [[nodiscard]] MemoryNeed solving(const JobSchedule& schedule) const;
    /// Of the whole model and one sequence on its way back through it, in f32. Nothing where the recipe asks for no tuning.
    [[nodiscard]] MemoryNeed tuning() const;
    [[nodiscard]] double tuningOperations() const;
    [[nodiscard]] MemoryNeed exporting() const;
    /// Of both stages at once where they are pipelined, else of the larger one.
    [[nodiscard]] MemoryNeed peak(const JobSchedule& schedule) const;

    /// Of one layer while it is solved, its statistics included.
    [[nodiscard]] double solveBytes(const LinearLayer& layer) const;
    [[nodiscard]] double largestSolveBytes() const;
    /// Of one layer's sums while they are gathered.
    [[nodiscard]] double hessianBytes(const LinearLayer& layer) const;

    /// Floating-point operations of matrix products: of the model's own in the compute dtype, of Hessians and of solving in f32.
    [[nodiscard]] double modelOperations(const JobSchedule& schedule) const;
    [[nodiscard]] double hessianOperations() const;
    [[nodiscard]] double solveOperations() const;
    /// Weights that are read and converted while calibrating.
    [[nodiscard]] double weightsRead(const JobSchedule& schedule) const;
    /// Bytes that calibration and solving leave in the project folder.
    [[nodiscard]] double statisticsBytes() const;
    [[nodiscard]] double checkpointBytes() const;
    [[nodiscard]] double linearWeights() const;
    [[nodiscard]] double codebookBits() const;
    [[nodiscard]] const std::vector<LinearLayer>& blockLayers() const { return m_block; } ///< of one block
    [[nodiscard]] std::int64_t blocks() const { return m_job.source.config.blocks; }

private:
    [[nodiscard]] bool onCpu() const { return m_job.device.is_cpu(); }
    [[nodiscard]] double matrices(const LinearLayer& layer) const; ///< Hessians of one part of the sequences
    [[nodiscard]] double stateBytes() const; ///< one hidden state of all sequences of a rank
    [[nodiscard]] double batchTokens() const;

    const PreparedJob& m_job;
    int m_ranks;
    std::vector<LinearLayer> m_block;
    double m_width = 4; ///< bytes of a value in the compute dtype
    double m_parts = 1; ///< fit and held out
    double m_tokens = 0;
    double m_parameters = 0, m_blockWeights = 0, m_embeddingWeights = 0, m_largestTensor = 0;
};

} // namespace bitloom
