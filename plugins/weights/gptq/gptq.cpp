// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_control.h"
#include "core/base/parallel_for.h"
#include "core/base/error_in_flight.h"
#include "core/protocol/parameter_info.h"
#include "core/quantization/lookup_table_solver.h"
#include "core/quantization/one_torch_thread.h"
#include "core/quantization/uniform_grid.h"
#include "core/quantization/weight_quantizer.h"
#include "plugins/weights/gptq/inverse_factor.h"

#include <numeric>

namespace bitloom::gptq {
namespace {

    /// Columns between two updates of all later columns by one matrix product (GPTQ, section 3.3, step 2).
    constexpr std::int64_t lazyBlock = 128;
    constexpr std::int64_t rowsPerChunk = 256;

    /// One run of rows that share a Hessian.
    struct RowRun
    {
        RowGroup rows;
        torch::Tensor upper; ///< rows and columns in the order of quantization
        std::vector<std::int64_t> order; ///< the column that is quantized as the i-th
    };

    std::vector<std::int64_t> quantizationOrder(const torch::Tensor& hessian, bool byActivation)
    {
        std::vector<std::int64_t> order(static_cast<std::size_t>(hessian.size(0)));
        std::iota(order.begin(), order.end(), 0);
        if (byActivation) {
            const torch::Tensor diagonal = hessian.diagonal().cpu().contiguous();
            const auto* activity = diagonal.const_data_ptr<float>();
            std::ranges::stable_sort(order, [&](std::int64_t a, std::int64_t b) { return activity[a] > activity[b]; });
        }
        return order;
    }

    /// Quantizes rows [begin, end) column by column on their grid in `format`, and overwrites their codes there. Each column's
    /// rounding error is made up for by all columns that are not quantized yet.
    void quantizeRows(const torch::Tensor& weight, const RowRun& run, std::int64_t begin, std::int64_t end, UniformGroupsWeight& format,
        const std::stop_token& stop)
    {
        const at::NoGradGuard noGrad;
        const OneTorchThread oneThread;
        const auto columns = static_cast<std::int64_t>(run.order.size());
        const torch::Tensor order = torch::tensor(run.order, torch::kInt64).to(weight.device());
        // Transposed, so that a column of the weight is contiguous: [in, rows].
        torch::Tensor remaining = weight.slice(0, begin, end).index_select(1, order).t().contiguous();
        const torch::Tensor scales = format.scales.slice(0, begin, end).t().contiguous();
        const torch::Tensor zeros = format.zeros.slice(0, begin, end).t().to(torch::kFloat32).contiguous();
        torch::Tensor codes = torch::empty(remaining.sizes(), weight.options());
        const torch::Tensor diagonal = run.upper.diagonal().cpu().contiguous();
        const auto* pivots = diagonal.const_data_ptr<float>();

        for (std::int64_t blockBegin = 0; blockBegin < columns && !stop.stop_requested(); blockBegin += lazyBlock) {
            const std::int64_t blockEnd = std::min(columns, blockBegin + lazyBlock);
            torch::Tensor errors = torch::empty({ blockEnd - blockBegin, end - begin }, weight.options());
            for (std::int64_t i = blockBegin; i < blockEnd; ++i) {
                const std::int64_t group = run.order[static_cast<std::size_t>(i)] / format.groupSize;
                const torch::Tensor column = remaining[i];
                const torch::Tensor code = codes[i];
                code.copy_(nearestGridCodes(column, scales[group], zeros[group], format.bits));
                const torch::Tensor error = errors[i - blockBegin];
                error.copy_((column - scales[group] * (code - zeros[group])).div_(pivots[i]));
                if (i + 1 < blockEnd)
                    remaining.slice(0, i + 1, blockEnd).addr_(run.upper[i].slice(0, i + 1, blockEnd), error, 1, -1);
            }
            if (blockEnd < columns)
                remaining.slice(0, blockEnd).addmm_(run.upper.slice(0, blockBegin, blockEnd).slice(1, blockEnd).t(), errors, 1, -1);
        }
        format.codes.slice(0, begin, end).index_copy_(1, order, codes.t().to(torch::kUInt8));
    }

