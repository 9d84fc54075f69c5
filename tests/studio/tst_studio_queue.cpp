// SPDX-License-Identifier: GPL-3.0-or-later
// Several runs, one after another: order, sharing, pausing, failures, and what a restart finds again.
#include "app/studio/job_queue.h"
#include "app/studio/job_queue_file.h"
#include "app/studio/layer_pace.h"
#include "app/studio/quantize_page.h"
#include "app/studio/queue_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "studio_fixture.h"

#include <QClipboard>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace bitloom;
using bitloom::test::child;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

namespace {
    constexpr int patience = 20000;

    void open(Studio& studio)
    {
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(studio.window->model().has_value());
    }

    QuantizeTask task(Studio& studio, const char* name, const char* method = "guidedquant", int bits = 3)
    {
        Recipe recipe;
        recipe.model = "/models/fake";
        recipe.method = method;
        recipe.bits = bits;
        return { recipe, studio.folder.filePath(QLatin1String(name)), {}, studio.folder.filePath(QLatin1String("fake.measured")), false };
    }

    quint64 add(Studio& studio, const QuantizeTask& task)
    {
        const Result<quint64> id = studio.window->queue().add(task);
        if (!id)
            qFatal("%s", id.error().message.c_str());
        return *id;
    }

    QueueState state(const Studio& studio, quint64 id)
    {
        return studio.window->queue().find(id)->state;
    }

    bool logged(const Studio& studio, quint64 id, const std::string& words)
    {
        const auto& log = studio.window->queue().find(id)->log;
        return std::any_of(log.begin(), log.end(), [&](const LogLine& line) { return line.event.message.find(words) != std::string::npos; });
    }

    void write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    QByteArray content(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    LayerEvent layerEvent(int index, LayerState state)
    {
        LayerEvent event;
        event.block = index / 4;
        event.layer = std::to_string(index);
        event.state = state;
        return event;
    }
}

class TestStudioQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jobsRunInTheirOrder()
    {
        Studio studio(fakeEngine("normal"));
        open(studio);
        JobQueue& queue = studio.window->queue();
        const quint64 first = add(studio, task(studio, "a")), second = add(studio, task(studio, "b", "rtn")), third = add(studio, task(studio, "c", "rtn", 2));
        QCOMPARE(queue.jobs().size(), std::size_t(3));
        QTest::qWait(60);
        QCOMPARE(queue.count(QueueState::Queued), 3); // waiting is not starting
        QStringList started;
        connect(&studio.window->job(), &QuantizeJob::started, this, [&] { started << QFileInfo(studio.window->job().task().output).fileName(); });
        studio.window->showPage(MainWindow::Start);
        queue.move(third, -1);
        queue.start();
        QTRY_COMPARE_WITH_TIMEOUT(queue.count(QueueState::Done), 3, patience);
        QCOMPARE(started, (QStringList { QStringLiteral("a"), QStringLiteral("c"), QStringLiteral("b") }));
        QCOMPARE(studio.window->page(), MainWindow::Start); // nobody was interrupted
        QTRY_VERIFY(!queue.goesOn());
        QCOMPARE(queue.find(second)->layersDone, 16);
        QVERIFY(queue.find(first)->message.contains(QStringLiteral("bits per weight")));
    }

