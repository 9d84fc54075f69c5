// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/evaluate.h"

#include "core/base/progress_meter.h"
#include "core/evaluation/score.h"
#include "core/evaluation/text_windows.h"
#include "core/base/error_in_flight.h"
#include "core/evaluation/window_logits.h"
#include "core/model/causal_lm.h"

#include <chrono>
#include <optional>

namespace bitloom {

Result<TextWindows> commonWindows(const ModelSource& model, const ModelSource* reference, const std::string& text,
    const std::string& textName, const EvaluationOptions& options)
{
    for (const auto* source : { &model, reference })
        if (source != nullptr && source->config.contextLength > 0 && options.context > source->config.contextLength)
            return fail(ErrorCode::Usage, "context is {} tokens, but '{}' was made for at most {}", options.context, source->name,
                source->config.contextLength);
    BITLOOM_TRY(const auto tokenizer, model.tokenizer());
    BITLOOM_TRY(auto windows, TextWindows::cut(*tokenizer, text, textName, options.context, options.chunks));
    if (reference == nullptr)
        return windows;
    if (reference->config.vocabularySize != model.config.vocabularySize)
        return fail(ErrorCode::InvalidInput, "'{}' has a vocabulary of {} tokens and the reference '{}' one of {}, expected the same",
            model.name, model.config.vocabularySize, reference->name, reference->config.vocabularySize);
    BITLOOM_TRY(const auto referenceTokenizer, reference->tokenizer());
    BITLOOM_TRY(const auto referenceWindows, TextWindows::cut(*referenceTokenizer, text, textName, options.context, options.chunks));
    if (referenceWindows != windows)
        return fail(ErrorCode::InvalidInput, "'{}' and the reference '{}' read the text as different tokens, so their predictions cannot be compared",
            model.name, reference->name);
    return windows;
}

Result<EvaluationReport> evaluate(const ModelSource& source, const ModelSource* referenceSource, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control)
try {
    const auto start = std::chrono::steady_clock::now();
    BITLOOM_TRY(const auto windows, commonWindows(source, referenceSource, text, textName, options));
    BITLOOM_CHECK(control.checkpoint());
    BITLOOM_TRY(const auto model, CausalLm::load(source, options.dtype, options.device));
    std::optional<CausalLm> reference;
    if (referenceSource != nullptr) {
        BITLOOM_CHECK(control.checkpoint());
        BITLOOM_TRY(reference, CausalLm::load(*referenceSource, options.dtype, options.device));
    }

    Score score;
    ProgressMeter meter(progress, "evaluate", "chunks", windows.chunks());
    for (std::int64_t chunk = 0; chunk < windows.chunks(); ++chunk) {
        torch::Tensor referenceLogits;
        if (reference) {
            BITLOOM_TRY(referenceLogits, windowLogits(*reference, windows, chunk, control));
        }
        BITLOOM_TRY(const auto logits, windowLogits(model, windows, chunk, control));
        score.add(logits, windows.targets(chunk), referenceLogits);
        meter.advance(1, fmt::format("perplexity {:.4f}", score.perplexity()));
    }

    EvaluationReport report;
    report.model = source.path.string();
    report.reference = referenceSource != nullptr ? referenceSource->path.string() : "";
    report.chunks = windows.chunks();
    report.context = windows.context();
    score.report(report);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
} catch (...) {
    return errorInFlight(fmt::format("evaluating '{}'", source.name));
}

} // namespace bitloom
