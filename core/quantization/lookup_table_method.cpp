// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/lookup_table_method.h"

#include "core/protocol/parameter_info.h"
#include "core/quantization/one_torch_thread.h"

#include <algorithm>

namespace bitloom {
namespace {

    /// A long row costs as its square, and its error is the mean of more weights.
    std::int64_t trialRowsPerGroup(std::int64_t in)
    {
        return in > 1024 ? 16 : 32;
    }
    constexpr int trialIterations = 4, trialCycles = 4;

    /// Keeps the codes and codebook that a solver starts from.
    class StartRecorder : public StepObserver
    {
    public:
        explicit StartRecorder(StepObserver& next)
            : m_next(next)
        {
        }
        void step(const SolverStep& step) override
        {
            if (!m_start && step.codes && step.codebook)
                m_start = LookupTableStart { step.codes->clone(), step.codebook->clone() };
            m_next.step(step);
        }
        [[nodiscard]] const std::optional<LookupTableStart>& start() const { return m_start; }

    private:
        StepObserver& m_next;
        std::optional<LookupTableStart> m_start;
    };

    torch::Tensor values(const torch::Tensor& codes, const torch::Tensor& codebook)
    {
        return torch::gather(codebook, 1, codes.to(torch::kInt64));
    }

}

std::vector<ParameterInfo> lookupTableSolverParameters()
{
    const LookupTableSolverOptions defaults;
    return {
        integerParameter("iterations", "Outer iterations", defaults.iterations, 1, 1000, "",
            "At most this many rounds of fitting codebooks and choosing codes. Rows that have settled cost nothing."),
        integerParameter("cycles", "Descent cycles", defaults.cycles, 1, 1000, "", "At most this many sweeps of coordinate descent over the codes in each round."),
        numberParameter("tolerance", "Tolerance", defaults.tolerance, 0, 1, "", "A row stops when a round lowers its objective by less than this part of it."),
    };
}

LookupTableSolverOptions lookupTableSolverOptions(int bits, const nlohmann::json& parameters)
{
    LookupTableSolverOptions options;
    options.bits = bits;
    options.iterations = parameters.at("iterations").get<int>();
    options.cycles = parameters.at("cycles").get<int>();
    options.tolerance = parameters.at("tolerance").get<double>();
    return options;
}

Result<RegularisationChoice> chooseRegularisation(
    const LayerProblem& problem, const RegularisationRequest& request, const LookupTableSolverOptions& options, std::stop_token stop)
{
    LookupTableSolverOptions trial = options;
    trial.iterations = std::min(options.iterations, trialIterations);
    trial.cycles = std::min(options.cycles, trialCycles);
    return chooseRegularisation(problem, request, trialRowsPerGroup(problem.weight.size(1)), [&](const torch::Tensor& weight, const GroupedHessian& hessian) -> Result<torch::Tensor> {
        Unobserved unobserved;
        BITLOOM_TRY(const LookupTableStart start, hessianDiagonalStart(weight, hessian, options.bits, stop));
        BITLOOM_TRY(const LookupTableSolution solution, solveLookupTable(weight, hessian, start, trial, unobserved, stop));
        return values(solution.codes, solution.codebook);
    });
}

Result<QuantizedLayer> quantizeToLookupTable(const LayerProblem& problem, const GroupedHessian& hessian,
    const HessianRegularisation& regularisation, const LookupTableSolverOptions& options, StepObserver& observer, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    const OneTorchThread oneThread;
    const auto named = [&problem](Error error) {
        if (error.code == ErrorCode::InvalidInput && !problem.name.empty())
            error.message = problem.name + ": " + error.message;
        return tl::make_unexpected(std::move(error));
    };
    if (const Result<void> checked = checkProblem(problem.weight, hessian); !checked)
        return named(checked.error());
    const Result<GroupedHessian> solved = regularise(hessian, problem.plainHessian, regularisation);
    if (!solved)
        return named(solved.error());
    LookupTableStart start;
    if (problem.start) {
        start = *problem.start;
    } else {
        BITLOOM_TRY(start, hessianDiagonalStart(problem.weight, *solved, options.bits, stop));
    }
    StartRecorder recorder(observer);
    const Result<LookupTableSolution> solution = solveLookupTable(problem.weight, *solved, start, options,
        regularisation.none() ? observer : static_cast<StepObserver&>(recorder), stop);
    if (!solution)
        return named(solution.error());
    QuantizedLayer layer;
    layer.objective = solution->objective;
    LookupTableWeight weight;
    weight.codes = solution->codes;
    weight.codebook = solution->codebook;
    weight.bits = options.bits;
    layer.weight = std::move(weight);
    if (recorder.start()) {
        layer.chosen["unregularised_objective_initial"]
            = roundedObjective(problem.weight, values(recorder.start()->codes, recorder.start()->codebook), hessian);
        layer.chosen["unregularised_objective_final"] = roundedObjective(problem.weight, values(solution->codes, solution->codebook), hessian);
    }
    return layer;
}

} // namespace bitloom
