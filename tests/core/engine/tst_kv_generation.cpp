// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/cached_attention.h"
#include "core/engine/generate_job.h"
#include "core/engine/kv_budget.h"
#include "core/engine/kv_calibration.h"
#include "core/engine/kv_guidance.h"
#include "core/engine/measured_attention.h"
#include "core/engine/plugin_loader.h"
#include "core/kv/logarithmic_window.h"
#include "core/kv/rotary_pages.h"
#include "core/model/block_operations.h"
#include "core/model/model_source.h"
#include "core/model/rope.h"
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

ModelSlot& models()
{
    static ModelSlot slot;
    return slot;
}

/// Keeps all events, and may do something at each.
class Recorder : public JobListener
{
public:
    void event(const Event& event) override
    {
        events.push_back(event);
        if (seen)
            seen(event);
    }
    template <class T>
    [[nodiscard]] std::vector<T> all() const
    {
        std::vector<T> found;
        for (const Event& event : events)
            if (const auto* one = std::get_if<T>(&event))
                found.push_back(*one);
        return found;
    }
    std::vector<Event> events;
    std::function<void(const Event&)> seen;
};

GenerateRequest storyRequest(const char* method, const nlohmann::json& overrides)
{
    GenerateRequest request;
    request.model = (test::sharedFolder() / "golden" / "models" / "stories260K" / "stories260K.F32.gguf").string();
    request.prompt = "Once upon a time there was a little girl who had a red ball and";
    request.device = "cpu";
    request.maximumTokens = 90;
    request.temperature = 1;
    request.cacheMethod = method;
    request.cacheParameters = *resolveParameters(caches().find(method)->describe(), overrides);
    return request;
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

    /// The cache turns keys as the model does, and 8 bits of them before that change as little as 8 bits after.
    void keysBeforeRotaryAreTheModels()
    {
        const at::NoGradGuard noGrad;
        const ModelConfig& config = m_model->config();
        const kv::RotaryEmbedding rotary(cacheShape(config, 1).rotaryFrequencies);
        const torch::Tensor rows = torch::randn({ 1, 50, 1, config.headSize });
        const torch::Tensor frequencies = torch::tensor(inverseFrequencies(config.headSize, config.ropeBase, config.ropeScaling), torch::kFloat32);
        const torch::Tensor turned = rotateHeads(rows, torch::arange(50, torch::kFloat32).unsqueeze(-1) * frequencies).contiguous();
        torch::Tensor own = rows.clone();
        for (std::int64_t position = 0; position < 50; ++position)
            rotary.turn(own.mutable_data_ptr<float>() + position * config.headSize, position);
        QVERIFY((own.reshape(-1) - turned.reshape(-1)).abs().max().item<float>() < 1e-5F);

        const torch::Tensor tokens = someTokens(1, 150, config.vocabularySize), expected = m_model->forward(tokens);
        for (const char* method : { "kivi", "logquant", "heavy-hitter", "asymkv" }) {
            nlohmann::json parameters { { "pre_rope", true }, { "bits_keys", "8" }, { "bits_values", "8" } };
            if (std::string_view(method) == "kivi" || std::string_view(method) == "asymkv")
                parameters["residual"] = 32;
            if (std::string_view(method) == "asymkv")
                parameters.update({ { "high_key_layers", 99 }, { "high_value_layers", 99 } });
            const auto cache = cacheOf(method, 1, parameters);
            BITLOOM_VERIFY(cache);
            CachedAttention attention(**cache);
            const auto found = logits(tokens, attention);
            BITLOOM_VERIFY(found);
            QVERIFY2((*found - expected).abs().mean().item<float>() < 0.02F, method);
        }
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

    void mapsTellWhatTheCacheHolds_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("letters");
        QTest::newRow("full") << "full" << "r";
        QTest::newRow("logquant") << "logquant" << "srlwp";
        QTest::newRow("heavy-hitter") << "heavy-hitter" << "srhwp";
        QTest::newRow("kivi") << "kivi" << "rwp";
        QTest::newRow("streaming") << "streaming" << "sre";
    }
    void mapsTellWhatTheCacheHolds()
    {
        QFETCH(QString, method);
        QFETCH(QString, letters);
        nlohmann::json small = nlohmann::json::object();
        if (method == "logquant")
            small = { { "window", 8 } };
        else if (method == "kivi")
            small = { { "residual", 32 } };
        else if (method == "streaming")
            small = { { "window", 24 } };
        else if (method == "heavy-hitter")
            small = { { "budget", 24 } };
        const GenerateRequest request = storyRequest(qPrintable(method), small);
        CacheWatch watch;
        watch.set(CacheWatch::Target { 2, 1 });
        Recorder recorder;
        JobControl control;
        const auto start = std::chrono::steady_clock::now();
        const auto report = runGenerateJob(request, caches(), models(), watch, recorder, control);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        BITLOOM_VERIFY(report);
        const auto maps = recorder.all<CacheMapEvent>();
        QVERIFY(maps.size() >= 2); // the prompt's and the last
        QVERIFY(static_cast<double>(maps.size()) <= 2 + 30 * seconds);
        const auto prompts = recorder.all<PromptEvent>();
        QCOMPARE(prompts.size(), std::size_t(1));
        const auto promptLength = static_cast<std::int64_t>(prompts.front().tokens.size());
        std::string joined;
        for (const std::string& token : prompts.front().tokens)
            joined += token;
        QVERIFY(joined.find("little girl") != std::string::npos);
        QCOMPARE(maps.front().length, promptLength);
        for (const CacheMapEvent& map : maps) {
            QCOMPARE(map.promptLength, promptLength);
            QCOMPARE(map.layer, 2);
            QCOMPARE(map.head, 1);
            QCOMPARE(map.layers, static_cast<int>(m_model->config().blocks));
            QCOMPARE(map.heads, static_cast<int>(m_model->config().keyValueHeads));
            // Every position is in exactly one class, and in one that the method has.
            for (const std::string& classes : { map.keyClasses, map.valueClasses }) {
                QCOMPARE(static_cast<std::int64_t>(classes.size()), map.length);
                QVERIFY(classes.find_first_not_of(letters.toStdString()) == std::string::npos);
            }
            QCOMPARE(map.mass.size(), static_cast<std::size_t>(map.layers * map.heads * positionClassCount));
            for (std::size_t head = 0; head < map.mass.size() / positionClassCount; ++head) {
                double sum = 0;
                for (int c = 0; c < positionClassCount; ++c)
                    sum += map.mass[head * positionClassCount + static_cast<std::size_t>(c)];
                QVERIFY(std::abs(sum - 1) < 1e-3);
            }
            QVERIFY(map.errors && map.errors->size() == static_cast<std::size_t>(map.layers * map.heads));
            for (const float error : *map.errors)
                QVERIFY2(method == "full" ? error < 0.05F : error > 1e-5F && error < 3, qPrintable(QString::number(error)));
            std::vector<double> byClass(positionClassCount);
            for (std::int64_t p = 0; p < map.length; ++p)
                byClass[positionClassLetters.find(map.keyClasses[static_cast<std::size_t>(p)])] += map.attention[static_cast<std::size_t>(p)];
            for (std::size_t c = 0; c < byClass.size(); ++c)
                QVERIFY(std::abs(byClass[c] - map.mass[static_cast<std::size_t>(map.layer * map.heads + map.head) * positionClassCount + c]) < 1e-4);
            QVERIFY(map.keyBytes > 0 && map.valueBytes > 0 && map.keyBytes + map.valueBytes < map.bytes);
        }
        const CacheMapEvent& last = maps.back();
        QCOMPARE(last.length, promptLength + report->tokens - 1); // the last token was never read
        QCOMPARE(last.bytes, report->cacheBytes);
        QCOMPARE(last.keyBytes, report->cacheKeyBytes);
        QCOMPARE(last.valueBytes, report->cacheValueBytes);
        QVERIFY(last.tokensPerSecond > 0);
        if (method == "logquant") {
            kv::LogarithmicList list(std::pmr::new_delete_resource(), 8);
            for (std::int32_t p = 0; p < last.length; ++p)
                list.append(p, [](std::int32_t) { });
            for (std::int32_t p = 0; p < last.length; ++p) {
                const bool listed = p < 4 || std::find(list.positions().begin(), list.positions().end(), p) != list.positions().end();
                QCOMPARE(std::string("srl").find(last.keyClasses[static_cast<std::size_t>(p)]) != std::string::npos, listed);
            }
        }
        if (method == "streaming")
            QCOMPARE(last.keyBits, 0);

        // Nobody looks: not one map, and the same text.
        Recorder alone;
        const auto same = runGenerateJob(request, caches(), models(), CacheWatch(), alone, control);
        BITLOOM_VERIFY(same);
        QVERIFY(alone.all<CacheMapEvent>().empty());
        QCOMPARE(same->text, report->text);
        QCOMPARE(same->cacheBytes, report->cacheBytes);
    }

    /// The errors of maps are those that softmax over the very same keys and values gives, head by head.
    void errorsAreThoseOfTheOutput()
    {
        const at::NoGradGuard noGrad;
        const ModelConfig& config = m_model->config();
        const torch::Tensor tokens = someTokens(1, 100, config.vocabularySize);
        const auto cache = cacheOf("kivi", 1, { { "residual", 32 } });
        BITLOOM_VERIFY(cache);
        MeasuredAttention attention(*m_model, true, **cache, {});
        std::vector<torch::Tensor> keys(static_cast<std::size_t>(config.blocks)), values(keys);
        std::vector<double> expected;
        class Seen : public BlockAttention
        {
        public:
            explicit Seen(MeasuredAttention& of, std::function<void(std::int64_t, const torch::Tensor&, const torch::Tensor&, const torch::Tensor&, const torch::Tensor&)> see)
                : m_of(of)
                , m_see(std::move(see))
            {
            }
            torch::Tensor positions(std::int64_t block, std::int64_t count) override { return m_of.positions(block, count); }
            torch::Tensor attend(std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value) override
            {
                const torch::Tensor found = m_of.attend(block, query, key, value);
                m_see(block, query, key, value, found);
                return found;
            }

        private:
            MeasuredAttention& m_of;
            std::function<void(std::int64_t, const torch::Tensor&, const torch::Tensor&, const torch::Tensor&, const torch::Tensor&)> m_see;
        };
        Seen seen(attention, [&](std::int64_t block, const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value, const torch::Tensor& found) {
            const auto at = static_cast<std::size_t>(block);
            keys[at] = keys[at].defined() ? torch::cat({ keys[at], key }, 2) : key;
            values[at] = values[at].defined() ? torch::cat({ values[at], value }, 2) : value;
            const std::int64_t shared = config.heads / config.keyValueHeads;
            for (std::int64_t head = 0; head < config.keyValueHeads; ++head) {
                const torch::Tensor k = keys[at][0][head].to(torch::kFloat64), v = values[at][0][head].to(torch::kFloat64);
                const torch::Tensor q = query[0].narrow(0, head * shared, shared).select(1, -1).to(torch::kFloat64);
                const torch::Tensor exact = torch::matmul(torch::matmul(q, k.t()).div(std::sqrt(static_cast<double>(config.headSize))).softmax(-1), v);
                const torch::Tensor out = found[0].narrow(0, head * shared, shared).select(1, -1).to(torch::kFloat64);
                expected.push_back(((out - exact).norm() / exact.norm()).item<double>());
            }
        });
        for (const auto& [first, count] : { std::pair(0, 70), std::pair(70, 1), std::pair(71, 29) }) {
            expected.clear();
            attention.setMeasuring(true);
            torch::Tensor hidden = m_model->embed(tokens.narrow(1, first, count));
            for (std::int64_t block = 0; block < config.blocks; ++block)
                hidden = m_model->block(block, hidden, seen);
            const auto errors = attention.errors();
            QVERIFY(errors && errors->size() == expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i)
                QVERIFY2(std::abs((*errors)[i] - expected[i]) < 1e-4 + 1e-3 * expected[i], qPrintable(QStringLiteral("%1 %2").arg((*errors)[i]).arg(expected[i])));
            QVERIFY(*std::max_element(expected.begin(), expected.end()) > 0.05);
        }
        attention.setMeasuring(false);
        QVERIFY(!attention.errors());
    }

    /// Learning leaves less loss than the ranges it starts from, in every layer where it changes anything, and the model's predictions come closer on the text that was learnt from. (Other random tokens have nothing in common with them: there the difference falls or rises with a processor's rounding.)
    void reconstructionComesCloser()
    {
        const torch::Tensor tokens = someTokens(4, 96, m_model->config().vocabularySize), other = someTokens(6, 96, m_model->config().vocabularySize).narrow(0, 4, 2);
        const auto* method = *caches().require("wkvquant");
        const auto calibrated = [&](std::int64_t epochs) {
            KvCandidate candidate { "wkvquant", *resolveParameters(method->describe(), { { "bits_keys", "2" }, { "bits_values", "2" }, { "epochs", epochs }, { "learning_rate", 0.02 } }) };
            JobControl control;
            const auto found = calibrateCache(candidate, caches(), *m_model, tokens, 96, 0, ignoreProgress(), control);
            if (!found)
                qFatal("%s", found.error().message.c_str());
            return *found;
        };
        const auto difference = [&](const nlohmann::json& parameters, const torch::Tensor& text) {
            const at::NoGradGuard noGrad;
            double sum = 0;
            for (std::int64_t sequence = 0; sequence < text.size(0); ++sequence) {
                const torch::Tensor one = text.narrow(0, sequence, 1);
                auto plan = method->plan(cacheShape(m_model->config(), 1), parameters);
                const auto cache = kv::KvCache::create(cacheShape(m_model->config(), 1), std::move(*plan));
                CachedAttention attention(**cache);
                const auto found = logits(one, attention);
                sum += (found->log_softmax(-1) - m_model->forward(one).log_softmax(-1)).abs().mean().item<double>();
            }
            return sum;
        };
        const nlohmann::json ranges = calibrated(0), learnt = calibrated(8);
        QVERIFY(!ranges.at("layers").at(0).contains("reconstruction"));
        int better = 0;
        for (const nlohmann::json& layer : learnt.at("layers")) {
            const double before = layer.at("reconstruction").at(0), after = layer.at("reconstruction").at(1);
            QVERIFY(after <= before && after > 0);
            better += after < 0.99 * before;
        }
        QVERIFY2(better >= 3, qPrintable(QString::number(better)));
        const double first = difference(ranges, tokens), last = difference(learnt, tokens);
        qInfo("on other text: %g with ranges, %g learnt", difference(ranges, other), difference(learnt, other));
        qInfo("difference of log probabilities: %g with ranges, %g learnt", first, last);
        QVERIFY(last < first);
    }

    void aHeadThatIsNotThereIsTheLast()
    {
        CacheWatch watch;
        watch.set(CacheWatch::Target { 1000, 1000 });
        Recorder recorder;
        JobControl control;
        GenerateRequest request = storyRequest("full", nlohmann::json::object());
        request.maximumTokens = 3;
        BITLOOM_VERIFY(runGenerateJob(request, caches(), models(), watch, recorder, control));
        const auto maps = recorder.all<CacheMapEvent>();
        QVERIFY(!maps.empty());
        QCOMPARE(maps.back().layer, static_cast<int>(m_model->config().blocks) - 1);
        QCOMPARE(maps.back().head, static_cast<int>(m_model->config().keyValueHeads) - 1);
    }

    void theWatchMayTurnWhileTextIsWritten()
    {
        CacheWatch watch;
        Recorder recorder;
        JobControl control;
        recorder.seen = [&](const Event& event) {
            if (const auto* token = std::get_if<TokenEvent>(&event)) {
                if (token->count == 20)
                    watch.set(CacheWatch::Target { 1, 0 });
                else if (token->count >= 40)
                    watch.set(std::nullopt);
            }
        };
        GenerateRequest request = storyRequest("logquant", { { "window", 8 } });
        BITLOOM_VERIFY(runGenerateJob(request, caches(), models(), watch, recorder, control));
        const auto maps = recorder.all<CacheMapEvent>();
        QVERIFY(!maps.empty());
        for (const CacheMapEvent& map : maps) {
            QVERIFY(map.length >= map.promptLength + 20 && map.length <= map.promptLength + 41);
            QCOMPARE(map.layer, 1);
            QVERIFY(!map.errors); // the exact keys and values of the beginning are gone
        }
    }

    void cancellingStopsWriting()
    {
        CacheWatch watch;
        watch.set(CacheWatch::Target {});
        Recorder recorder;
        JobControl control;
        int written = 0;
        recorder.seen = [&](const Event& event) {
            if (const auto* token = std::get_if<TokenEvent>(&event); token && (written = token->count) >= 5)
                control.cancel();
        };
        GenerateRequest request = storyRequest("logquant", nlohmann::json::object());
        const auto report = runGenerateJob(request, caches(), models(), watch, recorder, control);
        QVERIFY(!report && report.error().code == ErrorCode::Cancelled);
        QCOMPARE(written, 5);
    }

    /// What is told of each token is what the model computes for the text before it, and the text does not depend on it.
    void candidatesAreTheModelsOwn()
    {
        GenerateRequest request = storyRequest("full", { { "type", "f32" } });
        request.temperature = 0;
        JobControl control;
        Recorder plain;
        const auto alone = runGenerateJob(request, caches(), models(), CacheWatch(), plain, control);
        BITLOOM_VERIFY(alone);
        for (const TokenEvent& token : plain.all<TokenEvent>())
            QVERIFY(!token.choices && token.cacheBytes);
        request.candidates = 5;
        Recorder recorder;
        const auto report = runGenerateJob(request, caches(), models(), CacheWatch(), recorder, control);
        BITLOOM_VERIFY(report);
        QCOMPARE(report->text, alone->text);
        std::vector<TokenChoice> choices;
        std::string joined;
        for (const TokenEvent& token : recorder.all<TokenEvent>()) {
            QVERIFY(token.choices);
            choices.insert(choices.end(), token.choices->begin(), token.choices->end());
            joined += token.text;
            QVERIFY(token.cacheBytes && *token.cacheBytes > 0);
            QCOMPARE(token.tokensPerSecond.has_value(), token.count > 1);
        }
        QCOMPARE(joined, report->text);
        QCOMPARE(static_cast<std::int64_t>(choices.size()) - (choices.back().ends ? 1 : 0), report->tokens);
        QCOMPARE(*recorder.all<TokenEvent>().back().cacheBytes, report->cacheBytes);

        const auto source = openModel(request.model);
        BITLOOM_VERIFY(source);
        const auto tokenizer = source->tokenizer();
        BITLOOM_VERIFY(tokenizer);
        const auto prompt = (*tokenizer)->encode(request.prompt, true, false);
        std::vector<std::int64_t> all(prompt.begin(), prompt.end());
        for (const TokenChoice& choice : choices)
            all.push_back(choice.taken.token);
        const torch::NoGradGuard noGrad;
        torch::Tensor hidden = m_model->embed(torch::tensor(all).unsqueeze(0));
        for (std::int64_t block = 0; block < m_model->config().blocks; ++block)
            hidden = m_model->block(block, hidden);
        const torch::Tensor logProbabilities = m_model->head(hidden)[0].to(torch::kFloat64).log_softmax(-1);
        for (std::size_t i = 0; i < choices.size(); ++i) {
            const torch::Tensor row = logProbabilities[static_cast<std::int64_t>(prompt.size() + i) - 1];
            const TokenChoice& choice = choices[i];
            QCOMPARE(choice.candidates.size(), std::size_t(5));
            QCOMPARE(choice.candidates.front().token, choice.taken.token); // nothing is drawn
            const auto [values, tokens] = row.topk(5);
            double before = 0;
            for (int k = 0; k < 5; ++k) {
                const TokenCandidate& candidate = choice.candidates[static_cast<std::size_t>(k)];
                QVERIFY(std::abs(candidate.logProbability - row[candidate.token].item<double>()) < 1e-3);
                QVERIFY(std::abs(candidate.logProbability - values[k].item<double>()) < 1e-3);
                QVERIFY(candidate.logProbability <= before);
                before = candidate.logProbability;
            }
            if (!choice.ends)
                QVERIFY(!choice.taken.text.empty());
        }
    }

    void topPDrawsFromTheMostProbable()
    {
        GenerateRequest request = storyRequest("full", { { "type", "f32" } });
        request.temperature = 0;
        JobControl control;
        Recorder recorder;
        const auto greedy = runGenerateJob(request, caches(), models(), CacheWatch(), recorder, control);
        BITLOOM_VERIFY(greedy);
        request.temperature = 1;
        request.topP = 1e-6; // of which the most probable token is left
        const auto narrow = runGenerateJob(request, caches(), models(), CacheWatch(), recorder, control);
        BITLOOM_VERIFY(narrow);
        QCOMPARE(narrow->text, greedy->text);
        request.topP = 1;
        const auto wide = runGenerateJob(request, caches(), models(), CacheWatch(), recorder, control);
        BITLOOM_VERIFY(wide);
        QVERIFY(wide->text != greedy->text);
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
