// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/lookup_table_solver.h"

#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/kmeans.h"
#include "core/quantization/lookup_table_half_steps.h"
#include "core/quantization/row_solver.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace bitloom {
namespace {

    std::string shapeText(const torch::Tensor& tensor)
    {
        return fmt::format("[{}]", fmt::join(tensor.sizes().begin(), tensor.sizes().end(), ", "));
    }

    bool allFinite(const torch::Tensor& tensor)
    {
        if (!tensor.is_cpu() || !tensor.is_contiguous()) // a sum of f32 in f64 cannot overflow, and keeps every NaN and infinity
            return std::isfinite(tensor.sum(torch::kFloat64).item<double>());
        const float* values = tensor.const_data_ptr<float>();
        std::atomic<bool> finite { true };
        parallelFor(tensor.numel(), std::int64_t { 1 } << 17, [&](std::int64_t begin, std::int64_t end) {
            constexpr std::int64_t lanes = 16; // independent sums, which a compiler can make vectors of
            float zeros[lanes] = {}; // 0 times a number is 0, but not 0 times NaN or infinity
            for (; begin + lanes <= end; begin += lanes)
                for (std::int64_t k = 0; k < lanes; ++k)
                    zeros[k] += values[begin + k] * 0.0F;
            for (; begin < end; ++begin)
                zeros[0] += values[begin] * 0.0F;
            for (const float zero : zeros)
                if (!(zero == 0))
                    finite = false;
        });
        return finite;
    }

    bool isAscending(const torch::Tensor& codebook)
    {
        const std::int64_t levels = codebook.size(1);
        const float* level = codebook.const_data_ptr<float>();
        for (std::int64_t row = 0; row < codebook.size(0); ++row)
            if (!std::is_sorted(level + row * levels, level + (row + 1) * levels))
                return false;
        return true;
    }

    /// Dead input channels (a zero row of the Hessian) cost nothing whatever their code; their nearest level is the one to show.
    void setDeadColumns(const torch::Tensor& weight, const GroupedHessian& hessian, LookupTableSolution& solution)
    {
        const std::vector<RowGroup> runs = rowGroups(weight.size(0), hessian.groups());
        for (std::size_t k = 0; k < runs.size(); ++k) {
            const torch::Tensor matrix = hessian.matrices[static_cast<std::int64_t>(k)];
            const torch::Tensor candidates = (matrix.diagonal() == 0).nonzero().squeeze(1);
            if (candidates.numel() == 0)
                continue;
            const torch::Tensor dead = candidates.masked_select(matrix.index_select(0, candidates).abs().sum(1) == 0);
            const torch::Tensor codebook = solution.codebook.slice(0, runs[k].begin, runs[k].end);
            const torch::Tensor distance
                = (weight.slice(0, runs[k].begin, runs[k].end).index_select(1, dead).unsqueeze(2) - codebook.unsqueeze(1)).abs();
            solution.codes.slice(0, runs[k].begin, runs[k].end).index_copy_(1, dead, distance.argmin(2).to(torch::kUInt8));
        }
    }

    Result<LookupTableSolution> solveByHalfSteps(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start,
        const LookupTableSolverOptions& options, StepObserver& observer, const std::stop_token& stop)
    {
        BITLOOM_TRY(const std::unique_ptr<LookupTableHalfSteps> steps, tensorHalfSteps(weight, hessian, start));
        LookupTableSolution solution;
        const auto record = [&](std::string_view phase) {
            // Sums over rows may round up by an ulp although no row rose.
            const double value = steps->objective();
            solution.objective.push_back(solution.objective.empty() ? value : std::min(value, solution.objective.back()));
            const torch::Tensor codes = steps->codes();
            const torch::Tensor codebook = steps->codebook();
            observer.step({ phase, solution.objective.back(), &codes, &codebook });
        };
        record("start");
        double before = solution.objective.front();
        for (int iteration = 0; iteration < options.iterations; ++iteration) {
            BITLOOM_CHECK(steps->fitCodebooks(stop));
            record("codebook");
            BITLOOM_CHECK(steps->descend(options.cycles, stop));
            record("codes");
            solution.rowIterations += weight.size(0);
            const double now = solution.objective.back();
            if (steps->settled() || !(before - now > options.tolerance * before))
                break;
            before = now;
        }
        BITLOOM_CHECK(steps->fitCodebooks(stop));
        record("codebook");
        solution.codes = steps->codes().clone();
        solution.codebook = steps->codebook().clone();
        return solution;
    }

}

