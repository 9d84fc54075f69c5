// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/free_weight_layer.h"

#include "core/quantization/ggml_encode.h"

namespace bitloom {
namespace {
    constexpr std::size_t levelsOfEightBits = 256;
}

bool FreeWeightLayer::canTune(int ggmlType)
{
    return ggmlName(ggmlType) == "Q8_0";
}

FreeWeightLayer::FreeWeightLayer(const torch::Tensor& original, int ggmlType, torch::Device device)
    : m_original(original.to(device, torch::kFloat32).contiguous())
    , m_ggmlType(ggmlType)
{
    const double distance = tuningDistance(m_original.std().item<double>(), levelsOfEightBits);
    m_unit = distance > 0 ? distance : 1;
}

torch::Tensor FreeWeightLayer::parameters() const
{
    return m_original.flatten() / m_unit;
}

torch::Tensor FreeWeightLayer::weight(const torch::Tensor& parameters) const
{
    return dequantize(stored(parameters)).to(m_original.device());
}

void FreeWeightLayer::addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const
{
    sum.add_(ofWeight.flatten(), m_unit);
}

WeightFormat FreeWeightLayer::stored(const torch::Tensor& parameters) const
{
    auto encoded = encodeWithGgml((parameters * m_unit).view(m_original.sizes()).cpu(), m_ggmlType, std::nullopt, {});
    TORCH_CHECK(encoded.has_value(), encoded ? std::string() : encoded.error().message);
    return *std::move(encoded);
}

} // namespace bitloom
