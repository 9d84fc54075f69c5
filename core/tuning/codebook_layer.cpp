// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/codebook_layer.h"

#include <ATen/Parallel.h>
#include <array>

namespace bitloom {
namespace {
    constexpr std::int64_t rowsPerThread = 16;

    void addOnCpu(const LookupTableWeight& weight, const torch::Tensor& gradient, const torch::Tensor& sum)
    {
        const std::int64_t out = weight.codes.size(0), in = weight.codes.size(1), levels = sum.size(1);
        const auto* codes = weight.codes.const_data_ptr<std::uint8_t>();
        const auto* each = gradient.const_data_ptr<float>();
        auto* to = sum.mutable_data_ptr<float>();
        at::parallel_for(0, out, rowsPerThread, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                std::array<float, 256> ofLevel {};
                for (std::int64_t column = 0; column < in; ++column)
                    ofLevel[codes[row * in + column]] += each[row * in + column];
                for (std::int64_t level = 0; level < levels; ++level)
                    to[row * levels + level] += ofLevel[static_cast<std::size_t>(level)];
            }
        });
    }
}

CodebookLayer::CodebookLayer(LookupTableWeight weight, torch::Device device)
    : m_weight(std::move(weight))
{
    const double unit = tuningDistance(m_weight.codebook.std().item<double>(), static_cast<std::size_t>(m_weight.codebook.size(1)));
    m_unit = unit > 0 ? unit : 1;
    m_weight.codes = m_weight.codes.to(device);
    m_weight.codebook = m_weight.codebook.to(device);
}

torch::Tensor CodebookLayer::parameters() const
{
    return m_weight.codebook.flatten() / m_unit;
}

LookupTableWeight CodebookLayer::with(const torch::Tensor& parameters) const
{
    LookupTableWeight moved = m_weight;
    moved.codebook = parameters.view(m_weight.codebook.sizes()) * m_unit;
    return moved;
}

torch::Tensor CodebookLayer::weight(const torch::Tensor& parameters) const
{
    return dequantize(with(parameters));
}

void CodebookLayer::addGradient(const torch::Tensor& ofWeight, const torch::Tensor& sum) const
{
    torch::Tensor counted = ofWeight;
    if (m_weight.outliers && m_weight.outliers->rows.numel() > 0) {
        counted = ofWeight.clone();
        counted.index_put_({ m_weight.outliers->rows.to(torch::kInt64), m_weight.outliers->columns.to(torch::kInt64) }, torch::zeros({}, ofWeight.options()));
    }
    counted = counted.contiguous();
    const torch::Tensor ofCodebook = torch::zeros_like(m_weight.codebook);
    if (counted.is_cpu())
        addOnCpu(m_weight, counted, ofCodebook);
    else
        ofCodebook.scatter_add_(1, m_weight.codes.to(torch::kInt64), counted);
    sum.add_(ofCodebook.flatten(), m_unit);
}

WeightFormat CodebookLayer::stored(const torch::Tensor& parameters) const
{
    LookupTableWeight moved = with(parameters);
    moved.codes = moved.codes.to(torch::kCPU);
    moved.codebook = moved.codebook.to(torch::kCPU);
    return roundedToStorage(withAscendingLevels(std::move(moved)));
}

LookupTableWeight withAscendingLevels(LookupTableWeight weight)
{
    const auto [levels, order] = weight.codebook.sort(1);
    const torch::Tensor placeOf = order.argsort(std::int64_t { 1 }, /*descending=*/false); // where each old level went
    weight.codes = placeOf.gather(1, weight.codes.to(torch::kInt64)).to(torch::kUInt8);
    weight.codebook = levels.contiguous();
    return weight;
}

} // namespace bitloom
