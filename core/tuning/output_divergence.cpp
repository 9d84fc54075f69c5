// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/output_divergence.h"

#include "core/model/head_chunk.h"

#include <torch/autograd.h>
#include <algorithm>

namespace bitloom {

double outputDivergence(const CausalLm& model, const torch::Tensor& original, const torch::Tensor& hidden, bool withGradient, double scale)
{
    const std::int64_t size = hidden.size(-1), positions = hidden.numel() / size;
    const torch::Tensor from = original.reshape({ positions, size }), to = hidden.view({ positions, size });
    const std::int64_t chunk = positionsTogether(model.config().vocabularySize);
    double sum = 0;
    for (std::int64_t begin = 0; begin < positions; begin += chunk) {
        const std::int64_t count = std::min(chunk, positions - begin);
        const torch::Tensor place = to.narrow(0, begin, count);
        const at::AutoGradMode gradMode(withGradient);
        const torch::Tensor input = place.detach().clone().requires_grad_(withGradient);
        const torch::Tensor output = model.head(input);
        const at::NoGradGuard noGrad;
        const torch::Tensor expected = model.head(from.narrow(0, begin, count)).log_softmax(-1), found = output.detach().log_softmax(-1);
        const torch::Tensor probability = expected.exp();
        sum += (probability * (expected - found)).sum(-1).sum(torch::kFloat64).item<double>();
        if (!withGradient)
            continue;
        const auto gradient = torch::autograd::grad({ output }, { input }, { found.exp().sub_(probability) });
        place.copy_(gradient[0].mul(scale)); // linear, and cheaper here than on every logit
    }
    return sum;
}

} // namespace bitloom
