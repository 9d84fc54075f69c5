// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/prepared_job.h"
#include "core/export/exporter.h"
#include "core/protocol/messages.h"
#include "core/base/bit_allocation.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace bitloom {

/// Types that were chosen under a size budget.
struct ChosenTypes
{
    GgufTypePlan types; ///< of every weight matrix
    std::int64_t fileBytes = 0; ///< exactly what will be written
    double loss = 0; ///< predicted increase of the mean loss of a token
};

/// Whether the recipe leaves the types to a size budget.
[[nodiscard]] bool choosesTypes(const Recipe& recipe);

/// "TEXT=TYPE"s, as Recipe::tensorTypes has them, cut in two.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> typeOverrides(const std::vector<std::string>& tensorTypes);

/// Refuses a budget without "auto", "auto" without a budget, and a budget that is below the smallest possible file.
[[nodiscard]] Result<void> checkBudget(const PreparedJob& job);

/// The types that make the best file within the recipe's budget. `writing` is the job that will write it (types are put in here).
[[nodiscard]] Result<ChosenTypes> chooseTypes(const PreparedJob& job, const std::vector<ErrorCurve>& curves, ExportJob writing);

/// The recipe under which types are measured, whatever type or budget it asks for itself; calibration and method stay.
[[nodiscard]] Recipe measuringRecipe(Recipe recipe);

/// `job` is of a measuringRecipe(). What a finished calibration's folder holds of its types, for whoever wants to choose among them; an Error (NotFound) where nothing was measured.
[[nodiscard]] Result<MeasuredCurves> measuredCurves(const PreparedJob& job, const std::filesystem::path& calibrationFolder);

/// Sizes of whole files and the loss that is predicted for the best of each size.
[[nodiscard]] Result<std::vector<SizeAndLoss>> sizesAndLosses(const std::vector<ErrorCurve>& curves, ExportJob writing);

/// What the job will write, in bytes: the budget where that has yet to choose the types.
[[nodiscard]] Result<std::int64_t> plannedOutputBytes(const PreparedJob& job);

/// Fills in plan.tensors of a GGUF file whose types are known.
void addTensorTypes(QuantizePlan& plan, const PreparedJob& job);

/// Fills in what the project folder's calibration says of this job's budget: plan.sizes, and for a budget plan.tensors, plan.predictedLoss and the exact
/// plan.outputBytes. Nothing where that calibration has not measured the types yet, which a warning says.
[[nodiscard]] Result<void> addSizes(QuantizePlan& plan, const PreparedJob& job, const std::filesystem::path& project);

/// "IQ4_NL × 180, Q5_0 × 31": for people.
[[nodiscard]] std::string countedTypes(const GgufTypePlan& types);

} // namespace bitloom
