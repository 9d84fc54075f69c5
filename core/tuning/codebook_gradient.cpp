// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/codebook_gradient.h"

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

void addCodebookGradient(const LookupTableWeight& weight, const torch::Tensor& gradient, const torch::Tensor& sum)
{
    torch::Tensor counted = gradient;
    if (weight.outliers && weight.outliers->rows.numel() > 0) {
        counted = gradient.clone();
        counted.index_put_({ weight.outliers->rows.to(torch::kInt64), weight.outliers->columns.to(torch::kInt64) }, torch::zeros({}, gradient.options()));
    }
    counted = counted.contiguous();
    if (counted.is_cpu())
        addOnCpu(weight, counted, sum);
    else
        sum.scatter_add_(1, weight.codes.to(torch::kInt64), counted);
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
