// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/calibration/calibration.h"
#include "core/engine/calibration_content.h"
#include "core/io/tensor_data.h"

#include <functional>
#include <string>
#include <vector>

namespace bitloom {

/// One layer's statistics as they lie on disk and travel between ranks: f32 tensors LAYER.guided_fit, .guided_held_out, .plain_fit,
/// .plain_held_out and .fisher_diagonal, symmetric matrices as packed lower triangles; members that are undefined are left out.
[[nodiscard]] std::vector<TensorData> packStatistics(const LayerStatistics& statistics);

/// Finds a tensor by its name; nullptr where there is none.
using TensorLookup = std::function<const TensorData*(const std::string& name)>;

/// The members that `wanted` names and `lookup` finds, on the CPU; the others are undefined. A tensor of another type or shape is an Error that
/// begins with `where`.
[[nodiscard]] Result<LayerStatistics> unpackStatistics(const LinearLayer& layer, const CalibrationContent& wanted, const TensorLookup& lookup,
    const std::string& where);

/// An Error that begins with `where` unless everything that `wanted` names is there.
[[nodiscard]] Result<void> checkComplete(const LayerStatistics& statistics, const CalibrationContent& wanted, const std::string& where);

/// [..., n, n] symmetric -> [..., n (n+1) / 2]: the lower triangle row by row; and back. Both f32 on the CPU.
[[nodiscard]] torch::Tensor packTriangles(const torch::Tensor& matrices);
[[nodiscard]] torch::Tensor unpackTriangles(const torch::Tensor& packed, std::int64_t n);

} // namespace bitloom
