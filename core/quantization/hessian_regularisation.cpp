// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/hessian_regularisation.h"

namespace bitloom {

Result<GroupedHessian> regularise(
    const GroupedHessian& hessian, const std::optional<torch::Tensor>& plain, const HessianRegularisation& regularisation)
{
    if (regularisation.none())
        return hessian;
    const at::NoGradGuard noGrad;
    if (regularisation.toPlain > 0 && !plain)
        return fail(ErrorCode::InvalidInput, "shrinkage_to_plain is {} but the problem holds no plain Hessian to shrink towards", regularisation.toPlain);
    GroupedHessian result { hessian.matrices.clone() };
    const double plainTrace = regularisation.toPlain > 0 ? plain->diagonal().sum(torch::kFloat64).item<double>() : 0;
    for (std::int64_t k = 0; k < hessian.groups(); ++k) {
        torch::Tensor matrix = result.matrices[k];
        const double trace = matrix.diagonal().sum(torch::kFloat64).item<double>();
        if (plainTrace > 0)
            matrix.mul_(1 - regularisation.toPlain).add_(*plain, regularisation.toPlain * trace / plainTrace);
        torch::Tensor diagonal = matrix.diagonal();
        const torch::Tensor kept = diagonal.clone();
        if (regularisation.toDiagonal > 0) {
            matrix.mul_(1 - regularisation.toDiagonal);
            diagonal.copy_(kept);
        }
        diagonal.add_(regularisation.damping * kept.sum(torch::kFloat64).item<double>() / static_cast<double>(kept.numel()));
    }
    return result;
}

} // namespace bitloom
