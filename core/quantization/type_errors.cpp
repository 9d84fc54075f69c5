// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/type_errors.h"

#include "core/base/job_control.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_layout.h"
#include "core/quantization/ggml_rounding.h"
#include "core/quantization/one_torch_thread.h"

namespace bitloom {
namespace {
    constexpr double saliencyScale = 1e3; ///< of gradients before they are squared

    class IgnoreSteps : public StepObserver
    {
    public:
        void step(const SolverStep&) override { }
    };

    Result<WeightFormat> rounded(const torch::Tensor& rows, const GroupedHessian& hessian, int type, TypeRounding rounding, std::stop_token stop)
    {
        if (rounding == TypeRounding::Guided && ggmlLayout(type) != nullptr) {
            GgmlRoundingOptions options;
            options.type = type;
            options.attempts = 1;
            options.iterations = 2;
            IgnoreSteps ignore;
            BITLOOM_TRY(GgmlRoundingSolution solution, roundIntoGgmlBlocks(rows, hessian, options, ignore, stop));
            return WeightFormat(std::move(solution.weight));
        }
        BITLOOM_TRY(GgmlBlocksWeight blocks, encodeWithGgml(rows, type, hessian.matrices.diagonal(0, 1, 2).contiguous(), stop));
        return WeightFormat(std::move(blocks));
    }
}

Result<std::vector<double>> typeErrors(
    const LayerProblem& problem, const std::vector<int>& types, TypeRounding rounding, std::int64_t rowsPerGroup, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const OneTorchThread oneThread;
    if (!problem.guidedHessian)
        return fail(ErrorCode::Internal, "{}: the error of a type needs a guided Hessian", problem.name);
    const auto hessian = GroupedHessian { problem.guidedHessian->matrices.to(torch::kCPU) };
    const std::int64_t all = problem.weight.size(0);
    const torch::Tensor rows = problem.weight.to(torch::kCPU).index_select(0, evenRows(all, hessian.groups(), rowsPerGroup)).contiguous();
    std::vector<double> errors;
    for (const int type : types) {
        if (stop.stop_requested())
            return cancelled();
        BITLOOM_TRY(const WeightFormat weight, rounded(rows, hessian, type, rounding, stop));
        errors.push_back(objective(rows, dequantize(weight), hessian) * static_cast<double>(all));
    }
    return errors;
}

double lossOfGuidedError(std::int64_t sequences, std::int64_t length)
{
    // The gradients are of a mean over length - 1 predictions; their sum's, squared, is (length - 1)² as large, and its mean over predictions
    // length - 1 times.
    return 0.5 * static_cast<double>(length - 1) / static_cast<double>(sequences) / (saliencyScale * saliencyScale);
}

} // namespace bitloom
