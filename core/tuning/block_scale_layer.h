// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/ggml_layout.h"
#include "core/tuning/tuned_layer.h"

namespace bitloom {

/// ggml's blocks: ŵ = s · b - o · m, where s and o are the f16 scale and offset of a block (those of a sub-block where it has f16s of its own) and move,
/// while b, the code's level times the sub-block's integer, and m, the offset's integer, stay.
class BlockScaleLayer : public TunedLayer
{
public:
    [[nodiscard]] static bool canTune(int ggmlType);
    /// A type that canTune().
    BlockScaleLayer(const GgmlBlocksWeight& weight, torch::Device device);
    [[nodiscard]] torch::Tensor parameters() const override;
    [[nodiscard]] torch::Tensor weight(const torch::Tensor& parameters) const override;
    void addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const override;
    [[nodiscard]] WeightFormat stored(const torch::Tensor& parameters) const override;

private:
    /// Scales, or offsets, [out, groups] out of the vector of parameters.
    [[nodiscard]] torch::Tensor scales(const torch::Tensor& parameters) const;
    [[nodiscard]] torch::Tensor offsets(const torch::Tensor& parameters) const;

    GgmlBlocksWeight m_weight; ///< as it was quantized
    const GgmlLayout& m_layout;
    std::int64_t m_out, m_groups, m_subsOfGroup;
    torch::Tensor m_scale, m_offset; ///< [out, groups] as quantized; m_offset undefined where the type has none
    torch::Tensor m_basis; ///< [out, groups, columns of a group] i16: b
    torch::Tensor m_offsetBasis; ///< [out, groups, sub-blocks of a group] i16: m
    double m_scaleUnit = 1, m_offsetUnit = 1;
};

} // namespace bitloom
