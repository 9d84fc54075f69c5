// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/weight_format.h"

#include <cstring>
#include <ggml.h>

namespace bitloom {
namespace {

    const ggml_type_traits& blockTraits(const GgmlBlocksWeight& weight)
    {
        TORCH_CHECK(weight.ggmlType >= 0 && weight.ggmlType < GGML_TYPE_COUNT, "no ggml type ", weight.ggmlType);
        return *ggml_get_type_traits(static_cast<ggml_type>(weight.ggmlType));
    }

    torch::Tensor dequantizeRows(const LookupTableWeight& weight)
    {
        torch::Tensor values = torch::gather(weight.codebook, 1, weight.codes.to(torch::kInt64));
        if (weight.outliers)
            values.index_put_({ weight.outliers->rows.to(torch::kInt64), weight.outliers->columns.to(torch::kInt64) }, weight.outliers->values);
        return values;
    }

    torch::Tensor dequantizeRows(const UniformGroupsWeight& weight)
    {
        const torch::Tensor groups = weight.groupOfColumn.to(torch::kInt64);
        const torch::Tensor scales = weight.scales.index_select(1, groups);
        const torch::Tensor zeros = weight.zeros.index_select(1, groups).to(torch::kFloat32);
        return scales * (weight.codes.to(torch::kFloat32) - zeros);
    }

    torch::Tensor dequantizeRows(const GgmlBlocksWeight& weight)
    {
        const ggml_type_traits& traits = blockTraits(weight);
        TORCH_CHECK(weight.columns % traits.blck_size == 0, weight.columns, " columns are no whole ", traits.type_name, " blocks");
        const torch::Tensor blocks = weight.blocks.cpu().contiguous();
        const std::int64_t rows = blocks.size(0);
        const std::int64_t rowBytes = weight.columns / traits.blck_size * static_cast<std::int64_t>(traits.type_size);
        TORCH_CHECK(blocks.size(1) == rowBytes, "a row of ", weight.columns, " ", traits.type_name, " weights is ", rowBytes, " bytes, not ", blocks.size(1));
        torch::Tensor values = torch::empty({ rows, weight.columns }, torch::kFloat32);
        const std::uint8_t* from = blocks.const_data_ptr<std::uint8_t>();
        float* to = values.mutable_data_ptr<float>();
        if (weight.ggmlType == GGML_TYPE_F32) {
            std::memcpy(to, from, static_cast<std::size_t>(rows * rowBytes));
        } else {
            TORCH_CHECK(traits.to_float, "ggml cannot dequantize type ", weight.ggmlType);
            for (std::int64_t r = 0; r < rows; ++r)
                traits.to_float(from + r * rowBytes, to + r * weight.columns, weight.columns);
        }
        return values.to(weight.blocks.device());
    }

    double storedBits(const LookupTableWeight& weight)
    {
        const auto weights = static_cast<double>(weight.codes.numel());
        double bits = weights * weight.bits + 16.0 * static_cast<double>(weight.codebook.numel());
        // An outlier is an f16 value with its i32 column, as in compressed sparse rows.
        if (weight.outliers)
            bits += 48.0 * static_cast<double>(weight.outliers->values.numel()) + 32.0 * static_cast<double>(weight.codes.size(0));
        return bits / weights;
    }

    double storedBits(const UniformGroupsWeight& weight)
    {
        const auto weights = static_cast<double>(weight.codes.numel());
        return weight.bits + (16.0 + weight.bits) * static_cast<double>(weight.scales.numel()) / weights;
    }

    double storedBits(const GgmlBlocksWeight& weight)
    {
        const ggml_type_traits& traits = blockTraits(weight);
        return 8.0 * static_cast<double>(traits.type_size) / static_cast<double>(traits.blck_size);
    }

    torch::Tensor throughHalf(const torch::Tensor& values)
    {
        return values.to(torch::kFloat16).to(torch::kFloat32);
    }

    void roundToStorage(LookupTableWeight& weight)
    {
        weight.codebook = throughHalf(weight.codebook);
        if (weight.outliers)
            weight.outliers->values = throughHalf(weight.outliers->values);
    }

    void roundToStorage(UniformGroupsWeight& weight) { weight.scales = throughHalf(weight.scales); }

    void roundToStorage(GgmlBlocksWeight&) { }

}

torch::Tensor dequantize(const WeightFormat& weight)
{
    const at::NoGradGuard noGrad;
    return std::visit([](const auto& format) { return dequantizeRows(format); }, weight);
}

double bitsPerWeight(const WeightFormat& weight)
{
    return std::visit([](const auto& format) { return storedBits(format); }, weight);
}

WeightFormat roundedToStorage(WeightFormat weight)
{
    const at::NoGradGuard noGrad;
    std::visit([](auto& format) { roundToStorage(format); }, weight);
    return weight;
}

} // namespace bitloom
