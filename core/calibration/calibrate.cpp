// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/huge_pages.h"
#include "core/base/progress_meter.h"
#include "core/calibration/calibration.h"
#include "core/calibration/end_loss.h"
#include "core/calibration/gram.h"
#include "core/base/error_in_flight.h"
#include "core/calibration/calibration_steps.h"

#include <torch/autograd.h>
#include <torch/cuda.h>
#include <algorithm>
#include <cmath>
#include <fmt/ranges.h>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

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

    /// One run through a block and back.
    struct Sweep
    {
        std::vector<LinearLayer> layers; ///< that are measured, in the model's order
        bool passesOn = false; ///< the gradient, to the block before
        double cost = 0; ///< multiply-adds per token
    };

    /// Work in multiply-adds per token, so that progress and ETA are honest although the passes differ in cost.
    double forwardCost(const CausalLm& model)
    {
        double cost = 0;
        for (const LinearLayer& layer : model.linears())
            cost += layer.block == 0 ? static_cast<double>(layer.out * layer.in) : 0;
        return cost;
    }

    double headCost(const CausalLm& model)
    {
        return 2.0 * static_cast<double>(model.config().vocabularySize * model.config().hiddenSize);
    }

    double measureCost(const LinearLayer& layer, const CalibrationOptions& options)
    {
        const auto gram = static_cast<double>(layer.in * layer.in) * 0.6;
        double cost = options.fisherDiagonal ? static_cast<double>(layer.out * layer.in) : 0;
        if (options.guidedHessian)
            cost += gram * static_cast<double>(std::min(options.groups, layer.out));
        if (options.plainHessian)
            cost += gram * 0.6;
        return cost;
    }

    bool needsGradient(const CalibrationOptions& options)
    {
        return options.guidedHessian || options.fisherDiagonal;
    }

    /// The sweeps that a block takes: those in which anything is wanted, and the last one, which passes the gradient on.
    std::vector<Sweep> sweepsOver(const CausalLm& model, std::int64_t block, const CalibrationOptions& options)
    {
        std::vector<LinearLayer> layers;
        std::copy_if(model.linears().begin(), model.linears().end(), std::back_inserter(layers), [&](const LinearLayer& layer) { return layer.block == block; });
        std::vector<std::vector<std::int64_t>> places = options.schedule.sweeps;
        if (places.empty()) {
            places.emplace_back(layers.size());
            std::iota(places.front().begin(), places.front().end(), 0);
        }
        std::vector<Sweep> sweeps;
        for (std::size_t i = 0; i < places.size(); ++i) {
            Sweep sweep;
            sweep.passesOn = i + 1 == places.size() && block > 0 && needsGradient(options);
            sweep.cost = (needsGradient(options) ? 3 : 1) * forwardCost(model);
            for (std::size_t place = 0; place < layers.size(); ++place) {
                if (std::find(places[i].begin(), places[i].end(), static_cast<std::int64_t>(place)) == places[i].end() || (options.wanted && !options.wanted(layers[place])))
                    continue;
                sweep.layers.push_back(layers[place]);
                sweep.cost += measureCost(layers[place], options);
            }
            if (sweep.passesOn || !sweep.layers.empty())
                sweeps.push_back(std::move(sweep));
        }
        return sweeps;
    }

    double costPerToken(const CausalLm& model, const std::vector<CalibrationStep>& steps, const CalibrationOptions& options)
    {
        double cost = headCost(model);
        for (const CalibrationStep& step : steps) {
            if (step.kind == CalibrationStep::Kind::Forward)
                cost += forwardCost(model);
            else if (step.kind == CalibrationStep::Kind::Measure)
                for (const Sweep& sweep : sweepsOver(model, step.block, options))
                    cost += sweep.cost;
        }
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

    /// The statistics of some layers of one block, filled batch by batch.
    class BlockSums
    {
    public:
        BlockSums(const CausalLm& model, const std::vector<LinearLayer>& layers, const CalibrationOptions& options)
            : m_options(options)
            , m_float(torch::TensorOptions().dtype(torch::kFloat32).device(model.device()))
        {
            for (const LinearLayer& layer : layers)
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
            std::vector<WeightedGrams> ofTheseRows; // layers with the same input go together
            for (std::size_t i = 0; i < activations.size(); ++i) {
                const Activation& seen = activations[i];
                LayerSums& sums = find(seen.layer);
                PartSums& part = heldOut ? sums.heldOut : sums.fit;
                const std::int64_t in = sums.layer.in;
                const bool shared = lastInput.defined() && sameTensor(lastInput, seen.input);
                if (!shared) {
                    addGrams(rows, std::exchange(ofTheseRows, {}));
                    rows = seen.input.detach().reshape({ -1, in }).to(torch::kFloat32).contiguous();
                    lastInput = seen.input;
                }
                if (m_options.plainHessian) {
                    if (!part.plain.defined())
                        part.plain = shared ? lastPlain : zeros({ in, in });
                    if (!shared)
                        ofTheseRows.push_back({ part.plain.unsqueeze(0), {} });
                    lastPlain = part.plain;
                }
                if (m_options.guidedHessian)
                    ofTheseRows.push_back(guided(part, sums, gradients[i]));
                if (m_options.fisherDiagonal)
                    addFisher(sums, rows, gradients[i]);
            }
            addGrams(rows, ofTheseRows);
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
                const auto diagonal = [](const Tensor& matrices) { return matrices.defined() ? matrices.diagonal(0, -2, -1) : matrices; };
                // A column that overflows anywhere in a Hessian does so on the diagonal.
                for (const Tensor& sum : { diagonal(layer.fit.matrices), diagonal(layer.heldOut.matrices), diagonal(layer.plainFit),
                         diagonal(layer.plainHeldOut), layer.fisherDiagonal })
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

        [[nodiscard]] Tensor zeros(torch::IntArrayRef shape) const
        {
            const Tensor sums = torch::empty(shape, m_float);
            if (sums.is_cpu())
                preferHugePages(sums.mutable_data_ptr(), sums.nbytes());
            return sums.zero_();
        }

        WeightedGrams guided(PartSums& part, const LayerSums& sums, const Tensor& gradient)
        {
            const auto groups = static_cast<std::int64_t>(sums.groups.size());
            if (!part.guided.defined())
                part.guided = zeros({ groups, sums.layer.in, sums.layer.in });
            return { part.guided, saliency(gradient.reshape({ -1, sums.layer.out }), sums.groups) };
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

    Result<void> checkSchedule(const CausalLm& model, const CalibrationOptions& options)
    {
        std::vector<std::int64_t> measured, all;
        for (const std::vector<std::int64_t>& sweep : options.schedule.sweeps)
            measured.insert(measured.end(), sweep.begin(), sweep.end());
        std::sort(measured.begin(), measured.end());
        for (const LinearLayer& layer : model.linears())
            if (layer.block == 0)
                all.push_back(static_cast<std::int64_t>(all.size()));
        if (!measured.empty() && measured != all)
            return fail(ErrorCode::Usage, "the sweeps over a block name its linear layers {}, expected each of 0 to {} once", fmt::join(measured, ", "), all.size() - 1);
        return {};
    }

    /// One calibration run. Keeps, on the host, inputs of blocks, and the gradient that arrived from above, of all sequences.
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
            , m_steps(calibrationSteps(m_blocks, options.schedule.keptInputs))
            , m_needsGradient(needsGradient(options))
            , m_progress(sink, tokens.numel(), m_tokens.numel(), costPerToken(model, m_steps, options))
            , m_inputs(static_cast<std::size_t>(m_blocks))
        {
            for (Batch& batch : m_batches)
                batch.begin -= m_first;
        }

        Result<std::vector<double>> run(const BlockStatisticsSink& sink)
        {
            std::vector<double> losses;
            bool lossKnown = false;
            for (std::size_t i = 0; i < m_steps.size(); ++i) {
                const CalibrationStep& step = m_steps[i];
                m_doing = lossKnown ? fmt::format("calibrating block {}", step.block) : "calibration, forward pass";
                if (const auto part = partOf(step))
                    BITLOOM_CHECK(m_model.enter(*part, m_options.schedule.readAhead ? partAfter(i) : -1));
                switch (step.kind) {
                case CalibrationStep::Kind::Restart:
                    BITLOOM_CHECK(restart(step.block));
                    break;
                case CalibrationStep::Kind::Forward:
                    BITLOOM_CHECK(pass(step.block, lossKnown ? fmt::format("model.layers.{}", step.block) : "forward"));
                    break;
                case CalibrationStep::Kind::Keep:
                    // On the way back the state goes on nowhere else.
                    m_inputs[static_cast<std::size_t>(step.block)] = lossKnown ? std::exchange(m_hidden, Tensor()) : onHost(m_hidden);
                    break;
                case CalibrationStep::Kind::Loss:
                    BITLOOM_CHECK(loss(losses));
                    lossKnown = true;
                    break;
                case CalibrationStep::Kind::Measure:
                    BITLOOM_CHECK(measure(step.block, sink));
                    break;
                }
            }
            return losses;
        }

        [[nodiscard]] const std::string& doing() const { return m_doing; }

    private:
        [[nodiscard]] std::int64_t tokensOf(const Batch& batch) const { return batch.count * m_length; }
        [[nodiscard]] Tensor tokensIn(const Batch& batch) const { return m_tokens.narrow(0, batch.begin, batch.count); }
        [[nodiscard]] static Tensor partIn(const Tensor& all, const Batch& batch) { return all.narrow(0, batch.begin, batch.count); }

        /// The model's part whose weights a step needs, first of all. (Block 0's input is embedded anew.)
        [[nodiscard]] std::optional<std::int64_t> partOf(const CalibrationStep& step) const
        {
            switch (step.kind) {
            case CalibrationStep::Kind::Restart:
                return step.block == 0 ? std::optional<std::int64_t>(0) : std::nullopt;
            case CalibrationStep::Kind::Keep:
                return std::nullopt;
            case CalibrationStep::Kind::Loss:
                return m_blocks + 1;
            case CalibrationStep::Kind::Forward:
                break;
            case CalibrationStep::Kind::Measure:
                return step.block == 0 ? 0 : step.block + 1;
            }
            return step.block + 1;
        }

        /// The next other part that will be needed; negative for none.
        [[nodiscard]] std::int64_t partAfter(std::size_t step) const
        {
            if (m_steps[step] == CalibrationStep { CalibrationStep::Kind::Measure, 0 })
                return 1;
            const auto current = partOf(m_steps[step]);
            for (std::size_t next = step + 1; next < m_steps.size(); ++next) {
                if (const auto part = partOf(m_steps[next]); part && part != current)
                    return *part;
            }
            return -1;
        }

        /// A state of all our sequences on the host; pinned where a GPU copies from and to it.
        [[nodiscard]] Tensor newState() const
        {
            return torch::empty({ m_tokens.size(0), m_length, m_model.config().hiddenSize },
                torch::TensorOptions().dtype(m_model.dtype()).pinned_memory(m_model.device().is_cuda()));
        }
        [[nodiscard]] Tensor onHost(const Tensor& state) const
        {
            if (m_model.device().is_cuda())
                torch::cuda::synchronize(m_model.device().index());
            Tensor copy = newState();
            copy.copy_(state);
            return copy;
        }
        /// Copies to and from pinned memory are ordered by the GPU's stream.
        [[nodiscard]] Tensor toDevice(const Tensor& host) const { return host.to(m_model.device(), true); }

        Result<void> restart(std::int64_t block)
        {
            const at::NoGradGuard noGrad;
            if (block > 0) {
                m_hidden = onHost(m_inputs[static_cast<std::size_t>(block)]);
                return {};
            }
            m_hidden = newState();
            return embed(m_hidden);
        }

        Result<void> embed(const Tensor& into)
        {
            for (const Batch& batch : m_batches) {
                BITLOOM_CHECK(m_control.checkpoint());
                partIn(into, batch).copy_(m_model.embed(tokensIn(batch)), true);
            }
            return {};
        }

        Result<void> pass(std::int64_t block, const std::string& item)
        {
            const at::NoGradGuard noGrad;
            for (const Batch& batch : m_batches) {
                BITLOOM_CHECK(m_control.checkpoint());
                const Tensor state = partIn(m_hidden, batch);
                state.copy_(m_model.block(block, toDevice(state)), true);
                m_progress.advance(tokensOf(batch), forwardCost(m_model), item);
            }
            return {};
        }

        /// m_hidden becomes m_gradient.
        Result<void> loss(std::vector<double>& losses)
        {
            const at::NoGradGuard noGrad;
            for (const Batch& batch : m_batches) {
                BITLOOM_CHECK(m_control.checkpoint());
                const Tensor state = partIn(m_hidden, batch), hidden = toDevice(state);
                const std::vector<double> batchLosses = endLoss(m_model, hidden, tokensIn(batch), m_needsGradient);
                for (const double loss : batchLosses)
                    if (!std::isfinite(loss))
                        return fail(ErrorCode::InvalidInput,
                            "calibration: the loss of sequence {} is not finite; the model overflows on this text (try compute dtype f32)",
                            m_first + static_cast<std::int64_t>(losses.size()) + (&loss - batchLosses.data()));
                losses.insert(losses.end(), batchLosses.begin(), batchLosses.end());
                if (m_needsGradient && !hidden.is_same(state))
                    state.copy_(hidden, true);
                m_progress.advance(tokensOf(batch), headCost(m_model), "loss");
            }
            m_gradient = std::exchange(m_hidden, Tensor());
            if (!m_needsGradient)
                m_gradient = Tensor();
            return {};
        }

        Result<void> measure(std::int64_t block, const BlockStatisticsSink& sink)
        {
            const std::vector<Sweep> sweeps = sweepsOver(m_model, block, m_options);
            Tensor& input = m_inputs[static_cast<std::size_t>(block)];
            if (block == 0 && !sweeps.empty()) {
                const at::NoGradGuard noGrad;
                input = newState();
                BITLOOM_CHECK(embed(input));
                BITLOOM_CHECK(m_model.enter(1));
            }
            for (const Sweep& sweep : sweeps) {
                BlockSums sums(m_model, sweep.layers, m_options);
                if (m_chain != nullptr && m_chain->position() > 0) {
                    BITLOOM_TRY(auto before, m_chain->take(block));
                    sums.goOnFrom(std::move(before));
                }
                BITLOOM_CHECK(runSweep(block, sweep, sums));
                if (&sweep == &sweeps.back())
                    input = Tensor();
                const at::NoGradGuard noGrad;
                if (m_chain != nullptr && m_chain->position() + 1 < m_chain->count()) {
                    BITLOOM_CHECK(m_chain->pass(block, sums.take()));
                } else if (!sweep.layers.empty()) {
                    BITLOOM_TRY(auto statistics, sums.finish());
                    BITLOOM_CHECK(sink(block, std::move(statistics)));
                }
            }
            return {};
        }

        /// Runs the block again, backwards too, and sums statistics. Where the sweep passes it on, m_gradient becomes the gradient at the
        /// block's input.
        Result<void> runSweep(std::int64_t block, const Sweep& sweep, BlockSums& sums)
        {
            const std::string item = fmt::format("model.layers.{}", block);
            for (const Batch& batch : m_batches) {
                BITLOOM_CHECK(m_control.checkpoint());
                const Tensor gradient = m_needsGradient ? partIn(m_gradient, batch) : Tensor();
                Tensor hidden;
                {
                    const at::NoGradGuard noGrad;
                    hidden = toDevice(partIn(m_inputs[static_cast<std::size_t>(block)], batch)).detach();
                }
                std::vector<Activation> activations;
                std::vector<Tensor> gradients;
                {
                    const at::AutoGradMode gradMode(m_needsGradient);
                    hidden.requires_grad_(m_needsGradient);
                    const auto tap = [&](const LinearLayer& layer, const Tensor& in, const Tensor& out) {
                        if (std::any_of(sweep.layers.begin(), sweep.layers.end(), [&](const LinearLayer& measured) { return measured.name == layer.name; }))
                            activations.push_back({ layer, in, out });
                    };
                    constexpr bool valuesWanted = false; // the first pass has them already
                    const Tensor output = m_model.block(block, hidden, tap, nullptr, valuesWanted);
                    if (m_needsGradient) {
                        std::vector<Tensor> wanted;
                        for (const Activation& seen : activations)
                            wanted.push_back(seen.output);
                        if (sweep.passesOn)
                            wanted.push_back(hidden);
                        gradients = torch::autograd::grad({ output }, wanted, { toDevice(gradient) });
                    }
                }
                const at::NoGradGuard noGrad;
                sums.add(activations, gradients, batch.heldOut);
                if (sweep.passesOn)
                    gradient.copy_(gradients.back(), true); // only now: the last linear layer's gradient is the arriving one itself
                m_progress.advance(tokensOf(batch), sweep.cost, item);
            }
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
        std::vector<CalibrationStep> m_steps;
        bool m_needsGradient;
        TokenProgress m_progress;
        std::vector<Tensor> m_inputs; ///< [sequences, length, hidden] of those blocks whose input is kept, compute dtype, host
        Tensor m_hidden; ///< the same of the state on its way forward
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
        BITLOOM_CHECK(checkSchedule(model, options));
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
