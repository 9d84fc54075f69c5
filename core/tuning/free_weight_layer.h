// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tuning/tuned_layer.h"

namespace bitloom {

/// ggml's blocks of 8 bits, fine enough that every weight may move: the parameters are the weights themselves, the layer's are those rounded, and gradients
/// pass through the rounding as if it were not there (Bengio et al. 2013, "Estimating or propagating gradients through stochastic neurons", straight-through
/// estimator). Parameters start at the original's weights rather than on the grid, where steps shorter than half a level would never show.
/// Such layers make up for the errors of those with fewer bits.
class FreeWeightLayer : public TunedLayer
{
public:
    [[nodiscard]] static bool canTune(int ggmlType);
    /// `original` [out, in] f32, what the layer was quantized from; a type that canTune().
    FreeWeightLayer(const torch::Tensor& original, int ggmlType, torch::Device device);
    [[nodiscard]] torch::Tensor parameters() const override;
    [[nodiscard]] torch::Tensor weight(const torch::Tensor& parameters) const override;
    void addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const override;
    [[nodiscard]] WeightFormat stored(const torch::Tensor& parameters) const override;

private:
    torch::Tensor m_original; ///< [out, in] f32
    int m_ggmlType;
    double m_unit;
};

} // namespace bitloom
