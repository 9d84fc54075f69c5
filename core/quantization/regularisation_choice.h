// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/method_info.h"
#include "core/quantization/hessian_regularisation.h"
#include "core/quantization/layer_problem.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace bitloom {

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

/// shrinkage_to_plain, shrinkage_to_diagonal, damping: numbers, or auto.
[[nodiscard]] std::vector<ParameterInfo> regularisationParameters();
[[nodiscard]] RegularisationRequest regularisationRequest(const nlohmann::json& parameters);

/// Solves some rows on a Hessian for a trial; returns their quantized weights.
using RegularisationTrial = std::function<Result<torch::Tensor>(const torch::Tensor& weight, const GroupedHessian& hessian)>;

/// Chooses what `request` leaves open: a few candidates are solved on the fit sequences' Hessians for up to `rowsPerGroup` rows of each group, and the one
/// with the lowest objective on the held-out Hessian wins. A problem without that split gets 0, the published method.
[[nodiscard]] Result<RegularisationChoice> chooseRegularisation(
    const LayerProblem& problem, const RegularisationRequest& request, std::int64_t rowsPerGroup, const RegularisationTrial& trial);

} // namespace bitloom
