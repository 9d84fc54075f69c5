// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/weight_format.h"

#include <memory>
#include <torch/types.h>

namespace bitloom {

/// What tuning may move in a quantized layer: numbers that files keep in f16 while the codes stay, or, where there are levels enough, the weights
/// themselves. They come as one vector, each in such units that a step of one moves weights by about tuningDistance(), so that one learning rate suits all
/// layers, widths and formats. All tensors are f32 on the device that the layer was made for.
class TunedLayer
{
public:
    virtual ~TunedLayer() = default;
    /// [n], as the layer was quantized.
    [[nodiscard]] virtual torch::Tensor parameters() const = 0;
    /// ŵ [out, in].
    [[nodiscard]] virtual torch::Tensor weight(const torch::Tensor& parameters) const = 0;
    /// Adds ∂/∂parameters to `sum` [n], given ∂/∂ŵ [out, in].
    virtual void addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const = 0;
    /// The layer as files store it, on the host.
    [[nodiscard]] virtual WeightFormat stored(const torch::Tensor& parameters) const = 0;
};

/// A part of the spread of a layer's weights or levels that is the smaller, the more levels there are. Beyond sixteen it stays: such layers have little
/// error of their own, and make up for others'.
[[nodiscard]] double tuningDistance(double spread, std::size_t levels);

/// `original` [out, in] f32 is what `weight` was quantized from. null for formats that hold nothing of the kind: groups of a uniform grid, and ggml's blocks
/// on lattices or with scales out of a table.
[[nodiscard]] std::unique_ptr<TunedLayer> tunedLayer(const WeightFormat& weight, const torch::Tensor& original, torch::Device device);

} // namespace bitloom
