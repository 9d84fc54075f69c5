// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/model/model_source.h"
#include "core/protocol/messages.h"

#include <cstdint>
#include <string>
#include <torch/types.h>

namespace bitloom {

struct EvaluationOptions
{
    int context = 512; ///< tokens in a window
    std::int64_t chunks = 0; ///< windows from the start of the text; 0: all
    torch::Dtype dtype = torch::kFloat32; ///< that both models compute in
    torch::Device device = torch::kCPU;
};

/// Perplexity of `model` on `text` as llama.cpp defines it (see TextWindows), and against `reference` (null: none) KL divergence and
/// top-1 agreement on the same tokens. Both models run window by window, each of them once. `textName` names the text in messages. Models
/// whose tokenizers disagree on the text are refused. Progress: stage "evaluate", unit "chunks".
[[nodiscard]] Result<EvaluationReport> evaluate(const ModelSource& model, const ModelSource* reference, const std::string& text,
    const std::string& textName, const EvaluationOptions& options, ProgressSink& progress, JobControl& control);

/// Cuts `text` with the model's own tokenizer, and refuses a reference that would cut it otherwise.
class TextWindows;
[[nodiscard]] Result<TextWindows> commonWindows(const ModelSource& model, const ModelSource* reference, const std::string& text,
    const std::string& textName, const EvaluationOptions& options);

} // namespace bitloom
