// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_reconstruction.h"

#include "core/base/error_in_flight.h"
#include "core/base/progress_meter.h"

#include <torch/autograd.h>
#include <torch/optim/adam.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace bitloom {
namespace {
    using torch::Tensor;

    /// Shift and scale of the channels of one layer's keys or values, as numbers that are learnt: shift = first shift + first scale · move, scale = first scale ·
    /// exp(stretch), so that one rate suits all channels and scales stay positive.
    class Smoothing
    {
    public:
        /// `half` has "shift" and "scale", [kv heads · head size].
        Smoothing(const nlohmann::json& half, const ModelConfig& config, torch::Device device)
        {
            const auto read = [&](const char* name) {
                return torch::tensor(half.at(name).get<std::vector<float>>()).reshape({ config.keyValueHeads, 1, config.headSize }).to(device);
            };
            m_firstShift = read("shift");
            m_firstScale = read("scale");
            m_move = torch::zeros_like(m_firstShift).requires_grad_(true);
            m_stretch = torch::zeros_like(m_firstShift).requires_grad_(true);
        }

        [[nodiscard]] std::array<Tensor, 2> learnt() const { return { m_move, m_stretch }; }
        [[nodiscard]] Tensor shift() const { return m_firstShift + m_firstScale * m_move; }
        [[nodiscard]] Tensor scale() const { return m_firstScale * m_stretch.exp(); }

        /// numbers [batch, kv heads, tokens, head size] as a cache gives them back: (x - shift) / scale is rounded evenly between the smallest and the largest
        /// number of each token's groups. Codes pass gradients on as if they were not rounded.
        [[nodiscard]] Tensor rounded(const Tensor& numbers, int bits, std::int64_t group) const
        {
            const Tensor shifts = shift(), scales = scale(), inside = (numbers - shifts) / scales;
            const std::int64_t size = numbers.size(3), members = group == 0 ? size : group;
            const Tensor groups = inside.reshape({ numbers.size(0), numbers.size(1), numbers.size(2), size / members, members });
            const Tensor least = groups.amin({ -1 }, true), step = ((groups.amax({ -1 }, true) - least) / ((1 << bits) - 1)).clamp_min(1e-8);
            const Tensor exact = (groups - least) / step, codes = exact + (exact.round() - exact).detach();
            return (codes * step + least).reshape(numbers.sizes()) * scales + shifts;
        }

        [[nodiscard]] nlohmann::json json() const
        {
            const auto list = [](const Tensor& tensor) {
                const Tensor flat = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
                return std::vector<float>(flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel());
            };
            return { { "shift", list(shift()) }, { "scale", list(scale()) } };
        }

    private:
        Tensor m_firstShift, m_firstScale, m_move, m_stretch;
    };

    /// Attention as it is while text is written through a cache that rounds what is past: each query sees the newest keys and values and the sinks exactly.
    class PastRounded : public BlockAttention
    {
    public:
        PastRounded(const CausalLm& model, const KvReconstruction& options, const Smoothing& keys, const Smoothing& values)
            : m_model(model)
            , m_options(options)
            , m_keys(keys)
            , m_values(values)
        {
        }

        Tensor positions(std::int64_t, std::int64_t count) override { return torch::arange(count, torch::kFloat32); }

        Tensor attend(std::int64_t, const Tensor& query, const Tensor& key, const Tensor& value) override
        {
            const std::int64_t batch = query.size(0), count = query.size(2), size = query.size(3), kvHeads = key.size(1), shared = query.size(1) / kvHeads;
            const auto options = torch::TensorOptions().device(query.device()).dtype(torch::kInt64);
            const Tensor keyAt = torch::arange(count, options), age = keyAt.unsqueeze(1) - keyAt.unsqueeze(0);
            const Tensor past = age.ge(m_options.window).logical_and(keyAt.ge(m_options.sinks)).repeat({ shared, 1 }); // [shared * tokens, tokens]
            Tensor hidden = age.lt(0);
            if (const auto& limit = m_model.config().slidingWindow)
                hidden = hidden.logical_or(age.ge(*limit));
            const Tensor queries = query.to(torch::kFloat32).reshape({ batch, kvHeads, shared * count, size });
            const Tensor exactKeys = key.to(torch::kFloat32), exactValues = value.to(torch::kFloat32);
            const Tensor keys = m_keys.rounded(exactKeys, m_options.keyBits, m_options.group), values = m_values.rounded(exactValues, m_options.valueBits, m_options.group);
            const Tensor near = torch::matmul(queries, exactKeys.transpose(2, 3)), far = torch::matmul(queries, keys.transpose(2, 3));
            const Tensor logits = torch::where(past, far, near) * (1 / std::sqrt(static_cast<double>(size)));
            const Tensor weights = logits.masked_fill(hidden.repeat({ shared, 1 }), -std::numeric_limits<float>::infinity()).softmax(-1);
            const Tensor out = torch::matmul(weights * past, values) + torch::matmul(weights * past.logical_not(), exactValues);
            return out.reshape(query.sizes()).to(query.scalar_type());
        }

    private:
        const CausalLm& m_model;
        const KvReconstruction& m_options;
        const Smoothing &m_keys, &m_values;
    };

    class Reconstruction
    {
    public:
        Reconstruction(const CausalLm& model, const KvReconstruction& options, ProgressMeter& meter, JobControl& control)
            : m_model(model)
            , m_options(options)
            , m_meter(meter)
            , m_control(control)
        {
        }

