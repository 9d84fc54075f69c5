// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/engine/calibration_store.h"
#include "core/engine/prepared_job.h"
#include "core/base/bit_allocation.h"

#include <filesystem>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// How much each type of each weight matrix is predicted to raise the mean loss of a token, for the types that the recipe allows and the rows permit.
/// Linear layers: from the calibration's guided Hessians (typeErrors). Embeddings and output: the mean KL divergence of the model with nothing else
/// changed, on the first windows of `tokens` [sequences, length]. By Hugging Face tensor name. What was measured before with the same calibration and
/// settings is read from its folder, and only what is missing there is measured.
[[nodiscard]] Result<std::vector<ErrorCurve>> measureErrorCurves(
    const PreparedJob& job, const CalibrationStore& store, const torch::Tensor& tokens, ProgressSink& progress, JobControl& control);

/// All that was ever measured with a calibration, which its folder holds, also of types that this job does not allow; an Error (NotFound) where there is nothing.
[[nodiscard]] Result<std::vector<ErrorCurve>> measuredErrorCurves(const PreparedJob& job, const std::filesystem::path& calibrationFolder);

/// Of those the part that this job may choose from; an Error (NotFound) where some of it is not measured.
[[nodiscard]] Result<std::vector<ErrorCurve>> storedErrorCurves(const PreparedJob& job, const std::filesystem::path& calibrationFolder);

/// Folders in a project whose calibration this job would make or use and whose types were measured. The text is compared by the recipe's settings, not read.
[[nodiscard]] Result<std::vector<std::filesystem::path>> calibrationsFor(const PreparedJob& job, const std::filesystem::path& project);

/// Checks the recipe's list of types, or gives the list that is meant by an empty one.
[[nodiscard]] Result<std::vector<int>> candidateTypes(const Recipe& recipe);

} // namespace bitloom
