// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_format.h"
#include "core/quantization/weight_quantizer.h"

#include <stop_token>
#include <vector>

namespace bitloom {

/// Rounding into ggml's blocks under (w-ŵ)ᵀH_k(w-ŵ), with all interactions between a row's weights. From ggml's own result on, codes are chosen
/// with error feedback and coordinate descent, and block parameters by least squares, in turns.
struct GgmlRoundingOptions
{
    int type = 0; ///< enum ggml_type, one that ggmlLayout() knows and that fits the rows
    int iterations = 2; ///< of a descent over the codes and a fit of the block parameters, in each attempt
    int cycles = 4; ///< sweeps of coordinate descent in each
    int attempts = 2; ///< times that all codes are chosen anew with error feedback, on the block parameters that the last attempt left
    double tolerance = 1e-4; ///< an attempt ends when an iteration improves the objective by less than this part of it
    bool feedback = true; ///< false: descent from ggml's codes alone, which needs no factor of the Hessian
};

struct GgmlRoundingSolution
{
    GgmlBlocksWeight weight, start; ///< start: what ggml made of it
    std::vector<double> objective; ///< start, then after each half step, of what the file would hold; never rises
};

/// weight [out, in] f32 and hessian on the CPU, checked with checkProblem() already. The result does not depend on the number of threads.
[[nodiscard]] Result<GgmlRoundingSolution> roundIntoGgmlBlocks(const torch::Tensor& weight, const GroupedHessian& hessian,
    const GgmlRoundingOptions& options, StepObserver& observer, std::stop_token stop);

} // namespace bitloom
