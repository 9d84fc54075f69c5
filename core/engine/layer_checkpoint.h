// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/fingerprint.h"
#include "core/io/tensor_data.h"
#include "core/protocol/messages.h"
#include "core/quantization/weight_format.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bitloom {

/// A solved layer in storage precision, and what is told about it.
struct SolvedLayer
{
    WeightFormat weight;
    LayerReport report;
};

/// A checkpoint's content, on its way to the file.
struct StoredCheckpoint
{
    std::string layer;
    std::vector<TensorData> tensors;
    std::map<std::string, std::string> metadata;
};
[[nodiscard]] StoredCheckpoint stored(const SolvedLayer& layer);

/// Writes LAYER.safetensors into `folder`, atomically.
[[nodiscard]] Result<void> writeCheckpoint(const std::filesystem::path& folder, const StoredCheckpoint& checkpoint);
[[nodiscard]] Result<void> writeCheckpoint(const std::filesystem::path& folder, const SolvedLayer& layer);
/// Reads it back; a file that is cut short, altered, or does not hold `out` × `in` weights is an Error.
[[nodiscard]] Result<SolvedLayer> readCheckpoint(const std::filesystem::path& folder, const std::string& layer, std::int64_t out, std::int64_t in);
/// The reports of all sound checkpoints in `folder` in the order of blocks and modules; the others are left out.
[[nodiscard]] std::vector<LayerReport> checkpointReports(const std::filesystem::path& folder);

/// A finished layer's event.
[[nodiscard]] LayerEvent layerEvent(const LayerReport& report);
/// Cuts "model.layers.3.mlp.up_proj" into 3 and "mlp.up_proj"; block -1 for other names.
[[nodiscard]] std::pair<int, std::string> splitLayerName(const std::string& name);

} // namespace bitloom
