// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/engine/calibration_store.h"
#include "core/engine/prepared_job.h"
#include "core/quantization/bit_allocation.h"

#include <filesystem>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// How much each type of each weight matrix is predicted to raise the mean loss of a token, for the types that the recipe allows and the rows permit.
/// Linear layers: from the calibration's guided Hessians (typeErrors). Embeddings and output: the mean KL divergence of the model with nothing else
/// changed, on the first windows of `tokens` [sequences, length]. By Hugging Face tensor name. What was measured before with the same calibration and
/// settings is read from its folder.
[[nodiscard]] Result<std::vector<ErrorCurve>> measureErrorCurves(
    const PreparedJob& job, const CalibrationStore& store, const torch::Tensor& tokens, ProgressSink& progress, JobControl& control);

/// Those that a finished calibration's folder holds for this job; an Error (NotFound) where there are none.
[[nodiscard]] Result<std::vector<ErrorCurve>> storedErrorCurves(const PreparedJob& job, const std::filesystem::path& calibrationFolder);

/// Checks the recipe's list of types, or gives the list that is meant by an empty one.
[[nodiscard]] Result<std::vector<int>> candidateTypes(const Recipe& recipe);

} // namespace bitloom
