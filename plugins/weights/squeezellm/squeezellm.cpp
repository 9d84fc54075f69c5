// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/kernels/cpu/kmeans.h"
#include "core/base/error_in_flight.h"
#include "core/protocol/parameter_info.h"
#include "core/quantization/one_torch_thread.h"
#include "core/quantization/uniform_grid.h"
#include "core/quantization/weight_quantizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitloom {
namespace {

    /// Of the weights that are kept exactly, this part is chosen by sensitivity, the rest by magnitude: the paper keeps 0.05 % and 0.4 %.
    constexpr double sensitivePart = 0.05 / 0.45;
    constexpr std::int64_t rowsPerChunk = 8;

    /// Moves the `count` indices of largest `key` (the smaller index first where keys are equal) to the front of [begin, end).
    template <class Key>
    void selectLargest(std::vector<std::int64_t>::iterator begin, std::vector<std::int64_t>::iterator end, std::int64_t count, const Key& key)
    {
        if (count >= end - begin)
            return;
        std::nth_element(begin, begin + count, end, [&](std::int64_t a, std::int64_t b) {
            const auto keyA = key(a);
            const auto keyB = key(b);
            return keyA > keyB || (keyA == keyB && a < b);
        });
    }

    /// Flat indices, ascending, of the weights that are kept exactly (SqueezeLLM, section 4.2).
    std::vector<std::int64_t> chooseOutliers(const float* weight, const float* fisher, std::int64_t count, double percent)
    {
        const auto total = std::llround(static_cast<double>(count) * percent / 100);
        const auto sensitive = std::llround(static_cast<double>(total) * sensitivePart);
        std::vector<std::int64_t> order(static_cast<std::size_t>(count));
        std::iota(order.begin(), order.end(), 0);
        selectLargest(order.begin(), order.end(), sensitive, [&](std::int64_t i) { return fisher[i]; });
        selectLargest(order.begin() + sensitive, order.end(), total - sensitive, [&](std::int64_t i) { return std::abs(weight[i]); });
        order.resize(static_cast<std::size_t>(total));
        std::ranges::sort(order);
        return order;
    }

    SparseOutliers sparseFrom(const std::vector<std::int64_t>& indices, const float* weight, std::int64_t columns)
    {
        const auto count = static_cast<std::int64_t>(indices.size());
        SparseOutliers outliers { torch::empty({ count }, torch::kInt32), torch::empty({ count }, torch::kInt32),
            torch::empty({ count }, torch::kFloat32) };
        auto* rows = outliers.rows.mutable_data_ptr<std::int32_t>();
        auto* columnOf = outliers.columns.mutable_data_ptr<std::int32_t>();
        auto* values = outliers.values.mutable_data_ptr<float>();
        for (const std::int64_t index : indices) {
            *rows++ = static_cast<std::int32_t>(index / columns);
            *columnOf++ = static_cast<std::int32_t>(index % columns);
            *values++ = weight[index];
        }
        return outliers;
    }

    LookupTableWeight onDevice(LookupTableWeight weight, const torch::Device& device)
    {
        weight.codes = weight.codes.to(device);
        weight.codebook = weight.codebook.to(device);
        if (weight.outliers) {
            weight.outliers->rows = weight.outliers->rows.to(device);
            weight.outliers->columns = weight.outliers->columns.to(device);
            weight.outliers->values = weight.outliers->values.to(device);
        }
        return weight;
    }

    Result<void> checkFisher(const LayerProblem& problem)
    {
        if (!problem.fisherDiagonal)
            return fail(ErrorCode::InvalidInput, "{}: squeezellm needs the Fisher diagonal of this layer, and there is none", problem.name);
        const torch::Tensor& fisher = *problem.fisherDiagonal;
        if (fisher.sizes() != problem.weight.sizes() || fisher.scalar_type() != torch::kFloat32)
            return fail(ErrorCode::InvalidInput, "{}: the Fisher diagonal is not f32 of the weight's shape [{}, {}]", problem.name,
                problem.weight.size(0), problem.weight.size(1));
        if (!fisher.isfinite().all().item<bool>() || (fisher < 0).any().item<bool>())
            return fail(ErrorCode::InvalidInput, "{}: the Fisher diagonal holds NaN, infinity or a negative number", problem.name);
        return {};
    }

