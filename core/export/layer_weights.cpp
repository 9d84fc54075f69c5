// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/layer_weights.h"

#include <ggml.h>

namespace bitloom {
namespace {

bool fits(const LookupTableWeight& weight, const LinearLayer& layer)
{
    return weight.bits >= 1 && weight.bits <= 8 && weight.codes.sizes() == torch::IntArrayRef { layer.out, layer.in }
        && weight.codebook.sizes() == torch::IntArrayRef { layer.out, std::int64_t { 1 } << weight.bits };
}

bool fits(const UniformGroupsWeight& weight, const LinearLayer& layer)
{
    return weight.codes.sizes() == torch::IntArrayRef { layer.out, layer.in } && weight.scales.dim() == 2 && weight.scales.size(0) == layer.out
        && weight.zeros.sizes() == weight.scales.sizes() && weight.groupOfColumn.numel() == layer.in;
}

bool fits(const GgmlBlocksWeight& weight, const LinearLayer& layer)
{
    if (weight.columns != layer.in || weight.ggmlType < 0 || weight.ggmlType >= GGML_TYPE_COUNT)
        return false;
    const auto type = static_cast<ggml_type>(weight.ggmlType);
    const auto block = ggml_blck_size(type);
    return block > 0 && layer.in % block == 0
        && weight.blocks.sizes() == torch::IntArrayRef { layer.out, static_cast<std::int64_t>(ggml_row_size(type, layer.in)) };
}

} // namespace

std::map<std::string, LinearLayer> linearsByWeight(const ModelConfig& config)
{
    std::map<std::string, LinearLayer> linears;
    for (auto& layer : linearLayers(config))
        linears.emplace(layer.name + ".weight", layer);
    return linears;
}

Result<std::optional<WeightFormat>> quantizedWeight(const ExportJob& job, const LinearLayer& layer)
{
    if (!job.quantized)
        return std::optional<WeightFormat> {};
    BITLOOM_TRY(auto weight, job.quantized(layer.name));
    if (weight && !std::visit([&](const auto& format) { return fits(format, layer); }, *weight))
        return fail(ErrorCode::Internal, "the quantized weight of {} does not have the shape [{}, {}]", layer.name, layer.out, layer.in);
    if (weight)
        weight = roundedToStorage(std::move(*weight));
    return weight;
}

Result<torch::Tensor> exportedValues(const ExportJob& job, const std::string& tensor, const std::map<std::string, LinearLayer>& linears)
{
    if (const auto linear = linears.find(tensor); linear != linears.end()) {
        BITLOOM_TRY(const auto quantized, quantizedWeight(job, linear->second));
        if (quantized)
            return dequantize(*quantized);
    }
    return job.source.weights->load(tensor);
}

} // namespace bitloom
