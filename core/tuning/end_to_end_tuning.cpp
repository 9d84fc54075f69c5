// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tuning/end_to_end_tuning.h"

#include "core/base/error_in_flight.h"
#include "core/base/progress_meter.h"
#include "core/tuning/output_divergence.h"
#include "core/tuning/tuned_layer.h"

#include <torch/autograd.h>
#include <torch/optim/adam.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace bitloom {
namespace {
    using torch::Tensor;

    constexpr double firstMomentDecay = 0.9, secondMomentDecay = 0.95; ///< the second shorter than Adam's own 0.999: there are few steps

    /// What moves in all layers, as one parameter.
    class FlatParameters
    {
    public:
        FlatParameters(const std::map<std::string, std::unique_ptr<TunedLayer>>& layers, torch::Device device)
        {
            std::int64_t count = 0;
            std::vector<Tensor> parts;
            for (const auto& [name, layer] : layers) {
                parts.push_back(layer->parameters());
                m_slices.emplace(name, Slice { count, parts.back().numel() });
                count += parts.back().numel();
            }
            m_values = parts.empty() ? torch::empty({ 0 }, torch::TensorOptions().device(device)) : torch::cat(parts);
            m_gradient = torch::zeros_like(m_values);
        }

        [[nodiscard]] Tensor& values() { return m_values; }
        [[nodiscard]] Tensor& gradient() { return m_gradient; }
        [[nodiscard]] Tensor of(const std::string& layer) const { return slice(m_values.detach(), layer); }
        [[nodiscard]] Tensor gradientOf(const std::string& layer) const { return slice(m_gradient, layer); }

    private:
        struct Slice
        {
            std::int64_t begin, count;
        };
        [[nodiscard]] Tensor slice(const Tensor& flat, const std::string& layer) const
        {
            const Slice& each = m_slices.at(layer);
            return flat.narrow(0, each.begin, each.count);
        }

        std::map<std::string, Slice> m_slices;
        Tensor m_values, m_gradient;
    };

    std::map<std::string, std::unique_ptr<TunedLayer>> tunedLayers(const QuantizedLayers& layers, const CausalLm& model)
    {
        std::map<std::string, std::unique_ptr<TunedLayer>> tuned;
        for (const auto& [name, weight] : layers)
            if (auto layer = tunedLayer(weight, model.linearWeight(name), model.device()))
                tuned.emplace(name, std::move(layer));
        return tuned;
    }

    class Tuning
    {
    public:
        Tuning(CausalLm& model, const Tensor& tokens, QuantizedLayers& layers, const TuningOptions& options, ProgressSink& progress, JobControl& control)
            : m_model(model)
            , m_tokens(tokens.to(model.device()))
            , m_layers(layers)
            , m_options(options)
            , m_control(control)
            , m_learning(tokens.size(0) - options.heldOutSequences)
            , m_stepsPerEpoch((m_learning + options.sequencesPerStep - 1) / options.sequencesPerStep)
            , m_meter(progress, "tune", "sequences", tokens.size(0) + options.heldOutSequences * (1 + options.epochs) + 4 * m_learning * options.epochs)
            , m_tuned(tunedLayers(layers, model))
            , m_parameters(m_tuned, model.device())
        {
        }

        [[nodiscard]] bool canMove() const { return !m_tuned.empty(); }

