// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/llama_verify.h"

#include "core/base/progress_meter.h"
#include "core/evaluation/llama_model.h"
#include "core/evaluation/score.h"
#include "core/evaluation/text_windows.h"
#include "core/base/error_in_flight.h"
#include "core/evaluation/window_logits.h"
#include "core/model/causal_lm.h"

namespace bitloom {
namespace {

constexpr const char* continuationPrompt = "Once upon a time, there was";
constexpr int continuationTokens = 32;

} // namespace

Result<VerificationReport> verifyInLlama(const ModelSource& file, const ModelSource* reference, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control)
try {
    if (file.kind != ModelSource::Kind::Gguf)
        return fail(ErrorCode::Usage, "{}: llama.cpp runs GGUF files, and this is not one", file.path.string());
    const auto& comparison = reference != nullptr ? *reference : file;
    BITLOOM_TRY(const auto windows, commonWindows(file, reference, text, textName, options));
    BITLOOM_TRY(auto llama, LlamaModel::load(file.path, options.context));
    BITLOOM_CHECK(control.checkpoint());
    BITLOOM_TRY(const auto engine, CausalLm::load(comparison, options.dtype, options.device));
    if (llama.vocabularySize() != engine.config().vocabularySize)
        return fail(ErrorCode::InvalidInput, "{}: llama.cpp sees a vocabulary of {} tokens, expected {} as in '{}'", file.path.string(),
            llama.vocabularySize(), engine.config().vocabularySize, comparison.name);

    Score score;
    ProgressMeter meter(progress, "verify", "chunks", windows.chunks());
    for (std::int64_t chunk = 0; chunk < windows.chunks(); ++chunk) {
        BITLOOM_CHECK(control.checkpoint());
        BITLOOM_TRY(const auto logits, llama.logits(windows.window(chunk), windows.firstScored(), windows.scored(), control.stopToken()));
        BITLOOM_TRY(const auto engineLogits, windowLogits(engine, windows, chunk, control));
        score.add(logits, windows.targets(chunk), engineLogits);
        meter.advance(1, fmt::format("perplexity {:.4f} in llama.cpp", score.perplexity()));
    }

    VerificationReport report;
    report.file = file.path.string();
    report.reference = reference != nullptr ? reference->path.string() : "";
    report.perplexity = score.perplexity();
    report.enginePerplexity = score.referencePerplexity().value_or(0);
    report.maximumLogitDifference = score.maximumLogitDifference();
    report.klDivergence = score.klMean();
    report.tokens = score.tokens();
    BITLOOM_TRY(report.text, llama.continueGreedily(continuationPrompt, continuationTokens, control.stopToken()));
    return report;
} catch (...) {
    return errorInFlight(fmt::format("verifying '{}'", file.name));
}

} // namespace bitloom
