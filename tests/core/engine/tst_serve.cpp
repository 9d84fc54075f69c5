// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/outgoing_queue.h"
#include "core/engine/serve.h"
#include "core/protocol/frame.h"
#include "tests/support/shared_data.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <thread>
#include <unistd.h>

using namespace bitloom;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {
/// The studio's side of a serving engine that runs on a thread of this process.
class Session
{
public:
    explicit Session(const WeightMethods& methods, const ResourceLimits& limits = {})
    {
        std::array<int, 2> requests {}, answers {};
        if (::pipe(requests.data()) != 0 || ::pipe(answers.data()) != 0)
            qFatal("no pipes");
        m_write = requests[1];
        m_read = answers[0];
        m_engine = std::jthread([this, &methods, limits, in = requests[0], out = answers[1]](const std::stop_token& stop) {
            m_outcome = serve(methods, in, out, stop, limits);
            ::close(in);
            ::close(out);
        });
    }
    ~Session()
    {
        hangUp();
        if (m_engine.joinable())
            m_engine.join();
        ::close(m_read);
    }
    void hangUp()
    {
        if (m_write >= 0)
            ::close(m_write);
        m_write = -1;
    }
    void sendBytes(std::span<const std::uint8_t> bytes) const
    {
        QVERIFY(::write(m_write, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    std::uint64_t send(const std::string& method, const json& params = json::object())
    {
        sendBytes(encodeFrame(toMessage(Request { ++m_id, method, params })));
        return m_id;
    }
    /// The response to request `id`; events that come before it are kept. Fails after a minute.
    Result<json> waitFor(std::uint64_t id)
    {
        for (;;) {
            auto message = next();
            if (!message)
                return forward(message);
            if (auto* event = std::get_if<JobEvent>(&*message))
                events.push_back(std::move(*event));
            else if (auto& response = std::get<Response>(*message); response.id == id)
                return response.result;
            else
                return fail(ErrorCode::Internal, "response to {} while waiting for {}", response.id, id);
        }
    }
    Result<json> ask(const std::string& method, const json& params = json::object()) { return waitFor(send(method, params)); }
    Result<std::variant<Response, JobEvent>> next()
    {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < 60000) {
            auto message = m_reader.next();
            if (!message)
                return forward(message);
            if (*message)
                return parseFromEngine(**message);
            pollfd ready { m_read, POLLIN, 0 };
            if (::poll(&ready, 1, 100) <= 0)
                continue;
            std::array<std::uint8_t, 65536> buffer {};
            const ssize_t count = ::read(m_read, buffer.data(), buffer.size());
            if (count <= 0)
                return fail(ErrorCode::NotFound, "end of stream");
            m_reader.append(std::span(buffer.data(), static_cast<std::size_t>(count)));
        }
        return fail(ErrorCode::Internal, "nothing came for a minute");
    }
    /// What serve() returned; ends the session.
    Result<void> outcome()
    {
        m_engine.join();
        return m_outcome;
    }
    template <class T>
    [[nodiscard]] std::size_t count() const
    {
        std::size_t found = 0;
        for (const JobEvent& event : events)
            found += std::holds_alternative<T>(event.event) ? 1 : 0;
        return found;
    }
    std::vector<JobEvent> events;

private:
    int m_write = -1, m_read = -1;
    std::uint64_t m_id = 0;
    FrameReader m_reader;
    Result<void> m_outcome;
    std::jthread m_engine;
};
}

class TestServe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        m_methods = WeightMethods::load();
        m_model = (test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string();
        m_text = (test::sharedFolder() / "data/wikitext2-valid.txt").string();
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void quickRequests()
    {
        Session session(m_methods);
        const auto hello = session.ask("hello", { { "protocol", 1 } });
        BITLOOM_VERIFY(hello);
        const auto info = readAs<EngineInfo>(*hello);
        BITLOOM_VERIFY(info);
        QVERIFY(!info->weightMethods.empty() && !info->formats.empty() && info->devices.front() == "cpu");
        const auto summary = session.ask("inspect", { { "model", m_model } });
        BITLOOM_VERIFY(summary);
        BITLOOM_VERIFY(readAs<ModelSummary>(*summary));
        const json tensor { { "model", m_model }, { "tensor", "model.layers.0.mlp.up_proj.weight" }, { "bins", 32 } };
        const auto weights = session.ask("weights", tensor);
        BITLOOM_VERIFY(weights);
        const auto histogram = readAs<WeightHistogram>(*weights);
        BITLOOM_VERIFY(histogram);
        QCOMPARE(histogram->counts.size(), std::size_t { 32 });
        float sum = 0;
        for (const float count : histogram->counts)
            sum += count;
        QCOMPARE(sum, 64.0F * 172.0F);
        json row = tensor;
        row["row"] = 3;
        const auto rowWeights = session.ask("weights", row);
        BITLOOM_VERIFY(rowWeights);
        row["row"] = 172;
        QVERIFY(!session.ask("weights", row));
        const auto plan = session.ask("plan", { { "recipe", recipe() } });
        BITLOOM_VERIFY(plan);
        BITLOOM_VERIFY(readAs<QuantizePlan>(*plan));

        json pipelined = session.ask("plan", { { "recipe", recipe() }, { "limits", { { "pipeline", true }, { "device_memory", std::int64_t { 1 } << 40 } } } }).value_or(json {});
        QVERIFY(pipelined["work"]["pipelined"] == true && pipelined["work"]["device_limit"] == std::int64_t { 1 } << 40);
        const auto refused = session.ask("plan", { { "recipe", recipe() }, { "limits", { { "host_memory", 1000 } } } });
        QVERIFY(!refused && refused.error().message.find("is the smallest that works") != std::string::npos);
    }

    /// What the engine is started with holds for requests that say nothing of it.
    void enginesLimitsHold()
    {
        ResourceLimits limits;
        limits.hostBytes = 1000;
        Session session(m_methods, limits);
        const auto refused = session.ask("plan", { { "recipe", recipe() } });
        QVERIFY(!refused && refused.error().message.find("is the smallest that works") != std::string::npos);
        BITLOOM_VERIFY(session.ask("plan", { { "recipe", recipe() }, { "limits", { { "host_memory", std::int64_t { 1 } << 40 } } } }));
    }

    void everyWrongRequestIsAnswered_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("params");
        QTest::newRow("unknown method") << "frobnicate" << "{}";
        QTest::newRow("protocol of the future") << "hello" << R"({"protocol": 99})";
        QTest::newRow("no model") << "inspect" << "{}";
        QTest::newRow("model of the wrong type") << "inspect" << R"({"model": 7})";
        QTest::newRow("absent model") << "inspect" << R"({"model": "/nonexistent"})";
        QTest::newRow("bins out of range") << "weights" << R"({"model": "x", "tensor": "y", "bins": -3})";
        QTest::newRow("fractional row") << "weights" << R"({"model": "x", "tensor": "y", "row": 0.5})";
        QTest::newRow("unknown key in recipe") << "plan" << R"({"recipe": {"version": 1, "model": "demo", "bitz": 3}})";
        QTest::newRow("unknown limit") << "plan" << R"({"recipe": {"version": 1, "model": "demo"}, "limits": {"memory": 5}})";
        QTest::newRow("limit in words") << "plan" << R"({"recipe": {"version": 1, "model": "demo"}, "limits": {"host_memory": "6GiB"}})";
        QTest::newRow("limits are a list") << "plan" << R"({"recipe": {"version": 1, "model": "demo"}, "limits": [6]})";
        QTest::newRow("recipe is a list") << "quantize" << R"({"recipe": [], "output": "/tmp/x"})";
        QTest::newRow("no project") << "project" << R"({"folder": "/nonexistent"})";
        QTest::newRow("nothing to cancel") << "cancel" << "{}";
        QTest::newRow("nothing to pause") << "pause" << "{}";
        QTest::newRow("no such cache") << "generate" << R"({"model": "demo", "prompt": "a", "cache": "nonsense"})";
        QTest::newRow("wrong cache parameter") << "generate" << R"({"model": "demo", "prompt": "a", "cache": "logquant", "cache_parameters": {"window": 0}})";
        QTest::newRow("unknown cache parameter") << "generate" << R"({"model": "demo", "prompt": "a", "cache": "full", "cache_parameters": {"windows": 3}})";
        QTest::newRow("no such layer to watch") << "watch_cache" << R"({"layer": -2})";
        QTest::newRow("negative tokens") << "generate" << R"({"model": "demo", "prompt": "a", "max_tokens": -1})";
        QTest::newRow("probability above one") << "generate" << R"({"model": "demo", "prompt": "a", "top_p": 1.5})";
        QTest::newRow("too many candidates") << "generate" << R"({"model": "demo", "prompt": "a", "candidates": 1000})";
        QTest::newRow("fractional candidates") << "generate" << R"({"model": "demo", "prompt": "a", "candidates": 1.5})";
        QTest::newRow("absent text") << "evaluate" << R"({"model": "demo", "text": "/nonexistent"})";
        QTest::newRow("unwritable output") << "quantize" << R"({"recipe": {"version": 1, "model": "demo"}, "output": "/proc/x"})";
    }
    void everyWrongRequestIsAnswered()
    {
        QFETCH(QString, method);
        QFETCH(QString, params);
        Session session(m_methods);
        const auto answer = session.ask(method.toStdString(), json::parse(params.toStdString()));
        QVERIFY(!answer);
        QVERIFY(answer.error().code != ErrorCode::Internal);
        QVERIFY(!answer.error().message.empty());
        BITLOOM_VERIFY(session.ask("watch", { { "layer", "" } }));
    }

    void freeMemoryIsTold()
    {
        Session session(m_methods);
        const auto memory = session.ask("memory");
        BITLOOM_VERIFY(memory);
        QVERIFY(memory->at("available_bytes").get<std::int64_t>() > 1 << 20);
    }

    /// What llama.cpp measured of a run's file stays in its project, for comparisons.
    void verificationIsKeptInTheProject()
    {
        Session session(m_methods);
        json gguf = recipe();
        gguf["method"] = "rtn";
        gguf["format"] = "gguf";
        gguf["gguf_type"] = "Q8_0";
        const std::string output = path("kept.gguf").string();
        BITLOOM_VERIFY(session.ask("quantize", { { "recipe", gguf }, { "output", output } }));
        const auto before = session.ask("project", { { "folder", output + ".bitloom" } });
        BITLOOM_VERIFY(before);
        QVERIFY(!before->contains("verification"));
        const auto verified = session.ask("verify", { { "file", output }, { "reference", m_model }, { "text", m_text }, { "context", 64 }, { "chunks", 2 } });
        BITLOOM_VERIFY(verified);
        const auto project = session.ask("project", { { "folder", output + ".bitloom" } });
        BITLOOM_VERIFY(project);
        const auto summary = readAs<ProjectSummary>(*project);
        BITLOOM_VERIFY(summary);
        QVERIFY(summary->verification && summary->verification->files.size() == 1);
        QVERIFY(json(*summary->verification) == *verified);
    }

    void jobRunsWithEventsAndRefusesASecond()
    {
        Session session(m_methods);
        const fs::path output = path("out");
        const auto job = session.send("quantize", { { "recipe", recipe() }, { "output", output.string() } });
        const auto second = session.send("quantize", { { "recipe", recipe() }, { "output", path("other").string() } });
        const auto refused = session.waitFor(second);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("still running") != std::string::npos);
        BITLOOM_VERIFY(session.ask("watch", { { "layer", "model.layers.2.mlp.up_proj" }, { "row", 4 } }));
        const auto result = session.waitFor(job);
        BITLOOM_VERIFY(result);
        const auto report = readAs<QuantizeReport>(*result);
        BITLOOM_VERIFY(report);
        QCOMPARE(report->layers.size(), std::size_t { 35 });
        QVERIFY(fs::exists(output) && !fs::exists(path("other")));
        QVERIFY(session.count<LayerEvent>() > 35 && session.count<ProgressEvent>() > 0 && session.count<ResourceEvent>() > 0);
        QVERIFY(session.count<ObjectiveEvent>() > 0 && session.count<SaliencyEvent>() > 0 && session.count<CodebookEvent>() > 0);
        for (const JobEvent& event : session.events)
            QVERIFY(event.job == job || event.job == 0);
        const auto project = session.ask("project", { { "folder", output.string() + ".bitloom" } });
        BITLOOM_VERIFY(project);
        const auto summary = readAs<ProjectSummary>(*project);
        BITLOOM_VERIFY(summary);
        QVERIFY(summary->finished && summary->saliency);

        const auto evaluated = session.ask("evaluate", { { "model", output.string() }, { "reference", m_model }, { "text", m_text }, { "context", 64 }, { "chunks", 4 } });
        BITLOOM_VERIFY(evaluated);
        const auto evaluation = readAs<EvaluationReport>(*evaluated);
        BITLOOM_VERIFY(evaluation);
        QVERIFY(evaluation->perplexity > 1 && evaluation->klMean && *evaluation->klMean > 0);
        const auto again = session.ask("project", { { "folder", output.string() + ".bitloom" } });
        BITLOOM_VERIFY(again);
        QVERIFY(again->contains("evaluation"));

        const auto generated = session.ask("generate", { { "model", output.string() }, { "prompt", "Once upon a time" }, { "max_tokens", 12 } });
        BITLOOM_VERIFY(generated);
        std::string written;
        for (const JobEvent& event : session.events) {
            if (const auto* token = std::get_if<TokenEvent>(&event.event))
                written += token->text;
        }
        QCOMPARE(written, generated->at("text").get<std::string>());
        QVERIFY(!written.empty());
    }

    void textThroughAWatchedCache()
    {
        Session session(m_methods);
        const auto hello = session.ask("hello", { { "protocol", protocolVersion } });
        BITLOOM_VERIFY(hello);
        const auto info = readAs<EngineInfo>(*hello);
        BITLOOM_VERIFY(info);
        QVERIFY(info->cacheMethods);
        QVERIFY(std::any_of(info->cacheMethods->begin(), info->cacheMethods->end(), [](const MethodInfo& method) { return method.id == "logquant"; }));
        BITLOOM_VERIFY(session.ask("watch_cache", { { "layer", 1 }, { "head", 1 } }));
        const json request { { "model", m_model }, { "prompt", "Once upon a time" }, { "max_tokens", 60 }, { "temperature", 1 }, { "seed", 3 }, { "cache", "logquant" },
            { "cache_parameters", { { "window", 6 } } } };
        const auto written = session.ask("generate", request);
        BITLOOM_VERIFY(written);
        const auto report = readAs<GenerationReport>(*written);
        BITLOOM_VERIFY(report);
        QVERIFY(report->cacheBytes > report->cacheKeyBytes + report->cacheValueBytes);
        QCOMPARE(session.count<PromptEvent>(), std::size_t(1));
        QVERIFY(session.count<CacheMapEvent>() >= 1);
        const CacheMapEvent* last = nullptr;
        for (const JobEvent& event : session.events)
            if (const auto* map = std::get_if<CacheMapEvent>(&event.event))
                last = map;
        QCOMPARE(last->layer, 1);
        QCOMPARE(last->bytes, report->cacheBytes);
        QVERIFY(last->keyClasses.find('l') != std::string::npos && last->keyClasses.find('p') != std::string::npos);

        BITLOOM_VERIFY(session.ask("watch_cache", { { "layer", -1 } }));
        session.events.clear();
        json endless = request;
        endless["max_tokens"] = 400;
        const auto job = session.send("generate", endless);
        while (session.count<TokenEvent>() == 0) {
            auto message = session.next();
            BITLOOM_VERIFY(message);
            if (auto* event = std::get_if<JobEvent>(&*message))
                session.events.push_back(std::move(*event));
        }
        BITLOOM_VERIFY(session.ask("cancel"));
        const auto result = session.waitFor(job);
        QVERIFY(!result && result.error().code == ErrorCode::Cancelled);
        QCOMPARE(session.count<CacheMapEvent>(), std::size_t(0));
    }

    /// Calibration is a job with progress that can be cancelled; what it finds is a configuration to write through.
    void cachesAreCalibrated()
    {
        Session session(m_methods);
        const auto hello = session.ask("hello", { { "protocol", protocolVersion } });
        BITLOOM_VERIFY(hello);
        const std::vector<std::string> can = hello->at("calibrated_caches");
        for (const char* method : { "guided", "decoquant", "wkvquant", "asymkv", "kivi" })
            QVERIFY2(std::find(can.begin(), can.end(), method) != can.end(), method);
        QVERIFY(std::find(can.begin(), can.end(), "full") == can.end());
        const json text = json::array({ m_text });
        json request { { "model", m_model }, { "cache", "wkvquant" }, { "cache_parameters", { { "epochs", 2 }, { "bits_keys", "2" }, { "bits_values", "2" } } }, { "text", text },
            { "sequences", 2 }, { "sequence_length", 128 } };
        const auto found = session.ask("calibrate_cache", request);
        BITLOOM_VERIFY(found);
        QVERIFY(found->at("method") == "wkvquant" && found->at("layers").at(0).at("reconstruction").size() == 2);
        bool told = false; // how far, and how long it will take
        for (const JobEvent& event : session.events)
            if (const auto* progress = std::get_if<ProgressEvent>(&event.event); progress && progress->progress.stage == "learn")
                told |= progress->progress.done > 0 && progress->progress.total == 5 * 2 * 2 && progress->progress.etaSeconds >= 0;
        QVERIFY(told);
        BITLOOM_VERIFY(session.ask("generate", { { "model", m_model }, { "prompt", "Once" }, { "max_tokens", 5 }, { "cache_configuration", *found } }));
        const auto guided = session.ask("calibrate_cache", { { "model", m_model }, { "cache", "guided" }, { "bits_per_value", 16 }, { "text", text }, { "sequences", 1 }, { "sequence_length", 128 }, { "context", 256 } });
        BITLOOM_VERIFY(guided);
        QVERIFY(guided->contains("expected_loss"));
        const auto nothing = session.ask("calibrate_cache", { { "model", m_model }, { "cache", "kivi" } });
        QVERIFY(!nothing && nothing.error().message.find("nothing to find") != std::string::npos);

        request["cache_parameters"]["epochs"] = 1000;
        session.events.clear();
        const auto job = session.send("calibrate_cache", request);
        while (session.count<ProgressEvent>() < 3) {
            auto message = session.next();
            BITLOOM_VERIFY(message);
            if (auto* event = std::get_if<JobEvent>(&*message))
                session.events.push_back(std::move(*event));
        }
        QElapsedTimer timer;
        timer.start();
        BITLOOM_VERIFY(session.ask("cancel"));
        const auto cancelled = session.waitFor(job);
        QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
        QVERIFY(timer.elapsed() < 2000);
    }

    /// A second text with the same model reads nothing again; another job, or another model, takes its place.
    void theModelStaysBetweenTexts()
    {
        Session session(m_methods);
        const json request { { "model", m_model }, { "prompt", "Once upon a time" }, { "max_tokens", 5 } };
        const auto loads = [&](const json& change = json::object()) {
            session.events.clear();
            json asked = request;
            asked.update(change);
            const auto answer = session.ask("generate", asked);
            if (!answer)
                qFatal("%s", answer.error().message.c_str());
            return session.count<ProgressEvent>();
        };
        QCOMPARE(loads(), std::size_t(1));
        QCOMPARE(loads({ { "cache", "logquant" }, { "prompt", "The dog" } }), std::size_t(0));
        // Another file with the same name is another model.
        const fs::path copy = path("copy.gguf");
        fs::copy_file(m_model, copy);
        QCOMPARE(loads({ { "model", copy.string() } }), std::size_t(1));
        QCOMPARE(loads({ { "model", copy.string() } }), std::size_t(0));
        QCOMPARE(loads(), std::size_t(1));
        const auto evaluated = session.ask("evaluate", { { "model", m_model }, { "text", m_text }, { "context", 32 }, { "chunks", 1 } });
        BITLOOM_VERIFY(evaluated);
        QCOMPARE(loads(), std::size_t(1));
        BITLOOM_VERIFY(session.ask("plan", { { "recipe", recipe() } }));
        QCOMPARE(loads(), std::size_t(1));
    }

    void textThroughASavedConfiguration()
    {
        Session session(m_methods);
        const auto summary = session.ask("inspect", { { "model", m_model } });
        BITLOOM_VERIFY(summary);
        const json half { { "bits", 2 }, { "axis", "channel" }, { "group", 0 }, { "block", 32 }, { "metadata", "bytes" }, { "hadamard", false } };
        json layers = json::array();
        for (int i = 0; i < summary->at("blocks"); ++i)
            layers.push_back({ { "keys", half }, { "values", half } });
        const json configuration { { "method", "guided" }, { "sinks", 2 }, { "window", 8 }, { "layers", layers } };
        json request { { "model", m_model }, { "prompt", "Once upon a time" }, { "max_tokens", 120 }, { "cache_configuration", configuration } };
        const auto written = session.ask("generate", request);
        BITLOOM_VERIFY(written);
        const auto full = session.ask("generate", { { "model", m_model }, { "prompt", "Once upon a time" }, { "max_tokens", 120 } });
        BITLOOM_VERIFY(full);
        QVERIFY(written->at("kv").at("key_bytes") < 0.8 * full->at("kv").at("key_bytes").get<double>());
        request["cache"] = "guided";
        request["cache_parameters"] = { { "window", 64 } };
        const auto wider = session.ask("generate", request);
        BITLOOM_VERIFY(wider);
        QVERIFY(wider->at("kv").at("bytes") > written->at("kv").at("bytes"));

        const auto refused = [&](const json& change, const char* reason) {
            json wrong = request;
            wrong.update(change);
            const auto answer = session.ask("generate", wrong);
            return !answer && answer.error().message.find(reason) != std::string::npos;
        };
        QVERIFY(refused({ { "cache", "kivi" } }, "is a configuration of guided, not of kivi"));
        QVERIFY(refused({ { "cache_configuration", 3 } }, "parameter 'cache_configuration': expected the configuration"));
        QVERIFY(refused({ { "cache_configuration", { { "method", "guided" }, { "layers", { half } } } } }, "the configuration describes 1 layers"));
        QVERIFY(refused({ { "cache_configuration", { { "method", "nonsense" }, { "layers", json::array() } } }, { "cache", nullptr } }, "nonsense"));
        QVERIFY(refused({ { "cache_parameters", 7 } }, "its parameters are a number, expected an object"));
    }

    void pauseResumeCancel()
    {
        Session session(m_methods);
        const auto job = session.send("quantize", { { "recipe", recipe() }, { "output", path("out").string() } });
        waitForStage(session, "quantize");
        BITLOOM_VERIFY(session.ask("pause"));
        BITLOOM_VERIFY(session.ask("resume"));
        QElapsedTimer timer;
        timer.start();
        const auto cancelled = session.ask("cancel");
        BITLOOM_VERIFY(cancelled);
        const auto result = session.waitFor(job);
        QVERIFY(!result && result.error().code == ErrorCode::Cancelled);
        QVERIFY(timer.elapsed() < 1000);
        QVERIFY(!fs::exists(path("out")));
        const auto resumed = session.ask("quantize", { { "recipe", recipe() }, { "output", path("out").string() }, { "resume", true } });
        BITLOOM_VERIFY(resumed);
    }

    void endOfInputLeavesCheckpoints()
    {
        {
            Session session(m_methods);
            session.send("quantize", { { "recipe", recipe() }, { "output", path("out").string() } });
            waitForStage(session, "quantize");
            session.hangUp();
            BITLOOM_VERIFY(session.outcome());
        }
        QVERIFY(!fs::exists(path("out")));
        QVERIFY(fs::exists(path("out.bitloom") / "project.json"));
        QVERIFY(!fs::is_empty(path("out.bitloom") / "calibration"));
    }

    void framesMayBeCutAnywhere()
    {
        Session session(m_methods);
        const auto frame = encodeFrame(toMessage(Request { 1, "watch", { { "layer", "" } } }));
        for (const std::uint8_t byte : frame)
            session.sendBytes(std::span(&byte, 1));
        BITLOOM_VERIFY(session.waitFor(1));
    }

    void brokenFramesEndTheSession_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("oversized") << QByteArray("\xff\xff\xff\x7f", 4);
        QTest::newRow("empty") << QByteArray(4, '\0');
        QTest::newRow("not CBOR") << QByteArray("\x03\x00\x00\x00\xff\xff\xff", 7);
        QTest::newRow("not a map") << QByteArray("\x01\x00\x00\x00\x07", 5);
    }
    void brokenFramesEndTheSession()
    {
        QFETCH(QByteArray, bytes);
        Session session(m_methods);
        session.sendBytes(std::span(reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size())));
        const auto answer = session.waitFor(0);
        QVERIFY(!answer && answer.error().code == ErrorCode::InvalidInput);
        QVERIFY(!session.outcome());
    }

    void wrongShapesAreAnsweredAndTheSessionGoesOn()
    {
        Session session(m_methods);
        session.sendBytes(encodeFrame({ { "id", 5 }, { "method", 3 } }));
        QVERIFY(!session.waitFor(5));
        session.sendBytes(encodeFrame({ { "method", "hello" } }));
        QVERIFY(!session.waitFor(0));
        BITLOOM_VERIFY(session.ask("watch", json::object()));
    }

    void slowReaderGetsTheNewestStateAndEveryLogLine()
    {
        std::array<int, 2> ends {};
        QVERIFY(::pipe(ends.data()) == 0);
        std::vector<std::uint8_t> bytes;
        std::thread reader;
        {
            OutgoingQueue queue(ends[1]);
            for (int i = 0; i < 20000; ++i) {
                queue.send(JobEvent { 1, ProgressEvent { { "quantize", "layers", i, 20000, "", 0, -1 } } });
                if (i % 10 == 0)
                    queue.send(JobEvent { 1, LogEvent { "info", std::to_string(i) } });
            }
            queue.send(Response { 1, json::object() });
            reader = std::thread([&] {
                std::array<std::uint8_t, 4096> buffer {};
                for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
                    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + count);
            });
        }
        ::close(ends[1]);
        reader.join();
        ::close(ends[0]);
        FrameReader frames;
        frames.append(bytes);
        int logs = 0, progress = 0, responses = 0;
        std::int64_t last = -1;
        for (;;) {
            const auto message = frames.next();
            BITLOOM_VERIFY(message);
            if (!*message)
                break;
            const auto parsed = parseFromEngine(**message);
            BITLOOM_VERIFY(parsed);
            if (std::holds_alternative<Response>(*parsed)) {
                ++responses;
                continue;
            }
            const Event& event = std::get<JobEvent>(*parsed).event;
            if (const auto* state = std::get_if<ProgressEvent>(&event)) {
                QVERIFY(state->progress.done > last);
                last = state->progress.done;
                ++progress;
            } else
                ++logs;
        }
        QCOMPARE(logs, 2000);
        QCOMPARE(responses, 1);
        QCOMPARE(last, std::int64_t { 19999 });
        QVERIFY(progress < 20000);
    }

    void readerThatLeavesBreaksTheQueue()
    {
        std::signal(SIGPIPE, SIG_IGN);
        std::array<int, 2> ends {};
        QVERIFY(::pipe(ends.data()) == 0);
        ::close(ends[0]);
        OutgoingQueue queue(ends[1]);
        queue.send(Response { 1, json::object() });
        QTRY_VERIFY(queue.isBroken());
    }

private:
    fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
    json recipe() const
    {
        Recipe recipe;
        recipe.model = m_model;
        recipe.calibration = { m_text };
        recipe.sequences = 16;
        recipe.sequenceLength = 64;
        recipe.device = "cpu";
        return recipeToJson(recipe);
    }
    static void waitForStage(Session& session, const std::string& stage)
    {
        for (;;) {
            const auto message = session.next();
            BITLOOM_VERIFY(message);
            const auto* event = std::get_if<JobEvent>(&*message);
            QVERIFY2(event != nullptr, "the job ended before its stage began");
            const auto* progress = std::get_if<ProgressEvent>(&event->event);
            if (progress != nullptr && progress->progress.stage == stage)
                return;
        }
    }

    WeightMethods m_methods;
    std::string m_model, m_text;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestServe)
#include "tst_serve.moc"
