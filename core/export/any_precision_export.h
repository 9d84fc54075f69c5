// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/export/exporter.h"

namespace bitloom {

/// A folder in the layout of GuidedQuant's published checkpoints: model.safetensors with bit planes `NAME.qweight` and f16 tables `NAME.lutB` for the
/// linear layers, everything else in the source's dtype, and "anyprec" in config.json. All linear layers must have lookup tables of one width
/// and no outliers. Without job.quantized, the source must be such a folder itself.
[[nodiscard]] Result<void> exportAnyPrecision(const ExportJob& job, ProgressSink& progress, JobControl& control);

/// Preflight: whether every linear layer's width fits the bit planes.
[[nodiscard]] Result<void> checkAnyPrecisionShapes(const ModelConfig& config);

/// The width of an Any-Precision folder's tables, from its config.json.
[[nodiscard]] Result<int> anyPrecisionBits(const ModelSource& source);

} // namespace bitloom
