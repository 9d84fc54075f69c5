// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/calibration_store.h"
#include "core/engine/prepared_job.h"

#include <memory>

namespace bitloom {

/// The importances with which the export makes ggml blocks out of a method's weights: those of an imatrix that the recipe names, else the diagonals
/// of the Hessians that calibration gathered, guided ones averaged over groups. Null where the recipe says "none", where nothing was gathered, and where the
/// method makes the blocks itself.
[[nodiscard]] Result<std::shared_ptr<const ColumnImportances>> exportImportances(const PreparedJob& job, const CalibrationStore& store);

/// Mean over groups of the guided Hessian's diagonal, or the plain Hessian's diagonal, [in] f32.
[[nodiscard]] Result<torch::Tensor> columnImportances(const CalibrationStore& store, const LinearLayer& layer, bool guided);

} // namespace bitloom
