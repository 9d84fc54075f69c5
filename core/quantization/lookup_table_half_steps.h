// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/quantization/layer_problem.h"

#include <memory>
#include <stop_token>

namespace bitloom {

/// The two half steps of layer-wise non-uniform quantization over all rows of a layer, and the state that they share.
class LookupTableHalfSteps
{
public:
    virtual ~LookupTableHalfSteps() = default;
    virtual Result<void> fitCodebooks(std::stop_token stop) = 0;
    virtual Result<void> descend(int cycles, std::stop_token stop) = 0;
    [[nodiscard]] virtual double objective() const = 0; ///< mean over rows
    [[nodiscard]] virtual bool settled() const = 0; ///< neither half step changes any row any more
    [[nodiscard]] virtual torch::Tensor codes() const = 0; ///< [out, in] u8
    [[nodiscard]] virtual torch::Tensor codebook() const = 0; ///< [out, levels] f32, ascending
};

/// Whole layers at a time: CUDA kernels for a weight on a GPU, what they are compared with for one on the CPU.
[[nodiscard]] Result<std::unique_ptr<LookupTableHalfSteps>> tensorHalfSteps(
    const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start);

} // namespace bitloom
