// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_method.h"

#include "core/protocol/parameter_info.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_layout.h"
#include "core/quantization/lookup_table_solver.h"
#include "core/quantization/one_torch_thread.h"
#include "core/quantization/uniform_grid.h"

namespace bitloom {
namespace {

    constexpr std::int64_t trialRowsPerGroup = 16;

    GroupedHessian onCpu(const GroupedHessian& hessian)
    {
        return { hessian.matrices.cpu().contiguous() };
    }

}

Result<int> wantedGgmlType(const LayerProblem& problem)
{
    if (!problem.ggmlType)
        return fail(ErrorCode::InvalidInput, "{}: no ggml type is named that its weights are to be stored as; ask for format gguf and a gguf type", problem.name);
    BITLOOM_CHECK(checkWeight(problem));
    if (auto fits = checkGgmlRows(*problem.ggmlType, problem.weight.size(1)); !fits)
        return fail(fits.error().code, "{}: {}", problem.name, fits.error().message);
    return *problem.ggmlType;
}

std::vector<ParameterInfo> ggmlRoundingParameters()
{
    const GgmlRoundingOptions defaults;
    return {
        integerParameter("attempts", "Attempts", defaults.attempts, 1, 1000, "",
            "How often all codes are chosen anew with error feedback, each time on the scales that the last attempt left; each row keeps its best."),
        integerParameter("iterations", "Iterations", defaults.iterations, 1, 1000, "", "At most this many rounds of choosing codes and fitting scales in each attempt."),
        integerParameter("cycles", "Descent cycles", defaults.cycles, 1, 1000, "", "At most this many sweeps of coordinate descent over the codes in each round."),
        numberParameter("tolerance", "Tolerance", defaults.tolerance, 0, 1, "", "An attempt ends when a round lowers the objective by less than this part of it."),
    };
}

GgmlRoundingOptions ggmlRoundingOptions(int type, const nlohmann::json& parameters)
{
    GgmlRoundingOptions options;
    options.type = type;
    options.attempts = parameters.at("attempts").get<int>();
    options.iterations = parameters.at("iterations").get<int>();
    options.cycles = parameters.at("cycles").get<int>();
    options.tolerance = parameters.at("tolerance").get<double>();
    return options;
}

Result<QuantizedLayer> quantizeToGgmlBlocks(const LayerProblem& problem, const RegularisationRequest& request, const GgmlRoundingOptions& options,
    StepObserver& observer, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const OneTorchThread oneThread;
    const torch::Tensor weight = problem.weight.cpu().contiguous();
    const GroupedHessian own = onCpu(*problem.guidedHessian);
    if (auto checked = checkProblem(weight, own); !checked)
        return fail(checked.error().code, "{}: {}", problem.name, checked.error().message);
    const bool onGrid = ggmlLayout(options.type) != nullptr;
    RegularisationChoice choice;
    if (onGrid) {
        // Which regularisation is best hardly depends on how far a row is solved.
        GgmlRoundingOptions trial = options;
        trial.feedback = false;
        trial.iterations = 1;
        BITLOOM_TRY(choice, chooseRegularisation(problem, request, trialRowsPerGroup, [&](const torch::Tensor& rows, const GroupedHessian& hessian) -> Result<torch::Tensor> {
            Unobserved unobserved;
            BITLOOM_TRY(const GgmlRoundingSolution solution, roundIntoGgmlBlocks(rows.cpu().contiguous(), onCpu(hessian), trial, unobserved, stop));
            return dequantize(solution.weight).to(rows.device());
        }));
    } else {
        choice.regularisation = { request.toPlain.value_or(0), request.toDiagonal.value_or(0), request.damping.value_or(0) };
    }
    std::optional<torch::Tensor> plain;
    if (problem.plainHessian)
        plain = problem.plainHessian->cpu();
    BITLOOM_TRY(const GroupedHessian solved, regularise(own, plain, choice.regularisation));
    if (!onGrid)
        return quantizeWithGgml(problem, options.type, solved.matrices.diagonal(0, 1, 2), observer, stop);

    BITLOOM_TRY(GgmlRoundingSolution solution, roundIntoGgmlBlocks(weight, solved, options, observer, stop));
    QuantizedLayer layer;
    layer.objective = std::move(solution.objective);
    layer.chosen = std::move(choice.report);
    if (!choice.regularisation.none()) {
        layer.chosen["unregularised_objective_initial"] = objective(weight, dequantize(solution.start), own);
        layer.chosen["unregularised_objective_final"] = objective(weight, dequantize(solution.weight), own);
    }
    solution.weight.blocks = solution.weight.blocks.to(problem.weight.device());
    layer.weight = std::move(solution.weight);
    return layer;
}

Result<QuantizedLayer> quantizeWithGgml(const LayerProblem& problem, int type, const std::optional<torch::Tensor>& importances, StepObserver& observer,
    std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const OneTorchThread oneThread;
    auto encoded = encodeWithGgml(problem.weight, type, importances, stop);
    if (!encoded && encoded.error().code == ErrorCode::InvalidInput)
        return fail(ErrorCode::InvalidInput, "{}: {}", problem.name, encoded.error().message);
    BITLOOM_CHECK(encoded);
    QuantizedLayer layer;
    layer.weight = std::move(*encoded);
    if (const auto hessian = problemHessian(problem)) {
        layer.objective = { objective(problem.weight, dequantize(layer.weight), *hessian) };
        observer.step({ "start", layer.objective.front() });
    }
    return layer;
}

} // namespace bitloom