        Result<TuningOutcome> run()
        {
            BITLOOM_CHECK(rememberOriginal());
            for (const auto& [name, weight] : m_layers)
                setWeight(name, dequantize(weight));
            TuningOutcome outcome;
            BITLOOM_TRY(const double before, heldOutDivergence("as quantized"));
            outcome.heldOut.push_back(before);
            applyParameters();
            Tensor best; // of what is kept
            torch::optim::Adam adam(std::vector<Tensor> { m_parameters.values().requires_grad_(true) },
                torch::optim::AdamOptions(m_options.rate).betas({ firstMomentDecay, secondMomentDecay }));
            std::vector<std::int64_t> order(static_cast<std::size_t>(m_learning));
            std::iota(order.begin(), order.end(), 0);
            std::mt19937_64 random(m_options.seed);
            for (std::int64_t epoch = 1; epoch <= m_options.epochs; ++epoch) {
                for (std::size_t i = order.size(); i > 1; --i) // std::shuffle is not the same everywhere
                    std::swap(order[i - 1], order[random() % i]);
                for (std::int64_t begin = 0; begin < m_learning; begin += m_options.sequencesPerStep) {
                    const double left = 1 - static_cast<double>(outcome.steps) / static_cast<double>(m_stepsPerEpoch * m_options.epochs);
                    const auto size = static_cast<std::size_t>(std::min(m_options.sequencesPerStep, m_learning - begin));
                    BITLOOM_CHECK(gatherGradient({ order.data() + begin, size }, fmt::format("epoch {}", epoch)));
                    static_cast<torch::optim::AdamOptions&>(adam.param_groups().front().options()).lr(m_options.rate * left);
                    m_parameters.values().mutable_grad() = m_parameters.gradient();
                    adam.step();
                    m_parameters.gradient().zero_();
                    applyParameters();
                    ++outcome.steps;
                }
                BITLOOM_TRY(const double now, heldOutDivergence(fmt::format("epoch {}", epoch)));
                if (now < outcome.heldOut[static_cast<std::size_t>(outcome.bestEpoch)]) {
                    outcome.bestEpoch = epoch;
                    best = m_parameters.values().detach().clone();
                }
                outcome.heldOut.push_back(now);
            }
            const at::NoGradGuard noGrad;
            if (outcome.bestEpoch > 0) {
                m_parameters.values().copy_(best);
                takeTuned();
            }
            for (const auto& [name, weight] : m_layers)
                setWeight(name, dequantize(weight));
            return outcome;
        }

    private:
        /// The original's last states of all sequences, in host memory.
        Result<void> rememberOriginal()
        {
            const at::NoGradGuard noGrad;
            for (std::int64_t s = 0; s < m_tokens.size(0); ++s) {
                BITLOOM_CHECK(m_control.checkpoint());
                m_original.push_back(forward(s).back().to(torch::kCPU));
                m_meter.advance(1, "original");
            }
            return {};
        }

        /// Inputs of all blocks and the last one's output, of one sequence. Without gradients.
        [[nodiscard]] std::vector<Tensor> forward(std::int64_t sequence) const
        {
            std::vector<Tensor> states { m_model.embed(m_tokens.narrow(0, sequence, 1)) };
            for (std::int64_t block = 0; block < m_model.config().blocks; ++block)
                states.push_back(m_model.block(block, states.back()));
            return states;
        }

        Result<double> heldOutDivergence(const std::string& item)
        {
            const at::NoGradGuard noGrad;
            double sum = 0;
            for (std::int64_t s = m_learning; s < m_tokens.size(0); ++s) {
                BITLOOM_CHECK(m_control.checkpoint());
                sum += outputDivergence(m_model, original(s), forward(s).back(), false);
                m_meter.advance(1, item);
            }
            return checked(sum / static_cast<double>(m_options.heldOutSequences * m_tokens.size(1)), m_learning);
        }

        /// Adds up ∂(mean divergence of the step's positions)/∂parameters.
        Result<void> gatherGradient(std::span<const std::int64_t> sequences, const std::string& item)
        {
            const double scale = 1.0 / static_cast<double>(static_cast<std::int64_t>(sequences.size()) * m_tokens.size(1));
            for (const std::int64_t s : sequences) {
                std::vector<Tensor> states;
                {
                    const at::NoGradGuard noGrad;
                    states = forward(s);
                }
                Tensor gradient = std::move(states.back());
                BITLOOM_CHECK(checked(outputDivergence(m_model, original(s), gradient, true, scale), s));
                for (std::int64_t block = m_model.config().blocks - 1; block >= 0; --block) {
                    BITLOOM_CHECK(m_control.checkpoint());
                    gradient = backThrough(block, states[static_cast<std::size_t>(block)], gradient);
                    states[static_cast<std::size_t>(block)] = Tensor();
                }
                m_meter.advance(4, item);
            }
            return {};
        }

