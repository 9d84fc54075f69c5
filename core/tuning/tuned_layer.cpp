// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/tuned_layer.h"

#include "core/tuning/block_scale_layer.h"
#include "core/tuning/codebook_layer.h"
#include "core/tuning/free_weight_layer.h"

#include <algorithm>

namespace bitloom {

double tuningDistance(double spread, std::size_t levels)
{
    constexpr std::size_t many = 16;
    return spread / static_cast<double>(std::min(levels, many));
}

std::unique_ptr<TunedLayer> tunedLayer(const WeightFormat& weight, const torch::Tensor& original, torch::Device device)
{
    if (const auto* table = std::get_if<LookupTableWeight>(&weight))
        return std::make_unique<CodebookLayer>(*table, device);
    const auto* blocks = std::get_if<GgmlBlocksWeight>(&weight);
    if (blocks != nullptr && FreeWeightLayer::canTune(blocks->ggmlType))
        return std::make_unique<FreeWeightLayer>(original, blocks->ggmlType, device);
    if (blocks == nullptr || !BlockScaleLayer::canTune(blocks->ggmlType))
        return nullptr;
    return std::make_unique<BlockScaleLayer>(*blocks, device);
}

} // namespace bitloom