    void whoStartsARunWhileOneRunsIsOfferedTheQueue()
    {
        Studio studio(fakeEngine("gradual"));
        open(studio);
        QuantizePage& page = studio.window->quantizePage();
        QTRY_VERIFY(page.problem().isEmpty());
        const QString output = page.task().output;
        page.start();
        QCOMPARE(studio.window->page(), MainWindow::Run);
        QCOMPARE(studio.window->queue().jobs().size(), std::size_t(1)); // the run stands in the queue, too
        QCOMPARE(state(studio, 1), QueueState::Running);
        // The next output has another name.
        QVERIFY(page.task().output != output);
        studio.window->showPage(MainWindow::Quantize);
        QVERIFY(!child<QPushButton>(page, "start")->isEnabled());
        QVERIFY2(page.problem().contains(QStringLiteral("queue")), qPrintable(page.problem()));
        studio.window->actionList().find(QStringLiteral("job.quantize"))->action->trigger();
        QVERIFY(studio.window->messages().sentence().contains(QStringLiteral("can wait in the queue")));
        Q_EMIT studio.window->messages().actionTriggered(QStringLiteral("addToQueue"));
        QCOMPARE(studio.window->queue().jobs().size(), std::size_t(2));
        QCOMPARE(state(studio, 2), QueueState::Queued);
        QTest::mouseClick(child<QPushButton>(page, "addToQueue"), Qt::LeftButton);
        QCOMPARE(studio.window->queue().jobs().size(), std::size_t(3));
        // Two jobs never write the same output.
        page.setOutput(studio.window->queue().find(3)->task.output);
        QVERIFY(page.queueProblem().contains(QStringLiteral("A job of the queue writes")));
        QVERIFY(!child<QPushButton>(page, "addToQueue")->isEnabled());
        QVERIFY(!studio.window->queue().add(studio.window->queue().find(3)->task));
        studio.window->job().cancel();
        QTRY_COMPARE(state(studio, 2), QueueState::Running); // the next one's turn
        QCOMPARE(studio.window->page(), MainWindow::Quantize);
        studio.window->queue().hold();
        studio.window->job().cancel();
        QTRY_COMPARE(state(studio, 2), QueueState::Paused);
        QTest::qWait(60);
        QCOMPARE(state(studio, 3), QueueState::Queued);
    }

    void jobsOfOneInputShareACalibration()
    {
        Studio studio(fakeEngine("normal"));
        open(studio);
        JobQueue& queue = studio.window->queue();
        const quint64 first = add(studio, task(studio, "a"));
        QuantizeTask elsewhere = task(studio, "b", "guidedquant", 2);
        elsewhere.measurements = studio.folder.filePath(QStringLiteral("other.measured"));
        const quint64 second = add(studio, elsewhere);
        QuantizeTask moreText = task(studio, "c");
        moreText.recipe.sequences = 999;
        moreText.measurements = elsewhere.measurements;
        const quint64 third = add(studio, moreText);
        const quint64 rounded = add(studio, task(studio, "d", "rtn"));
        // A project holds one job that can be resumed: the second that wants it gets one of its own, and the calibration in it.
        QuantizeTask projectA = task(studio, "e"), projectB = task(studio, "f");
        projectA.recipe.groups = projectB.recipe.groups = 9;
        projectA.project = projectA.measurements = projectB.project = projectB.measurements = studio.folder.filePath(QStringLiteral("project"));
        const quint64 fifth = add(studio, projectA), sixth = add(studio, projectB);

        QCOMPARE(queue.find(second)->task.measurements, queue.find(first)->task.measurements);
        QCOMPARE(queue.calibrationSource(*queue.find(second))->id, first);
        QVERIFY(calibrationText(queue, *queue.find(second)).contains(QStringLiteral("“a”")));
        QVERIFY(calibrationText(queue, *queue.find(first)).contains(QStringLiteral("take it over: 1")));
        QCOMPARE(queue.find(third)->task.measurements, elsewhere.measurements);
        QVERIFY(queue.calibrationSource(*queue.find(third)) == nullptr);
        QVERIFY(!queue.find(rounded)->calibration.any());
        QCOMPARE(queue.find(fifth)->task.project, projectA.project);
        QCOMPARE(queue.find(sixth)->task.project, QString());
        QCOMPARE(queue.find(sixth)->task.measurements, projectA.project);
        queue.start();
        QTRY_COMPARE_WITH_TIMEOUT(queue.count(QueueState::Done), 6, patience);
        QVERIFY(logged(studio, first, "calibrated into"));
        QVERIFY(logged(studio, second, "used the calibration in"));
        QVERIFY(logged(studio, third, "calibrated into"));
        QVERIFY(logged(studio, fifth, "calibrated into"));
        QVERIFY(logged(studio, sixth, "used the calibration in"));
    }

