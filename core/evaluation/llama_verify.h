// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/evaluation/evaluate.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace bitloom {

/// What a file is measured against in libllama.
struct LlamaReference
{
    ModelSource source; ///< the original as somebody named it
    std::filesystem::path floats; ///< the same weights as a GGUF file of floats (see float_gguf.h)
};

/// What is measured beside a file.
struct VerificationInput
{
    std::optional<LlamaReference> reference;
    std::vector<ModelSource> others; ///< GGUF files that get the same measurements
    int speedRounds = 5; ///< 0: speed is not measured
    bool engine = true; ///< run Bitloom's own forward of the file too; otherwise what the report says of it stays 0
};

/// Loads a GGUF file in libllama itself, runs the windows of `text` through it (see TextWindows), and measures perplexity, KL divergence against the
/// reference, speed, and what it writes, all in libllama; the other files the same. Bitloom's own forward of the file runs on the same windows: in the
/// report, `perplexity` is libllama's, `enginePerplexity` that of Bitloom's own forward, and logit difference and KL divergence (engine || libllama)
/// compare the two. A file that libllama rejects is an Error with what it logged. Progress: stage "verify", then those of compareInLlama().
[[nodiscard]] Result<VerificationReport> verifyInLlama(const ModelSource& file, const VerificationInput& input, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control);

/// evaluate() with both models run in libllama instead of Bitloom's own forward, as llama-perplexity does it. `file` must be GGUF.
[[nodiscard]] Result<EvaluationReport> evaluateInLlama(const ModelSource& file, const std::optional<LlamaReference>& reference,
    const std::string& text, const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control);

} // namespace bitloom
