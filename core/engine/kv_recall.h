// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/engine/kv_comparison.h"
#include "core/evaluation/recall_tasks.h"
#include "core/model/causal_lm.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace bitloom {

/// How many answers of one kind a model with one cache gets right.
struct RecallScore
{
    RecallTask task = RecallTask::Needle;
    std::int64_t correct = 0, examples = 0;
    [[nodiscard]] double accuracy() const { return examples > 0 ? static_cast<double>(correct) / static_cast<double>(examples) : 0; }
    /// The 95 % interval of the accuracy (Wilson, 1927).
    [[nodiscard]] std::pair<double, double> interval() const;
};

struct KvRecall
{
    KvCandidate candidate;
    std::int64_t bytes = 0; ///< held at the end of an example, the most of all
    double bitsPerValue = 0; ///< at that end
    std::vector<RecallScore> scores; ///< of each of recallTasks
};

/// Puts `examples` questions of each kind to the model through each candidate's real cache. An answer counts where each of its tokens is the likeliest
/// one after those before it, which is what greedy generation would write. Progress: stage "recall", unit "questions".
[[nodiscard]] Result<std::vector<KvRecall>> recallThroughCaches(const CausalLm& model, const Tokenizer& tokenizer, std::int64_t context, std::int64_t examples,
    std::uint64_t seed, const KvMethods& methods, const std::vector<KvCandidate>& candidates, ProgressSink& progress, JobControl& control);

void to_json(nlohmann::json& json, const KvRecall& recall);

} // namespace bitloom
