// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/window_logits.h"

namespace bitloom {

Result<torch::Tensor> windowLogits(const CausalLm& model, const TextWindows& windows, std::int64_t chunk, JobControl& control)
{
    const at::NoGradGuard noGrad;
    auto hidden = model.embed(windows.input(chunk).to(model.device()));
    for (std::int64_t block = 0; block < model.config().blocks; ++block) {
        BITLOOM_CHECK(control.checkpoint());
        hidden = model.block(block, hidden);
    }
    const auto first = windows.firstScored();
    return model.head(hidden[0].slice(0, first, first + windows.scored()));
}

} // namespace bitloom
