// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/evaluation/text_windows.h"
#include "core/protocol/messages.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// GGUF files to be measured side by side in libllama.
struct LlamaComparisonJob
{
    std::optional<std::filesystem::path> original; ///< a GGUF file whose weights are floats, see storesFloatsAlone
    std::string originalName; ///< that reports name it by
    std::vector<std::filesystem::path> files;
    int speedRounds = 5; ///< 0: speed is not measured. Fewer rounds are made where one takes long.
    bool texts = true; ///< write after a few prompts
};

struct LlamaComparison
{
    std::optional<LlamaMeasurement> original;
    std::vector<LlamaMeasurement> files; ///< in the order of the job
};

/// Given the index of a window and the first file's logits there, [scored, vocabulary] f32.
using FirstFileSeen = std::function<Result<void>(std::int64_t chunk, const torch::Tensor& logits)>;

/// Measures every file's predictions on the windows against the original's in libllama itself, as llama-perplexity does with --kl-divergence;
/// then their speed and what they write. All files are loaded at once and take turns window by window and round by round, so that a machine
/// that is busy for a while slows all of them. Files that libllama rejects, or whose vocabulary has another size, are an Error. Progress: stages
/// `stage` (unit "chunks"), "speed" (unit "rounds") and "write" (unit "texts").
[[nodiscard]] Result<LlamaComparison> compareInLlama(const LlamaComparisonJob& job, const TextWindows& windows, const std::string& stage,
    const FirstFileSeen& seen, ProgressSink& progress, JobControl& control);

} // namespace bitloom
