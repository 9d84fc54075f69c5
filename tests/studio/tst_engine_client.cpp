// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/engine_client.h"

#include <csignal>
#include <QSignalSpy>
#include <QTest>

using namespace bitloom;

namespace {
    QStringList fake(const char* mode)
    {
        return { QCoreApplication::applicationDirPath() + QStringLiteral("/fake_engine"), QString::fromLatin1(mode) };
    }
    nlohmann::json quantizeParams()
    {
        Recipe recipe;
        recipe.model = "/m";
        return { { "recipe", recipe }, { "output", "/out" }, { "project", "" }, { "resume", false } };
    }
}

class TestEngineClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helloMakesReady()
    {
        EngineClient client;
        QSignalSpy ready(&client, &EngineClient::ready);
        client.start(fake("normal"));
        QCOMPARE(client.state(), EngineClient::State::Starting);
        QVERIFY(ready.wait(5000));
        QCOMPARE(client.state(), EngineClient::State::Ready);
        QCOMPARE(client.info().version, std::string("0.0.0-fake"));
        QCOMPARE(client.info().weightMethods.size(), std::size_t(2));
        QVERIFY(client.processId() > 0);
        QTRY_VERIFY(client.lastLines().contains(QStringLiteral("fake engine says hello")));
    }

    void requestsWaitForASlowEngine()
    {
        EngineClient client;
        client.start(fake("slow"));
        std::optional<ModelSummary> model;
        client.requestAs<ModelSummary>("inspect", { { "model", "/x" } }, this, [&](const Result<ModelSummary>& result) {
            QVERIFY(result.has_value());
            model = *result;
        });
        QTRY_VERIFY_WITH_TIMEOUT(model.has_value(), 5000);
        QCOMPARE(model->name, std::string("Fake-1M"));
    }

    void eventsArriveInOrderAndTyped()
    {
        EngineClient client;
        client.start(fake("normal"));
        std::vector<std::string> solved;
        int objectives = 0, codebooks = 0, saliencies = 0;
        qint64 lastDone = 0;
        connect(&client, &EngineClient::layerChanged, this, [&](quint64, const LayerEvent& event) {
            if (event.state == LayerState::Done)
                solved.push_back(event.layer);
        });
        connect(&client, &EngineClient::objectiveRecorded, this, [&] { ++objectives; });
        connect(&client, &EngineClient::codebookMoved, this, [&] { ++codebooks; });
        connect(&client, &EngineClient::saliencyMeasured, this, [&] { ++saliencies; });
        connect(&client, &EngineClient::progressed, this, [&](quint64, const Progress& progress) {
            QVERIFY(progress.done > lastDone);
            lastDone = progress.done;
        });
        std::optional<QuantizeReport> report;
        client.requestAs<QuantizeReport>("quantize", quantizeParams(), this, [&](const Result<QuantizeReport>& result) {
            QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
            report = *result;
        });
        QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), 10000);
        QCOMPARE(solved.size(), std::size_t(16));
        QCOMPARE(solved.front(), std::string("model.layers.0.self_attn.q_proj"));
        QCOMPARE(objectives, 48);
        QVERIFY(codebooks > 0);
        QCOMPARE(saliencies, 1);
        QCOMPARE(lastDone, 16);
        QCOMPARE(report->layers.size(), std::size_t(16));
    }

    void errorsOfTheEngineReachTheCaller()
    {
        EngineClient client;
        client.start(fake("normal"));
        std::optional<Error> error;
        client.requestAs<ModelSummary>("inspect", { { "model", "/missing" } }, this, [&](const Result<ModelSummary>& result) {
            QVERIFY(!result.has_value());
            error = result.error();
        });
        QTRY_VERIFY(error.has_value());
        QVERIFY(error->code == ErrorCode::NotFound);
        QCOMPARE(error->message, std::string("/missing: no such file"));
        QCOMPARE(client.state(), EngineClient::State::Ready);
    }

    void crashIsToldOnceWithTheLastLines()
    {
        EngineClient client;
        QList<EngineFailure> failures;
        connect(&client, &EngineClient::failed, this, [&](const EngineFailure& failure) { failures << failure; });
        client.start(fake("crash"));
        int replies = 0;
        client.request("quantize", quantizeParams(), this, [&](const Result<nlohmann::json>& result) {
            QVERIFY(!result.has_value());
            ++replies;
        });
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, 10000);
        QTRY_COMPARE(replies, 1);
        QCOMPARE(failures.first().kind, EngineFailure::Kind::Crashed);
        QVERIFY(failures.first().duringJob);
        QVERIFY2(failures.first().what.contains(QStringLiteral("signal 6")), qPrintable(failures.first().what));
        QVERIFY(failures.first().lastLines.join(QLatin1Char('\n')).contains(QStringLiteral("something terrible at layer 3")));
        QVERIFY(failures.first().report().contains(QStringLiteral("fake_engine crash")));
        QCOMPARE(client.state(), EngineClient::State::Failed);
    }

    void killedEngineCanBeStartedAgain()
    {
        EngineClient client;
        QSignalSpy ready(&client, &EngineClient::ready);
        QList<EngineFailure> failures;
        connect(&client, &EngineClient::failed, this, [&](const EngineFailure& failure) { failures << failure; });
        client.start(fake("normal"));
        QVERIFY(ready.wait(5000));
        QCOMPARE(::kill(static_cast<pid_t>(client.processId()), SIGKILL), 0);
        QTRY_COMPARE(failures.size(), 1);
        QVERIFY(failures.first().what.contains(QStringLiteral("signal 9")));
        QVERIFY(!failures.first().duringJob);
        client.restart();
        QVERIFY(ready.wait(5000));
        QCOMPARE(client.state(), EngineClient::State::Ready);
        QCOMPARE(failures.size(), 1);
    }

    void wrongEngines_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        QTest::newRow("garbage") << fake("garbage") << static_cast<int>(EngineFailure::Kind::BrokenProtocol) << QStringLiteral("could not be read");
        QTest::newRow("version") << fake("version") << static_cast<int>(EngineFailure::Kind::VersionMismatch) << QStringLiteral("protocol 999");
        QTest::newRow("not there") << QStringList { QStringLiteral("/no/such/engine"), QStringLiteral("serve") } << static_cast<int>(EngineFailure::Kind::CannotStart)
                                   << QStringLiteral("could not be started");
        QTest::newRow("says nothing and leaves") << QStringList { QStringLiteral("true") } << static_cast<int>(EngineFailure::Kind::Exited) << QStringLiteral("status 0");
        QTest::newRow("empty") << QStringList {} << static_cast<int>(EngineFailure::Kind::CannotStart) << QStringLiteral("empty");
    }
    void wrongEngines()
    {
        QFETCH(QStringList, command);
        QFETCH(int, kind);
        QFETCH(QString, says);
        EngineClient client;
        QList<EngineFailure> failures;
        connect(&client, &EngineClient::failed, this, [&](const EngineFailure& failure) { failures << failure; });
        client.start(command);
        std::optional<Error> error;
        client.request("inspect", { { "model", "/x" } }, this, [&](const Result<nlohmann::json>& result) { error = result.error(); });
        QTRY_COMPARE_WITH_TIMEOUT(failures.size(), 1, 5000);
        QCOMPARE(static_cast<int>(failures.first().kind), kind);
        QVERIFY2(failures.first().what.contains(says), qPrintable(failures.first().what));
        QVERIFY(!failures.first().advice.isEmpty());
        QTRY_VERIFY(error.has_value());
        QTest::qWait(50);
        QCOMPARE(failures.size(), 1);
    }

    void anEngineThatLeavesIsAFailure()
    {
        EngineClient client;
        QList<EngineFailure> failures;
        connect(&client, &EngineClient::failed, this, [&](const EngineFailure& failure) { failures << failure; });
        client.start(fake("exit"));
        client.request("inspect", { { "model", "/x" } }, this, {});
        QTRY_COMPARE(failures.size(), 1);
        QVERIFY(failures.first().what.contains(QStringLiteral("status 7")));
    }

    void repliesToDestroyedGuardsAreDropped()
    {
        EngineClient client;
        client.start(fake("normal"));
        bool called = false;
        auto guard = std::make_unique<QObject>();
        client.request("inspect", { { "model", "/x" } }, guard.get(), [&](const Result<nlohmann::json>&) { called = true; });
        guard.reset();
        bool done = false;
        client.request("inspect", { { "model", "/y" } }, this, [&](const Result<nlohmann::json>&) { done = true; });
        QTRY_VERIFY(done);
        QVERIFY(!called);
    }

    void withoutAnEngineRequestsFailLater()
    {
        EngineClient client;
        bool called = false;
        client.request("inspect", {}, this, [&](const Result<nlohmann::json>& result) { called = !result.has_value(); });
        QVERIFY(!called);
        QTRY_VERIFY(called);
    }

    void aCrowdedInboxKeepsTheNewestPicture()
    {
        EngineInbox inbox;
        std::vector<EngineMessage> messages;
        for (int i = 0; i < 1000; ++i) {
            Progress progress;
            progress.done = i;
            messages.emplace_back(JobEvent { 1, ProgressEvent { progress } });
            if (i % 100 == 0)
                messages.emplace_back(JobEvent { 1, LogEvent { "info", std::to_string(i) } });
        }
        QVERIFY(inbox.add(std::move(messages)));
        int logs = 0, pictures = 0;
        std::int64_t last = -1;
        while (auto message = inbox.take()) {
            const auto& event = std::get<JobEvent>(*message).event;
            if (const auto* progress = std::get_if<ProgressEvent>(&event)) {
                ++pictures;
                last = progress->progress.done;
            } else {
                ++logs;
            }
        }
        QCOMPARE(logs, 10);
        QCOMPARE(pictures, 1);
        QCOMPARE(last, 999);
    }
};

QTEST_GUILESS_MAIN(TestEngineClient)
#include "tst_engine_client.moc"
