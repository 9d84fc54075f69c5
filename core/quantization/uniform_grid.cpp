// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/uniform_grid.h"

#include "core/protocol/parameter_info.h"

namespace bitloom {
namespace {
    constexpr float smallestHalf = 5.9604645e-8F; // 2^-24
}

torch::Tensor nearestGridCodes(const torch::Tensor& weight, const torch::Tensor& scales, const torch::Tensor& zeros, int bits)
{
    return torch::div(weight, scales).round_().add_(zeros).clamp_(0, (1 << bits) - 1);
}

ParameterInfo groupSizeParameter(std::int64_t defaultValue)
{
    return integerParameter("group_size", "Group size", defaultValue, 0, 1 << 20, "columns",
        "How many consecutive weights of a row share one grid; the last group of a row may be smaller, and 0 means the whole row. "
        "Smaller groups follow the weights more closely, but each stores a step and a zero of its own.");
}

Result<UniformGroupsWeight> roundToNearest(const torch::Tensor& weight, int bits, std::int64_t groupSize, bool symmetric)
{
    const at::NoGradGuard noGrad;
    const std::int64_t rows = weight.size(0);
    const std::int64_t columns = weight.size(1);
    const std::int64_t size = groupSize == 0 ? columns : std::min(groupSize, columns);
    const std::int64_t groups = (columns + size - 1) / size;
    const int largestCode = (1 << bits) - 1;

    UniformGroupsWeight result;
    result.bits = bits;
    result.groupSize = static_cast<int>(size);
    result.codes = torch::empty(weight.sizes(), weight.options().dtype(torch::kUInt8));
    result.scales = torch::empty({ rows, groups }, weight.options());
    result.zeros = torch::empty({ rows, groups }, weight.options().dtype(torch::kUInt8));
    result.groupOfColumn
        = torch::div(torch::arange(columns, weight.options().dtype(torch::kInt32)), size, "floor").to(torch::kInt32);
    for (std::int64_t group = 0; group < groups; ++group) {
        const std::int64_t end = std::min(columns, (group + 1) * size);
        const torch::Tensor part = weight.slice(1, group * size, end);
        torch::Tensor low = part.amin(1, true).clamp_max_(0);
        torch::Tensor high = part.amax(1, true).clamp_min_(0);
        if (symmetric) {
            high = torch::maximum(high, -low);
            low = -high;
        }
        // In two halves, since the width of a range of f32 may not be an f32.
        torch::Tensor scale = (high / largestCode - low / largestCode).to(torch::kFloat16).to(torch::kFloat32).clamp_min_(smallestHalf);
        scale = torch::where(high == low, torch::ones_like(scale), scale);
        const torch::Tensor zero = symmetric ? torch::full_like(scale, 1 << (bits - 1))
                                             : torch::div(-low, scale).round_().clamp_(0, largestCode);
        result.codes.slice(1, group * size, end).copy_(nearestGridCodes(part, scale, zero, bits));
        result.scales.slice(1, group, group + 1).copy_(scale);
        result.zeros.slice(1, group, group + 1).copy_(zero);
    }
    if (!result.scales.isfinite().all().item<bool>())
        return fail(ErrorCode::InvalidInput, "weights of magnitude {:g} need a quantization step above 65504, the largest that f16 holds",
            weight.abs().max().item<float>());
    return result;
}

Result<void> checkWeight(const LayerProblem& problem)
{
    const torch::Tensor& weight = problem.weight;
    if (!weight.defined() || weight.dim() != 2 || weight.numel() == 0 || weight.scalar_type() != torch::kFloat32)
        return fail(ErrorCode::InvalidInput, "{}: the weight is not a non-empty f32 matrix [out, in]", problem.name);
    if (!weight.isfinite().all().item<bool>())
        return fail(ErrorCode::InvalidInput, "{}: the weight holds NaN or infinity", problem.name);
    return {};
}

} // namespace bitloom
