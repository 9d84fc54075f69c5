// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/llama_verify.h"

#include "core/base/error_in_flight.h"
#include "core/evaluation/llama_comparison.h"
#include "core/evaluation/score.h"
#include "core/evaluation/text_windows.h"
#include "core/evaluation/window_logits.h"
#include "core/model/causal_lm.h"

#include <chrono>

namespace bitloom {
namespace {

using Clock = std::chrono::steady_clock;

Result<void> requireGguf(const ModelSource& source)
{
    if (source.kind != ModelSource::Kind::Gguf)
        return fail(ErrorCode::Usage, "{}: llama.cpp runs GGUF files, and this is not one", source.path.string());
    return {};
}

LlamaComparisonJob comparisonJob(const ModelSource& file, const std::optional<LlamaReference>& reference)
{
    LlamaComparisonJob job;
    if (reference) {
        job.original = reference->floats;
        job.originalName = reference->source.path.string();
    }
    job.files.push_back(file.path);
    return job;
}

} // namespace

Result<VerificationReport> verifyInLlama(const ModelSource& file, const VerificationInput& input, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control)
try {
    BITLOOM_CHECK(requireGguf(file));
    const auto* reference = input.reference ? &input.reference->source : nullptr;
    BITLOOM_TRY(const auto windows, commonWindows(file, reference, text, textName, options));
    auto job = comparisonJob(file, input.reference);
    job.speedRounds = input.speedRounds;
    for (const auto& other : input.others) {
        BITLOOM_CHECK(requireGguf(other));
        BITLOOM_CHECK(commonWindows(file, &other, text, textName, options));
        job.files.push_back(other.path);
    }
    BITLOOM_CHECK(control.checkpoint());
    std::optional<CausalLm> engine;
    if (input.engine) {
        BITLOOM_TRY(engine, CausalLm::load(file, options.dtype, options.device));
    }
    Score score;
    const auto seen = [&](std::int64_t chunk, const torch::Tensor& logits) -> Result<void> {
        if (!engine)
            return {};
        BITLOOM_TRY(const auto engineLogits, windowLogits(*engine, windows, chunk, control));
        score.add(logits, windows.targets(chunk), engineLogits);
        return {};
    };
    BITLOOM_TRY(auto comparison, compareInLlama(job, windows, "verify", seen, progress, control));

    VerificationReport report;
    report.file = file.path.string();
    report.reference = job.originalName;
    report.perplexity = comparison.files.front().evaluation.perplexity;
    report.enginePerplexity = score.referencePerplexity().value_or(0);
    report.maximumLogitDifference = score.maximumLogitDifference();
    report.klDivergence = score.klMean();
    report.tokens = comparison.files.front().evaluation.tokens;
    report.text = comparison.files.front().texts.front().text;
    report.original = std::move(comparison.original);
    report.files = std::move(comparison.files);
    return report;
} catch (...) {
    return errorInFlight(fmt::format("verifying '{}'", file.name));
}

Result<EvaluationReport> evaluateInLlama(const ModelSource& file, const std::optional<LlamaReference>& reference, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control)
try {
    const auto start = Clock::now();
    BITLOOM_CHECK(requireGguf(file));
    BITLOOM_TRY(const auto windows, commonWindows(file, reference ? &reference->source : nullptr, text, textName, options));
    auto job = comparisonJob(file, reference);
    job.speedRounds = 0;
    job.texts = false;
    BITLOOM_TRY(auto comparison, compareInLlama(job, windows, "evaluate", {}, progress, control));
    auto report = std::move(comparison.files.front().evaluation);
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return report;
} catch (...) {
    return errorInFlight(fmt::format("evaluating '{}' in llama.cpp", file.name));
}

} // namespace bitloom
