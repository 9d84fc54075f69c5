// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugins/weights/gptq/inverse_factor.h"

#include <algorithm>

namespace bitloom::gptq {
namespace {
    constexpr double firstRetry = 1e-3;
    constexpr double largestDamping = 1;
}

Result<InverseFactor> inverseFactor(const torch::Tensor& hessian, double damping)
{
    const torch::Tensor diagonal = hessian.diagonal();
    const torch::Tensor active = diagonal > 0;
    const torch::Tensor both = active.unsqueeze(0) & active.unsqueeze(1);
    // Scaled to a mean diagonal of one, so that a saliency of any unit neither underflows nor overflows.
    const double mean = diagonal.clamp_min(0).mean(torch::kFloat64).item<double>();
    const double scale = mean > 0 ? mean : 1;
    torch::Tensor scaled = torch::where(both, hessian / scale, torch::zeros_like(hessian));
    const torch::Tensor ownDiagonal = torch::where(active, diagonal / scale, torch::ones_like(diagonal));

    for (double tried = damping;; tried = std::min(largestDamping, std::max(firstRetry, 10 * tried))) {
        scaled.diagonal().copy_(ownDiagonal + tried);
        // H = R Rᵀ with R upper triangular is the Cholesky factor of H with rows and columns reversed, reversed back; U = R⁻¹.
        const auto [lower, status] = torch::linalg_cholesky_ex(scaled.flip({ 0, 1 }));
        if (status.item<int>() == 0) {
            const torch::Tensor identity = torch::eye(hessian.size(0), hessian.options());
            const torch::Tensor upper = torch::linalg_solve_triangular(lower.flip({ 0, 1 }), identity, /*upper=*/true);
            if (upper.isfinite().all().item<bool>())
                return InverseFactor { upper.contiguous(), tried };
        }
        if (tried >= largestDamping)
            return fail(ErrorCode::InvalidInput, "the Hessian is not positive definite, even with its mean diagonal added to the diagonal");
    }
}

} // namespace bitloom::gptq
