// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/seen_attention.h"

#include "core/base/progress_meter.h"

#include <string>

namespace bitloom {
namespace {
    class SeenAttention : public BlockAttention
    {
    public:
        SeenAttention(const CausalLm& model, const SeeAttention& see)
            : m_model(model)
            , m_see(see)
        {
        }

        [[nodiscard]] torch::Tensor positions(std::int64_t, std::int64_t count) override { return torch::arange(count, torch::kFloat32); }

        [[nodiscard]] torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override
        {
            torch::Tensor output = m_model.attend(query, key, value, 0);
            const auto host = [](const torch::Tensor& tensor) { return tensor.to(torch::kCPU, torch::kFloat32).contiguous(); };
            m_status = m_see(block, host(query), host(key), host(value), host(output));
            return output;
        }

        /// Of the block that attended last.
        [[nodiscard]] const Result<void>& status() const { return m_status; }

    private:
        const CausalLm& m_model;
        const SeeAttention& m_see;
        Result<void> m_status;
    };
}

Result<void> showAttention(const CausalLm& model, const torch::Tensor& tokens, const char* stage, const SeeAttention& see, ProgressSink& progress, JobControl& control)
{
    const at::NoGradGuard noGrad;
    ProgressMeter meter(progress, stage, "layers", tokens.size(0) * model.config().blocks);
    SeenAttention attention(model, see);
    for (std::int64_t sequence = 0; sequence < tokens.size(0); ++sequence) {
        torch::Tensor hidden = model.embed(tokens.narrow(0, sequence, 1).to(model.device()));
        for (std::int64_t block = 0; block < model.config().blocks; ++block) {
            BITLOOM_CHECK(control.checkpoint());
            hidden = model.block(block, hidden, attention);
            BITLOOM_CHECK(attention.status());
            meter.advance(1, "layer " + std::to_string(block));
        }
    }
    return {};
}

} // namespace bitloom
