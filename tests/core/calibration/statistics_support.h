// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/calibration/calibration.h"
#include "core/io/safetensors.h"

#include <map>
#include <string>

namespace bitloom::test {

/// Every layer's statistics by name, as a calibration handed them over.
using StatisticsByLayer = std::map<std::string, LayerStatistics>;

/// A sink that keeps everything in `into`.
inline BlockStatisticsSink collectInto(StatisticsByLayer& into)
{
    return [&into](std::int64_t, std::vector<LayerStatistics> layers) -> Result<void> {
        for (LayerStatistics& layer : layers) {
            const std::string name = layer.layer.name;
            into[name] = std::move(layer);
        }
        return {};
    };
}

/// A copy of one tensor of a file (F32, F64, I64 or I32); undefined if there is none of that name.
inline torch::Tensor tensorOf(const SafetensorsFile& file, const std::string& name)
{
    const TensorData* data = file.find(name);
    if (!data)
        return {};
    const auto dtype = data->type == ScalarType::F32 ? torch::kFloat32 : data->type == ScalarType::F64 ? torch::kFloat64
        : data->type == ScalarType::I64                                                                ? torch::kInt64
                                                                                                       : torch::kInt32;
    const torch::Tensor tensor = torch::empty(data->shape, dtype);
    std::copy(data->bytes.begin(), data->bytes.end(), static_cast<std::byte*>(tensor.data_ptr()));
    return tensor;
}

/// ‖found - expected‖ / ‖expected‖ in the Frobenius norm.
inline double relativeError(const torch::Tensor& found, const torch::Tensor& expected)
{
    const torch::Tensor reference = expected.to(torch::kFloat64);
    return (found.to(torch::kFloat64) - reference).norm().item<double>() / reference.norm().item<double>();
}

} // namespace bitloom::test
