// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_calibration_job.h"

#include "core/engine/cached_attention.h"
#include "core/engine/device.h"
#include "core/engine/kv_budget.h"

#include <algorithm>

namespace bitloom {

Result<nlohmann::json> runKvCalibrationJob(const KvCalibrationRequest& request, const KvMethods& methods, ModelSlot& models, JobListener& listener, JobControl& control)
{
    BITLOOM_TRY(const auto* method, methods.require(request.cache.id));
    if (!needsCalibration(request.cache, request.bitsPerValue))
        return fail(ErrorCode::Usage, "{}: with these parameters there is nothing to find on calibration text{}", request.cache.id,
            request.bitsPerValue > 0 ? "" : "; a budget of bits for each value may give it something to share out");
    BITLOOM_TRY(const ModelSource source, openModel(request.model));
    BITLOOM_TRY(const torch::Device device, parseDevice(request.device));
    const std::int64_t context = source.config.contextLength > 0 ? std::min(request.context, source.config.contextLength) : request.context;
    KvCalibrationText text = request.text;
    text.sequenceLength = source.config.contextLength > 0 ? std::min(text.sequenceLength, source.config.contextLength) : text.sequenceLength;
    BITLOOM_TRY(const auto loaded, models.load(source, torch::kFloat32, device, listener));
    ProgressToListener progress(listener);
    BITLOOM_TRY(const torch::Tensor tokens, kvCalibrationTokens(loaded->model, *loaded->tokenizer, text, progress, control));
    KvCandidate candidate = request.cache;
    BITLOOM_TRY(candidate.parameters, calibrateCache(candidate, methods, loaded->model, tokens, context, request.bitsPerValue, progress, control));
    if (request.bitsPerValue > 0) {
        BITLOOM_TRY(candidate.parameters, fitBudget(*method, cacheShape(source.config, 1), candidate.parameters, context, request.bitsPerValue));
    }
    return kvConfiguration(candidate);
}

} // namespace bitloom
