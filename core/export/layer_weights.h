// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress_meter.h"
#include "core/export/exporter.h"

#include <map>
#include <string>
#include <torch/types.h>

namespace bitloom {

/// Linear layers by the name of their weight tensor ("....weight").
[[nodiscard]] std::map<std::string, LinearLayer> linearsByWeight(const ModelConfig& config);

/// job.quantized's answer for a layer, checked to fit it; nullopt where it is empty or keeps the original.
[[nodiscard]] Result<std::optional<WeightFormat>> quantizedWeight(const ExportJob& job, const LinearLayer& layer);

/// The values that the exported model computes with, [out, in] f32 for a linear layer: a quantized weight dequantized, anything else as stored.
[[nodiscard]] Result<torch::Tensor> exportedValues(const ExportJob& job, const std::string& tensor, const std::map<std::string, LinearLayer>& linears);

} // namespace bitloom
