// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cached_attention.h"
#include "core/engine/kv_budget.h"
#include "core/engine/kv_guidance.h"
#include "core/engine/plugin_loader.h"
#include "core/model/model_source.h"
#include "core/model/sampler.h"
#include "tests/support/shared_data.h"

#include <QtTest/QTest>

using namespace bitloom;

namespace {

const KvMethods& caches()
{
    static const KvMethods methods = KvMethods::load();
    return methods;
}

torch::Tensor someTokens(std::int64_t rows, std::int64_t count, std::int64_t vocabulary)
{
    at::manual_seed(7);
    return torch::randint(vocabulary, { rows, count }, torch::kInt64);
}

}

class TestKvGeneration : public QObject
{
    Q_OBJECT
private:
    std::optional<ModelSource> m_source;
    std::optional<CausalLm> m_model;

    Result<std::unique_ptr<kv::KvCache>> cacheOf(const std::string& id, std::int64_t rows, const nlohmann::json& overrides = nlohmann::json::object(),
        std::pmr::memory_resource* memory = std::pmr::new_delete_resource())
    {
        BITLOOM_TRY(const auto* method, caches().require(id));
        BITLOOM_TRY(const nlohmann::json parameters, resolveParameters(method->describe(), overrides));
        const kv::CacheShape shape = cacheShape(m_model->config(), rows);
        BITLOOM_TRY(kv::CachePlan plan, method->plan(shape, parameters));
        return kv::KvCache::create(shape, std::move(plan), memory);
    }

    Result<torch::Tensor> logits(const torch::Tensor& tokens, CachedAttention& attention)
    {
        BITLOOM_TRY(const torch::Tensor hidden, runCached(*m_model, tokens, attention));
        return m_model->head(hidden);
    }

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        auto source = openModel((test::sharedFolder() / "golden" / "models" / "stories260K").string());
        BITLOOM_VERIFY(source);
        m_source = std::move(*source);
        auto model = CausalLm::load(*m_source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        m_model.emplace(std::move(*model));
    }

    void aFullCacheChangesNothing()
    {
        const at::NoGradGuard noGrad;
        const torch::Tensor tokens = someTokens(1, 60, m_model->config().vocabularySize), expected = m_model->forward(tokens);
        const auto cache = cacheOf("full", 1, { { "type", "f32" } });
        BITLOOM_VERIFY(cache);
        CachedAttention attention(**cache);
        const auto found = logits(tokens, attention);
        BITLOOM_VERIFY(found);
        QVERIFY((*found - expected).abs().max().item<float>() < 1e-3F);
    }

    void chunksAndTurnsEqualOneShot_data()
    {
        QTest::addColumn<QString>("method");
        for (const char* method : { "full", "kivi", "logquant", "logquant-paper", "heavy-hitter", "guided" })
            QTest::newRow(method) << method;
    }
    void chunksAndTurnsEqualOneShot()
    {
        QFETCH(QString, method);
        const at::NoGradGuard noGrad;
        nlohmann::json small = nlohmann::json::object();
        if (method == "kivi")
            small = { { "residual", 32 } };
        else if (method.startsWith("logquant"))
            small = { { "window", 12 } };
        const torch::Tensor tokens = someTokens(1, 150, m_model->config().vocabularySize);
        const auto whole = cacheOf(method.toStdString(), 1, small), cut = cacheOf(method.toStdString(), 1, small);
        BITLOOM_VERIFY(whole);
        BITLOOM_VERIFY(cut);
        CachedAttention once(**whole), inParts(**cut);
        const auto expected = logits(tokens, once);
        BITLOOM_VERIFY(expected);
        std::int64_t done = 0;
        for (const std::int64_t count : { 70, 1, 1, 40, 38 }) {
            const auto found = logits(tokens.narrow(1, done, count), inParts);
            BITLOOM_VERIFY(found);
            // Matrix products of other sizes round otherwise, and a code on the edge may then fall on the other side.
            QVERIFY((*found - expected->narrow(1, done, count)).abs().mean().item<float>() < 0.02F);
            done += count;
        }
        QCOMPARE((*cut)->length(0, 0), std::int64_t(150));
    }