Result<void> checkProblem(const torch::Tensor& weight, const GroupedHessian& hessian)
{
    const at::NoGradGuard noGrad;
    const torch::Tensor& matrices = hessian.matrices;
    if (weight.dim() != 2 || weight.numel() == 0 || weight.scalar_type() != torch::kFloat32)
        return fail(ErrorCode::InvalidInput, "the weight is {} {}, expected a non-empty f32 [out, in]", c10::toString(weight.scalar_type()), shapeText(weight));
    if (matrices.dim() != 3 || matrices.size(0) < 1 || matrices.scalar_type() != torch::kFloat32 || matrices.size(1) != weight.size(1)
        || matrices.size(2) != weight.size(1))
        return fail(ErrorCode::InvalidInput, "the Hessian is {} {}, expected f32 [groups, {}, {}] for a weight of {}",
            c10::toString(matrices.scalar_type()), shapeText(matrices), weight.size(1), weight.size(1), shapeText(weight));
    if (const std::size_t runs = rowGroups(weight.size(0), matrices.size(0)).size(); static_cast<std::int64_t>(runs) != matrices.size(0))
        return fail(ErrorCode::InvalidInput, "the Hessian has {} groups, but {} output rows make only {}", matrices.size(0), weight.size(0), runs);
    if (!allFinite(weight))
        return fail(ErrorCode::InvalidInput, "the weight holds NaN or infinity");
    if (!allFinite(matrices))
        return fail(ErrorCode::InvalidInput, "the Hessian holds NaN or infinity");
    if ((matrices.diagonal(0, 1, 2) < 0).any().item<bool>())
        return fail(ErrorCode::InvalidInput, "the Hessian has a negative diagonal entry, so it is no sum of squares");
    return {};
}

Result<LookupTableStart> checkedStart(const LookupTableStart& start, const torch::Tensor& weight, int bits)
{
    const at::NoGradGuard noGrad;
    const std::int64_t levels = std::int64_t { 1 } << bits;
    if (start.codes.dim() != 2 || start.codes.sizes() != weight.sizes() || start.codes.scalar_type() != torch::kUInt8)
        return fail(ErrorCode::InvalidInput, "initial_codes is {} {}, expected u8 {}", c10::toString(start.codes.scalar_type()),
            shapeText(start.codes), shapeText(weight));
    if (start.codebook.dim() != 2 || start.codebook.size(0) != weight.size(0) || start.codebook.size(1) != levels
        || start.codebook.scalar_type() != torch::kFloat32)
        return fail(ErrorCode::InvalidInput, "initial_codebook is {} {}, expected f32 [{}, {}] for {} bits",
            c10::toString(start.codebook.scalar_type()), shapeText(start.codebook), weight.size(0), levels, bits);
    if (!allFinite(start.codebook))
        return fail(ErrorCode::InvalidInput, "initial_codebook holds NaN or infinity");
    if (const auto largest = start.codes.max().item<std::int64_t>(); largest >= levels)
        return fail(ErrorCode::InvalidInput, "initial_codes holds {}, expected less than {} for {} bits", largest, levels, bits);
    if (start.codebook.is_cpu() && start.codebook.is_contiguous() && isAscending(start.codebook))
        return LookupTableStart { start.codes.contiguous(), start.codebook };
    const auto [sorted, order] = torch::sort(start.codebook, true, 1, false);
    const torch::Tensor position = torch::argsort(order, 1, false);
    return LookupTableStart { torch::gather(position, 1, start.codes.to(torch::kInt64)).to(torch::kUInt8).contiguous(), sorted.contiguous() };
}

Result<LookupTableStart> hessianDiagonalStart(const torch::Tensor& weight, const GroupedHessian& hessian, int bits, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const torch::Tensor values = weight.cpu().contiguous();
    const torch::Tensor weights = hessian.matrices.diagonal(0, 1, 2).cpu().contiguous();
    const std::int64_t rows = values.size(0), in = values.size(1), levels = std::int64_t { 1 } << bits;
    LookupTableStart start { torch::empty({ rows, in }, torch::kUInt8), torch::empty({ rows, levels }, torch::kFloat32) };
    const float* value = values.const_data_ptr<float>();
    const float* weightOf = weights.const_data_ptr<float>();
    std::uint8_t* codes = start.codes.mutable_data_ptr<std::uint8_t>();
    float* codebook = start.codebook.mutable_data_ptr<float>();
    const std::int64_t rowsPerGroup = (rows + hessian.groups() - 1) / hessian.groups();
    parallelFor(rows, 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end && !stop.stop_requested(); ++r)
            nearlyOptimalKMeans1d(value + r * in, weightOf + r / rowsPerGroup * in, in, static_cast<int>(levels), codebook + r * levels, codes + r * in);
    });
    if (stop.stop_requested())
        return cancelled();
    return LookupTableStart { start.codes.to(weight.device()), start.codebook.to(weight.device()) };
}

Result<LookupTableSolution> solveLookupTable(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start,
    const LookupTableSolverOptions& options, StepObserver& observer, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    BITLOOM_CHECK(checkProblem(weight, hessian));
    BITLOOM_TRY(const LookupTableStart checked, checkedStart(start, weight, options.bits));
    using Path = LookupTableSolverOptions::Path;
    const bool kernels = options.path == Path::Kernels || (options.path == Path::Automatic && weight.is_cpu());
    const torch::Tensor rows = weight.contiguous();
    const GroupedHessian matrices { hessian.matrices.contiguous() };
    BITLOOM_TRY(LookupTableSolution solution, kernels ? solveByRows(rows, matrices, checked, options, observer, stop)
                                                      : solveByHalfSteps(rows, matrices, checked, options, observer, stop));
    setDeadColumns(weight, hessian, solution);
    return solution;
}

} // namespace bitloom
