// SPDX-License-Identifier: GPL-3.0-or-later
// Shortcuts, commands, workspaces, settings, monitor, terms, tour and lessons.
#include "app/studio/command_palette.h"
#include "app/studio/desktop_notification.h"
#include "app/studio/dock_area.h"
#include "app/studio/glossary.h"
#include "app/studio/gpu_probe.h"
#include "app/studio/lesson_panel.h"
#include "app/studio/model_page.h"
#include "app/studio/quantize_page.h"
#include "app/studio/resource_monitor.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/shortcut_table.h"
#include "app/studio/term_card.h"
#include "app/studio/tour.h"
#include "studio_fixture.h"
#include "widgets/plot_actions.h"

#include <QClipboard>
#include <QSignalSpy>
#include <QTest>

using namespace bitloom;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

class TestStudioManners : public QObject
{
    Q_OBJECT

private:
    static QAction* action(Studio& studio, const char* id)
    {
        const auto* entry = studio.window->actionList().find(QLatin1String(id));
        if (entry == nullptr)
            qFatal("no action %s", id);
        return entry->action;
    }

private Q_SLOTS:
    void aShortcutCanBeChangedAndStaysChanged()
    {
        const QKeySequence wanted(Qt::CTRL | Qt::Key_B);
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("settings.ini"));
        {
            Settings settings(file);
            MainWindow window(settings);
            ShortcutTable table(window.actionList());
            table.select(QStringLiteral("file.openDemo"));
            table.editor().setKeySequence(wanted);
            QVERIFY(table.conflict().isEmpty());
            QTest::mouseClick(table.findChild<QPushButton*>(QStringLiteral("assignShortcut")), Qt::LeftButton);
            QCOMPARE(window.actionList().find(QStringLiteral("file.openDemo"))->current, QKeySequence(Qt::CTRL | Qt::Key_D)); // not before OK
            table.apply();
            QCOMPARE(window.actionList().find(QStringLiteral("file.openDemo"))->action->shortcut(), wanted);
        }
        Settings settings(file);
        MainWindow window(settings);
        QCOMPARE(window.actionList().find(QStringLiteral("file.openDemo"))->action->shortcut(), wanted);
        window.actionList().resetShortcuts();
        QCOMPARE(window.actionList().find(QStringLiteral("file.openDemo"))->action->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_D));
        QVERIFY(!settings.shortcut(QStringLiteral("file.openDemo")));
    }

    void aConflictIsToldAndSolved()
    {
        Studio studio(fakeEngine("normal"));
        ActionList& actions = studio.window->actionList();
        ShortcutTable table(actions);
        table.select(QStringLiteral("file.openDemo"));
        table.editor().setKeySequence(QKeySequence(Qt::CTRL | Qt::Key_R));
        QVERIFY2(table.conflict().contains(actions.find(QStringLiteral("job.quantize"))->title()), qPrintable(table.conflict()));
        QTest::mouseClick(table.findChild<QPushButton*>(QStringLiteral("assignShortcut")), Qt::LeftButton);
        table.apply();
        QCOMPARE(actions.find(QStringLiteral("file.openDemo"))->current, QKeySequence(Qt::CTRL | Qt::Key_R));
        QVERIFY(actions.find(QStringLiteral("job.quantize"))->current.isEmpty());
        for (const ActionList::Entry& entry : actions.entries())
            QVERIFY(actions.conflict(entry.id, entry.current) == nullptr);
        QTest::mouseClick(table.findChild<QPushButton*>(QStringLiteral("resetShortcuts")), Qt::LeftButton);
        table.apply();
        QCOMPARE(actions.find(QStringLiteral("job.quantize"))->current, QKeySequence(Qt::CTRL | Qt::Key_R));
    }

    void plotsTakeTheirShortcutsFromTheListToo()
    {
        Studio studio(fakeEngine("normal"));
        const QKeySequence wanted(Qt::CTRL | Qt::ALT | Qt::Key_G);
        studio.window->actionList().setShortcut(QStringLiteral("plot.savePng"), wanted);
        QCOMPARE(studio.window->modelPage().histogram().plotActions().savePng->shortcut(), wanted);
        studio.window->actionList().resetShortcuts();
        QCOMPARE(studio.window->modelPage().histogram().plotActions().savePng->shortcut(), PlotActions::standardShortcut(QStringLiteral("savePng")));
        // From the menu: the plot that had the focus last.
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(!studio.window->modelPage().histogram().isEmpty());
        QApplication::setActiveWindow(studio.window.get());
        studio.window->modelPage().histogram().setFocus();
        QApplication::clipboard()->clear();
        action(studio, "plot.copyData")->trigger();
        QCOMPARE(QApplication::clipboard()->text(), studio.window->modelPage().histogram().csv());
    }

    void theMenuTextOfAPlainName()
    {
        QCOMPARE(plainText(QStringLiteral("&Open file…")), QStringLiteral("Open file"));
        QCOMPARE(plainText(QStringLiteral("열기(&O)…")), QStringLiteral("열기"));
        QCOMPARE(plainText(QStringLiteral("Black && white\tCtrl+B")), QStringLiteral("Black & white"));
    }

    void commandsAreFoundByAFewLetters()
    {
        QVERIFY(fuzzyScore(QStringLiteral("theme"), QStringLiteral("Theme")) > fuzzyScore(QStringLiteral("theme"), QStringLiteral("Open the demo")));
        QVERIFY(fuzzyScore(QStringLiteral("od"), QStringLiteral("Open the demo model")) > 0);
        QCOMPARE(fuzzyScore(QStringLiteral("xyz"), QStringLiteral("Open the demo model")), 0);
        QVERIFY(fuzzyScore(QStringLiteral("demo open"), QStringLiteral("Open the demo model")) > fuzzyScore(QStringLiteral("demo open"), QStringLiteral("Demolition of pens")));
        int ran = 0;
        CommandPalette palette({ { QStringLiteral("Alpha"), QStringLiteral("Group"), {}, true, [&] { ran = 1; } }, { QStringLiteral("Beta"), QStringLiteral("Group"), {}, false, [&] { ran = 2; } },
                                   { QStringLiteral("Gamma"), QStringLiteral("Group"), {}, true, [&] { ran = 3; } } },
            nullptr);
        palette.show();
        QTest::keyClicks(&palette.search(), QStringLiteral("gam"));
        QCOMPARE(palette.list().count(), 1);
        QTest::keyClick(&palette.search(), Qt::Key_Return);
        QVERIFY(palette.chosen());
        palette.chosen()();
        QCOMPARE(ran, 3);
        CommandPalette disabled({ { QStringLiteral("Beta"), QStringLiteral("Group"), {}, false, [&] { ran = 2; } } }, nullptr);
        QTest::keyClick(&disabled.search(), Qt::Key_Return);
        QVERIFY(!disabled.chosen());
    }

    void thePaletteRunsWhatIsChosen()
    {
        Studio studio(fakeEngine("normal"));
        QTimer::singleShot(100, [] {
            auto* palette = qobject_cast<CommandPalette*>(QApplication::activePopupWidget());
            QVERIFY(palette != nullptr);
            QTest::keyClicks(&palette->search(), QStringLiteral("quantize"));
            palette->search().setText(QStringLiteral("View Quantize"));
            QTest::keyClick(&palette->search(), Qt::Key_Return);
        });
        action(studio, "view.commands")->trigger();
        QCOMPARE(studio.window->page(), MainWindow::Quantize);
    }

    void aWorkspaceKeepsPageAndViews()
    {
        Studio studio(fakeEngine("normal"));
        studio.window->showPage(MainWindow::Run);
        action(studio, "panel.log")->trigger();
        action(studio, "panel.monitor")->trigger();
        QVERIFY(!action(studio, "panel.log")->isChecked());
        QVERIFY(action(studio, "panel.monitor")->isChecked());
        studio.settings.setWorkspace(QStringLiteral("mine / 1"), studio.window->workspaceState());
        action(studio, "workspace.standard")->trigger();
        QVERIFY(action(studio, "panel.log")->isChecked());
        QVERIFY(!action(studio, "panel.monitor")->isChecked());
        studio.window->showPage(MainWindow::Start);
        QCOMPARE(studio.settings.workspaces(), QStringList { QStringLiteral("mine / 1") });
        studio.window->applyWorkspace(studio.settings.workspace(QStringLiteral("mine / 1")));
        QCOMPARE(studio.window->page(), MainWindow::Run);
        QVERIFY(!action(studio, "panel.log")->isChecked());
        QVERIFY(action(studio, "panel.monitor")->isChecked());
        studio.window->applyWorkspace(QByteArray("nonsense"));
        QVERIFY(studio.window->messages().sentence().contains(QStringLiteral("cannot be read")));
        studio.settings.setWorkspace(QStringLiteral("mine / 1"), {});
        QVERIFY(studio.settings.workspaces().isEmpty());
    }

    void settingsReachTheEngine()
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("settings.ini")));
        settings.setPluginFolders({ QStringLiteral("/a"), QStringLiteral("/b") });
        settings.setMemoryLimitBytes(3LL << 30);
        QProcess probe; // what the engine would be started with
        EngineClient client;
        QStringList lines;
        connect(&client, &EngineClient::lineLogged, this, [&](const QString& line) { lines << line; });
        client.start({ QStringLiteral("/bin/sh"), QStringLiteral("-c"), QStringLiteral("echo plugins=$BITLOOM_PLUGIN_PATH limit=$(ulimit -d) >&2") }, settings.engineSurroundings());
        QTRY_VERIFY(!lines.isEmpty());
        QVERIFY2(lines.first().contains(QStringLiteral("plugins=/a:/b")), qPrintable(lines.first()));
        QVERIFY2(lines.first().contains(QStringLiteral("limit=%1").arg(3LL << 20)), qPrintable(lines.first()));
    }

    void aLostConnectionIsNamed()
    {
        QTemporaryDir folder;
        const QString ssh = folder.filePath(QStringLiteral("ssh"));
        QFile script(ssh);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("#!/bin/sh\nexit 255\n");
        script.close();
        script.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        EngineClient client;
        QString what;
        connect(&client, &EngineClient::failed, this, [&](const EngineFailure& failure) { what = failure.what; });
        client.start({ ssh, QStringLiteral("workstation") });
        QTRY_VERIFY(!what.isEmpty());
        QVERIFY2(what.contains(QStringLiteral("connection")), qPrintable(what));
    }

    void longJobsAreTold()
    {
        QVERIFY(deservesNotification(61, false));
        QVERIFY(!deservesNotification(61, true));
        QVERIFY(!deservesNotification(10, false));
        notifyDesktop(QStringLiteral("Bitloom"), QStringLiteral("<b>without a desktop nothing happens</b>"));
    }

    void theMonitorMeasures()
    {
        QVERIFY(residentBytes(QCoreApplication::applicationPid()) > 1e6);
        QVERIFY(std::isnan(residentBytes(0)));
        QVERIFY(systemMemory().totalBytes > systemMemory().availableBytes);
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        ResourceMonitor monitor(studio.window->engine(), nullptr, QStringLiteral("/nowhere/libnvidia-ml.so"));
        QVERIFY(!monitor.showsGpu());
        monitor.sample();
        monitor.sample();
        QCOMPARE(monitor.memory().csv().count(QStringLiteral("\r\n")), 3);
        QVERIFY(!GpuProbe(QStringLiteral("/nowhere/libnvidia-ml.so")).isPresent());
    }

    void gpusAreReadThroughTheirLibrary()
    {
        const QString library = QCoreApplication::applicationDirPath() + QStringLiteral("/modules/fake-nvml.so");
        GpuProbe probe(library);
        QVERIFY2(probe.isPresent(), qPrintable(library));
        const auto states = probe.read();
        QCOMPARE(states.size(), std::size_t(2));
        QCOMPARE(states[1].name, QStringLiteral("Fake GPU 1"));
        QCOMPARE(states[1].usedBytes, 2e9);
        QCOMPARE(states[0].totalBytes, 8e9);
        QCOMPARE(states[0].busyPercent, 40.0);
        Studio studio(fakeEngine("normal"));
        ResourceMonitor monitor(studio.window->engine(), nullptr, library);
        QVERIFY(monitor.showsGpu());
        monitor.sample();
    }

    /// Every "?" has a card, every card says what and why, and links go to papers.
    void everyTermIsExplained()
    {
        QSet<QString> ids;
        for (const Term& term : glossary()) {
            QVERIFY2(!ids.contains(term.id), qPrintable(term.id));
            ids << term.id;
            QVERIFY2(!term.title.isEmpty() && term.what.size() > 20 && term.why.size() > 20, qPrintable(term.id));
            QVERIFY2(term.link.isEmpty() || (term.link.startsWith(QStringLiteral("https://")) && !term.paper.isEmpty()), qPrintable(term.id));
        }
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(studio.window->model().has_value());
        QSet<QString> asked;
        for (auto* button : studio.window->findChildren<QToolButton*>()) {
            const QString term = button->property("term").toString();
            if (term.isEmpty())
                continue;
            asked << term;
            QVERIFY2(findTerm(term) != nullptr, qPrintable(term));
        }
        for (const char* term : { "bits", "method", "groups", "guided", "calibration", "sequences", "format", "budget", "saliency", "codebook", "objective", "relative", "perplexity", "kl", "histogram" })
            QVERIFY2(asked.contains(QLatin1String(term)), term);
        auto* button = studio.window->findChild<QToolButton*>(QStringLiteral("help.histogram"));
        studio.window->showPage(MainWindow::Model);
        QTest::mouseClick(button, Qt::LeftButton);
        auto* card = QApplication::activePopupWidget();
        QVERIFY(card != nullptr);
        QVERIFY(card->findChild<QLabel*>(QStringLiteral("termText"))->text().contains(findTerm(QStringLiteral("histogram"))->what.toHtmlEscaped()));
        card->close();
    }

    void theTourCanBeSkippedAndIsNotOfferedAgain()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(!studio.settings.tourSeen());
        studio.window->showPage(MainWindow::Quantize);
        studio.window->startTour();
        auto* bubble = studio.window->findChild<QFrame*>(QStringLiteral("tourBubble"));
        QVERIFY(bubble != nullptr && bubble->isVisible());
        QTest::mouseClick(bubble->findChild<QPushButton*>(QStringLiteral("tourNext")), Qt::LeftButton);
        QCOMPARE(studio.window->page(), MainWindow::Start);
        QTest::mouseClick(bubble->findChild<QPushButton*>(QStringLiteral("tourSkip")), Qt::LeftButton);
        QVERIFY(studio.settings.tourSeen());
        QCOMPARE(studio.window->page(), MainWindow::Quantize); // where somebody was before
    }

    void aLessonDrivesTheRealViews()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        for (const char* id : { "lesson.bit", "lesson.loss", "lesson.descent", "lesson.blocks", "lesson.retention" })
            QVERIFY(studio.window->actionList().find(QLatin1String(id)) != nullptr);
        action(studio, "lesson.bit")->trigger();
        LessonPanel& lesson = studio.window->lessonPanel();
        QVERIFY(lesson.isVisible());
        auto* act = lesson.findChild<QPushButton*>(QStringLiteral("lessonAct"));
        auto* next = lesson.findChild<QPushButton*>(QStringLiteral("lessonNext"));
        QVERIFY(!lesson.stepIsDone() && !next->isEnabled());
        // To its end, by the buttons alone.
        for (int step = 0; lesson.lesson() == QLatin1String("bit"); ++step) {
            QVERIFY(step < 20);
            QCOMPARE(lesson.step(), step);
            if (!lesson.stepIsDone()) {
                QVERIFY(act->isVisible());
                QTest::mouseClick(act, Qt::LeftButton);
            }
            QTRY_VERIFY_WITH_TIMEOUT(lesson.stepIsDone(), 20000);
            QTRY_VERIFY(next->isEnabled());
            QTest::mouseClick(next, Qt::LeftButton);
        }
        QVERIFY(!lesson.isVisible());
        QVERIFY(studio.window->resultPage().hasEvaluation());
        QCOMPARE(studio.window->job().report()->recipe.bits, 2);
    }
};

QTEST_MAIN(TestStudioManners)
#include "tst_studio_manners.moc"
