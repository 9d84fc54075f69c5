// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/method_info.h"
#include "core/quantization/lookup_table_solver.h"
#include "core/quantization/regularisation_choice.h"
#include "core/quantization/weight_quantizer.h"

#include <nlohmann/json.hpp>
#include <stop_token>
#include <vector>

/// What the methods that solve for lookup tables (lnq, guidedquant) have in common.
namespace bitloom {

/// iterations, cycles, tolerance.
[[nodiscard]] std::vector<ParameterInfo> lookupTableSolverParameters();
[[nodiscard]] LookupTableSolverOptions lookupTableSolverOptions(int bits, const nlohmann::json& parameters);

/// chooseRegularisation() with trials of this solver.
[[nodiscard]] Result<RegularisationChoice> chooseRegularisation(
    const LayerProblem& problem, const RegularisationRequest& request, const LookupTableSolverOptions& options, std::stop_token stop);

/// Solves `problem.weight` on `hessian` after regularisation. QuantizedLayer::objective is on the regularised Hessian, on which it never rises; where that
/// is not `hessian` itself, chosen["unregularised_objective_initial"] and ["unregularised_objective_final"] are the objective on `hessian`.
[[nodiscard]] Result<QuantizedLayer> quantizeToLookupTable(const LayerProblem& problem, const GroupedHessian& hessian,
    const HessianRegularisation& regularisation, const LookupTableSolverOptions& options, StepObserver& observer, std::stop_token stop);

} // namespace bitloom
