// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernels in row_batch.h have to compute, written as it is defined: what CUDA's are compared with, and what runs where there is no GPU.
#include "core/kernels/row_batch.h"

#include "core/base/parallel_for.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace bitloom::kernels {
namespace {

    const char* descendBlock(const DescentBlock& block, void*)
    {
        parallelFor(block.rows, 16, [&block](std::int64_t firstRow, std::int64_t lastRow) {
            std::vector<float> gradient(static_cast<std::size_t>(block.columns));
            for (std::int64_t r = firstRow; r < lastRow; ++r) {
                float* deltas = block.deltas + r * block.columns;
                std::fill_n(deltas, block.columns, 0.0F);
                if (!block.moving[r])
                    continue;
                const std::int64_t group = r / block.rowsPerGroup;
                const float* hessian = block.hessian + (group * block.in + block.begin) * block.in + block.begin;
                const float* inverse = block.inverseDiagonal + group * block.in + block.begin;
                const float* codebook = block.codebook + r * block.levels;
                std::uint8_t* codes = block.codes + r * block.in + block.begin;
                std::copy_n(block.gradient + r * block.in + block.begin, block.columns, gradient.begin());
                for (std::int64_t i = 0; i < block.columns; ++i) {
                    const float slope = gradient[static_cast<std::size_t>(i)];
                    const float old = codebook[codes[i]];
                    const float target = old - slope * inverse[i];
                    int level = 0;
                    for (int q = 0; q + 1 < block.levels; ++q)
                        level += target > 0.5F * codebook[q] + 0.5F * codebook[q + 1];
                    const float delta = codebook[level] - old;
                    const float* row = hessian + i * block.in;
                    const double gain = 2.0 * delta * slope + static_cast<double>(delta) * delta * row[i];
                    if (level == codes[i] || !(gain < 0))
                        continue; // a tie within rounding
                    block.objective[r] += gain;
                    block.changed[r] = 1;
                    codes[i] = static_cast<std::uint8_t>(level);
                    deltas[i] = delta;
                    for (std::int64_t k = i + 1; k < block.columns; ++k)
                        gradient[static_cast<std::size_t>(k)] += delta * row[k];
                }
            }
        });
        return nullptr;
    }

    const char* orderByCode(const CodeOrder& order, void*)
    {
        const std::int64_t tile = orderTile(order.levels, order.in), tiles = orderTiles(order.levels, order.in);
        parallelFor(order.rows, 64, [&](std::int64_t firstRow, std::int64_t lastRow) {
            for (std::int64_t r = firstRow; r < lastRow; ++r) {
                const std::uint8_t* codes = order.codes + r * order.in;
                for (std::int64_t t = 0; t < tiles; ++t) {
                    const std::int64_t begin = t * tile, end = std::min(order.in, begin + tile);
                    std::int32_t* first = order.first + (r * tiles + t) * (order.levels + 1);
                    std::array<std::int32_t, 256> next {};
                    for (std::int64_t i = begin; i < end; ++i)
                        ++next[codes[i]];
                    auto position = static_cast<std::int32_t>(begin);
                    for (int q = 0; q < order.levels; ++q) {
                        first[q] = position;
                        position += std::exchange(next[static_cast<std::size_t>(q)], position);
                    }
                    first[order.levels] = position;
                    for (std::int64_t i = begin; i < end; ++i)
                        order.order[r * order.in + next[codes[i]]++] = static_cast<std::int32_t>(i);
                }
            }
        });
        return nullptr;
    }

    const char* sumBuckets(const BucketSumBatch& batch, void*)
    {
        const std::int64_t tiles = orderTiles(batch.levels, batch.in);
        parallelFor(batch.rows, 8, [&](std::int64_t firstRow, std::int64_t lastRow) {
            for (std::int64_t r = firstRow; r < lastRow; ++r) {
                float* sums = batch.sums + r * batch.levels * batch.in;
                std::fill_n(sums, batch.levels * batch.in, 0.0F);
                const std::int32_t* order = batch.order + r * batch.in;
                for (std::int64_t t = 0; t < tiles; ++t) {
                    const std::int32_t* first = batch.first + (r * tiles + t) * (batch.levels + 1);
                    for (int q = 0; q < batch.levels; ++q)
                        for (std::int32_t k = first[q]; k < first[q + 1]; ++k) {
                            const float* row = batch.hessian + order[k] * batch.in;
                            for (std::int64_t j = 0; j < batch.in; ++j)
                                sums[q * batch.in + j] += row[j];
                        }
                }
            }
        });
        return nullptr;
    }

    const char* formNormalEquations(const NormalEquationBatch& batch, void*)
    {
        const std::int64_t levels = batch.levels;
        parallelFor(batch.rows, 16, [&](std::int64_t firstRow, std::int64_t lastRow) {
            for (std::int64_t r = firstRow; r < lastRow; ++r) {
                const std::uint8_t* codes = batch.codes + r * batch.in;
                double* normal = batch.normal + r * levels * levels;
                double* slope = batch.slope + r * levels;
                std::int32_t* counts = batch.counts + r * levels;
                std::fill_n(slope, levels, 0.0);
                std::fill_n(counts, levels, 0);
                for (std::int64_t i = 0; i < batch.in; ++i) {
                    slope[codes[i]] += batch.gradient[r * batch.in + i];
                    ++counts[codes[i]];
                }
                for (std::int64_t p = 0; p < levels; ++p) {
                    const float* sums = batch.sums + (r * levels + p) * batch.in;
                    std::array<double, 256> row {};
                    for (std::int64_t i = 0; i < batch.in; ++i)
                        row[codes[i]] += sums[i];
                    for (std::int64_t q = 0; q <= p; ++q)
                        normal[p * levels + q] = normal[q * levels + p] = row[static_cast<std::size_t>(q)];
                }
            }
        });
        return nullptr;
    }

    constexpr RowBatchKernels reference { descendBlock, orderByCode, sumBuckets, formNormalEquations };

}

const RowBatchKernels& referenceRowBatchKernels()
{
    return reference;
}

} // namespace bitloom::kernels
