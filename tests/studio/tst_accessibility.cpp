// SPDX-License-Identifier: GPL-3.0-or-later
// Walks the widgets of every page and dialog in both themes.
#include "accessibility_check.h"
#include "app/studio/about_dialog.h"
#include "app/studio/command_palette.h"
#include "app/studio/compare_page.h"
#include "app/studio/job_queue.h"
#include "app/studio/kv_page.h"
#include "app/studio/lesson_panel.h"
#include "app/studio/model_page.h"
#include "app/studio/playground_page.h"
#include "app/studio/quantize_page.h"
#include "app/studio/queue_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/settings_dialog.h"
#include "app/studio/term_card.h"
#include "app/studio/tour.h"
#include "studio_fixture.h"
#include "widgets/repaint_throttle.h"

#include <QMenu>
#include <QMenuBar>
#include <QTest>

using namespace bitloom;
using bitloom::test::AccessibilityCheck;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

namespace {
    void verifyAccessible(QWidget& window, const QString& what)
    {
        QTest::qWait(60);
        RepaintThrottle::shared().flush();
        const QStringList found = AccessibilityCheck(window).violations();
        QVERIFY2(found.isEmpty(), qPrintable(QStringLiteral("\n%1 (%2):\n  %3").arg(what, Theme::instance().isDark() ? QStringLiteral("dark") : QStringLiteral("light"), found.join(QStringLiteral("\n  ")))));
    }

    /// What is neither the most frequent colour nor transparent: the shape of a mark, whatever its colours are.
    QImage shape(const QImage& picture)
    {
        QHash<QRgb, int> counts;
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x)
                ++counts[picture.pixel(x, y)];
        }
        const QRgb ground = std::max_element(counts.keyValueBegin(), counts.keyValueEnd(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
        QImage mask(picture.size(), QImage::Format_Grayscale8);
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x)
                mask.setPixel(x, y, contrastRatio(QColor(picture.pixel(x, y)), QColor(ground)) > 1.6 ? qRgb(255, 255, 255) : qRgb(0, 0, 0));
        }
        return mask;
    }

    int differences(const QImage& a, const QImage& b)
    {
        int count = 0;
        for (int y = 0; y < a.height(); ++y) {
            for (int x = 0; x < a.width(); ++x)
                count += a.pixel(x, y) != b.pixel(x, y);
        }
        return count;
    }
}

class TestAccessibility : public QObject
{
    Q_OBJECT

private:
    void inBothThemes(const std::function<void()>& check)
    {
        for (const ThemeChoice theme : { ThemeChoice::Light, ThemeChoice::Dark }) {
            Theme::instance().apply(theme);
            check();
            if (QTest::currentTestFailed())
                return;
        }
    }

private Q_SLOTS:
    void palettesAreReadable()
    {
        for (const QPalette& palette : { lightPalette(), darkPalette() }) {
            const std::pair<QPalette::ColorRole, QPalette::ColorRole> pairs[] = { { QPalette::WindowText, QPalette::Window }, { QPalette::Text, QPalette::Base },
                { QPalette::Text, QPalette::AlternateBase }, { QPalette::PlaceholderText, QPalette::Base }, { QPalette::PlaceholderText, QPalette::Window },
                { QPalette::PlaceholderText, QPalette::AlternateBase }, { QPalette::ButtonText, QPalette::Button }, { QPalette::ButtonText, QPalette::Light },
                { QPalette::HighlightedText, QPalette::Highlight }, { QPalette::ToolTipText, QPalette::ToolTipBase }, { QPalette::Link, QPalette::Base },
                { QPalette::Link, QPalette::Window }, { QPalette::LinkVisited, QPalette::Base } };
            for (const auto& [text, ground] : pairs) {
                const double ratio = contrastRatio(palette.color(QPalette::Active, text), palette.color(QPalette::Active, ground));
                QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3").arg(text).arg(ground).arg(ratio)));
            }
            const PlotStyle style = PlotStyle::of(palette);
            for (const QColor& ground : { style.surface, style.panel }) {
                for (const QColor& text : { style.text, style.mutedText, style.good, style.warning, style.bad })
                    QVERIFY(contrastRatio(text, ground) >= 4.5);
                for (const QColor& mark : style.series)
                    QVERIFY(contrastRatio(mark, ground) >= 3);
            }
            QVERIFY(contrastRatio(style.accentText, style.accent) >= 4.5);
        }
    }

