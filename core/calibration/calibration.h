// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/model/causal_lm.h"
#include "core/quantization/layer_problem.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// How a calibration is cut up to fit into memory. On a CPU nothing here changes a bit of its results.
struct CalibrationSchedule
{
    std::int64_t keptInputs = std::numeric_limits<std::int64_t>::max(); ///< block inputs of all sequences, see calibrationSteps()
    /// A block is run once for each of these to measure the linear layers that they name, by their place in the block; empty: once, for all.
    std::vector<std::vector<std::int64_t>> sweeps;
    bool readAhead = true; ///< of a streamed model: has the next part's weights in memory beside those in use
    bool operator==(const CalibrationSchedule&) const = default;
};

struct CalibrationOptions
{
    std::int64_t groups = 4;
    bool guidedHessian = true, plainHessian = true, fisherDiagonal = false;
    std::int64_t heldOutSequences = 0; ///< the last so many sequences also go into heldOut, the others into fit
    CalibrationSchedule schedule;
    std::function<bool(const LinearLayer&)> wanted; ///< the layers to measure; empty: all. Not with a chain.
};

/// What calibration measured for one linear layer; f32 whatever the compute dtype. Members that were not asked for are undefined.
struct LayerStatistics
{
    LinearLayer layer;
    GroupedHessian fit, heldOut; ///< guided, of the fit and of the held-out sequences; heldOut undefined when there are none
    torch::Tensor plainFit, plainHeldOut; ///< [in, in]
    torch::Tensor fisherDiagonal; ///< [out, in], of all sequences
};

/// Called for each sweep as soon as its layers are measured, for the blocks from the last to the first.
using BlockStatisticsSink = std::function<Result<void>(std::int64_t block, std::vector<LayerStatistics> layers)>;

/// This process's place among several that calibrate together. Each measures a contiguous run of the sequences, in the order of positions,
/// and a block's sums pass from one position to the next, which goes on adding to them: so every sum is added up in the order in which one process
/// alone adds it up, and has the same bits. What passes on are unfinished statistics: only the lower triangles count, members that have
/// nothing yet are undefined, and layers with the same input share one plain Hessian.
class CalibrationChain
{
public:
    virtual ~CalibrationChain() = default;
    [[nodiscard]] virtual int position() const = 0; ///< 0 takes the first sequences
    [[nodiscard]] virtual int count() const = 0;
    /// The sums of all positions before this one; called for each sweep in the order of the sink, at position 0 not at all.
    [[nodiscard]] virtual Result<std::vector<LayerStatistics>> take(std::int64_t block) = 0;
    /// Hands this position's sums to the next; at the last position the sink gets them instead.
    [[nodiscard]] virtual Result<void> pass(std::int64_t block, std::vector<LayerStatistics> sums) = 0;
};

/// Block-wise backpropagation of the end loss (mean cross-entropy of each sequence with itself as labels). tokens [sequences, length] i64.
/// Saliency is the mean over a group's output channels of (1000 · ∂loss/∂z)², as in the published code. Returns the loss of each sequence.
/// A model that is streamed has its parts entered one after another, most of them twice.
/// With a chain, `tokens` are still all of the sequences, the losses only those of this position's, and progress counts all positions as
/// equally far.
[[nodiscard]] Result<std::vector<double>> calibrate(const CausalLm& model, const torch::Tensor& tokens, const CalibrationOptions& options,
    const BlockStatisticsSink& sink, ProgressSink& progress, JobControl& control, CalibrationChain* chain = nullptr);

} // namespace bitloom
