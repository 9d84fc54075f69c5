// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/hessian_regularisation.h"

namespace bitloom {

Result<GroupedHessian> regularise(const GroupedHessian& hessian, const std::optional<torch::Tensor>& plain,
    const HessianRegularisation& regularisation, GroupedHessian* memory)
{
    if (regularisation.none())
        return hessian;
    const at::NoGradGuard noGrad;
    if (regularisation.toPlain > 0 && !plain)
        return fail(ErrorCode::InvalidInput, "shrinkage_to_plain is {} but the problem holds no plain Hessian to shrink towards", regularisation.toPlain);
    GroupedHessian result;
    if (memory)
        result = *memory;
    if (!result.matrices.defined() || result.matrices.sizes() != hessian.matrices.sizes())
        result.matrices = torch::empty_like(hessian.matrices);
    if (memory)
        *memory = result;
    const double plainTrace = regularisation.toPlain > 0 ? plain->diagonal().sum(torch::kFloat64).item<double>() : 0;
    for (std::int64_t k = 0; k < hessian.groups(); ++k) {
        torch::Tensor matrix = result.matrices[k];
        const torch::Tensor source = hessian.matrices[k];
        const double trace = source.diagonal().sum(torch::kFloat64).item<double>();
        const double ofPlain = plainTrace > 0 ? regularisation.toPlain * trace / plainTrace : 0, ofSource = plainTrace > 0 ? 1 - regularisation.toPlain : 1;
        torch::Tensor kept = source.diagonal() * ofSource;
        torch::mul_out(matrix, source, torch::scalar_tensor(ofSource * (1 - regularisation.toDiagonal), source.options()));
        if (ofPlain > 0) {
            matrix.add_(*plain, ofPlain * (1 - regularisation.toDiagonal));
            kept.add_(plain->diagonal(), ofPlain);
        }
        torch::Tensor diagonal = matrix.diagonal();
        diagonal.copy_(kept);
        diagonal.add_(regularisation.damping * kept.sum(torch::kFloat64).item<double>() / static_cast<double>(kept.numel()));
    }
    return result;
}

} // namespace bitloom