        /// Full-precision states of all sequences before each block and after the last, on the host.
        Result<void> rememberStates(const Tensor& tokens)
        {
            const at::NoGradGuard noGrad;
            for (std::int64_t sequence = 0; sequence < tokens.size(0); ++sequence) {
                BITLOOM_CHECK(m_control.checkpoint());
                std::vector<Tensor>& states = m_states.emplace_back();
                Tensor hidden = m_model.embed(tokens.narrow(0, sequence, 1).to(m_model.device()));
                states.push_back(hidden.to(torch::kCPU));
                for (std::int64_t block = 0; block < m_model.config().blocks; ++block)
                    states.push_back((hidden = m_model.block(block, hidden)).to(torch::kCPU));
                m_inputs.push_back(states.front());
            }
            return {};
        }

        /// Learns one block's numbers, and takes its inputs' way through it.
        Result<void> learn(std::int64_t block, nlohmann::json& layer)
        {
            Smoothing keys(layer.at("keys"), m_model.config(), m_model.device()), values(layer.at("values"), m_model.config(), m_model.device());
            PastRounded attention(m_model, m_options, keys, values);
            BITLOOM_TRY(const double before, wholeLoss(block, attention));
            std::vector<Tensor> learnt;
            for (const Smoothing* half : { &keys, &values })
                for (const Tensor& each : half->learnt())
                    learnt.push_back(each);
            std::vector<Tensor> best;
            for (const Tensor& each : learnt)
                best.push_back(each.detach().clone());
            double after = before;
            torch::optim::Adam adam(learnt, torch::optim::AdamOptions(m_options.rate));
            const std::int64_t steps = m_options.epochs * static_cast<std::int64_t>(m_inputs.size());
            std::int64_t step = 0;
            for (std::int64_t epoch = 0; epoch < m_options.epochs; ++epoch) {
                for (std::size_t sequence = 0; sequence < m_inputs.size(); ++sequence, ++step) {
                    BITLOOM_CHECK(m_control.checkpoint());
                    adam.zero_grad();
                    {
                        const at::AutoGradMode gradients(true);
                        loss(block, sequence, attention).backward();
                    }
                    static_cast<torch::optim::AdamOptions&>(adam.param_groups().front().options()).lr(m_options.rate * (1 - static_cast<double>(step) / static_cast<double>(steps)));
                    adam.step();
                    m_meter.advance(1, "layer " + std::to_string(block));
                }
                BITLOOM_TRY(const double now, wholeLoss(block, attention));
                if (now < after) {
                    after = now;
                    for (std::size_t i = 0; i < learnt.size(); ++i)
                        best[i] = learnt[i].detach().clone();
                }
            }
            const at::NoGradGuard noGrad;
            for (std::size_t i = 0; i < learnt.size(); ++i)
                learnt[i].copy_(best[i]);
            for (Tensor& input : m_inputs)
                input = m_model.block(block, input.to(m_model.device()), attention).to(torch::kCPU);
            layer["keys"].update(keys.json());
            layer["values"].update(values.json());
            layer["reconstruction"] = { before, after };
            return {};
        }

    private:
        Tensor loss(std::int64_t block, std::size_t sequence, PastRounded& attention) const
        {
            const std::int64_t end = std::min(block + m_options.blocks, m_model.config().blocks);
            const auto differenceAfter = [&](std::int64_t index, const Tensor& found) {
                return (found.to(torch::kFloat32) - m_states[sequence][static_cast<std::size_t>(index + 1)].to(m_model.device(), torch::kFloat32)).abs().mean();
            };
            Tensor hidden = m_model.block(block, m_inputs[sequence].to(m_model.device()), attention);
            Tensor sum = differenceAfter(block, hidden);
            for (std::int64_t next = block + 1; next < end; ++next) {
                hidden = m_model.block(next, hidden);
                if (m_options.everyOutput || next + 1 == end)
                    sum = sum + differenceAfter(next, hidden);
            }
            return sum;
        }

        Result<double> wholeLoss(std::int64_t block, PastRounded& attention) const
        {
            const at::NoGradGuard noGrad;
            double sum = 0;
            for (std::size_t sequence = 0; sequence < m_inputs.size(); ++sequence) {
                BITLOOM_CHECK(m_control.checkpoint());
                sum += loss(block, sequence, attention).item<double>();
            }
            return sum / static_cast<double>(m_inputs.size());
        }

        const CausalLm& m_model;
        const KvReconstruction& m_options;
        ProgressMeter& m_meter;
        JobControl& m_control;
        std::vector<std::vector<Tensor>> m_states; ///< of each sequence, of each block: [1, tokens, hidden]
        std::vector<Tensor> m_inputs; ///< of each sequence: what reaches the block through the rounded caches before it
    };
}

Result<nlohmann::json> reconstructSmoothing(
    const CausalLm& model, const torch::Tensor& tokens, nlohmann::json layers, const KvReconstruction& options, ProgressSink& progress, JobControl& control)
{
    return catching("learning shifts and scales for the key-value cache", [&]() -> Result<nlohmann::json> {
        const ModelConfig& config = model.config();
        if (options.group > 0 && config.headSize % options.group != 0)
            return fail(ErrorCode::Usage, "groups of {} channels do not fit the head size {}", options.group, config.headSize);
        if (options.epochs == 0)
            return layers;
        ProgressMeter meter(progress, "learn", "steps", config.blocks * options.epochs * tokens.size(0));
        Reconstruction reconstruction(model, options, meter, control);
        BITLOOM_CHECK(reconstruction.rememberStates(tokens));
        for (std::int64_t block = 0; block < config.blocks; ++block)
            BITLOOM_CHECK(reconstruction.learn(block, layers.at(static_cast<std::size_t>(block))));
        return layers;
    });
}

} // namespace bitloom
