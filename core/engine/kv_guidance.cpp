// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_guidance.h"

#include "core/base/error_in_flight.h"
#include "core/base/parallel_for.h"
#include "core/base/progress_meter.h"
#include "core/calibration/end_loss.h"
#include "core/kv/half_plan_json.h"
#include "core/kv/side_store.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    using kv::GridAxis;
    using kv::Half;
    using kv::HalfChoice;

    constexpr int windowLengths[] = { 8, 16, 32, 64 };
    constexpr std::size_t windowCount = std::size(windowLengths);
    constexpr int sinkCounts[] = { 1, 2, 4, 8, 16 };
    constexpr int mostSinks = 16;

    /// Attention whose exact window passes no gradient to keys and values, and which remembers those that it saw.
    class WindowedGradients : public BlockAttention
    {
    public:
        WindowedGradients(const CausalLm& model, std::int64_t window)
            : m_model(model)
            , m_window(window)
        {
        }

        std::vector<torch::Tensor> keys, values; ///< of each layer: [sequences, kv heads, tokens, head size]

        torch::Tensor positions(std::int64_t, std::int64_t count) override { return torch::arange(count, torch::kFloat32); }

        torch::Tensor attend(std::int64_t, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override
        {
            keys.push_back(key);
            values.push_back(value);
            const std::int64_t batch = query.size(0), count = query.size(2), size = query.size(3), kvHeads = key.size(1), shared = query.size(1) / kvHeads;
            const auto options = torch::TensorOptions().device(query.device()).dtype(torch::kInt64);
            const torch::Tensor age = torch::arange(count, options).unsqueeze(1) - torch::arange(count, options).unsqueeze(0);
            const torch::Tensor old = age.ge(m_window).repeat({ shared, 1 }); // [shared * tokens, tokens]
            torch::Tensor hidden = age.lt(0);
            if (const auto& limit = m_model.config().slidingWindow)
                hidden = hidden.logical_or(age.ge(*limit));
            const torch::Tensor queries = query.reshape({ batch, kvHeads, shared * count, size });
            const torch::Tensor near = torch::matmul(queries, key.detach().transpose(2, 3)), far = torch::matmul(queries, key.transpose(2, 3));
            const torch::Tensor logits = torch::where(old, far, near) * (1 / std::sqrt(static_cast<double>(size)));
            const torch::Tensor weights = logits.masked_fill(hidden.repeat({ shared, 1 }), -std::numeric_limits<float>::infinity()).softmax(-1);
            const torch::Tensor out = torch::matmul(weights * old, value) + torch::matmul(weights * old.logical_not(), value.detach());
            return out.reshape(query.sizes());
        }

    private:
        const CausalLm& m_model;
        std::int64_t m_window;
    };

    /// What is to be chosen for one layer's keys or values, and the expected loss of each choice.
    struct Decision
    {
        std::vector<double> losses; ///< of each candidate, without the first mostSinks positions
        std::vector<std::array<double, mostSinks>> sinkLosses; ///< of each of the first positions
        [[nodiscard]] double loss(std::size_t candidate, int sinks) const
        {
            double sum = losses[candidate];
            for (int p = sinks; p < mostSinks; ++p)
                sum += sinkLosses[candidate][static_cast<std::size_t>(p)];
            return sum;
        }
    };

    /// Into the plan's coordinates or back: its mixing matrix is symmetric and its own inverse.
    void rotate(const kv::Transform& transform, int size, const float* from, float* to)
    {
        if (transform.mix.empty()) {
            std::copy(from, from + size, to);
            return;
        }
        for (int run = 0; run < size; run += transform.mixSize)
            for (int j = 0; j < transform.mixSize; ++j) {
                float sum = 0;
                for (int i = 0; i < transform.mixSize; ++i)
                    sum += from[run + i] * transform.mix[static_cast<std::size_t>(j * transform.mixSize + i)];
                to[run + j] = sum;
            }
    }

    std::vector<HalfChoice> candidatesOf(Half half)
    {
        std::vector<HalfChoice> candidates;
        for (const int bits : { 1, 2, 3, 4 }) {
            if (half == Half::Keys) {
                candidates.push_back({ bits, 0, 32, GridAxis::Channel, true, false });
            } else {
                candidates.push_back({ bits, 0, 32, GridAxis::Token, false, false });
                candidates.push_back({ bits, 0, 32, GridAxis::Token, false, true });
                candidates.push_back({ bits, 0, 32, GridAxis::Channel, true, false });
            }
        }
        return candidates;
    }

    /// For each window, decisions of all layers.
    using Decisions = std::array<std::vector<Decision>, windowCount>;

    /// Adds the losses of rounding one layer's `numbers` as each candidate does, where the loss has these squared gradients for each window; all
    /// [sequences, kv heads, tokens, head size] f32 on the host.
    void addLosses(Half half, const std::vector<HalfChoice>& candidates, const torch::Tensor& numbers, const std::array<torch::Tensor, windowCount>& squares, std::size_t layer, Decisions& decisions)
    {
        const std::int64_t heads = numbers.size(0) * numbers.size(1), tokens = numbers.size(2), count = tokens / 32 * 32;
        const auto size = static_cast<int>(numbers.size(3));
        const auto* const data = numbers.const_data_ptr<float>();
        for (std::vector<Decision>& window : decisions)
            if (window[layer].losses.empty()) {
                window[layer].losses.assign(candidates.size(), 0);
                window[layer].sinkLosses.assign(candidates.size(), {});
            }
        parallelFor(static_cast<std::int64_t>(candidates.size()), 1, [&](std::int64_t begin, std::int64_t end) {
            for (auto c = static_cast<std::size_t>(begin); c < static_cast<std::size_t>(end); ++c) {
                const kv::HalfPlan plan = halfPlan(candidates[c], size);
                const kv::PageLayout layout(plan.grid, half, size, 32);
                std::vector<float> rows(static_cast<std::size_t>(32 * size)), read(static_cast<std::size_t>(size)), back(static_cast<std::size_t>(size));
                std::vector<std::byte> page(layout.bytes());
                for (std::int64_t head = 0; head < heads; ++head)
                    for (std::int64_t first = 0; first < count; first += 32) {
                        const float* const from = data + (head * tokens + first) * size;
                        for (int p = 0; p < 32; ++p)
                            rotate(plan.transform, size, from + p * size, rows.data() + p * size);
                        std::fill(page.begin(), page.end(), std::byte(0));
                        layout.packBlock(page.data(), rows.data());
                        for (int p = 0; p < 32; ++p) {
                            layout.readRow(page.data(), p, read.data());
                            rotate(plan.transform, size, read.data(), back.data());
                            for (std::size_t window = 0; window < windowCount; ++window) {
                                const float* const weights = squares[window].const_data_ptr<float>() + (head * tokens + first + p) * size;
                                double sum = 0;
                                for (int i = 0; i < size; ++i) {
                                    const float change = back[static_cast<std::size_t>(i)] - from[p * size + i];
                                    sum += weights[i] * change * change;
                                }
                                Decision& decision = decisions[window][layer];
                                (first + p < mostSinks ? decision.sinkLosses[c][static_cast<std::size_t>(first + p)] : decision.losses[c]) += 0.5 * sum;
                            }
                        }
                    }
            }
        });
    }

    /// Runs one sequence forwards and back. Squares of the gradients go to squares[half and layer][index]; the keys, then the values of each layer come back.
    std::vector<torch::Tensor> squaredGradients(const CausalLm& model, const torch::Tensor& tokens, int window, std::size_t index,
        std::vector<std::array<torch::Tensor, windowCount>>& squares)
    {
        WindowedGradients attention(model, window);
        torch::Tensor hidden = model.embed(tokens).detach().requires_grad_(true);
        {
            const at::AutoGradMode gradients(true);
            for (std::int64_t block = 0; block < model.config().blocks; ++block)
                hidden = model.block(block, hidden, attention);
        }
        torch::Tensor upstream = hidden.detach().clone();
        (void)endLoss(model, upstream, tokens.to(model.device()), true); // now the gradient of the mean loss
        std::vector<torch::Tensor> inputs = attention.keys;
        inputs.insert(inputs.end(), attention.values.begin(), attention.values.end());
        const auto gradients = torch::autograd::grad({ hidden }, inputs, { upstream }, std::nullopt, false, true);
        const at::NoGradGuard noGrad;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            inputs[i] = inputs[i].detach().to(torch::kCPU, torch::kFloat32).contiguous();
            // The loss is a mean over the positions; of their sum, the squares average to the Fisher information.
            squares[i][index] = gradients[i].defined() ? gradients[i].to(torch::kCPU, torch::kFloat32).square().mul_(static_cast<double>(tokens.size(1) - 1)).contiguous()
                                                       : torch::zeros_like(inputs[i]);
        }
        return inputs;
    }

    /// Bytes of one head for each candidate of one half, at the context's length.
    std::int64_t halfBytes(Half half, const HalfChoice& choice, int headSize, std::int64_t length, int window, int sinks)
    {
        const kv::PageLayout layout(halfPlan(choice, headSize).grid, half, headSize, choice.block);
        const std::int64_t waiting = layout.wholeBlocks() ? choice.block - 1 : 0;
        const std::int64_t slots = (std::min(length, sinks + window + 1 + waiting) + kv::SideStore::slabSlots - 1) / kv::SideStore::slabSlots * kv::SideStore::slabSlots;
        const std::int64_t pages = std::max<std::int64_t>(0, length - window) / choice.block + (layout.wholeBlocks() ? 0 : 1);
        // Rows, pages and their lists, with what growing lists hold in reserve.
        return slots * (headSize * 2 + 12) + pages * static_cast<std::int64_t>(layout.bytes()) + length / choice.block * 12 + length / 6;
    }

    struct Allocation
    {
        double loss = std::numeric_limits<double>::infinity();
        int window = 0, sinks = 0;
        std::vector<std::size_t> keys, values; ///< candidate of each layer
    };

    /// Starts everything at its cheapest and buys, again and again, the change that saves most loss for each byte.
    Allocation allocate(const std::vector<Decision>& keys, const std::vector<Decision>& values, const CausalLm& model, std::int64_t length, double bytesOfHead, int window, int sinks, int leastBits)
    {
        const auto size = static_cast<int>(model.config().headSize);
        const std::vector<HalfChoice> candidates[2] = { candidatesOf(Half::Keys), candidatesOf(Half::Values) };
        std::vector<std::int64_t> bytes[2];
        for (const int half : { 0, 1 })
            for (const HalfChoice& candidate : candidates[half])
                bytes[half].push_back(halfBytes(half == 0 ? Half::Keys : Half::Values, candidate, size, length, window, sinks));
        Allocation result;
        result.window = window;
        result.sinks = sinks;
        const std::size_t layers = keys.size();
        std::vector<std::size_t>* const chosen[2] = { &result.keys, &result.values };
        const std::vector<Decision>* const decisions[2] = { &keys, &values };
        double used = 0;
        for (const int half : { 0, 1 })
            for (std::size_t layer = 0; layer < layers; ++layer) {
                const auto allows = [&](std::size_t c) { return candidates[half][c].bits >= leastBits; };
                std::size_t best = 0;
                while (!allows(best))
                    ++best;
                for (std::size_t c = best + 1; c < bytes[half].size(); ++c)
                    if (bytes[half][c] < bytes[half][best]
                        || (bytes[half][c] == bytes[half][best] && (*decisions[half])[layer].loss(c, sinks) < (*decisions[half])[layer].loss(best, sinks)))
                        best = c;
                chosen[half]->push_back(best);
                used += static_cast<double>(bytes[half][best]);
            }
        const double allowed = bytesOfHead * static_cast<double>(layers);
        if (used > allowed)
            return result;
        for (;;) {
            double bestRate = 0;
            int bestHalf = 0;
            std::size_t bestLayer = 0, bestCandidate = 0;
            for (const int half : { 0, 1 })
                for (std::size_t layer = 0; layer < layers; ++layer) {
                    const std::size_t now = (*chosen[half])[layer];
                    for (std::size_t c = 0; c < bytes[half].size(); ++c) {
                        const double more = static_cast<double>(bytes[half][c] - bytes[half][now]);
                        const double saved = (*decisions[half])[layer].loss(now, sinks) - (*decisions[half])[layer].loss(c, sinks);
                        if (saved <= 0 || used + more > allowed || candidates[half][c].bits < leastBits)
                            continue;
                        const double rate = more <= 0 ? std::numeric_limits<double>::max() : saved / more;
                        if (rate > bestRate) {
                            bestRate = rate;
                            bestHalf = half;
                            bestLayer = layer;
                            bestCandidate = c;
                        }
                    }
                }
            if (bestRate <= 0)
                break;
            std::size_t& now = (*chosen[bestHalf])[bestLayer];
            used += static_cast<double>(bytes[bestHalf][bestCandidate] - bytes[bestHalf][now]);
            now = bestCandidate;
        }
        result.loss = 0;
        for (const int half : { 0, 1 })
            for (std::size_t layer = 0; layer < layers; ++layer)
                result.loss += (*decisions[half])[layer].loss((*chosen[half])[layer], sinks);
        return result;
    }
}

