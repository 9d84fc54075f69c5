// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/lookup_table_method.h"

#include "core/quantization/one_torch_thread.h"

#include <algorithm>
#include <limits>

namespace bitloom {
namespace {

    /// (a, b, δ), after what helped on held-out text (specs/guidedquant.md, section 6.4).
    constexpr HessianRegularisation candidates[] = {
        { 0, 0, 0 },
        { 0, 0, 0.01 },
        { 0.5, 0, 0.1 },
        { 0.5, 0.2, 0.1 },
        { 0.5, 0, 0.3 },
        { 0.8, 0.2, 0.3 },
        { 0.8, 0.4, 0.3 },
    };
    constexpr std::int64_t trialRowsPerGroup = 32;
    constexpr int trialIterations = 4, trialCycles = 4;

    class Unobserved : public StepObserver
    {
    public:
        void step(const SolverStep&) override { }
    };

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

    std::vector<HessianRegularisation> candidatesFor(const RegularisationRequest& request, bool plainKnown)
    {
        std::vector<HessianRegularisation> result;
        for (HessianRegularisation candidate : candidates) {
            if (!request.toPlain && !plainKnown)
                candidate.toPlain = 0;
            candidate.toPlain = request.toPlain.value_or(candidate.toPlain);
            candidate.toDiagonal = request.toDiagonal.value_or(candidate.toDiagonal);
            candidate.damping = request.damping.value_or(candidate.damping);
            if (std::find(result.begin(), result.end(), candidate) == result.end())
                result.push_back(candidate);
        }
        return result;
    }

}

std::vector<ParameterInfo> lookupTableSolverParameters()
{
    const LookupTableSolverOptions defaults;
    ParameterInfo iterations;
    iterations.name = "iterations";
    iterations.title = "Outer iterations";
    iterations.type = ParameterType::Integer;
    iterations.defaultValue = defaults.iterations;
    iterations.minimum = 1;
    iterations.maximum = 1000;
    iterations.help = "At most this many rounds of fitting codebooks and choosing codes. Rows that have settled cost nothing.";
    ParameterInfo cycles;
    cycles.name = "cycles";
    cycles.title = "Descent cycles";
    cycles.type = ParameterType::Integer;
    cycles.defaultValue = defaults.cycles;
    cycles.minimum = 1;
    cycles.maximum = 1000;
    cycles.help = "At most this many sweeps of coordinate descent over the codes in each round.";
    ParameterInfo tolerance;
    tolerance.name = "tolerance";
    tolerance.title = "Tolerance";
    tolerance.type = ParameterType::Number;
    tolerance.defaultValue = defaults.tolerance;
    tolerance.minimum = 0;
    tolerance.maximum = 1;
    tolerance.help = "Stops when a round lowers the objective by less than this part of it.";
    return { iterations, cycles, tolerance };
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
    RegularisationChoice choice;
    choice.regularisation = { request.toPlain.value_or(0), request.toDiagonal.value_or(0), request.damping.value_or(0) };
    if (request.complete())
        return choice;
    if (problem.fitHessian && problem.heldOutHessian) {
        const at::NoGradGuard noGrad;
        const OneTorchThread oneThread;
        BITLOOM_CHECK(checkProblem(problem.weight, *problem.fitHessian));
        BITLOOM_CHECK(checkProblem(problem.weight, *problem.heldOutHessian));
        const torch::Tensor rows = evenRows(problem.weight.size(0), problem.fitHessian->groups(), trialRowsPerGroup).to(problem.weight.device());
        const torch::Tensor weight = problem.weight.index_select(0, rows);
        LookupTableSolverOptions trial = options;
        trial.iterations = std::min(options.iterations, trialIterations);
        trial.cycles = std::min(options.cycles, trialCycles);
        Unobserved unobserved;
        double best = std::numeric_limits<double>::infinity();
        for (const HessianRegularisation& candidate : candidatesFor(request, problem.fitPlainHessian.has_value())) {
            BITLOOM_TRY(const GroupedHessian hessian, regularise(*problem.fitHessian, problem.fitPlainHessian, candidate));
            BITLOOM_TRY(const LookupTableStart start, hessianDiagonalStart(weight, hessian, options.bits, stop));
            BITLOOM_TRY(const LookupTableSolution solution, solveLookupTable(weight, hessian, start, trial, unobserved, stop));
            const double heldOut = objective(weight, values(solution.codes, solution.codebook), *problem.heldOutHessian);
            if (candidate.none())
                choice.report["held_out_objective_unregularised"] = heldOut;
            if (heldOut < best) {
                best = heldOut;
                choice.regularisation = candidate;
            }
        }
        choice.report["held_out_objective"] = best;
        if (const double whole = objective(weight, torch::zeros_like(weight), *problem.heldOutHessian); whole > 0)
            choice.report["held_out_relative_error"] = best / whole;
    }
    if (!request.toPlain)
        choice.report["shrinkage_to_plain"] = choice.regularisation.toPlain;
    if (!request.toDiagonal)
        choice.report["shrinkage_to_diagonal"] = choice.regularisation.toDiagonal;
    if (!request.damping)
        choice.report["damping"] = choice.regularisation.damping;
    return choice;
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
            = objective(problem.weight, values(recorder.start()->codes, recorder.start()->codebook), hessian);
        layer.chosen["unregularised_objective_final"] = objective(problem.weight, values(solution->codes, solution->codebook), hessian);
    }
    return layer;
}

} // namespace bitloom