    void everyPage()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        const auto page = [&](MainWindow::Page which, const char* name) {
            inBothThemes([&] {
                studio.window->showPage(which);
                verifyAccessible(*studio.window, QLatin1String(name));
            });
        };
        page(MainWindow::Start, "start, nothing opened yet");
        page(MainWindow::Model, "model, none open");
        page(MainWindow::Quantize, "quantize, no model");
        page(MainWindow::Run, "run, nothing runs");
        page(MainWindow::Queue, "queue, nothing waits");
        page(MainWindow::Results, "result, none yet");
        page(MainWindow::KvCache, "KV cache, no model");
        page(MainWindow::Playground, "playground, no model");
        page(MainWindow::Compare, "compare, no runs");
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->model().has_value(), 30000);
        QTRY_VERIFY_WITH_TIMEOUT(!studio.window->modelPage().histogram().isEmpty(), 30000);
        page(MainWindow::Start, "start");
        page(MainWindow::Model, "model");
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->quantizePage().hasPlan(), 30000);
        page(MainWindow::Quantize, "quantize");
        studio.window->quantizePage().start();
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 60000);
        page(MainWindow::Run, "run");
        page(MainWindow::Queue, "queue, a job is done");
        page(MainWindow::Results, "result");
        studio.window->resultPage().evaluate();
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->resultPage().hasEvaluation(), 60000);
        for (int tab = 0; tab < studio.window->resultPage().views().count(); ++tab) {
            studio.window->resultPage().views().setCurrentIndex(tab);
            page(MainWindow::Results, qPrintable(QStringLiteral("result, view %1").arg(tab)));
        }
        studio.window->showPage(MainWindow::KvCache);
        studio.window->kvPage().write();
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->kvPage().report().has_value(), 60000);
        page(MainWindow::KvCache, "KV cache");
        PlaygroundPage& playground = studio.window->playgroundPage();
        studio.window->showPage(MainWindow::Playground);
        playground.setPaneCount(3);
        playground.pane(1).chooseModel(QStringLiteral("/models/other"), {});
        playground.write();
        QTRY_VERIFY_WITH_TIMEOUT(playground.difference(1).has_value(), 60000);
        playground.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!playground.isBusy(), 30000);
        page(MainWindow::Playground, "playground");
        ComparePage& compare = studio.window->comparePage();
        studio.window->showPage(MainWindow::Compare);
        for (const char* run : { "/out/run-rtn-3.bitloom", "/out/run-lnq-4.bitloom", "/out/run-rtn-2-bare.bitloom" })
            compare.addRun(QLatin1String(run));
        QTRY_COMPARE_WITH_TIMEOUT(compare.columns().size(), std::size_t(4), 30000);
        for (int tab = 0; tab < compare.views().count(); ++tab) {
            compare.views().setCurrentIndex(tab);
            page(MainWindow::Compare, qPrintable(QStringLiteral("compare, view %1").arg(tab)));
        }
    }

    /// In every state that a job can have, with its log.
    void queuedJobs()
    {
        Studio studio(fakeEngine("gradual"));
        QVERIFY(studio.waitForEngine());
        JobQueue& queue = studio.window->queue();
        for (const char* name : { "full-disk", "running", "waiting" }) {
            QuantizeTask task;
            task.recipe.model = "/models/fake";
            task.output = studio.folder.filePath(QLatin1String(name));
            QVERIFY(queue.add(task).has_value());
        }
        QueuePage& page = studio.window->queuePage();
        queue.start();
        QTRY_COMPARE_WITH_TIMEOUT(queue.find(1)->state, QueueState::Failed, 30000);
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->job().layers().done() > 0, 30000);
        studio.window->job().pause();
        QTRY_COMPARE_WITH_TIMEOUT(queue.find(2)->state, QueueState::Paused, 30000);
        studio.window->showPage(MainWindow::Queue);
        page.showLog(1);
        for (const quint64 id : { 1, 2, 3 }) {
            inBothThemes([&] {
                page.select(id);
                verifyAccessible(*studio.window, QStringLiteral("queue, %1").arg(stateTitle(queue.find(id)->state)));
            });
        }
        studio.window->job().cancel();
    }

    void panelsAndMessages()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->actionList().find(QStringLiteral("panel.monitor"))->action->trigger();
        studio.window->actionList().find(QStringLiteral("lesson.bit"))->action->trigger();
        for (const auto severity : { MessageBar::Severity::Information, MessageBar::Severity::Success, MessageBar::Severity::Warning, MessageBar::Severity::Error }) {
            inBothThemes([&] {
                studio.window->messages().showMessage(severity, QStringLiteral("Something happened."), { { QStringLiteral("do"), QStringLiteral("Do it") } }, QStringLiteral("details"));
                verifyAccessible(*studio.window, QStringLiteral("monitor, lesson and a message of severity %1").arg(static_cast<int>(severity)));
            });
        }
        studio.window->startTour();
        auto* bubble = studio.window->findChild<QFrame*>(QStringLiteral("tourBubble"));
        QVERIFY(bubble != nullptr);
        for (int stop = 0; bubble->isVisible() && stop < 20; ++stop) {
            QVERIFY(!bubble->accessibleName().isEmpty() && !bubble->accessibleDescription().isEmpty());
            QVERIFY(bubble->findChild<QPushButton*>(QStringLiteral("tourNext"))->hasFocus());
            QVERIFY(studio.window->rect().contains(bubble->geometry()));
            QTest::keyClick(bubble->findChild<QPushButton*>(QStringLiteral("tourNext")), Qt::Key_Return);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            bubble = studio.window->findChild<QFrame*>(QStringLiteral("tourBubble"));
            if (bubble == nullptr)
                break;
        }
        QVERIFY(studio.settings.tourSeen());
    }

    void everyDialog()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        inBothThemes([&] {
            SettingsDialog settings(studio.settings, studio.window->engine().info(), &studio.window->actionList(), studio.window.get());
            settings.show();
            for (const auto tab : { SettingsDialog::General, SettingsDialog::Engine, SettingsDialog::Shortcuts }) {
                settings.showTab(tab);
                verifyAccessible(settings, QStringLiteral("settings, page %1").arg(tab));
            }
            AboutDialog about(studio.window->engine().info(), studio.window.get());
            about.show();
            verifyAccessible(about, QStringLiteral("about"));
            GlossaryDialog terms(studio.window.get());
            terms.show();
            verifyAccessible(terms, QStringLiteral("terms"));
            CommandPalette palette({ { QStringLiteral("Do it"), QStringLiteral("Group"), QStringLiteral("Ctrl+D"), true, [] { } } }, studio.window.get());
            palette.show();
            verifyAccessible(palette, QStringLiteral("commands"));
        });
    }

    /// Every action has a text, stands in a menu and in the list of shortcuts, and no shortcut does two things.
    void everyAction()
    {
        Studio studio(fakeEngine("normal"));
        QSet<QAction*> inMenus;
        const std::function<void(QMenu*)> walk = [&](QMenu* menu) {
            QSet<QChar> mnemonics;
            for (QAction* action : menu->actions()) {
                if (action->isSeparator())
                    continue;
                QVERIFY2(!plainText(action->text()).isEmpty(), qPrintable(menu->title()));
                if (const qsizetype at = action->text().indexOf(QLatin1Char('&')); at >= 0 && !action->text().contains(QStringLiteral("&&"))) {
                    const QChar letter = action->text().at(at + 1).toLower();
                    QVERIFY2(!mnemonics.contains(letter), qPrintable(QStringLiteral("%1 > %2: mnemonic %3 twice").arg(menu->title(), action->text(), letter)));
                    mnemonics << letter;
                }
                if (action->menu() != nullptr)
                    walk(action->menu());
                else
                    inMenus << action;
            }
        };
        for (QAction* action : studio.window->menuBar()->actions())
            walk(action->menu());
        QHash<QString, QString> shortcuts;
        for (const ActionList::Entry& entry : studio.window->actionList().entries()) {
            QVERIFY2(!entry.title().isEmpty() && !entry.group.isEmpty(), qPrintable(entry.id));
            QVERIFY2(inMenus.contains(entry.action), qPrintable(entry.id));
            if (entry.current.isEmpty())
                continue;
            QVERIFY2(studio.window->actionList().conflict(entry.id, entry.current) == nullptr, qPrintable(entry.id + QStringLiteral(" shares ") + entry.current.toString()));
        }
        for (QAction* action : inMenus) {
            if (action->isEnabled() && !action->objectName().isEmpty())
                QVERIFY2(studio.window->actionList().find(action->objectName()) != nullptr || action->objectName().startsWith(QStringLiteral("panel.")), qPrintable(action->text()));
        }
    }

    /// The states of a layer, the severities of a message and the levels of the log differ in shape or words too.
    void nothingIsSaidByColourAlone()
    {
        inBothThemes([] {
            std::vector<QImage> states;
            for (const LayerState state : { LayerState::Waiting, LayerState::Calibrating, LayerState::Solving, LayerState::Done, LayerState::Failed }) {
                LayerStrip strip;
                strip.resize(220, 160);
                LayerEvent layer;
                layer.layer = "model.layers.0.mlp.up_proj";
                layer.module = "mlp.up_proj";
                layer.state = state;
                if (state == LayerState::Done)
                    layer.relativeError = 0.01;
                strip.setLayers({ layer });
                strip.show();
                QTest::qWait(30);
                states.push_back(shape(strip.grab().toImage()));
            }
            for (std::size_t a = 0; a < states.size(); ++a) {
                for (std::size_t b = a + 1; b < states.size(); ++b)
                    QVERIFY2(differences(states[a], states[b]) > 8, qPrintable(QStringLiteral("layer states %1 and %2 have the same shape").arg(a).arg(b)));
            }
            std::vector<QImage> severities;
            for (const auto severity : { MessageBar::Severity::Information, MessageBar::Severity::Success, MessageBar::Severity::Warning, MessageBar::Severity::Error }) {
                MessageBar bar;
                bar.resize(300, 50);
                bar.showMessage(severity, QStringLiteral("Text"));
                bar.show();
                QTest::qWait(30);
                severities.push_back(shape(bar.grab().toImage()));
            }
            for (std::size_t a = 0; a < severities.size(); ++a) {
                for (std::size_t b = a + 1; b < severities.size(); ++b)
                    QVERIFY2(differences(severities[a], severities[b]) > 8, qPrintable(QStringLiteral("severities %1 and %2 have the same shape").arg(a).arg(b)));
            }
        });
        LogView log;
        for (const char* level : { "info", "warning", "error" })
            log.append({ level, "something" });
        RepaintThrottle::shared().flush();
        for (const char* level : { "info", "warning", "error" })
            QVERIFY2(log.text().contains(QLatin1String(level)), level);
    }
};

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