        /// Adds a block's part of the gradient, given that of its output; returns that of its input.
        Tensor backThrough(std::int64_t block, const Tensor& state, const Tensor& arriving)
        {
            struct Seen
            {
                std::string layer;
                Tensor input;
            };
            std::vector<Seen> seen;
            std::vector<Tensor> places, gradients;
            {
                const at::AutoGradMode gradMode(true);
                const Tensor input = state.detach().requires_grad_(true);
                const auto tap = [&](const LinearLayer& layer, const Tensor& in, const Tensor& out) {
                    if (m_tuned.contains(layer.name)) {
                        seen.push_back({ layer.name, in.detach() });
                        places.push_back(out);
                    }
                };
                const Tensor output = m_model.block(block, input, tap, nullptr, false);
                places.push_back(input);
                gradients = torch::autograd::grad({ output }, places, { arriving });
            }
            const at::NoGradGuard noGrad;
            for (std::size_t i = 0; i < seen.size(); ++i) {
                const Tensor rows = seen[i].input.reshape({ -1, seen[i].input.size(-1) }), outputs = gradients[i].reshape({ rows.size(0), -1 });
                m_tuned.at(seen[i].layer)->addGradient(outputs.t().mm(rows).to(torch::kFloat32), m_parameters.gradientOf(seen[i].layer));
            }
            return gradients.back();
        }

        void setWeight(const std::string& name, const Tensor& weight) { m_model.setLinearWeight(name, weight.to(m_model.device(), m_model.dtype())); }

        /// The model computes with the parameters as they are now.
        void applyParameters()
        {
            const at::NoGradGuard noGrad;
            for (const auto& [name, layer] : m_tuned)
                setWeight(name, layer->weight(m_parameters.of(name)));
        }

        /// The layers as files store them with the parameters as they are now.
        void takeTuned()
        {
            for (const auto& [name, layer] : m_tuned)
                m_layers.at(name) = layer->stored(m_parameters.of(name));
        }

        [[nodiscard]] Tensor original(std::int64_t sequence) const { return m_original[static_cast<std::size_t>(sequence)].to(m_model.device()); }

        static Result<double> checked(double divergence, std::int64_t sequence)
        {
            if (!std::isfinite(divergence))
                return fail(ErrorCode::InvalidInput, "tuning: the divergence of sequence {} is not finite; the model overflows on this text (try compute dtype f32)", sequence);
            return divergence;
        }

        CausalLm& m_model;
        Tensor m_tokens;
        QuantizedLayers& m_layers;
        const TuningOptions& m_options;
        JobControl& m_control;
        std::int64_t m_learning, m_stepsPerEpoch;
        ProgressMeter m_meter; ///< a unit is one forward pass of a sequence; learning from it costs four
        std::map<std::string, std::unique_ptr<TunedLayer>> m_tuned; ///< those in which something moves
        FlatParameters m_parameters;
        std::vector<Tensor> m_original; ///< [1, length, hidden size] each
    };
}

Result<TuningOutcome> tuneEndToEnd(
    CausalLm& model, const torch::Tensor& tokens, QuantizedLayers& layers, const TuningOptions& options, ProgressSink& progress, JobControl& control)
{
    if (options.epochs < 1 || options.sequencesPerStep < 1)
        return fail(ErrorCode::Usage, "tuning: {} epochs of {} sequences a step, expected 1 or more of both", options.epochs, options.sequencesPerStep);
    if (options.heldOutSequences < 1 || options.heldOutSequences >= tokens.size(0))
        return fail(ErrorCode::Usage, "tuning: {} of {} sequences are to be held out, expected at least 1 and at least 1 to learn from", options.heldOutSequences, tokens.size(0));
    try {
        Tuning tuning(model, tokens, layers, options, progress, control);
        if (!tuning.canMove())
            return fail(ErrorCode::Usage, "tuning: no layer has a codebook, or blocks whose scale is a number of its own, that could be moved");
        return tuning.run();
    } catch (...) {
        return errorInFlight("tuning");
    }
}

} // namespace bitloom
