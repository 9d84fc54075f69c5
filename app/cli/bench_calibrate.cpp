// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_suites.h"

#include "core/calibration/calibration.h"
#include "core/calibration/compute_dtype.h"
#include "core/engine/device.h"
#include "core/engine/resource_usage.h"
#include "core/model/model_source.h"

#include <torch/autograd.h>
#include <algorithm>
#include <chrono>
#include <limits>

namespace bitloom::cli {
namespace {
    using Clock = std::chrono::steady_clock;

    constexpr std::int64_t sequences = 8, length = 512;
    constexpr int rounds = 2; ///< of each, in turn, so that both see the same machine; the fastest counts

    double secondsSince(Clock::time_point start)
    {
        return std::chrono::duration<double>(Clock::now() - start).count();
    }

    /// What training does: forward and backward of one sequence at a time with gradients of all weights. The decoder blocks are the
    /// model's own; embedding, last norm and output projection are made here, because the model's never require grad.
    class PlainPass
    {
    public:
        static Result<PlainPass> make(const ModelSource& source, const CausalLm& model)
        {
            PlainPass pass(model);
            const auto weight = [&](const char* name, torch::Dtype dtype) -> Result<torch::Tensor> {
                BITLOOM_TRY(const torch::Tensor loaded, source.weights->load(name));
                return loaded.to(model.device(), dtype).contiguous();
            };
            BITLOOM_TRY(pass.m_embedding, weight("model.embed_tokens.weight", model.dtype()));
            BITLOOM_TRY(pass.m_norm, weight("model.norm.weight", model.dtype()));
            pass.m_output = pass.m_embedding;
            if (!model.config().tiedEmbeddings) {
                BITLOOM_TRY(pass.m_output, weight("lm_head.weight", model.dtype()));
            }
            return pass;
        }

        Result<double> run(const torch::Tensor& tokens, JobControl& control)
        {
            setRequiresGrad(true);
            const auto start = Clock::now();
            Result<void> going;
            for (std::int64_t s = 0; s < tokens.size(0) && going; ++s) {
                going = control.checkpoint();
                const torch::Tensor sequence = tokens.narrow(0, s, 1);
                torch::Tensor hidden = torch::embedding(m_embedding, sequence);
                for (std::int64_t block = 0; block < m_model.config().blocks; ++block)
                    hidden = m_model.block(block, hidden);
                hidden = torch::rms_norm(hidden, { hidden.size(-1) }, m_norm, m_model.config().normEpsilon);
                const torch::Tensor logits = torch::linear(hidden, m_output).to(torch::kFloat32);
                const torch::Tensor loss = torch::cross_entropy_loss(logits[0].narrow(0, 0, length - 1), sequence[0].narrow(0, 1, length - 1));
                loss.backward();
                m_lastLoss = loss.item<double>(); // waits for the device
            }
            const double seconds = secondsSince(start);
            setRequiresGrad(false);
            BITLOOM_CHECK(going);
            return seconds;
        }

    private:
        explicit PlainPass(const CausalLm& model)
            : m_model(model)
        {
        }

        void setRequiresGrad(bool wanted)
        {
            std::vector<torch::Tensor> weights { m_embedding, m_norm, m_output };
            for (const LinearLayer& layer : m_model.linears())
                weights.push_back(m_model.linearWeight(layer.name));
            for (torch::Tensor& weight : weights) {
                weight.mutable_grad() = torch::Tensor();
                weight.requires_grad_(wanted);
            }
        }

        const CausalLm& m_model;
        torch::Tensor m_embedding, m_norm, m_output;
        double m_lastLoss = 0;
    };

    Result<nlohmann::json> compare(CommandContext& context, const ModelSource& source, torch::Dtype dtype, torch::Device device)
    {
        BITLOOM_TRY(const CausalLm model, CausalLm::load(source, dtype, device));
        BITLOOM_TRY(PlainPass plain, PlainPass::make(source, model));
        at::manual_seed(context.seed);
        const torch::Tensor tokens = torch::randint(0, source.config.vocabularySize, { sequences, length }, torch::kInt64).to(device);
        double calibrateSeconds = std::numeric_limits<double>::max(), plainSeconds = calibrateSeconds;
        std::int64_t calibratePeak = 0, plainPeak = 0;
        for (int round = 0; round < rounds; ++round) {
            resetPeakMemory();
            const auto start = Clock::now();
            BITLOOM_TRY(const auto losses,
                calibrate(model, tokens, {}, [](std::int64_t, const std::vector<LayerStatistics>&) -> Result<void> { return {}; }, context.progress(),
                    context.control));
            calibrateSeconds = std::min(calibrateSeconds, secondsSince(start));
            calibratePeak = std::max(calibratePeak, memoryUsage().peakBytes);
            resetPeakMemory();
            BITLOOM_TRY(const double seconds, plain.run(tokens, context.control));
            plainSeconds = std::min(plainSeconds, seconds);
            plainPeak = std::max(plainPeak, memoryUsage().peakBytes);
        }
        const auto count = static_cast<double>(tokens.numel());
        const char* name = dtype == torch::kBFloat16 ? "bf16" : "f32";
        const double ratio = calibrateSeconds / plainSeconds;
        if (!context.json)
            fmt::print("{}: calibration {:.2f} s ({:.0f} tokens/s, peak {:.2f} GiB), plain forward and backward {:.2f} s ({:.0f} tokens/s, peak {:.2f} GiB), "
                       "ratio {:.2f}\n",
                name, calibrateSeconds, count / calibrateSeconds, static_cast<double>(calibratePeak) / 0x1p30, plainSeconds, count / plainSeconds,
                static_cast<double>(plainPeak) / 0x1p30, ratio);
        return nlohmann::json { { "name", std::string("calibrate ") + name }, { "compute_dtype", name }, { "default", dtype == defaultComputeDtype(device) },
            { "tokens", tokens.numel() }, { "groups", CalibrationOptions().groups }, { "seconds", calibrateSeconds },
            { "tokens_per_second", count / calibrateSeconds }, { "plain_seconds", plainSeconds }, { "plain_tokens_per_second", count / plainSeconds },
            { "ratio", ratio }, { "peak_memory_bytes", calibratePeak }, { "plain_peak_memory_bytes", plainPeak } };
    }
}

Result<nlohmann::json> benchCalibrate(CommandContext& context, const std::string& model)
{
    BITLOOM_TRY(const ModelSource source, openModel(model));
    BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
    nlohmann::json results = nlohmann::json::array();
    for (const torch::Dtype dtype : { torch::kFloat32, torch::kBFloat16 }) {
        BITLOOM_TRY(nlohmann::json result, compare(context, source, dtype, device));
        results.push_back(std::move(result));
    }
    return nlohmann::json { { "suite", "calibrate" }, { "model", source.name }, { "device", device.str() }, { "results", std::move(results) } };
}

} // namespace bitloom::cli