    void paddedBatchEqualsEachAlone()
    {
        const at::NoGradGuard noGrad;
        const torch::Tensor tokens = someTokens(2, 50, m_model->config().vocabularySize);
        const auto batch = cacheOf("full", 2, { { "type", "f32" } });
        BITLOOM_VERIFY(batch);
        CachedAttention together(**batch);
        together.setPadding({ 0, 20 });
        BITLOOM_VERIFY(logits(tokens.narrow(1, 0, 40), together));
        together.setPadding({});
        const auto found = logits(tokens.narrow(1, 40, 10), together);
        BITLOOM_VERIFY(found);
        for (const std::int64_t row : { 0, 1 }) {
            const torch::Tensor own = tokens.narrow(0, row, 1).narrow(1, row * 20, 50 - row * 20);
            const torch::Tensor expected = m_model->forward(own);
            QVERIFY(((*found)[row] - expected[0].narrow(0, expected.size(1) - 10, 10)).abs().max().item<float>() < 1e-3F);
        }
    }

    void manyTokensLeakNothing()
    {
        const at::NoGradGuard noGrad;
        kv::CountingResource memory(std::pmr::new_delete_resource());
        {
            const auto cache = cacheOf("logquant", 1, nlohmann::json::object(), &memory);
            BITLOOM_VERIFY(cache);
            CachedAttention attention(**cache);
            const LastLogits forward = [&](const torch::Tensor& tokens) -> Result<torch::Tensor> {
                BITLOOM_TRY(const torch::Tensor hidden, runCached(*m_model, tokens, attention));
                return m_model->head(hidden.select(1, -1));
            };
            SamplingOptions options;
            options.maximumTokens = 100000;
            options.temperature = 1;
            std::int64_t written = 0;
            const auto text = generateTokens(m_model->config(), forward, { 1, 5, 9 }, options, [&](std::int32_t) { ++written; }, {});
            // It goes on until the model's context is full, and says so.
            QVERIFY(!text && text.error().message.find("context") != std::string::npos);
            QCOMPARE(written, m_model->config().contextLength - 3 + 1);
            QCOMPARE((*cache)->bytes(), memory.bytes());
        }
        QCOMPARE(memory.bytes(), std::int64_t(0));
    }

    void budgetsAreKept()
    {
        const kv::CacheShape shape = cacheShape(m_model->config(), 1);
        for (const char* id : { "kivi", "logquant", "streaming", "heavy-hitter" }) {
            const auto* method = caches().find(id);
            QVERIFY(method);
            const auto parameters = resolveParameters(method->describe(), nlohmann::json::object());
            BITLOOM_VERIFY(parameters);
            const auto fitted = fitBudget(*method, shape, *parameters, 400, 24);
            BITLOOM_VERIFY(fitted);
            const auto bytes = cacheBytes(*method, shape, *fitted, 400);
            BITLOOM_VERIFY(bytes);
            const double allowed = 24.0 / 8 * 2 * 400 * shape.layers * shape.keyValueHeads * shape.headSize;
            QVERIFY2(*bytes <= allowed && *bytes > 0.6 * allowed, id);
            const auto refused = fitBudget(*method, shape, *parameters, 400, 0.01);
            QVERIFY(!refused && refused.error().message.find("at least") != std::string::npos);
        }
    }

    void guidanceSpendsWhereTheLossIs()
    {
        JobControl control;
        const torch::Tensor tokens = someTokens(1, 96, m_model->config().vocabularySize);
        const auto poor = guideCache(*m_model, tokens, 4096, 8, ignoreProgress(), control), rich = guideCache(*m_model, tokens, 4096, 12, ignoreProgress(), control);
        BITLOOM_VERIFY(poor);
        BITLOOM_VERIFY(rich);
        QCOMPARE(rich->at("layers").size(), static_cast<std::size_t>(m_model->config().blocks));
        QVERIFY(rich->at("expected_loss").get<double>() < poor->at("expected_loss").get<double>());
        nlohmann::json parameters = *rich;
        const auto plan = caches().find("guided")->plan(cacheShape(m_model->config(), 1), parameters);
        BITLOOM_VERIFY(plan);
        control.cancel();
        const auto stopped = guideCache(*m_model, tokens, 4096, 8, ignoreProgress(), control);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        JobControl other;
        const auto impossible = guideCache(*m_model, tokens, 64, 0.5, ignoreProgress(), other);
        QVERIFY(!impossible && impossible.error().code == ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TestKvGeneration)
#include "tst_kv_generation.moc"
