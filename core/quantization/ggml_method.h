// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/method_info.h"
#include "core/quantization/ggml_rounding.h"
#include "core/quantization/regularisation_choice.h"
#include "core/quantization/weight_quantizer.h"

#include <nlohmann/json.hpp>
#include <stop_token>
#include <vector>

/// What the methods that make ggml blocks have in common.
namespace bitloom {

/// The type that the layer is to be stored as, checked against its rows.
[[nodiscard]] Result<int> wantedGgmlType(const LayerProblem& problem);

/// attempts, iterations, cycles, tolerance.
[[nodiscard]] std::vector<ParameterInfo> ggmlRoundingParameters();
[[nodiscard]] GgmlRoundingOptions ggmlRoundingOptions(int type, const nlohmann::json& parameters);

/// Rounds the layer into blocks of options.type under problem.guidedHessian, regularised as `request` says; types without scales of their own (lattices,
/// floats) come from ggml's quantizer with that Hessian's diagonal as importances. As quantizeToLookupTable() for objective and chosen.
[[nodiscard]] Result<QuantizedLayer> quantizeToGgmlBlocks(const LayerProblem& problem, const RegularisationRequest& request,
    const GgmlRoundingOptions& options, StepObserver& observer, std::stop_token stop);

/// ggml's own quantizer, importances [groups, in] or none. The objective is on the problem's Hessian where it has one.
[[nodiscard]] Result<QuantizedLayer> quantizeWithGgml(const LayerProblem& problem, int type, const std::optional<torch::Tensor>& importances,
    StepObserver& observer, std::stop_token stop);

} // namespace bitloom
