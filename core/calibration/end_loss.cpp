// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/end_loss.h"

#include "core/model/head_chunk.h"

#include <torch/autograd.h>
#include <algorithm>

namespace bitloom {
namespace {
    constexpr float smallestTrustedProbability = 1e-30F; ///< below it, the probability may have lost digits to underflow

}

RowLoss crossEntropy(const torch::Tensor& logits, const torch::Tensor& targets)
{
    torch::Tensor probabilities = logits.softmax(-1);
    const torch::Tensor column = targets.unsqueeze(1);
    const torch::Tensor ofTarget = probabilities.gather(1, column);
    torch::Tensor loss = -ofTarget.squeeze(1).log();
    const torch::Tensor tiny = (ofTarget.squeeze(1) < smallestTrustedProbability).nonzero().flatten();
    if (tiny.numel() > 0) {
        const torch::Tensor rows = logits.index_select(0, tiny);
        loss.index_copy_(0, tiny, rows.logsumexp(1) - rows.gather(1, column.index_select(0, tiny)).squeeze(1));
    }
    probabilities.scatter_(1, column, ofTarget - 1);
    return { loss, probabilities };
}

std::vector<double> endLoss(const CausalLm& model, const torch::Tensor& hidden, const torch::Tensor& tokens, bool withGradient)
{
    const std::int64_t sequences = tokens.size(0), positions = tokens.size(1) - 1;
    const std::int64_t chunk = positionsTogether(model.config().vocabularySize);
    std::vector<double> losses;
    losses.reserve(static_cast<std::size_t>(sequences));
    for (std::int64_t s = 0; s < sequences; ++s) {
        double sum = 0;
        for (std::int64_t begin = 0; begin < positions; begin += chunk) {
            const std::int64_t count = std::min(chunk, positions - begin);
            const torch::Tensor place = hidden[s].narrow(0, begin, count);
            const torch::Tensor targets = tokens[s].narrow(0, begin + 1, count);
            const at::AutoGradMode gradMode(withGradient);
            const torch::Tensor input = place.detach().clone().requires_grad_(withGradient);
            const torch::Tensor output = model.head(input);
            const at::NoGradGuard noGrad;
            const RowLoss rows = crossEntropy(output.detach(), targets);
            sum += rows.loss.sum(torch::kFloat64).item<double>();
            if (!withGradient)
                continue;
            // The mean's 1/positions is linear and cheaper on the result than on every logit.
            const auto gradient = torch::autograd::grad({ output }, { input }, { rows.gradient });
            place.copy_(gradient[0].mul(1.0 / static_cast<double>(positions)));
        }
        if (withGradient)
            hidden[s].narrow(0, positions, 1).zero_(); // nothing follows the last token
        losses.push_back(sum / static_cast<double>(positions));
    }
    return losses;
}

} // namespace bitloom
