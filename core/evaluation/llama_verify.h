// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/evaluation/evaluate.h"

namespace bitloom {

/// Loads a GGUF file in libllama itself and runs the windows of `text` through it (see TextWindows), and through Bitloom's own forward of
/// `reference`, or of the file itself where that is null. In the report, `perplexity` is libllama's, `enginePerplexity` that of Bitloom's own
/// forward, and logit difference and KL divergence (engine || libllama) compare the two. A file that libllama rejects is an Error with what it
/// logged. Progress: stage "verify", unit "chunks".
[[nodiscard]] Result<VerificationReport> verifyInLlama(const ModelSource& file, const ModelSource* reference, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control);

} // namespace bitloom
