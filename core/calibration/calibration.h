// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/model/causal_lm.h"
#include "core/quantization/layer_problem.h"

#include <functional>
#include <torch/types.h>
#include <vector>

namespace bitloom {

struct CalibrationOptions
{
    std::int64_t groups = 4;
    bool guidedHessian = true, plainHessian = true, fisherDiagonal = false;
    std::int64_t heldOutSequences = 0; ///< the last so many sequences also go into heldOut, the others into fit
};

/// What calibration measured for one linear layer; f32 whatever the compute dtype. Members that were not asked for are undefined.
struct LayerStatistics
{
    LinearLayer layer;
    GroupedHessian fit, heldOut; ///< guided, of the fit and of the held-out sequences; heldOut undefined when there are none
    torch::Tensor plainFit, plainHeldOut; ///< [in, in]
    torch::Tensor fisherDiagonal; ///< [out, in], of all sequences
};

/// Called for each block from the last to the first as soon as it is measured.
using BlockStatisticsSink = std::function<Result<void>(std::int64_t block, std::vector<LayerStatistics> layers)>;

/// Block-wise backpropagation of the end loss (mean cross-entropy of each sequence with itself as labels). tokens [sequences, length] i64.
/// Saliency is the mean over a group's output channels of (1000 · ∂loss/∂z)², as in the published code. Returns the loss of each sequence.
[[nodiscard]] Result<std::vector<double>> calibrate(const CausalLm& model, const torch::Tensor& tokens,
    const CalibrationOptions& options, const BlockStatisticsSink& sink, ProgressSink& progress, JobControl& control);

} // namespace bitloom