    void whatALaterJobNeedsBesidesIsTold()
    {
        MethodInfo guided, plain;
        guided.needsGuidedHessian = true;
        plain.needsPlainHessian = true;
        Recipe recipe;
        QVERIFY(!calibrationUse(recipe, guided).covers(calibrationUse(recipe, plain)));
        recipe.format = "gguf";
        recipe.ggufType = "auto";
        QVERIFY((calibrationUse(recipe, plain) == CalibrationUse { true, true, false }));
        Recipe other = recipe;
        other.bits = 2;
        other.method = "rtn";
        QCOMPARE(calibrationKey(other), calibrationKey(recipe));
        other.seed = 7; // the model writes its own text from it
        QVERIFY(calibrationKey(other) != calibrationKey(recipe));
        other.calibration = recipe.calibration = { "/text.txt" };
        QCOMPARE(calibrationKey(other), calibrationKey(recipe));
        other.groups = 8;
        QVERIFY(calibrationKey(other) != calibrationKey(recipe));
    }

    void pausingSaysWhatItFinishesFirst()
    {
        Studio studio(fakeEngine("gradual"));
        open(studio);
        JobQueue& queue = studio.window->queue();
        const quint64 id = add(studio, task(studio, "a"));
        const quint64 next = add(studio, task(studio, "b", "rtn"));
        queue.start();
        QTRY_COMPARE(studio.window->job().layers().done(), 2);
        QTRY_COMPARE(studio.window->job().layers().solving(), 1);
        studio.window->showPage(MainWindow::Queue);
        studio.window->queuePage().select(id);
        studio.window->queuePage().action("queue.pause").trigger();
        QCOMPARE(state(studio, id), QueueState::Pausing);
        QCOMPARE(queue.find(id)->message, QStringLiteral("Pausing: finishes layer 3 of 16 first."));
        QTRY_COMPARE(state(studio, id), QueueState::Paused);
        QCOMPARE(studio.window->job().layers().done(), 3);
        QTest::qWait(250);
        QCOMPARE(studio.window->job().layers().done(), 3);
        QCOMPARE(state(studio, next), QueueState::Queued); // memory is held: nothing else begins
        QVERIFY(!queue.canRemove(id));
        studio.window->queuePage().action("queue.resume").trigger();
        QCOMPARE(state(studio, id), QueueState::Running);
        QTRY_VERIFY(studio.window->job().layers().done() > 3);
        queue.hold();
        studio.window->queuePage().action("queue.stop").trigger();
        QTRY_COMPARE(state(studio, id), QueueState::Paused);
        QVERIFY(queue.canRemove(id));
        // Taken up again it goes on, although the queue is held.
        queue.resume(id);
        QCOMPARE(state(studio, id), QueueState::Running);
        QVERIFY(studio.window->job().isActive());
        QTRY_VERIFY(logged(studio, id, "resumed"));
        studio.window->job().cancel();
    }

    void severalLayersAtOnceAreNamedTogether()
    {
        LayerPace pace;
        for (int i = 0; i < 12; ++i)
            pace.take(layerEvent(i, LayerState::Waiting));
        for (int i = 0; i < 3; ++i)
            pace.take(layerEvent(i, LayerState::Solving));
        pace.take(layerEvent(1, LayerState::Done));
        QCOMPARE(pace.done(), 1);
        QCOMPARE(pace.solving(), 2);
        pace.take(layerEvent(2, LayerState::Failed));
        QCOMPARE(pace.solving(), 1);
    }

