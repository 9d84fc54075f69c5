// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/gram.h"

#include "core/kernels/cpu/gram.h"

#include <ATen/Parallel.h>
#include <atomic>

namespace bitloom {
namespace {
    /// A GPU wants few large products more than it minds the upper triangle.
    void addWholeGrams(const torch::Tensor& grams, const torch::Tensor& rows, const torch::Tensor& weights)
    {
        for (std::int64_t k = 0; k < grams.size(0); ++k)
            grams[k].addmm_((weights.defined() ? rows * weights.narrow(1, k, 1) : rows).t(), rows);
    }

    /// Runs task(0 ... count - 1) on libtorch's threads; each takes the next task when it is done with one.
    template <typename Task>
    void shareOut(std::int64_t count, const Task& task)
    {
        std::atomic<std::int64_t> next { 0 };
        at::parallel_for(0, std::min<std::int64_t>(count, at::get_num_threads()), 1, [&](std::int64_t first, std::int64_t last) {
            for (; first < last; ++first)
                for (std::int64_t index = next++; index < count; index = next++)
                    task(index);
        });
    }
}

void addGrams(const torch::Tensor& rows, const std::vector<WeightedGrams>& sums)
{
    if (sums.empty())
        return;
    const at::NoGradGuard noGrad;
    if (!rows.is_cpu()) {
        for (const WeightedGrams& sum : sums)
            addWholeGrams(sum.grams, rows, sum.weights);
        return;
    }
    std::vector<kernels::GramSum> pieces;
    std::vector<torch::Tensor> kept;
    for (const WeightedGrams& sum : sums) {
        TORCH_CHECK(sum.grams.is_contiguous() && rows.is_contiguous() && sum.grams.size(-1) == rows.size(1), "grams ", sum.grams.sizes(), " of rows ", rows.sizes());
        const std::int64_t groups = sum.grams.size(0), size = rows.size(1) * rows.size(1);
        if (sum.weights.defined())
            kept.push_back(sum.weights.contiguous());
        for (std::int64_t k = 0; k < groups; ++k)
            pieces.push_back({ sum.grams.mutable_data_ptr<float>() + k * size, sum.weights.defined() ? kept.back().const_data_ptr<float>() + k : nullptr, groups });
    }
    const kernels::GramBatch batch(rows.const_data_ptr<float>(), rows.size(0), rows.size(1), std::move(pieces));
    shareOut(batch.packTasks(), [&](std::int64_t task) { batch.pack(task); });
    shareOut(batch.sumTasks(), [&](std::int64_t task) { batch.sum(task); });
}

void addGrams(const torch::Tensor& grams, const torch::Tensor& rows, const torch::Tensor& weights)
{
    addGrams(rows, { WeightedGrams { grams, weights } });
}

void mirrorLowerTriangle(const torch::Tensor& gram)
{
    const torch::Tensor matrices = gram.view({ -1, gram.size(-2), gram.size(-1) });
    if (gram.is_cpu()) {
        const std::int64_t n = gram.size(-1);
        shareOut(matrices.size(0), [&](std::int64_t k) { kernels::mirrorLowerTriangle(matrices.mutable_data_ptr<float>() + k * n * n, n); });
        return;
    }
    for (std::int64_t k = 0; k < matrices.size(0); ++k) {
        const torch::Tensor matrix = matrices[k];
        const torch::Tensor below = matrix.tril(-1);
        matrix.tril_().add_(below.t());
    }
}

} // namespace bitloom
