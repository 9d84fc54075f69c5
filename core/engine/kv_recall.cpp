// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_recall.h"

#include "core/base/error_in_flight.h"
#include "core/base/progress_meter.h"
#include "core/engine/cached_attention.h"

#include <cmath>

namespace bitloom {
namespace {
    /// Whether the model writes the answer.
    Result<bool> answers(const CausalLm& model, const RecallExample& example, kv::KvCache& cache, JobControl& control)
    {
        std::vector<std::int32_t> tokens = example.prompt;
        tokens.insert(tokens.end(), example.answer.begin(), example.answer.end());
        tokens.pop_back(); // nothing is asked after the last one
        CachedAttention attention(cache, nullptr, control.stopToken());
        const torch::Tensor input = torch::tensor(tokens, torch::kInt32).to(torch::kInt64).unsqueeze(0).to(model.device());
        BITLOOM_TRY(const torch::Tensor hidden, runCached(model, input, attention));
        BITLOOM_CHECK(control.checkpoint());
        const auto count = static_cast<std::int64_t>(example.answer.size());
        const torch::Tensor written = model.head(hidden[0].slice(0, hidden.size(1) - count)).argmax(-1).to(torch::kCPU);
        return written.equal(torch::tensor(example.answer, torch::kInt32).to(torch::kInt64));
    }
}

std::pair<double, double> RecallScore::interval() const
{
    if (examples == 0)
        return { 0, 1 };
    constexpr double z = 1.959964;
    const auto n = static_cast<double>(examples);
    const double p = accuracy(), middle = p + z * z / (2 * n), spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)), scale = 1 + z * z / n;
    return { std::max(0.0, (middle - spread) / scale), std::min(1.0, (middle + spread) / scale) };
}

Result<std::vector<KvRecall>> recallThroughCaches(const CausalLm& model, const Tokenizer& tokenizer, std::int64_t context, std::int64_t examples, std::uint64_t seed,
    const KvMethods& methods, const std::vector<KvCandidate>& candidates, ProgressSink& progress, JobControl& control)
{
    return catching("the recall suite", [&]() -> Result<std::vector<KvRecall>> {
        const at::NoGradGuard noGrad;
        constexpr std::int64_t smallestContext = 128;
        if (context < smallestContext || context > model.config().contextLength)
            return fail(ErrorCode::Usage, "a context of {} for the recall suite, expected {} to the model's {}", context, smallestContext, model.config().contextLength);
        const kv::CacheShape shape = cacheShape(model.config(), 1);
        std::vector<KvRecall> results;
        std::vector<kv::CachePlan> plans;
        for (const KvCandidate& candidate : candidates) {
            BITLOOM_TRY(const auto* method, methods.require(candidate.id));
            BITLOOM_TRY(kv::CachePlan plan, method->plan(shape, candidate.parameters));
            plans.push_back(std::move(plan));
            results.push_back({ candidate, 0, 0, {} });
            for (const RecallTask task : recallTasks)
                results.back().scores.push_back({ task, 0, 0 });
        }
        ProgressMeter meter(progress, "recall", "questions", examples * static_cast<std::int64_t>(recallTasks.size() * candidates.size()));
        for (std::size_t task = 0; task < recallTasks.size(); ++task) {
            for (std::int64_t index = 0; index < examples; ++index) {
                const RecallExample example = makeRecallExample(recallTasks[task], tokenizer, context, index, examples, seed);
                for (std::size_t i = 0; i < results.size(); ++i) {
                    BITLOOM_TRY(const auto cache, kv::KvCache::create(shape, plans[i]));
                    BITLOOM_TRY(const bool correct, answers(model, example, *cache, control));
                    RecallScore& score = results[i].scores[task];
                    score.correct += correct;
                    ++score.examples;
                    if (cache->bytes() > results[i].bytes) {
                        results[i].bytes = cache->bytes();
                        results[i].bitsPerValue = cache->bitsPerValue();
                    }
                    meter.advance(1, fmt::format("{}, {}", candidates[i].id, recallTaskName(recallTasks[task])));
                }
            }
        }
        return results;
    });
}

void to_json(nlohmann::json& json, const KvRecall& recall)
{
    json = { { "id", recall.candidate.id }, { "parameters", recall.candidate.parameters }, { "bytes", recall.bytes }, { "bits_per_value", recall.bitsPerValue } };
    for (const RecallScore& score : recall.scores) {
        const auto [low, high] = score.interval();
        json["recall"][std::string(recallTaskName(score.task))] = { { "correct", score.correct }, { "examples", score.examples }, { "accuracy", score.accuracy() },
            { "interval", { low, high } } };
    }
}

} // namespace bitloom
