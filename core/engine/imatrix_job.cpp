// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/imatrix_job.h"

#include "core/base/error_in_flight.h"
#include "core/base/progress_meter.h"
#include "core/calibration/calibration.h"
#include "core/calibration/compute_dtype.h"
#include "core/calibration/corpus.h"
#include "core/engine/device.h"
#include "core/model/causal_lm.h"
#include "core/model/gguf_source.h"
#include "core/model/model_source.h"
#include "core/model/tokenizer.h"

#include <filesystem>
#include <map>

namespace bitloom {
namespace {
    void add(Imatrix& imatrix, const LinearLayer& layer, const torch::Tensor& sums, double count)
    {
        const torch::Tensor values = sums.to(torch::kCPU, torch::kFloat32).contiguous();
        ImatrixEntry& entry = imatrix.entries[ggufName(layer.name + ".weight")];
        entry.sums.assign(values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
        entry.counts = { static_cast<float>(count) };
    }

    /// Sums of squared inputs from a forward pass; layers with the same input share one sum.
    Result<void> measurePlain(Imatrix& imatrix, const CausalLm& model, const torch::Tensor& tokens, ProgressSink& progress, JobControl& control)
    {
        const at::NoGradGuard noGrad;
        ProgressMeter meter(progress, "measure inputs", "tokens", tokens.numel());
        std::map<std::string, std::pair<LinearLayer, torch::Tensor>> sums;
        torch::Tensor lastInput, lastSum;
        const LinearTap tap = [&](const LinearLayer& layer, const torch::Tensor& input, const torch::Tensor&) {
            if (!lastInput.defined() || !input.is_same(lastInput)) {
                lastInput = input;
                lastSum = input.to(torch::kFloat32).square().reshape({ -1, layer.in }).sum(0, false, torch::kFloat64);
            }
            auto& [seen, sum] = sums[layer.name];
            seen = layer;
            sum = sum.defined() ? sum + lastSum : lastSum;
        };
        for (std::int64_t sequence = 0; sequence < tokens.size(0); ++sequence) {
            torch::Tensor hidden = model.embed(tokens.narrow(0, sequence, 1).to(model.device()));
            for (std::int64_t block = 0; block < model.config().blocks; ++block) {
                BITLOOM_CHECK(control.checkpoint());
                hidden = model.block(block, hidden, tap);
            }
            lastInput = torch::Tensor();
            meter.advance(tokens.size(1), fmt::format("sequence {}", sequence + 1));
        }
        for (const auto& [name, measured] : sums)
            add(imatrix, measured.first, measured.second, static_cast<double>(tokens.numel()));
        return {};
    }

    Result<void> measureGuided(Imatrix& imatrix, const ImatrixRequest& request, const CausalLm& model, const torch::Tensor& tokens, ProgressSink& progress, JobControl& control)
    {
        CalibrationOptions options;
        options.groups = request.groups;
        options.plainHessian = false;
        const BlockStatisticsSink sink = [&](std::int64_t, const std::vector<LayerStatistics>& layers) -> Result<void> {
            for (const LayerStatistics& layer : layers)
                add(imatrix, layer.layer, layer.fit.matrices.diagonal(0, 1, 2).mean(0), static_cast<double>(tokens.numel()));
            return {};
        };
        BITLOOM_TRY([[maybe_unused]] const auto losses, calibrate(model, tokens, options, sink, progress, control));
        return {};
    }
}

Result<Imatrix> measureImatrix(const ImatrixRequest& request, ProgressSink& progress, JobControl& control)
{
    return catching("measuring importances", [&]() -> Result<Imatrix> {
        if (request.calibration.empty())
            return fail(ErrorCode::Usage, "no calibration text is named, on which importances could be measured");
        BITLOOM_TRY(const torch::Device device, parseDevice(request.device));
        BITLOOM_TRY(const torch::Dtype dtype, parseComputeDtype(request.computeDtype, device));
        BITLOOM_TRY(const ModelSource source, openModel(request.model));
        if (source.config.contextLength > 0 && request.sequenceLength > source.config.contextLength)
            return fail(ErrorCode::Usage, "sequence_length is {}, but the model's context is {} tokens", request.sequenceLength, source.config.contextLength);
        BITLOOM_TRY(const auto tokenizer, source.tokenizer());
        const std::vector<std::filesystem::path> files(request.calibration.begin(), request.calibration.end());
        BITLOOM_TRY(const torch::Tensor tokens, readCorpus(files, *tokenizer, request.sequences, request.sequenceLength));
        BITLOOM_TRY(const CausalLm model, CausalLm::load(source, dtype, device));
        Imatrix imatrix;
        imatrix.datasets = request.calibration;
        imatrix.chunkCount = request.sequences;
        imatrix.chunkSize = request.sequenceLength;
        BITLOOM_CHECK(request.guided ? measureGuided(imatrix, request, model, tokens, progress, control) : measurePlain(imatrix, model, tokens, progress, control));
        return imatrix;
    });
}

} // namespace bitloom