Result<nlohmann::json> guideCache(const CausalLm& model, const torch::Tensor& tokens, std::int64_t length, double bitsPerValue, ProgressSink& progress, JobControl& control)
{
    return catching("guiding the key-value cache", [&]() -> Result<nlohmann::json> {
        const ModelConfig& config = model.config();
        if (tokens.size(1) < 64)
            return fail(ErrorCode::Usage, "guiding a cache needs sequences of at least 64 tokens, not {}", tokens.size(1));
        const auto layers = static_cast<std::size_t>(config.blocks);
        const double bytesOfHead = bitsPerValue / 8 * 2 * static_cast<double>(length * config.headSize) - 800; // what a head's own lists and objects hold
        const std::vector<HalfChoice> candidates[2] = { candidatesOf(Half::Keys), candidatesOf(Half::Values) };
        Decisions decisions[2];
        for (Decisions& half : decisions)
            half.fill(std::vector<Decision>(layers));
        ProgressMeter meter(progress, "guide", "passes", static_cast<std::int64_t>(windowCount) * tokens.size(0));
        for (std::int64_t sequence = 0; sequence < tokens.size(0); ++sequence) {
            const torch::Tensor one = tokens.narrow(0, sequence, 1);
            std::vector<torch::Tensor> numbers;
            std::vector<std::array<torch::Tensor, windowCount>> squares(2 * layers);
            for (std::size_t window = 0; window < windowCount; ++window) {
                BITLOOM_CHECK(control.checkpoint());
                numbers = squaredGradients(model, one, windowLengths[window], window, squares);
                meter.advance(1, "window " + std::to_string(windowLengths[window]));
            }
            for (std::size_t i = 0; i < 2 * layers; ++i) {
                const Half half = i < layers ? Half::Keys : Half::Values;
                addLosses(half, candidates[i / layers], numbers[i], squares[i], i % layers, decisions[i / layers]);
            }
        }
        Allocation best;
        // Rounding to one bit changes the numbers by as much as they are, where squared gradients promise far too little loss (demo model, 3.2 bits: KL
        // 0.184 with single bits, 0.075 without): only where nothing else fits.
        for (int leastBits = 2; leastBits > 0 && !std::isfinite(best.loss); --leastBits)
            for (std::size_t window = 0; window < windowCount; ++window)
                for (const int sinks : sinkCounts) {
                    Allocation allocation = allocate(decisions[0][window], decisions[1][window], model, length, bytesOfHead, windowLengths[window], sinks, leastBits);
                    if (allocation.loss < best.loss)
                        best = std::move(allocation);
                }
        if (best.keys.empty() || !std::isfinite(best.loss))
            return fail(ErrorCode::Usage, "guided: {:.3f} bits per value are not enough for {} tokens", bitsPerValue, length);
        nlohmann::json chosen = nlohmann::json::array();
        for (std::size_t layer = 0; layer < layers; ++layer)
            chosen.push_back({ { "keys", halfChoiceJson(candidates[0][best.keys[layer]]) }, { "values", halfChoiceJson(candidates[1][best.values[layer]]) } });
        return nlohmann::json { { "sinks", best.sinks }, { "window", best.window }, { "layers", std::move(chosen) },
            { "expected_loss", best.loss / static_cast<double>(tokens.size(0)) } };
    });
}

} // namespace bitloom
