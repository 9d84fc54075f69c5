// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/method_info.h"
#include "core/quantization/hessian_regularisation.h"
#include "core/quantization/lookup_table_solver.h"
#include "core/quantization/weight_quantizer.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <vector>

/// What the methods that solve for lookup tables (lnq, guidedquant) have in common.
namespace bitloom {

/// iterations, cycles, tolerance.
[[nodiscard]] std::vector<ParameterInfo> lookupTableSolverParameters();
[[nodiscard]] LookupTableSolverOptions lookupTableSolverOptions(int bits, const nlohmann::json& parameters);

/// The regularisation that was asked for; what is empty is to be chosen.
struct RegularisationRequest
{
    std::optional<double> toPlain, toDiagonal, damping;
    [[nodiscard]] bool complete() const { return toPlain && toDiagonal && damping; }
};

struct RegularisationChoice
{
    HessianRegularisation regularisation;
    nlohmann::json report = nlohmann::json::object(); ///< what was chosen, and the held-out objectives that decided
};

/// Chooses what `request` leaves open: a few candidates are solved on the fit sequences' Hessians for up to 32 rows of each group, and the one
/// with the lowest objective on the held-out Hessian wins. A problem without that split gets 0, the published method.
[[nodiscard]] Result<RegularisationChoice> chooseRegularisation(
    const LayerProblem& problem, const RegularisationRequest& request, const LookupTableSolverOptions& options, std::stop_token stop);

/// Solves `problem.weight` on `hessian` after regularisation. QuantizedLayer::objective is on the regularised Hessian, on which it never rises; where that
/// is not `hessian` itself, chosen["unregularised_objective_initial"] and ["unregularised_objective_final"] are the objective on `hessian`.
[[nodiscard]] Result<QuantizedLayer> quantizeToLookupTable(const LayerProblem& problem, const GroupedHessian& hessian,
    const HessianRegularisation& regularisation, const LookupTableSolverOptions& options, StepObserver& observer, std::stop_token stop);

} // namespace bitloom
