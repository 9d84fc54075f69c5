// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/progress_meter.h"
#include "core/calibration/calibration.h"
#include "core/calibration/end_loss.h"
#include "core/calibration/gram.h"
#include "core/base/error_in_flight.h"

#include <torch/autograd.h>
#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    using torch::Tensor;

    constexpr double saliencyScale = 1e3; ///< of a gradient before it is squared, as in the published code

    /// A run of sequences that go through a block together.
    struct Batch
    {
        std::int64_t begin = 0, count = 0;
        bool heldOut = false;
    };

    /// Small batches stay in a CPU's caches; a GPU wants enough tokens to fill it. Fit and held-out sequences never share a batch.
    std::vector<Batch> cutIntoBatches(std::int64_t sequences, std::int64_t heldOut, std::int64_t length, bool cuda)
    {
        const std::int64_t most = std::max<std::int64_t>(1, (cuda ? 8192 : 1024) / length);
        std::vector<Batch> batches;
        for (std::int64_t begin = 0; begin < sequences;) {
            const bool isHeldOut = begin >= sequences - heldOut;
            const std::int64_t end = isHeldOut ? sequences : sequences - heldOut;
            batches.push_back({ begin, std::min(most, end - begin), isHeldOut });
            begin += batches.back().count;
        }
        return batches;
    }

    /// The batches that fall to a chain's position: contiguous, as equal in sequences as whole batches allow, and cut from the batches of one
    /// process alone, so that every product has the same shape there and here. With more positions than batches some have none.
    std::vector<Batch> batchesOf(const std::vector<Batch>& all, std::int64_t sequences, const CalibrationChain* chain)
    {
        if (chain == nullptr)
            return all;
        std::vector<Batch> ours;
        for (const Batch& batch : all) {
            const std::int64_t middle = 2 * batch.begin + batch.count; // in half sequences
            if (middle * chain->count() / (2 * sequences) == chain->position())
                ours.push_back(batch);
        }
        return ours;
    }

    /// What a linear layer saw and gave while its block ran.
    struct Activation
    {
        LinearLayer layer;
        Tensor input, output; ///< [batch, tokens, in], [batch, tokens, out]
    };

    /// Sums of one part (fit or held out) of the sequences for one linear layer.
    struct PartSums
    {
        Tensor guided; ///< [groups, in, in]
        Tensor plain; ///< [in, in], the same tensor for layers with the same input
    };

    struct LayerSums
    {
        LinearLayer layer;
        std::vector<RowGroup> groups;
        PartSums fit, heldOut;
        Tensor fisher;
    };

    /// Work in multiply-adds per token, so that progress and ETA are honest although the passes differ in cost.
    struct StepCost
    {
        double forward = 0, head = 0, measure = 0;
    };

    StepCost costPerToken(const CausalLm& model, const CalibrationOptions& options)
    {
        StepCost cost;
        for (const LinearLayer& layer : model.linears()) {
            if (layer.block != 0)
                continue;
            const auto weights = static_cast<double>(layer.out * layer.in);
            const auto gram = static_cast<double>(layer.in * layer.in) * 0.6;
            cost.forward += weights;
            cost.measure += weights * (options.fisherDiagonal ? 3 : 2);
            if (options.guidedHessian)
                cost.measure += gram * static_cast<double>(std::min(options.groups, layer.out));
            if (options.plainHessian)
                cost.measure += gram * 0.6;
        }
        cost.head = 2.0 * static_cast<double>(model.config().vocabularySize * model.config().hiddenSize);
        return cost;
    }

    /// Counts tokens of the whole calibration: one token is done when it went through every step of both passes.
    /// `ours` of the tokens are counted here, and stand for all.
    class TokenProgress
    {
    public:
        TokenProgress(ProgressSink& sink, std::int64_t tokens, std::int64_t ours, double stepsCost)
            : m_meter(sink, "calibrate", "tokens", tokens)
            , m_total(static_cast<double>(ours) * stepsCost)
        {
        }
        void advance(std::int64_t tokens, double cost, const std::string& item)
        {
            m_done += static_cast<double>(tokens) * cost;
            const auto total = m_meter.current().total;
            m_meter.update(std::min(total, static_cast<std::int64_t>(std::floor(m_done / m_total * static_cast<double>(total) + 1e-6))), item);
        }

    private:
        ProgressMeter m_meter;
        double m_total, m_done = 0;
    };

    bool sameTensor(const Tensor& a, const Tensor& b)
    {
        return a.is_same(b) || (a.data_ptr() == b.data_ptr() && a.sizes() == b.sizes() && a.strides() == b.strides());
    }

    /// [tokens, groups] f32: mean over each group's channels of (1000 · output gradient)².
    Tensor saliency(const Tensor& gradient, const std::vector<RowGroup>& groups)
    {
        const Tensor mean = torch::empty({ gradient.size(0), static_cast<std::int64_t>(groups.size()) }, gradient.options().dtype(torch::kFloat32));
        for (std::size_t k = 0; k < groups.size(); ++k) {
            const std::int64_t rows = groups[k].end - groups[k].begin;
            const Tensor norm = torch::linalg_vector_norm(gradient.narrow(1, groups[k].begin, rows), 2, torch::IntArrayRef { 1 }, false, torch::kFloat32);
            mean.select(1, static_cast<std::int64_t>(k)).copy_(norm.mul_(saliencyScale / std::sqrt(static_cast<double>(rows))).square_());
        }
        return mean;
    }

    /// The statistics of one block, filled batch by batch.
    class BlockSums
    {
    public:
        BlockSums(const CausalLm& model, std::int64_t block, const CalibrationOptions& options)
            : m_options(options)
            , m_float(torch::TensorOptions().dtype(torch::kFloat32).device(model.device()))
        {
            for (const LinearLayer& layer : model.linears())
                if (layer.block == block)
                    m_layers.push_back({ layer, rowGroups(layer.out, options.groups), {}, {}, {} });
        }

        /// Goes on from what other sequences gave, which take() returned elsewhere.
        void goOnFrom(std::vector<LayerStatistics> before)
        {
            for (LayerStatistics& layer : before) {
                LayerSums& sums = find(layer.layer);
                const auto here = [&](const Tensor& sum) { return sum.defined() ? sum.to(m_float.device()) : sum; };
                sums.fit.guided = here(layer.fit.matrices);
                sums.heldOut.guided = here(layer.heldOut.matrices);
                sums.fisher = here(layer.fisherDiagonal);
                sums.fit.plain = layer.plainFit;
                sums.heldOut.plain = layer.plainHeldOut;
            }
            // Layers with the same input go on sharing one sum.
            const auto move = [&](Tensor PartSums::*plain, PartSums LayerSums::*part) {
                Tensor from, to;
                for (LayerSums& sums : m_layers) {
                    Tensor& sum = sums.*part.*plain;
                    if (!sum.defined())
                        continue;
                    if (!(from.defined() && sum.is_same(from))) {
                        from = sum;
                        to = sum.to(m_float.device());
                    }
                    sum = to;
                }
            };
            move(&PartSums::plain, &LayerSums::fit);
            move(&PartSums::plain, &LayerSums::heldOut);
        }

        /// gradients[i] belongs to activations[i].output; empty when only the plain Hessian is asked for.
        void add(const std::vector<Activation>& activations, const std::vector<Tensor>& gradients, bool heldOut)
        {
            Tensor rows, lastInput, lastPlain;
            for (std::size_t i = 0; i < activations.size(); ++i) {
                const Activation& seen = activations[i];
                LayerSums& sums = find(seen.layer);
                PartSums& part = heldOut ? sums.heldOut : sums.fit;
                const std::int64_t in = sums.layer.in;
                const bool shared = lastInput.defined() && sameTensor(lastInput, seen.input);
                if (!shared) {
                    rows = seen.input.detach().reshape({ -1, in }).to(torch::kFloat32).contiguous();
                    lastInput = seen.input;
                }
                if (m_options.plainHessian) {
                    if (!part.plain.defined())
                        part.plain = shared ? lastPlain : torch::zeros({ in, in }, m_float);
                    if (!shared)
                        addGrams(part.plain.unsqueeze(0), rows);
                    lastPlain = part.plain;
                }
                if (m_options.guidedHessian)
                    addGuided(part, sums, rows, gradients[i]);
                if (m_options.fisherDiagonal)
                    addFisher(sums, rows, gradients[i]);
            }
        }

        /// The sums as they are; the object is empty afterwards.
        std::vector<LayerStatistics> take()
        {
            std::vector<LayerStatistics> statistics;
            for (LayerSums& sums : m_layers) {
                LayerStatistics layer;
                layer.layer = sums.layer;
                layer.fit.matrices = sums.fit.guided;
                layer.heldOut.matrices = sums.heldOut.guided;
                layer.plainFit = sums.fit.plain;
                layer.plainHeldOut = sums.heldOut.plain;
                layer.fisherDiagonal = sums.fisher;
                statistics.push_back(std::move(layer));
            }
            m_layers.clear();
            return statistics;
        }

        /// Makes the sums symmetric and checks them; the object is empty afterwards.
        Result<std::vector<LayerStatistics>> finish()
        {
            std::vector<LayerStatistics> statistics = take();
            Tensor mirrored, mirroredHeldOut;
            for (const LayerStatistics& layer : statistics) {
                for (const Tensor& guided : { layer.fit.matrices, layer.heldOut.matrices })
                    if (guided.defined())
                        mirrorLowerTriangle(guided);
                if (layer.plainFit.defined() && !(mirrored.defined() && mirrored.is_same(layer.plainFit)))
                    mirrorLowerTriangle(mirrored = layer.plainFit);
                if (layer.plainHeldOut.defined() && !(mirroredHeldOut.defined() && mirroredHeldOut.is_same(layer.plainHeldOut)))
                    mirrorLowerTriangle(mirroredHeldOut = layer.plainHeldOut);
                for (const Tensor& sum : { layer.fit.matrices, layer.heldOut.matrices, layer.plainFit, layer.plainHeldOut, layer.fisherDiagonal })
                    if (sum.defined() && !std::isfinite(sum.sum(torch::kFloat64).item<double>()))
                        return fail(ErrorCode::InvalidInput,
                            "{}: calibration gave a value that is not finite; the model overflows on this text (try compute dtype f32)", layer.layer.name);
            }
            return statistics;
        }

    private:
        LayerSums& find(const LinearLayer& layer)
        {
            const auto found = std::find_if(m_layers.begin(), m_layers.end(), [&](const LayerSums& sums) { return sums.layer.name == layer.name; });
            TORCH_CHECK(found != m_layers.end(), "linear layer ", layer.name, " does not belong to this block");
            return *found;
        }

        void addGuided(PartSums& part, const LayerSums& sums, const Tensor& rows, const Tensor& gradient)
        {
            const auto groups = static_cast<std::int64_t>(sums.groups.size());
            if (!part.guided.defined())
                part.guided = torch::zeros({ groups, sums.layer.in, sums.layer.in }, m_float);
            addGrams(part.guided, rows, saliency(gradient.reshape({ -1, sums.layer.out }), sums.groups));
        }

        /// Squares each sequence's own weight gradient: tokens are summed before the square.
        void addFisher(LayerSums& sums, const Tensor& rows, const Tensor& gradient)
        {
            if (!sums.fisher.defined())
                sums.fisher = torch::zeros({ sums.layer.out, sums.layer.in }, m_float);
            const std::int64_t sequences = gradient.size(0), length = gradient.size(1);
            for (std::int64_t s = 0; s < sequences; ++s) {
                const Tensor weightGradient = gradient[s].to(torch::kFloat32).t().matmul(rows.narrow(0, s * length, length));
                sums.fisher.addcmul_(weightGradient, weightGradient);
            }
        }

        const CalibrationOptions& m_options;
        torch::TensorOptions m_float;
        std::vector<LayerSums> m_layers;
    };

    Result<void> checkInput(const CausalLm& model, const Tensor& tokens, const CalibrationOptions& options)
    {
        if (tokens.dim() != 2 || tokens.scalar_type() != torch::kInt64 || tokens.size(0) < 1 || tokens.size(1) < 2)
            return fail(ErrorCode::InvalidInput, "calibration tokens: expected i64 [sequences >= 1, length >= 2], found {}", c10::str(tokens.sizes()));
        const auto lowest = tokens.min().item<std::int64_t>(), highest = tokens.max().item<std::int64_t>();
        if (lowest < 0 || highest >= model.config().vocabularySize)
            return fail(ErrorCode::InvalidInput, "calibration tokens: found token {}, expected 0 to {}", lowest < 0 ? lowest : highest,
                model.config().vocabularySize - 1);
        if (options.groups < 1)
            return fail(ErrorCode::Usage, "groups is {}, expected 1 or more", options.groups);
        if (options.heldOutSequences < 0 || options.heldOutSequences >= tokens.size(0))
            return fail(ErrorCode::Usage, "{} of {} sequences are to be held out, expected 0 to {}", options.heldOutSequences, tokens.size(0),
                tokens.size(0) - 1);
        return {};
    }

    /// One calibration run. Keeps, on the host, each block's input of all sequences, and the gradient that arrived there.
    class Calibration
    {
    public:
        Calibration(const CausalLm& model, const Tensor& tokens, const CalibrationOptions& options, ProgressSink& sink, JobControl& control,
            CalibrationChain* chain)
            : m_model(model)
            , m_options(options)
            , m_control(control)
            , m_chain(chain)
            , m_length(tokens.size(1))
            , m_blocks(model.config().blocks)
            , m_batches(batchesOf(cutIntoBatches(tokens.size(0), options.heldOutSequences, m_length, model.device().is_cuda()), tokens.size(0), chain))
            , m_first(m_batches.empty() ? 0 : m_batches.front().begin)
            , m_tokens(tokens.narrow(0, m_first, m_batches.empty() ? 0 : m_batches.back().begin + m_batches.back().count - m_first).to(model.device()))
            , m_cost(costPerToken(model, options))
            , m_needsGradient(options.guidedHessian || options.fisherDiagonal)
            , m_progress(sink, tokens.numel(), m_tokens.numel(), static_cast<double>(m_blocks) * (m_cost.forward + m_cost.measure) + m_cost.head)
        {
            for (Batch& batch : m_batches)
                batch.begin -= m_first;
        }

        Result<std::vector<double>> run(const BlockStatisticsSink& sink)
        {
            m_doing = "calibration, forward pass";
            std::vector<double> losses;
            BITLOOM_CHECK(forward(losses));
            for (std::int64_t block = m_blocks - 1; block >= 0; --block) {
                m_doing = fmt::format("calibrating block {}", block);
                BlockSums sums(m_model, block, m_options);
                if (m_chain != nullptr && m_chain->position() > 0) {
                    BITLOOM_TRY(auto before, m_chain->take(block));
                    sums.goOnFrom(std::move(before));
                }
                BITLOOM_CHECK(measure(block, sums));
                const at::NoGradGuard noGrad;
                if (m_chain != nullptr && m_chain->position() + 1 < m_chain->count()) {
                    BITLOOM_CHECK(m_chain->pass(block, sums.take()));
                } else {
                    BITLOOM_TRY(auto statistics, sums.finish());
                    BITLOOM_CHECK(sink(block, std::move(statistics)));
                }
            }
            return losses;
        }

        [[nodiscard]] const std::string& doing() const { return m_doing; }

    private:
        [[nodiscard]] std::int64_t tokensOf(const Batch& batch) const { return batch.count * m_length; }
        [[nodiscard]] Tensor tokensIn(const Batch& batch) const { return m_tokens.narrow(0, batch.begin, batch.count); }

        /// Input of `block` (0: from the tokens, never stored), on the model's device.
        [[nodiscard]] Tensor inputOf(std::int64_t block, const Batch& batch) const
        {
            if (block == 0)
                return m_model.embed(tokensIn(batch));
            return m_inputs[static_cast<std::size_t>(block)].narrow(0, batch.begin, batch.count).to(m_model.device());
        }

        Result<void> forward(std::vector<double>& losses)
        {
            const at::NoGradGuard noGrad;
            const auto host = torch::TensorOptions().dtype(m_model.dtype());
            const std::vector<std::int64_t> shape { m_tokens.size(0), m_length, m_model.config().hiddenSize };
            m_inputs.resize(static_cast<std::size_t>(m_blocks));
            for (std::int64_t block = 1; block < m_blocks; ++block)
                m_inputs[static_cast<std::size_t>(block)] = torch::empty(shape, host);
            if (m_needsGradient)
                m_gradient = torch::empty(shape, host);
            for (const Batch& batch : m_batches) {
                Tensor hidden = m_model.embed(tokensIn(batch));
                for (std::int64_t block = 0; block < m_blocks; ++block) {
                    BITLOOM_CHECK(m_control.checkpoint());
                    if (block > 0)
                        m_inputs[static_cast<std::size_t>(block)].narrow(0, batch.begin, batch.count).copy_(hidden);
                    hidden = m_model.block(block, hidden);
                    m_progress.advance(tokensOf(batch), m_cost.forward, "forward");
                }
                BITLOOM_CHECK(m_control.checkpoint());
                const std::vector<double> batchLosses = endLoss(m_model, hidden, tokensIn(batch), m_needsGradient);
                for (const double loss : batchLosses)
                    if (!std::isfinite(loss))
                        return fail(ErrorCode::InvalidInput,
                            "calibration: the loss of sequence {} is not finite; the model overflows on this text (try compute dtype f32)",
                            m_first + static_cast<std::int64_t>(losses.size()) + (&loss - batchLosses.data()));
                losses.insert(losses.end(), batchLosses.begin(), batchLosses.end());
                if (m_needsGradient)
                    m_gradient.narrow(0, batch.begin, batch.count).copy_(hidden);
                m_progress.advance(tokensOf(batch), m_cost.head, "loss");
            }
            return {};
        }

        /// Runs the block again, backwards too, and sums its statistics. m_gradient becomes the gradient at the block's input.
        Result<void> measure(std::int64_t block, BlockSums& sums)
        {
            const std::string item = fmt::format("model.layers.{}", block);
            for (const Batch& batch : m_batches) {
                BITLOOM_CHECK(m_control.checkpoint());
                const Tensor gradient = m_needsGradient ? m_gradient.narrow(0, batch.begin, batch.count) : Tensor();
                Tensor hidden;
                {
                    const at::NoGradGuard noGrad;
                    hidden = inputOf(block, batch).detach();
                }
                std::vector<Activation> activations;
                std::vector<Tensor> gradients;
                {
                    const at::AutoGradMode gradMode(m_needsGradient);
                    hidden.requires_grad_(m_needsGradient);
                    const Tensor output = m_model.block(block, hidden,
                        [&](const LinearLayer& layer, const Tensor& in, const Tensor& out) { activations.push_back({ layer, in, out }); });
                    if (m_needsGradient) {
                        std::vector<Tensor> wanted;
                        for (const Activation& seen : activations)
                            wanted.push_back(seen.output);
                        if (block > 0)
                            wanted.push_back(hidden);
                        gradients = torch::autograd::grad({ output }, wanted, { gradient.to(m_model.device()) });
                    }
                }
                const at::NoGradGuard noGrad;
                sums.add(activations, gradients, batch.heldOut);
                if (m_needsGradient && block > 0)
                    gradient.copy_(gradients.back()); // only now: the last linear layer's gradient is the arriving one itself
                m_progress.advance(tokensOf(batch), m_cost.measure, item);
            }
            m_inputs[static_cast<std::size_t>(block)] = Tensor();
            return {};
        }

        const CausalLm& m_model;
        const CalibrationOptions& m_options;
        JobControl& m_control;
        CalibrationChain* m_chain; ///< null for one process alone
        std::int64_t m_length, m_blocks;
        std::vector<Batch> m_batches; ///< of ours; they begin at 0
        std::int64_t m_first; ///< of the sequences that are ours
        Tensor m_tokens; ///< ours
        StepCost m_cost;
        bool m_needsGradient;
        TokenProgress m_progress;
        std::vector<Tensor> m_inputs; ///< [sequences, length, hidden] of each block but the first, compute dtype, host
        Tensor m_gradient; ///< [sequences, length, hidden] ∂loss/∂(output of the block that comes next), compute dtype, host
        std::string m_doing;
    };
}

Result<std::vector<double>> calibrate(const CausalLm& model, const torch::Tensor& tokens, const CalibrationOptions& options,
    const BlockStatisticsSink& sink, ProgressSink& progress, JobControl& control, CalibrationChain* chain)
{
    std::string doing = "calibration";
    try {
        BITLOOM_CHECK(checkInput(model, tokens, options));
        Calibration calibration(model, tokens, options, progress, control, chain);
        try {
            return calibration.run(sink);
        } catch (...) {
            doing = calibration.doing();
            throw;
        }
    } catch (...) {
        return errorInFlight(doing);
    }
}

} // namespace bitloom