    void theTimeLeftFollowsTheNewestLayersOfThisRun()
    {
        using std::chrono::seconds;
        const auto start = LayerPace::Clock::time_point() + seconds(1000);
        LayerPace pace;
        for (int i = 0; i < 40; ++i)
            pace.take(layerEvent(i, LayerState::Waiting), start);
        for (int i = 0; i < 10; ++i)
            pace.take(layerEvent(i, LayerState::Done), start); // of an earlier run
        QCOMPARE(pace.done(), 10);
        QVERIFY(!pace.secondsLeft(start));
        auto now = start + seconds(500); // calibration, which says nothing of layers
        const auto solve = [&](int first, int last, int each) {
            for (int i = first; i < last; ++i) {
                pace.take(layerEvent(i, LayerState::Solving), now);
                now += seconds(each);
                pace.take(layerEvent(i, LayerState::Done), now);
            }
        };
        solve(10, 20, 10);
        QCOMPARE(pace.secondsLeft(now).value(), 200.0);
        QCOMPARE(pace.secondsLeft(now + seconds(4)).value(), 196.0); // it counts down between two layers
        QCOMPARE(pace.secondsLeft(now + seconds(100)).value(), 190.0);
        solve(20, 28, 2); // the window is two blocks of four: the slow layers are forgotten
        QCOMPARE(pace.secondsLeft(now).value(), 24.0);
        now += seconds(10000); // held by somebody
        pace.resumed(now);
        solve(28, 30, 2);
        QCOMPARE(pace.secondsLeft(now).value(), 20.0);
        // Of three side by side the first ones end together.
        pace.clear();
        for (int i = 0; i < 9; ++i)
            pace.take(layerEvent(i, LayerState::Waiting), now);
        for (int i = 0; i < 3; ++i)
            pace.take(layerEvent(i, LayerState::Solving), now);
        now += seconds(30);
        for (int i = 0; i < 2; ++i)
            pace.take(layerEvent(i, LayerState::Done), now);
        QVERIFY(!pace.secondsLeft(now));
        pace.take(layerEvent(2, LayerState::Done), now);
        QCOMPARE(pace.secondsLeft(now).value(), 60.0);
    }

    void theTableTellsProgressAndTime()
    {
        Studio studio(fakeEngine("gradual"));
        open(studio);
        const quint64 id = add(studio, task(studio, "a"));
        studio.window->queue().start();
        const QAbstractItemModel& table = *studio.window->queuePage().table().model();
        const auto cell = [&](int column, int role = Qt::DisplayRole) { return table.index(0, column).data(role); };
        QTRY_COMPARE_WITH_TIMEOUT(cell(QueueModel::Advance).toString(), QStringLiteral("4 of 16 layers"), patience);
        QCOMPARE(cell(QueueModel::Advance, QueueModel::PartRole).toDouble(), 0.25);
        QVERIFY2(cell(QueueModel::TimeLeft).toString().contains(QLatin1Char('s')) && !cell(QueueModel::TimeLeft).toString().contains(QStringLiteral("step")),
            qPrintable(cell(QueueModel::TimeLeft).toString()));
        QCOMPARE(cell(QueueModel::State).toString(), stateTitle(QueueState::Running));
        QCOMPARE(cell(QueueModel::Settings).toString(), QStringLiteral("guidedquant · 3 bits · safetensors"));
        QCOMPARE(cell(QueueModel::State, Qt::AccessibleTextRole).toString(), QStringLiteral("State: %1").arg(stateTitle(QueueState::Running)));
        studio.window->job().cancel();
        QTRY_COMPARE(state(studio, id), QueueState::Paused);
        QCOMPARE(cell(QueueModel::TimeLeft).toString(), QString());
    }

