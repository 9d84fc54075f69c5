// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace bitloom {

/// How the rows of a layer are to be rounded, as far as its error curve is concerned.
enum class TypeRounding {
    Ggml, ///< ggml's own quantizer, with the diagonal of each group's Hessian as importances
    Guided, ///< under the whole Hessian, in a short version of what solves the layer in the end
};

/// Σ over the layer's rows of (w-ŵ)ᵀH_k(w-ŵ) for each of `types`, on problem.guidedHessian. Estimated from at most `rowsPerGroup` even rows of each
/// group. Types that do not divide the rows are Errors. The same numbers for any number of threads.
[[nodiscard]] Result<std::vector<double>> typeErrors(
    const LayerProblem& problem, const std::vector<int>& types, TypeRounding rounding, std::int64_t rowsPerGroup, std::stop_token stop);

/// What makes the predicted increase of the mean loss of a token out of Σ rows (w-ŵ)ᵀH_k(w-ŵ), where H_k was summed over `sequences` sequences of
/// `length` tokens with saliencies (1000 · ∂(mean loss of a sequence)/∂z)²: half the second derivative, for which the gradients' own squares
/// stand (Fisher), with errors of different tokens, rows and layers taken as independent.
[[nodiscard]] double lossOfGuidedError(std::int64_t sequences, std::int64_t length);

} // namespace bitloom
