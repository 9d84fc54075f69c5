// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"

namespace bitloom {

/// How a grouped Hessian is shrunk before it is solved. A guided Hessian rests on the few tokens that carry most saliency; on short
/// calibration texts, shrinking it lowers the error on other text although it raises the objective itself.
struct HessianRegularisation
{
    double toPlain = 0; ///< a: towards the plain Hessian, scaled to the same trace
    double toDiagonal = 0; ///< b: towards its own diagonal
    double damping = 0; ///< δ: identity times δ times the mean of the diagonal

    [[nodiscard]] bool none() const { return toPlain == 0 && toDiagonal == 0 && damping == 0; }
    bool operator==(const HessianRegularisation&) const = default;
};

/// M = (1-a) H_k + a (tr H_k / tr H) H, then (1-b) M + b diag(M) + δ mean(diag M) I for each group. `plain` [in, in] is needed
/// where a > 0. The input is not changed; with none() it is what comes back. `memory` is where several calls share the result's memory: each
/// overwrites the one before.
[[nodiscard]] Result<GroupedHessian> regularise(const GroupedHessian& hessian, const std::optional<torch::Tensor>& plain,
    const HessianRegularisation& regularisation, GroupedHessian* memory = nullptr);

} // namespace bitloom
