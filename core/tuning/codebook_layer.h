// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tuning/tuned_layer.h"

namespace bitloom {

/// One codebook for each row: its levels move. Weights that outliers replace move with none.
class CodebookLayer : public TunedLayer
{
public:
    CodebookLayer(LookupTableWeight weight, torch::Device device);
    [[nodiscard]] torch::Tensor parameters() const override;
    [[nodiscard]] torch::Tensor weight(const torch::Tensor& parameters) const override;
    void addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const override;
    /// Levels ascend again, and the codes are renumbered to match.
    [[nodiscard]] WeightFormat stored(const torch::Tensor& parameters) const override;

private:
    [[nodiscard]] LookupTableWeight with(const torch::Tensor& parameters) const;

    LookupTableWeight m_weight; ///< as it was quantized
    double m_unit; ///< tuningDistance() of the levels' standard deviation
};

/// The same weight with each row's levels ascending again and the codes renumbered to match.
[[nodiscard]] LookupTableWeight withAscendingLevels(LookupTableWeight weight);

} // namespace bitloom