    void aFailedJobOffersResumeLogAndReport()
    {
        Studio studio(fakeEngine("normal"));
        open(studio);
        JobQueue& queue = studio.window->queue();
        const quint64 failing = add(studio, task(studio, "full-disk")), following = add(studio, task(studio, "b", "rtn"));
        queue.start();
        QTRY_COMPARE_WITH_TIMEOUT(state(studio, following), QueueState::Done, patience); // it went on
        QCOMPARE(state(studio, failing), QueueState::Failed);
        QVERIFY(queue.find(failing)->message.contains(QStringLiteral("no space is left")));
        QCOMPARE(queue.find(failing)->layersDone, 5);

        QueuePage& page = studio.window->queuePage();
        studio.window->showPage(MainWindow::Queue);
        page.select(following);
        QVERIFY(!page.action("queue.resume").isEnabled() && !page.action("queue.report").isEnabled() && page.action("queue.open").isEnabled());
        page.select(failing);
        QVERIFY(page.action("queue.resume").isEnabled() && page.action("queue.log").isEnabled() && page.action("queue.report").isEnabled());
        page.action("queue.log").trigger();
        QVERIFY(page.log().isVisible());
        QTRY_VERIFY(page.log().text().contains(QStringLiteral("started")));
        page.action("queue.report").trigger();
        const QString report = QApplication::clipboard()->text();
        QVERIFY2(report.contains(QStringLiteral("no space is left")) && report.contains(QStringLiteral("bitloom-cli quantize")), qPrintable(report));
        page.action("queue.resume").trigger();
        QTRY_COMPARE_WITH_TIMEOUT(state(studio, failing), QueueState::Done, patience);
        QVERIFY(logged(studio, failing, "resumed"));
        QVERIFY(queue.find(failing)->report.isEmpty());
        // The Run page tells of the run that was taken up, not of the one between.
        QCOMPARE(studio.window->runPage().strip().count(LayerState::Done), 16);
        QVERIFY(!studio.window->runPage().log().text().contains(QStringLiteral("started")));
    }

    void afterACrashTheNextJobGetsANewEngine()
    {
        Studio studio(fakeEngine("crash")); // at the third layer of each job that is not resumed
        open(studio);
        JobQueue& queue = studio.window->queue();
        const quint64 first = add(studio, task(studio, "a")), second = add(studio, task(studio, "b"));
        queue.start();
        QTRY_COMPARE_WITH_TIMEOUT(queue.count(QueueState::Failed), 2, patience);
        QTRY_VERIFY(logged(studio, first, "something terrible at layer 3"));
        QVERIFY(queue.find(second)->report.contains(QStringLiteral("something terrible")));
        queue.resume(second);
        queue.resume(first);
        QCOMPARE(state(studio, first), QueueState::Queued); // in its turn
        QTRY_COMPARE_WITH_TIMEOUT(queue.count(QueueState::Done), 2, patience);
    }

    void withoutAnEngineTheQueueWaits()
    {
        Studio studio(fakeEngine("normal"));
        open(studio);
        JobQueue& queue = studio.window->queue();
        add(studio, task(studio, "a"));
        add(studio, task(studio, "b"));
        studio.window->engine().start({ QStringLiteral("/nowhere/engine") });
        QTRY_COMPARE(studio.window->engine().state(), EngineClient::State::Failed);
        queue.start();
        QTRY_COMPARE(queue.count(QueueState::Failed), 1);
        QTest::qWait(100);
        QCOMPARE(queue.count(QueueState::Queued), 1); // it did not fail in its turn
        QVERIFY(!queue.goesOn());
    }