    /// Without any Hessian, the method's own objective: the Fisher diagonal is the Hessian's diagonal.
    double reportedObjective(const LayerProblem& problem, const torch::Tensor& quantized)
    {
        if (const auto hessian = problemHessian(problem))
            return objective(problem.weight, quantized, *hessian);
        const torch::Tensor difference = (quantized - problem.weight).to(torch::kFloat64);
        return (difference.square_() * *problem.fisherDiagonal).sum().item<double>() / static_cast<double>(problem.weight.size(0));
    }

    class SqueezeLlm : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "squeezellm";
            info.title = "SqueezeLLM";
            info.summary = "Gives every row the codebook of 2^bits values that is closest to its weights, where a weight counts by how much "
                           "the model's loss depends on it; the best codebook is computed exactly, not searched for.";
            info.paper = "Kim et al., SqueezeLLM: Dense-and-Sparse Quantization, ICML 2024, arXiv:2306.07629";
            info.formats = { "safetensors", "anyprecision", "gguf" };
            info.minimumBits = 2;
            info.maximumBits = 8;
            info.needsFisherDiagonal = true;

            info.parameters = { numberParameter("outlier_percent", "Weights kept exactly", 0, 0, 10, "%",
                "Part of the weights that is stored exactly in a sparse matrix beside the codes: one in nine for its effect on "
                "the loss, the rest for their size. The paper uses 0.45; each costs 48 bits. 0 stores codes alone.") };
            return info;
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int bits, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                const at::NoGradGuard noGrad;
                const OneTorchThread oneThread;
                BITLOOM_CHECK(checkWeight(problem));
                BITLOOM_CHECK(checkFisher(problem));
                BITLOOM_TRY(LookupTableWeight found, cluster(problem, bits, parameters.at("outlier_percent").get<double>(), stop));
                QuantizedLayer layer;
                layer.objective = { reportedObjective(problem, dequantize(found)) };
                observer.step({ "start", layer.objective.front(), &found.codes, &found.codebook });
                layer.weight = std::move(found);
                return layer;
            });
        }

    private:
        static Result<LookupTableWeight> cluster(const LayerProblem& problem, int bits, double outlierPercent, const std::stop_token& stop)
        {
            const torch::Tensor weight = problem.weight.cpu().contiguous();
            torch::Tensor fisher = problem.fisherDiagonal->cpu().contiguous();
            const std::int64_t rows = weight.size(0);
            const std::int64_t columns = weight.size(1);
            const std::int64_t levels = std::int64_t { 1 } << bits;
            const auto* values = weight.const_data_ptr<float>();

            LookupTableWeight result;
            result.bits = bits;
            result.codes = torch::empty({ rows, columns }, torch::kUInt8);
            result.codebook = torch::empty({ rows, levels }, torch::kFloat32);
            if (outlierPercent > 0) {
                const auto kept = chooseOutliers(values, fisher.const_data_ptr<float>(), rows * columns, outlierPercent);
                if (!kept.empty()) {
                    result.outliers = sparseFrom(kept, values, columns);
                    fisher = fisher.clone();
                    auto* sensitivity = fisher.mutable_data_ptr<float>();
                    for (const std::int64_t index : kept)
                        sensitivity[index] = 0; // the codebook need not care for what is kept beside it
                }
            }

            const auto* sensitivity = fisher.const_data_ptr<float>();
            auto* codes = result.codes.mutable_data_ptr<std::uint8_t>();
            auto* codebook = result.codebook.mutable_data_ptr<float>();
            parallelFor(rows, rowsPerChunk, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t row = begin; row < end && !stop.stop_requested(); ++row)
                    weightedKMeans1d(values + row * columns, sensitivity + row * columns, columns, static_cast<int>(levels),
                        codebook + row * levels, codes + row * columns);
            });
            if (stop.stop_requested())
                return cancelled();
            return onDevice(std::move(result), problem.weight.device());
        }
    };

}
}

BITLOOM_WEIGHT_PLUGIN(bitloom::SqueezeLlm)
