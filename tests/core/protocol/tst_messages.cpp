// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/messages.h"

#include "tests/support/shared_data.h"

#include <QtTest/QTest>

using namespace bitloom;

namespace {
/// Through the wire's own encoding and back.
template <class T>
nlohmann::json twice(const T& value)
{
    const nlohmann::json first = value;
    const auto wire = nlohmann::json::from_cbor(nlohmann::json::to_cbor(first));
    const auto read = readAs<T>(wire);
    return read ? nlohmann::json(*read) : nlohmann::json(read.error().message);
}
}

class TestMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyEventComesBackAsItWas()
    {
        SaliencyEvent saliency;
        saliency.layer = "model.layers.1.mlp.up_proj";
        saliency.rows = 2;
        saliency.columns = 2;
        saliency.values = { 1, 2, 3, 4 };
        LayerEvent layer;
        layer.layer = "model.layers.0.self_attn.q_proj";
        layer.state = LayerState::Solving;
        layer.objectiveInitial = 3.5;
        CodebookEvent codebook;
        codebook.levels = { -1, 0, 1 };
        codebook.counts = { 5, 6, 7 };
        CacheMapEvent map;
        map.length = 3;
        map.layers = 2;
        map.heads = 1;
        map.keyBits = 2;
        map.keyClasses = "spr";
        map.valueClasses = "srr";
        map.attention = { 0.5F, 0.25F, 0.25F };
        map.mass.assign(static_cast<std::size_t>(2 * positionClassCount), 0.125F);
        map.errors = { 0.125F, 0.5F };
        map.keyBytes = std::int64_t(1) << 40;
        map.tokensPerSecond = 12.5;
        const TokenEvent chosen { " a", 5, std::vector { TokenChoice { { 264, " a", -0.25 }, false, { { 264, " a", -0.25 }, { 278, " the", -2.5 } } }, TokenChoice { { 2, "</s>", -0.125 }, true, {} } }, std::int64_t(1) << 40, 31.5 };
        const std::vector<Event> events { LogEvent { "info", "loading" }, ProgressEvent { { "calibrate", "tokens", 5, 10, "x", 2.5, 2 } },
            layer, ObjectiveEvent { "l", 3, "codes", 1.25, 1.5 }, saliency, codebook, ResourceEvent { 1, 2, 3 }, TokenEvent { "hi", 4, {}, {}, {} }, chosen, PromptEvent { { "Once", " upon" } }, map };
        for (const auto& event : events) {
            const auto message = toMessage(JobEvent { 7, event });
            const auto parsed = parseFromEngine(nlohmann::json::from_cbor(nlohmann::json::to_cbor(message)));
            BITLOOM_VERIFY(parsed);
            QVERIFY(std::holds_alternative<JobEvent>(*parsed));
            QCOMPARE(std::get<JobEvent>(*parsed).job, std::uint64_t(7));
            QVERIFY(toMessage(std::get<JobEvent>(*parsed)) == message);
        }
    }

    void optionalFieldsAreLeftOut()
    {
        QVERIFY(!nlohmann::json(LayerEvent {}).contains("objective_final"));
        for (const char* key : { "choices", "cache_bytes", "tokens_per_second" }) // as an older engine says it
            QVERIFY2(!nlohmann::json(TokenEvent { "hi", 4, {}, {}, {} }).contains(key), key);
        QVERIFY(!nlohmann::json(EvaluationReport {}).contains("kl_divergence"));
    }

    void reportsHaveTheKeysOfTheCommandLineContract()
    {
        EvaluationReport report;
        report.klMean = 0.5;
        report.klP99 = 2;
        report.top1Agreement = 0.75;
        const nlohmann::json json = report;
        for (const char* key : { "perplexity", "perplexity_stderr", "top1_agreement", "tokens", "seconds" })
            QVERIFY2(json.contains(key), key);
        QCOMPARE(json["kl_divergence"]["mean"].get<double>(), 0.5);
        QCOMPARE(json["kl_divergence"]["p99"].get<double>(), 2.0);
        const nlohmann::json quantize = QuantizeReport {};
        for (const char* key : { "method", "bits_per_weight", "peak_memory_bytes", "layers", "output" })
            QVERIFY2(quantize.contains(key), key);
        for (const char* stage : { "load", "calibrate", "quantize", "export" })
            QVERIFY2(quantize["seconds"].contains(stage), stage);
    }

    void structsComeBackAsTheyWere()
    {
        ModelSummary model;
        model.name = "demo";
        model.tensors = { { "a.weight", { 2, 3 }, "F16", 12, true } };
        model.recipe = Recipe {};
        model.recipe->model = "demo";
        QVERIFY(twice(model) == nlohmann::json(model));
        QuantizePlan plan;
        plan.recipe.model = "demo";
        plan.warnings = { "little text" };
        QVERIFY(twice(plan) == nlohmann::json(plan));
        QVERIFY(!nlohmann::json(plan).contains("work")); // as an older engine says it
        plan.seconds = 12.5;
        plan.work = WorkPlan { true, false, 3, 19, 2, 1000, 0, 2000, std::nullopt, { { "calibrate", 9.5, 1000, 0, 1, 2, 3, 4 } } };
        QVERIFY(twice(plan) == nlohmann::json(plan));
        QVERIFY(twice(plan)["work"]["stages"][0]["hessians_bytes"] == 3);
        GenerationReport written;
        written.text = "Once";
        written.stopped = "the context is full";
        written.cacheBytes = 30;
        written.cacheKeyBytes = 20;
        written.cacheBitsPerValue = 2.5;
        written.cacheDeviceBytes = 64;
        QVERIFY(twice(written) == nlohmann::json(written));
        EngineInfo info;
        QVERIFY(!nlohmann::json(info).contains("cache_methods")); // as an older engine says it
        MethodInfo method;
        method.id = "rtn";
        ParameterInfo parameter;
        parameter.name = "group_size";
        parameter.type = ParameterType::Integer;
        parameter.defaultValue = 0;
        parameter.minimum = 0;
        method.parameters = { parameter };
        info.weightMethods = { method };
        info.cacheMethods = info.weightMethods;
        QVERIFY(twice(info) == nlohmann::json(info));
    }

    void wrongShapesAreOneSentence_data()
    {
        QTest::addColumn<QString>("message");
        QTest::newRow("nothing") << "{}";
        QTest::newRow("unknown event") << R"({"event":"party","job":1})";
        QTest::newRow("job is text") << R"({"event":"log","job":"x","level":"info","message":"m"})";
        QTest::newRow("a field is missing") << R"({"event":"log","job":1,"level":"info"})";
        QTest::newRow("a field has another type") << R"({"event":"token","job":1,"text":5,"count":1})";
        QTest::newRow("a token has no number") << R"({"event":"token","job":1,"text":"a","count":1,"choices":[{"taken":{"text":"a","log_probability":-1.0},"ends":false,"candidates":[]}]})";
        QTest::newRow("choices are no list") << R"({"event":"token","job":1,"text":"a","count":1,"choices":7})";
        QTest::newRow("unknown state") << R"({"event":"layer","job":1,"layer":"l","block":0,"module":"m","state":"sleepy","seconds":0,"message":""})";
        QTest::newRow("error without code") << R"({"id":1,"error":{}})";
    }

    void wrongShapesAreOneSentence()
    {
        QFETCH(QString, message);
        const auto parsed = parseFromEngine(nlohmann::json::parse(message.toStdString()));
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code, ErrorCode::InvalidInput);
        QVERIFY(!parsed.error().message.empty());
    }

    void requestsAreChecked()
    {
        QVERIFY(parseRequest({ { "id", 1u }, { "method", "hello" } }));
        QVERIFY(!parseRequest({ { "id", -1 }, { "method", "hello" } }));
        QVERIFY(!parseRequest({ { "id", 1e300 }, { "method", "hello" } }));
        QVERIFY(!parseRequest({ { "id", 1.5 }, { "method", "hello" } }));
        QVERIFY(!parseFromEngine({ { "id", 1.38e190 }, { "result", 1 } }));
        QVERIFY(!parseRequest({ { "id", 1u } }));
        QVERIFY(!parseRequest({ { "id", 1u }, { "method", "hello" }, { "params", 3 } }));
    }

    void errorsKeepTheirCode()
    {
        const auto parsed = parseFromEngine(toMessage(Response { 4, fail(ErrorCode::OutOfMemory, "too big") }));
        BITLOOM_VERIFY(parsed);
        const auto& response = std::get<Response>(*parsed);
        QCOMPARE(response.id, std::uint64_t(4));
        QVERIFY(!response.result);
        QCOMPARE(response.result.error().code, ErrorCode::OutOfMemory);
        QCOMPARE(response.result.error().message, std::string("too big"));
    }
};

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