    void byKeyboard()
    {
        Studio studio(fakeEngine("normal"));
        open(studio);
        JobQueue& queue = studio.window->queue();
        for (const char* name : { "a", "b", "c" })
            add(studio, task(studio, name));
        studio.window->showPage(MainWindow::Queue);
        QueuePage& page = studio.window->queuePage();
        studio.window->activateWindow();
        page.table().setFocus();
        page.select(3);
        QTest::keyClick(&page.table(), Qt::Key_Up, Qt::AltModifier);
        QTest::keyClick(&page.table(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(queue.indexOf(3), 0);
        QCOMPARE(page.selected()->id, quint64(3)); // the selection goes along
        QVERIFY(!page.action("queue.up").isEnabled());
        QTest::keyClick(&page.table(), Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(queue.indexOf(3), 1);
        QTest::keyClick(&page.table(), Qt::Key_Delete);
        QCOMPARE(queue.jobs().size(), std::size_t(2));
        QVERIFY(queue.find(3) == nullptr);
        // Elsewhere the same keys leave the queue alone.
        studio.window->showPage(MainWindow::Start);
        QTest::keyClick(studio.window.get(), Qt::Key_Delete);
        QCOMPARE(queue.jobs().size(), std::size_t(2));
        QTest::keyClick(studio.window.get(), Qt::Key_Q, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(queue.count(QueueState::Done), 2, patience);
        studio.window->showPage(MainWindow::Queue);
        page.action("queue.clear").trigger();
        QVERIFY(queue.jobs().empty());
        QVERIFY(page.selected() == nullptr);
    }

    void aFinishedJobsResultIsShown()
    {
        Studio studio(fakeEngine("normal"));
        open(studio);
        QuantizeTask finished = task(studio, "run-rtn-3", "rtn");
        const quint64 id = add(studio, finished);
        studio.window->queue().start();
        QTRY_COMPARE_WITH_TIMEOUT(state(studio, id), QueueState::Done, patience);
        studio.window->resultPage().clear();
        studio.window->showPage(MainWindow::Queue);
        studio.window->queuePage().select(id);
        studio.window->queuePage().action("queue.open").trigger();
        QTRY_COMPARE(studio.window->page(), MainWindow::Results);
        QVERIFY(studio.window->resultPage().hasReport());
    }

    void aRestartFindsTheQueueAgain()
    {
        Studio studio(fakeEngine("gradual"));
        open(studio);
        const quint64 first = add(studio, task(studio, "a", "rtn")), second = add(studio, task(studio, "b")), third = add(studio, task(studio, "c", "rtn", 2));
        studio.window->queue().move(first, 2);
        studio.window->queue().start();
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->queue().find(second)->layersDone, 2, patience);
        const Recipe recipe = studio.window->queue().find(third)->task.recipe;
        studio.window.reset(); // as it is killed: nobody is asked

        studio.window = std::make_unique<MainWindow>(studio.settings);
        JobQueue& queue = studio.window->queue();
        QCOMPARE(queue.jobs().size(), std::size_t(3));
        QCOMPARE(queue.indexOf(second), 0);
        QCOMPARE(queue.indexOf(third), 1);
        QCOMPARE(queue.indexOf(first), 2);
        QCOMPARE(state(studio, second), QueueState::Paused); // it ran
        QVERIFY(queue.find(second)->message.contains(QStringLiteral("The studio ended")));
        QVERIFY(queue.find(second)->layersDone > 0 && queue.find(second)->layers == 16);
        QCOMPARE(state(studio, third), QueueState::Queued);
        QVERIFY(queue.find(third)->task.recipe == recipe);
        studio.window->show();
        QVERIFY(studio.waitForEngine());
        QTRY_VERIFY2(studio.window->messages().sentence().contains(QStringLiteral("2 waiting, 1 interrupted")), qPrintable(studio.window->messages().sentence()));
        QVERIFY(!studio.window->job().isActive()); // nothing starts by itself
        studio.window->showPage(MainWindow::Queue);
        studio.window->queuePage().select(second);
        studio.window->queuePage().action("queue.resume").trigger();
        QTRY_VERIFY_WITH_TIMEOUT(logged(studio, second, "resumed"), patience);
        QCOMPARE(add(studio, task(studio, "d")), quint64(4)); // numbers are not given twice
        studio.window->job().cancel();
    }

    void closingWhileTheQueueRunsStartsNothingElse()
    {
        Studio studio(fakeEngine("gradual"));
        open(studio);
        const quint64 first = add(studio, task(studio, "a")), second = add(studio, task(studio, "b"));
        studio.window->queue().start();
        QTRY_COMPARE(state(studio, first), QueueState::Running);
        studio.window->askClose = [](QWidget*, const QString&) { return MainWindow::CloseChoice::PauseAndQuit; };
        studio.window->close();
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isVisible(), 7000);
        QCOMPARE(state(studio, first), QueueState::Paused);
        QCOMPARE(state(studio, second), QueueState::Queued);
    }

    void aQueueIsWrittenAndReadAlike()
    {
        QuantizeTask what { {}, QStringLiteral("/out/größe “x”.gguf"), QStringLiteral("/p"), QStringLiteral("/m"), true };
        what.recipe.model = "demo";
        what.recipe.parameters = { { "iterations", 5 } };
        what.recipe.tensorTypes = { "down_proj=Q8_0" };
        const QDateTime now = QDateTime::fromMSecsSinceEpoch(1700000000123);
        std::vector<QueuedJob> jobs(7);
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            jobs[i].id = i + 10;
            jobs[i].task = what;
            jobs[i].state = static_cast<QueueState>(i);
            jobs[i].calibration = { i % 2 == 0, i % 3 == 0, i % 5 == 0 };
            jobs[i].message = QStringLiteral("Nachricht %1").arg(i);
            jobs[i].begun = i > 2;
            jobs[i].layers = 30;
            jobs[i].layersDone = static_cast<int>(i);
            jobs[i].finishedProject = QStringLiteral("/p/%1").arg(i);
            jobs[i].report = QStringLiteral("line\nline");
            jobs[i].log = { { now, { "error", "broken \xff bytes" } }, { now.addSecs(1), { "info", "fine" } } };
        }
        const auto read = queueFromJson(queueToJson(jobs), "queue.json");
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->size(), jobs.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const QueuedJob &a = jobs[i], &b = (*read)[i];
            QVERIFY(a.id == b.id && a.task.recipe == b.task.recipe && a.task.output == b.task.output && a.task.project == b.task.project && a.task.measurements == b.task.measurements
                && a.task.runAnyway == b.task.runAnyway && a.state == b.state && a.calibration == b.calibration && a.message == b.message && a.begun == b.begun && a.layers == b.layers
                && a.layersDone == b.layersDone && a.report == b.report && a.finishedProject == b.finishedProject);
            QCOMPARE(b.log.size(), a.log.size());
            QCOMPARE(b.log[1].event.message, std::string("fine"));
            QCOMPARE(b.log[1].time, now.addSecs(1));
        }
    }

