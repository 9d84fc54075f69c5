// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/regularisation_choice.h"

#include "core/protocol/parameter_info.h"
#include "core/quantization/lookup_table_solver.h"
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

    ParameterInfo shrinkage(const char* name, const char* title, double maximum, const char* help)
    {
        ParameterInfo parameter = numberParameter(name, title, 0, 0, maximum, "", help);
        parameter.defaultValue = "auto";
        parameter.automatic = true;
        return parameter;
    }

    std::optional<double> givenNumber(const nlohmann::json& value)
    {
        return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
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

std::vector<ParameterInfo> regularisationParameters()
{
    return {
        shrinkage("shrinkage_to_plain", "Shrinkage to plain Hessian", 1,
            "Mixes this part of the plain Hessian into each guided one; 0 is the published method, auto decides on held-out sequences."),
        shrinkage("shrinkage_to_diagonal", "Shrinkage to diagonal", 1,
            "Shrinks what is off the diagonal by this part; 0 is the published method, auto decides on held-out sequences."),
        shrinkage("damping", "Damping", 10,
            "Adds this part of the mean of the diagonal to the diagonal; 0 is the published method, auto decides on held-out sequences."),
    };
}

RegularisationRequest regularisationRequest(const nlohmann::json& parameters)
{
    return { givenNumber(parameters.at("shrinkage_to_plain")), givenNumber(parameters.at("shrinkage_to_diagonal")), givenNumber(parameters.at("damping")) };
}

Result<RegularisationChoice> chooseRegularisation(
    const LayerProblem& problem, const RegularisationRequest& request, std::int64_t rowsPerGroup, const RegularisationTrial& trial)
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
        const torch::Tensor rows = evenRows(problem.weight.size(0), problem.fitHessian->groups(), rowsPerGroup).to(problem.weight.device());
        const torch::Tensor weight = problem.weight.index_select(0, rows);
        double best = std::numeric_limits<double>::infinity();
        GroupedHessian memory; // of all candidates' Hessians
        for (const HessianRegularisation& candidate : candidatesFor(request, problem.fitPlainHessian.has_value())) {
            BITLOOM_TRY(const GroupedHessian hessian, regularise(*problem.fitHessian, problem.fitPlainHessian, candidate, &memory));
            BITLOOM_TRY(const torch::Tensor quantized, trial(weight, hessian));
            const double heldOut = roundedObjective(weight, quantized, *problem.heldOutHessian);
            if (candidate.none())
                choice.report["held_out_objective_unregularised"] = heldOut;
            if (heldOut < best) {
                best = heldOut;
                choice.regularisation = candidate;
            }
        }
        choice.report["held_out_objective"] = best;
        if (const double whole = roundedObjective(weight, torch::zeros_like(weight), *problem.heldOutHessian); whole > 0)
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

} // namespace bitloom
