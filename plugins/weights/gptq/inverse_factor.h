// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <torch/types.h>

namespace bitloom::gptq {

struct InverseFactor
{
    torch::Tensor upper; ///< U [in, in] f32, upper triangular, UᵀU ∝ (H + damping mean(diag H) I)⁻¹
    double damping = 0; ///< what was used, at least what was asked for
};

/// Factors a symmetric positive semidefinite H [in, in] f32. Where rounding leaves it indefinite, damping is raised tenfold, up to 1;
/// beyond that InvalidInput. Columns whose diagonal is not positive (inputs that were never active) are taken as uncorrelated.
[[nodiscard]] Result<InverseFactor> inverseFactor(const torch::Tensor& hessian, double damping);

} // namespace bitloom::gptq