    void aWrongFieldIsNamed_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* name, const char* from, const char* to, const char* named) { QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString::fromUtf8(named); };
        row("no JSON", "{", "[[", "not a JSON object");
        row("no version", "\n \"version\"", "\n \"vorsion\"", "“version” is not there");
        row("newer", "\n \"version\": 1", "\n \"version\": 2", "newer Bitloom (“version” is 2, expected at most 1)");
        row("no jobs", "\"jobs\": [", "\"jubs\": [", "“jobs” is not there");
        row("state", "\"queued\"", "\"waiting\"", "job 1: “state” is “waiting”");
        row("id", "\"id\": 1,", "\"id\": -1,", "job 1: “id” is number");
        row("same id", "\"id\": 2,", "\"id\": 1,", "job 2: “id” is 1, which another job has");
        row("output", "\"output\": \"/out/x\"", "\"output\": 3", "job 1: “output” is number, expected a text");
        row("recipe", "\"bits\": 3", "\"bits\": 99", "bits");
        row("log", "\"log\": []", "\"log\": [3]", "“log” holds something else");
        row("layers", "\"layers\": 0", "\"layers\": 99999999999", "“layers” is 99999999999");
        row("begun", "\"begun\": false", "\"begun\": null", "“begun” is null, expected true or false");
    }
    void aWrongFieldIsNamed()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, named);
        std::vector<QueuedJob> jobs(2);
        for (std::size_t i = 0; i < 2; ++i) {
            jobs[i].id = i + 1;
            jobs[i].task.output = QStringLiteral("/out/x");
            jobs[i].task.recipe.model = "demo";
        }
        QByteArray json = queueToJson(jobs);
        QVERIFY(queueFromJson(json, "queue.json"));
        const auto at = json.indexOf(from);
        QVERIFY2(at >= 0, json.constData());
        json.replace(at, from.size(), to);
        const auto read = queueFromJson(json, "queue.json");
        QVERIFY(!read);
        QVERIFY2(QString::fromStdString(read.error().message).contains(named) && QString::fromStdString(read.error().message).startsWith(QStringLiteral("queue.json")), read.error().message.c_str());
    }

    /// Whatever a disk left of the file: a sentence or a queue, never a crash.
    void everyBeginningOfAFileIsSurvived()
    {
        std::vector<QueuedJob> jobs(1);
        jobs[0].id = 1;
        jobs[0].task.output = QStringLiteral("/out/x");
        jobs[0].task.recipe.model = "demo";
        const QByteArray json = queueToJson(jobs);
        for (qsizetype length = 0; length < json.size() - 2; ++length)
            QVERIFY(!queueFromJson(json.left(length), "queue.json"));
    }

    void aDamagedFileIsKeptAsideAndTold_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("told");
        QTest::newRow("damaged") << QByteArray("{ \"version\": 1, \"jobs\": [ {") << QStringLiteral("not a JSON object");
        QTest::newRow("newer") << QByteArray("{ \"version\": 7, \"jobs\": {} }") << QStringLiteral("newer Bitloom");
    }
    void aDamagedFileIsKeptAsideAndTold()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, told);
        Studio studio(fakeEngine("normal"));
        studio.window.reset();
        const QString path = studio.folder.filePath(QStringLiteral("queue.json"));
        write(path, bytes);
        studio.window = std::make_unique<MainWindow>(studio.settings);
        studio.window->show();
        QVERIFY(studio.waitForEngine());
        QTest::qWait(60);
        const QString sentence = studio.window->messages().sentence();
        QVERIFY2(sentence.contains(told) && sentence.contains(path), qPrintable(sentence));
        QVERIFY(studio.window->queue().jobs().empty());
        const QString aside = studio.folder.filePath(QStringLiteral("queue.unread-1.json"));
        QCOMPARE(content(aside), bytes);
        add(studio, task(studio, "a")); // the new queue is kept, and the old file left alone
        studio.window.reset();
        QVERIFY(queueFromJson(content(path), "queue.json"));
        QCOMPARE(content(aside), bytes);
    }

    void aSecondStudioLeavesTheQueueAlone()
    {
        Studio studio(fakeEngine("normal"));
        add(studio, task(studio, "a"));
        {
            MainWindow second(studio.settings);
            QVERIFY(second.queue().jobs().empty());
            QVERIFY2(second.messages().sentence().contains(QStringLiteral("Another Bitloom")), qPrintable(second.messages().sentence()));
            QVERIFY(second.queue().add(task(studio, "b")).has_value());
        }
        studio.window.reset();
        const auto kept = queueFromJson(content(studio.folder.filePath(QStringLiteral("queue.json"))), "queue.json");
        QVERIFY(kept && kept->size() == 1);
        QCOMPARE(QFileInfo(kept->front().task.output).fileName(), QStringLiteral("a"));
    }

    void whatCannotBeWrittenIsTold()
    {
        Studio studio(fakeEngine("normal"));
        studio.window.reset();
        QVERIFY(QDir().mkpath(studio.folder.filePath(QStringLiteral("queue.json/inside")))); // a folder stands in its place
        studio.window = std::make_unique<MainWindow>(studio.settings);
        QVERIFY(!studio.window->messages().sentence().isEmpty());
        JobQueueFile file(studio.folder.filePath(QStringLiteral("other")));
        QVERIFY(file.read().problem.isEmpty());
        QVERIFY(QDir().mkpath(studio.folder.filePath(QStringLiteral("other/queue.json/inside"))));
        QSignalSpy failed(&file, &JobQueueFile::failed);
        file.write({});
        file.write({});
        QTRY_COMPARE(failed.size(), 1); // once
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("queue.json")));
    }
};

QTEST_MAIN(TestStudioQueue)
#include "tst_studio_queue.moc"
