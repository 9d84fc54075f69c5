// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_suites.h"
#include "app/cli/bench_timing.h"

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

    const char* dtypeName(torch::Dtype dtype)
    {
        return dtype == torch::kBFloat16 ? "bf16" : "f32";
    }

    double secondsSince(Clock::time_point start)
    {
        return std::chrono::duration<double>(Clock::now() - start).count();
    }

    /// What training does: forward and backward of one sequence at a time with gradients of all weights, all of it by libtorch's own operations in the
    /// model's dtype. The decoder blocks are the model's; embedding, last norm and output projection are made here, because the model's
    /// never require grad.
    class PlainPass
    {
    public:
        static Result<PlainPass> make(const ModelSource& source, CausalLm& model)
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
            setTraining(true);
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
            setTraining(false);
            BITLOOM_CHECK(going);
            return seconds;
        }

    private:
        explicit PlainPass(CausalLm& model)
            : m_model(model)
        {
        }

        void setTraining(bool wanted)
        {
            m_model.setOwnOperations(!wanted);
            std::vector<torch::Tensor> weights { m_embedding, m_norm, m_output };
            for (const LinearLayer& layer : m_model.linears())
                weights.push_back(m_model.linearWeight(layer.name));
            for (torch::Tensor& weight : weights) {
                weight.mutable_grad() = torch::Tensor();
                weight.requires_grad_(wanted);
            }
        }

        CausalLm& m_model;
        torch::Tensor m_embedding, m_norm, m_output;
        double m_lastLoss = 0;
    };

    /// What calibration multiplies and adds: every linear layer forward, forward again with gradients (but a block's last) and back to its
    /// input; the output projection forward and back; and the lower triangles of the guided Hessians.
    double calibrationFlops(const CausalLm& model, std::int64_t tokens, std::int64_t groups)
    {
        double each = 4.0 * static_cast<double>(model.config().vocabularySize) * static_cast<double>(model.config().hiddenSize);
        for (const LinearLayer& layer : model.linears()) {
            const torch::Tensor weight = model.linearWeight(layer.name);
            const auto in = static_cast<double>(weight.size(1));
            const double passes = layer.module == "mlp.down_proj" ? 2 : 3;
            each += 2.0 * passes * static_cast<double>(weight.numel()) + static_cast<double>(groups) * in * (in + 1);
        }
        return each * static_cast<double>(tokens);
    }

    Result<Duration> calibrationTime(CommandContext& context, const CausalLm& model, const torch::Tensor& tokens, std::int64_t groups)
    {
        CalibrationOptions options;
        options.groups = groups;
        return fastest(1, model.device(), [&]() -> Result<void> {
            BITLOOM_TRY(const auto losses,
                calibrate(model, tokens, options, [](std::int64_t, const std::vector<LayerStatistics>&) -> Result<void> { return {}; }, context.progress(),
                    context.control));
            return {};
        });
    }

    torch::Tensor randomTokens(const CausalLm& model, std::int64_t count, std::uint64_t seed)
    {
        at::manual_seed(seed);
        return torch::randint(0, model.config().vocabularySize, { count, length }, torch::kInt64).to(model.device());
    }

    Result<nlohmann::json> compare(CommandContext& context, const ModelSource& source, CausalLm& model, double gemmRate)
    {
        BITLOOM_TRY(PlainPass plain, PlainPass::make(source, model));
        const torch::Tensor tokens = randomTokens(model, sequences, context.seed);
        const std::int64_t groups = CalibrationOptions().groups;
        double plainSeconds = std::numeric_limits<double>::max();
        Duration calibration { plainSeconds, plainSeconds };
        std::int64_t calibratePeak = 0, plainPeak = 0;
        for (int round = 0; round < rounds; ++round) {
            resetPeakMemory();
            BITLOOM_TRY(const Duration calibrated, calibrationTime(context, model, tokens, groups));
            calibration = { std::min(calibration.seconds, calibrated.seconds), std::min(calibration.processorSeconds, calibrated.processorSeconds) };
            calibratePeak = std::max(calibratePeak, memoryUsage().peakBytes);
            resetPeakMemory();
            BITLOOM_TRY(const double seconds, plain.run(tokens, context.control));
            plainSeconds = std::min(plainSeconds, seconds);
            plainPeak = std::max(plainPeak, memoryUsage().peakBytes);
        }
        const auto count = static_cast<double>(tokens.numel());
        const char* name = dtypeName(model.dtype());
        const double calibrateSeconds = calibration.seconds, ratio = calibrateSeconds / plainSeconds;
        nlohmann::json result = rates(calibration, calibrationFlops(model, tokens.numel(), groups), gemmRate);
        result["name"] = std::string("calibrate ") + name;
        if (!context.json) {
            printRates(result);
            fmt::print("{}: calibration {:.2f} s ({:.0f} tokens/s, peak {:.2f} GiB), plain forward and backward {:.2f} s ({:.0f} tokens/s, peak {:.2f} GiB), "
                       "ratio {:.2f}\n",
                name, calibrateSeconds, count / calibrateSeconds, static_cast<double>(calibratePeak) / 0x1p30, plainSeconds, count / plainSeconds,
                static_cast<double>(plainPeak) / 0x1p30, ratio);
        }
        result.update({ { "compute_dtype", name }, { "default", model.dtype() == defaultComputeDtype(model.device()) }, { "tokens", tokens.numel() },
            { "groups", groups }, { "tokens_per_second", count / calibrateSeconds }, { "plain_seconds", plainSeconds },
            { "plain_tokens_per_second", count / plainSeconds }, { "ratio", ratio }, { "peak_memory_bytes", calibratePeak },
            { "plain_peak_memory_bytes", plainPeak } });
        return result;
    }

    /// What doubling the tokens, then the groups, costs.
    Result<void> grow(CommandContext& context, const CausalLm& model, double gemmRate, nlohmann::json& results)
    {
        const std::int64_t groups = CalibrationOptions().groups;
        const nlohmann::json base = results.back();
        for (const bool more : { false, true }) {
            const torch::Tensor tokens = randomTokens(model, more ? sequences : 2 * sequences, context.seed);
            const std::int64_t used = more ? 2 * groups : groups;
            BITLOOM_TRY(const Duration duration, calibrationTime(context, model, tokens, used));
            nlohmann::json result = rates(duration, calibrationFlops(model, tokens.numel(), used), gemmRate);
            result["name"] = fmt::format("calibrate {}, {} tokens, {} groups", dtypeName(model.dtype()), tokens.numel(), used);
            addGrowth(result, more ? "twice the groups" : "twice the tokens", base);
            if (!context.json)
                printRates(result);
            results.push_back(std::move(result));
        }
        return {};
    }
}

Result<nlohmann::json> benchCalibrate(CommandContext& context, const BenchOptions& options)
{
    BITLOOM_TRY(const ModelSource source, openModel(options.model));
    BITLOOM_TRY(const torch::Device device, parseDevice(context.device));
    nlohmann::json results = nlohmann::json::array(), gemm = nlohmann::json::object();
    for (const torch::Dtype dtype : { torch::kFloat32, torch::kBFloat16 }) {
        const double gemmRate = measuredGemmRate(device, dtype);
        gemm[dtypeName(dtype)] = gemmRate / 1e9;
        BITLOOM_TRY(CausalLm model, CausalLm::load(source, dtype, device));
        BITLOOM_TRY(nlohmann::json result, compare(context, source, model, gemmRate));
        results.push_back(std::move(result));
        if (options.growth && dtype == defaultComputeDtype(device)) {
            BITLOOM_CHECK(grow(context, model, gemmRate, results));
        }
    }
    return nlohmann::json { { "suite", "calibrate" }, { "model", source.name }, { "device", device.str() }, { "gemm_gflops", std::move(gemm) },
        { "results", std::move(results) } };
}

} // namespace bitloom::cli
