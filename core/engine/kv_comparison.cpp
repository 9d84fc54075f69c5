// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kv_comparison.h"

#include "core/base/error_in_flight.h"
#include "core/base/progress_meter.h"
#include "core/engine/cached_attention.h"
#include "core/evaluation/score.h"
#include "core/evaluation/window_logits.h"

#include <chrono>
#include <cmath>
#include <numeric>

namespace bitloom {
namespace {
    constexpr std::int64_t queriesApart = 16; ///< of those whose attention is looked at

    /// How much attention falls on exact keys.
    class MassWatcher : public kv::AttentionWatcher
    {
    public:
        MassWatcher(const kv::CacheShape& shape, std::int64_t firstScored)
            : m_heads(shape.keyValueHeads)
            , m_shared(shape.heads / shape.keyValueHeads)
            , m_firstScored(firstScored)
            , m_sums(static_cast<std::size_t>(shape.layers * shape.keyValueHeads))
        {
        }

        void attended(int layer, int, int head, std::int64_t position, const kv::HeadCache& cache, const float* mass) override
        {
            if (position < m_firstScored || position % queriesApart != 0)
                return;
            double kept = 0;
            for (std::int64_t p = 0; p <= position; ++p)
                kept += cache.keys().isExact(p) ? mass[p] : 0;
            Sum& sum = m_sums[static_cast<std::size_t>(layer * m_heads + head)]; // one thread has a head at a time
            sum.kept += kept;
            sum.queries += m_shared;
        }

        [[nodiscard]] double mean() const
        {
            const Sum all = std::accumulate(m_sums.begin(), m_sums.end(), Sum(), [](const Sum& a, const Sum& b) { return Sum { a.kept + b.kept, a.queries + b.queries }; });
            return all.queries > 0 ? all.kept / all.queries : 0;
        }

    private:
        struct Sum
        {
            double kept = 0, queries = 0;
        };
        int m_heads, m_shared;
        std::int64_t m_firstScored;
        std::vector<Sum> m_sums;
    };

    /// Compares what a cache attends to with exact attention over the same keys and values.
    class ComparedAttention : public BlockAttention
    {
    public:
        ComparedAttention(const CausalLm& model, CachedAttention& cached, std::int64_t firstScored, std::vector<double>& errors, std::vector<double>& norms)
            : m_model(model)
            , m_cached(cached)
            , m_firstScored(firstScored)
            , m_errors(errors)
            , m_norms(norms)
        {
        }

        torch::Tensor positions(std::int64_t block, std::int64_t count) override { return m_cached.positions(block, count); }

        torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override
        {
            torch::Tensor found = m_cached.attend(block, query, key, value);
            const torch::Tensor exact = m_model.attend(query, key, value, 0).slice(2, m_firstScored).to(torch::kFloat32);
            m_errors[static_cast<std::size_t>(block)] += (found.slice(2, m_firstScored).to(torch::kFloat32) - exact).square().sum(torch::kFloat64).item<double>();
            m_norms[static_cast<std::size_t>(block)] += exact.square().sum(torch::kFloat64).item<double>();
            return found;
        }

    private:
        const CausalLm& m_model;
        CachedAttention& m_cached;
        std::int64_t m_firstScored;
        std::vector<double>&m_errors, &m_norms;
    };

    class Candidate
    {
    public:
        Candidate(const CausalLm& model, kv::CachePlan plan, KvCandidate of, const TextWindows& windows)
            : m_model(model)
            , m_shape(cacheShape(model.config(), 1))
            , m_plan(std::move(plan))
            , m_windows(windows)
            , m_errors(static_cast<std::size_t>(m_shape.layers))
            , m_norms(static_cast<std::size_t>(m_shape.layers))
            , m_watcher(m_shape, windows.firstScored())
        {
            m_measurement.candidate = std::move(of);
        }

