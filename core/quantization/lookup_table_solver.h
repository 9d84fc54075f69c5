// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"
#include "core/quantization/weight_quantizer.h"

#include <stop_token>
#include <vector>

/// Libtorch's own exceptions pass through these functions; a method catches them with catching().
namespace bitloom {

/// Layer-wise non-uniform quantization (GuidedQuant, ICML 2025, section 4): one codebook per output row; closed-form codebooks and
/// cyclic coordinate descent over the codes take turns until nothing changes or the limits below are reached.
struct LookupTableSolverOptions
{
    enum class Path {
        Automatic, ///< Kernels on the CPU, Tensors on a GPU
        Kernels, ///< a few rows at a time in the CPU's vector instructions
        Tensors, ///< whole layers at a time (row_batch.h): CUDA's kernels, or on the CPU what they are compared with
    };
    int bits = 3;
    int iterations = 32; ///< outer: a codebook fit and a descent over the codes
    int cycles = 8; ///< sweeps of coordinate descent in each
    double tolerance = 1e-4; ///< a row ends (Tensors: the layer) when an outer iteration improves its objective by less than this part of it
    Path path = Path::Automatic;
};

struct LookupTableSolution
{
    torch::Tensor codes; ///< [out, in] u8
    torch::Tensor codebook; ///< [out, 2^bits] f32, ascending
    std::vector<double> objective; ///< start, then after each half step; never rises
    std::int64_t rowIterations = 0; ///< outer iterations that were done, summed over rows
};

/// weight [out, in] f32, hessian [groups, in, in] f32, both on one device. NaN, infinity, negative diagonals and shapes that do not fit are
/// one sentence. The result does not depend on the number of threads. Columns whose Hessian diagonal is 0 keep their nearest level.
[[nodiscard]] Result<LookupTableSolution> solveLookupTable(const torch::Tensor& weight, const GroupedHessian& hessian,
    const LookupTableStart& start, const LookupTableSolverOptions& options, StepObserver& observer, std::stop_token stop);

/// Exact weighted k-means of every row, the weights being the diagonal of the row's own Hessian (which started lower than the Fisher
/// diagonal on real layers and costs no backward pass for weights). Done on the CPU also for a weight on a GPU, by rows on all threads: it
/// is sorting and dynamic programming in f64, once for each solve.
[[nodiscard]] Result<LookupTableStart> hessianDiagonalStart(
    const torch::Tensor& weight, const GroupedHessian& hessian, int bits, std::stop_token stop);

/// Checks a start that somebody gave, and sorts its codebooks.
[[nodiscard]] Result<LookupTableStart> checkedStart(const LookupTableStart& start, const torch::Tensor& weight, int bits);

/// Shapes, types and finiteness of a weight and its Hessians.
[[nodiscard]] Result<void> checkProblem(const torch::Tensor& weight, const GroupedHessian& hessian);

} // namespace bitloom
