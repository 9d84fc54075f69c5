// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/layer_problem.h"

#include <algorithm>

namespace bitloom {

std::vector<RowGroup> rowGroups(std::int64_t rows, std::int64_t groups)
{
    TORCH_CHECK(rows >= 0 && groups >= 1, "rowGroups: ", rows, " rows in ", groups, " groups");
    std::vector<RowGroup> runs;
    const std::int64_t size = std::max<std::int64_t>(1, (rows + groups - 1) / groups);
    for (std::int64_t begin = 0; begin < rows; begin += size)
        runs.push_back({ begin, std::min(rows, begin + size) });
    return runs;
}

torch::Tensor evenRows(std::int64_t rows, std::int64_t groups, std::int64_t perGroup)
{
    const std::vector<RowGroup> runs = rowGroups(rows, groups);
    for (const RowGroup& run : runs)
        perGroup = std::min(perGroup, run.end - run.begin);
    std::vector<std::int64_t> picked;
    for (const RowGroup& run : runs)
        for (std::int64_t i = 0; i < perGroup; ++i)
            picked.push_back(run.begin + i * (run.end - run.begin) / perGroup);
    return torch::tensor(picked, torch::kInt64);
}

namespace {
    double meanOverRows(const torch::Tensor& weight, const torch::Tensor& quantized, const GroupedHessian& hessian, torch::ScalarType products)
    {
        const at::NoGradGuard noGrad;
        const std::vector<RowGroup> runs = rowGroups(weight.size(0), hessian.groups());
        TORCH_CHECK(static_cast<std::int64_t>(runs.size()) == hessian.groups(), "objective: ", hessian.groups(), " Hessians for ",
            runs.size(), " row groups");
        double total = 0;
        for (std::size_t k = 0; k < runs.size(); ++k) {
            const torch::Tensor matrix = hessian.matrices[static_cast<std::int64_t>(k)].to(products);
            const torch::Tensor difference
                = quantized.slice(0, runs[k].begin, runs[k].end).to(products) - weight.slice(0, runs[k].begin, runs[k].end).to(products);
            total += torch::mm(difference, matrix).mul_(difference).sum(torch::kFloat64).item<double>();
        }
        return weight.size(0) ? total / static_cast<double>(weight.size(0)) : 0;
    }
}

double objective(const torch::Tensor& weight, const torch::Tensor& quantized, const GroupedHessian& hessian)
{
    return meanOverRows(weight, quantized, hessian, torch::kFloat64);
}

double roundedObjective(const torch::Tensor& weight, const torch::Tensor& quantized, const GroupedHessian& hessian)
{
    return meanOverRows(weight, quantized, hessian, torch::kFloat32);
}

std::optional<GroupedHessian> problemHessian(const LayerProblem& problem)
{
    if (problem.guidedHessian || !problem.plainHessian)
        return problem.guidedHessian;
    return GroupedHessian { problem.plainHessian->unsqueeze(0) };
}

} // namespace bitloom
