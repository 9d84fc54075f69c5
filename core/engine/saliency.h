// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/calibration/calibration.h"
#include "core/model/config.h"
#include "core/protocol/messages.h"

#include <filesystem>
#include <torch/types.h>

namespace bitloom {

/// The overview of a model in which nothing is measured yet: blocks × modules, all NaN.
[[nodiscard]] SaliencyEvent emptySaliency(const ModelConfig& config);
/// Fills in one layer's cell: trace(H_k) / in, averaged over the groups, fit and held-out sequences together.
void measureSaliency(SaliencyEvent& overview, const LayerStatistics& statistics);
/// The same from the diagonals [groups, in], fit and held-out sequences together.
void measureSaliency(SaliencyEvent& overview, const LinearLayer& layer, const torch::Tensor& diagonal);
/// A layer's map from the diagonals of its guided Hessians [groups, in]; columns are binned by maximum to at most 1024.
[[nodiscard]] SaliencyEvent layerSaliency(const LinearLayer& layer, const torch::Tensor& diagonal);

[[nodiscard]] Result<void> writeSaliency(const std::filesystem::path& file, const SaliencyEvent& overview);
[[nodiscard]] Result<SaliencyEvent> readSaliency(const std::filesystem::path& file);

} // namespace bitloom