    class Gptq : public WeightQuantizer
    {
    public:
        MethodInfo describe() const override
        {
            MethodInfo info;
            info.id = "gptq";
            info.title = "GPTQ";
            info.summary = "Rounds to evenly spaced values one input column after the other, and lets the columns that are still to come make "
                           "up for each rounding error, so that the layer's output changes least.";
            info.paper = "Frantar et al., GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers, ICLR 2023, "
                         "arXiv:2210.17323";
            info.formats = { "safetensors", "gguf" };
            info.minimumBits = 2;
            info.maximumBits = 8;
            info.needsPlainHessian = true;

            info.parameters = {
                groupSizeParameter(128),
                booleanParameter("act_order", "Most active inputs first", true,
                    "Quantizes the columns with the strongest inputs first, while many others are left to make up for their errors. "
                    "Off: from the first column to the last."),
                numberParameter("damping", "Damping", 0.01, 0, 1, "of the mean diagonal",
                    "Added to the Hessian's diagonal, as a part of the diagonal's mean. More of it trusts the calibration text less; where "
                    "the Hessian cannot be factored with it, it is raised and the layer says so."),
            };
            return info;
        }

        Result<QuantizedLayer> quantize(const LayerProblem& problem, int bits, const nlohmann::json& parameters, StepObserver& observer,
            std::stop_token stop) const override
        {
            return catching("quantizing " + problem.name, [&]() -> Result<QuantizedLayer> {
                const at::NoGradGuard noGrad;
                const OneTorchThread oneThread;
                BITLOOM_CHECK(checkWeight(problem));
                if (!problem.plainHessian && !problem.guidedHessian)
                    return fail(ErrorCode::InvalidInput, "{}: gptq needs the Hessian of this layer's inputs, and there is none", problem.name);
                // The plain Hessian is the method's own; a problem file for `solve` may hold the guided ones alone.
                const GroupedHessian hessian = problem.plainHessian ? GroupedHessian { problem.plainHessian->unsqueeze(0) } : *problem.guidedHessian;
                if (const auto checked = checkProblem(problem.weight, hessian); !checked)
                    return fail(checked.error().code, "{}: {}", problem.name, checked.error().message);
                return solve(problem, hessian, bits, parameters, observer, stop);
            });
        }

    private:
        static Result<QuantizedLayer> solve(const LayerProblem& problem, const GroupedHessian& hessian, int bits,
            const nlohmann::json& parameters, StepObserver& observer, const std::stop_token& stop)
        {
            const double damping = parameters.at("damping").get<double>();
            BITLOOM_TRY(const UniformGroupsWeight rounded,
                roundToNearest(problem.weight, bits, parameters.at("group_size").get<std::int64_t>(), /*symmetric=*/false));
            QuantizedLayer layer;
            layer.objective = { objective(problem.weight, dequantize(rounded), hessian) };
            observer.step({ "start", layer.objective.front() });

            UniformGroupsWeight solved = rounded;
            solved.codes = rounded.codes.clone();
            double usedDamping = damping;
            const auto groups = rowGroups(problem.weight.size(0), hessian.groups());
            for (std::size_t k = 0; k < groups.size(); ++k) {
                if (stop.stop_requested())
                    return cancelled();
                const torch::Tensor matrix = hessian.matrices[static_cast<std::int64_t>(k)];
                RowRun run { groups[k], {}, quantizationOrder(matrix, parameters.at("act_order").get<bool>()) };
                const torch::Tensor order = torch::tensor(run.order, torch::kInt64).to(matrix.device());
                const auto factor = inverseFactor(matrix.index_select(0, order).index_select(1, order), damping);
                if (!factor)
                    return fail(factor.error().code, "{}: {}", problem.name, factor.error().message);
                run.upper = factor->upper;
                usedDamping = std::max(usedDamping, factor->damping);
                const std::int64_t grain = problem.weight.is_cpu() ? rowsPerChunk : problem.weight.size(0);
                parallelFor(run.rows.end - run.rows.begin, grain, [&](std::int64_t begin, std::int64_t end) {
                    quantizeRows(problem.weight, run, run.rows.begin + begin, run.rows.begin + end, solved, stop);
                });
            }
            if (stop.stop_requested())
                return cancelled();

            const double reached = objective(problem.weight, dequantize(solved), hessian);
            if (usedDamping > damping)
                layer.chosen["damping"] = usedDamping;
            const bool better = reached <= layer.objective.front();
            if (!better)
                layer.chosen["codes"] = "round to nearest, which lost less than GPTQ's codes here";
            layer.objective.push_back(better ? reached : layer.objective.front());
            layer.weight = better ? solved : rounded;
            observer.step({ "codes", layer.objective.back() });
            return layer;
        }
    };

}
}

BITLOOM_WEIGHT_PLUGIN(bitloom::gptq::Gptq)