        Result<void> run(std::int64_t window, const torch::Tensor& reference, JobControl& control)
        {
            const auto start = std::chrono::steady_clock::now();
            BITLOOM_TRY(const auto cache, kv::KvCache::create(m_shape, m_plan));
            CachedAttention cached(*cache, &m_watcher, control.stopToken());
            ComparedAttention attention(m_model, cached, m_windows.firstScored(), m_errors, m_norms);
            torch::Tensor hidden = m_model.embed(m_windows.input(window).to(m_model.device()));
            for (std::int64_t block = 0; block < m_model.config().blocks; ++block) {
                BITLOOM_CHECK(control.checkpoint());
                hidden = m_model.block(block, hidden, attention);
                BITLOOM_CHECK(cached.status());
            }
            const std::int64_t first = m_windows.firstScored();
            m_score.add(m_model.head(hidden[0].slice(0, first, first + m_windows.scored())), m_windows.targets(window), reference);
            m_measurement.bytes = cache->bytes();
            m_measurement.bitsPerValue = cache->bitsPerValue();
            m_measurement.retained.clear();
            const kv::SideStore& keys = cache->head(0, 0, 0).keys();
            for (std::int64_t position = 0; position < keys.length(); ++position)
                if (keys.isExact(position))
                    m_measurement.retained.push_back(position);
            m_measurement.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            return {};
        }

        KvMeasurement finish()
        {
            m_score.report(m_measurement.quality);
            m_measurement.quality.context = m_windows.context();
            m_measurement.quality.chunks = m_windows.chunks();
            m_measurement.keptMass = m_watcher.mean();
            for (std::size_t layer = 0; layer < m_errors.size(); ++layer)
                m_measurement.attentionError.push_back(m_norms[layer] > 0 ? std::sqrt(m_errors[layer] / m_norms[layer]) : 0);
            return m_measurement;
        }

    private:
        const CausalLm& m_model;
        kv::CacheShape m_shape;
        kv::CachePlan m_plan;
        const TextWindows& m_windows;
        std::vector<double> m_errors, m_norms;
        MassWatcher m_watcher;
        Score m_score;
        KvMeasurement m_measurement;
    };
}

Result<std::vector<KvMeasurement>> compareCaches(const CausalLm& model, const TextWindows& windows, const KvMethods& methods, const std::vector<KvCandidate>& candidates,
    ProgressSink& progress, JobControl& control, const CausalLm* reference)
{
    return catching("comparing key-value caches", [&]() -> Result<std::vector<KvMeasurement>> {
        const at::NoGradGuard noGrad;
        if (windows.context() > model.config().contextLength)
            return fail(ErrorCode::Usage, "a context of {} is more than the model's {}", windows.context(), model.config().contextLength);
        std::vector<Candidate> running;
        for (const KvCandidate& candidate : candidates) {
            BITLOOM_TRY(const auto* method, methods.require(candidate.id));
            BITLOOM_TRY(kv::CachePlan plan, method->plan(cacheShape(model.config(), 1), candidate.parameters));
            running.emplace_back(model, std::move(plan), candidate, windows);
        }
        ProgressMeter meter(progress, "kv", "windows", windows.chunks() * static_cast<std::int64_t>(running.size()));
        for (std::int64_t window = 0; window < windows.chunks(); ++window) {
            BITLOOM_TRY(const torch::Tensor expected, windowLogits(reference ? *reference : model, windows, window, control));
            for (std::size_t i = 0; i < running.size(); ++i) {
                BITLOOM_CHECK(running[i].run(window, expected, control));
                meter.advance(1, candidates[i].id);
            }
        }
        std::vector<KvMeasurement> measurements;
        for (Candidate& candidate : running)
            measurements.push_back(candidate.finish());
        return measurements;
    });
}

void to_json(nlohmann::json& json, const KvMeasurement& measurement)
{
    const EvaluationReport& quality = measurement.quality;
    const std::vector<double>& errors = measurement.attentionError;
    const double meanError = errors.empty() ? 0 : std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(errors.size());
    json = { { "id", measurement.candidate.id }, { "parameters", measurement.candidate.parameters }, { "bytes", measurement.bytes }, { "bits_per_value", measurement.bitsPerValue },
        { "attention_error", { { "mean", meanError }, { "layers", errors } } }, { "perplexity", quality.perplexity }, { "perplexity_stderr", quality.perplexityStandardError },
        { "reference_perplexity", quality.referencePerplexity.value_or(0) }, { "kept_attention_mass", measurement.keptMass },
        { "kl_divergence", { { "mean", quality.klMean.value_or(0) }, { "stderr", quality.klStandardError.value_or(0) }, { "p99", quality.klP99.value_or(0) } } },
        { "top1_agreement", quality.top1Agreement.value_or(0) }, { "tokens", quality.tokens }, { "retained", measurement.retained }, { "seconds", measurement.seconds } };
}

} // namespace bitloom
