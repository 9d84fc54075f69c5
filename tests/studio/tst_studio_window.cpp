// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/model_page.h"
#include "app/studio/opened_path.h"
#include "app/studio/quantize_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/settings_dialog.h"
#include "app/studio/start_page.h"
#include "app/studio/text.h"
#include "studio_fixture.h"

#include <csignal>
#include <QClipboard>
#include <QDropEvent>
#include <QMimeData>
#include <QSet>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

using namespace bitloom;
using bitloom::test::child;
using bitloom::test::fakeEngine;
using bitloom::test::InputLatency;
using bitloom::test::Studio;

namespace {
    void write(const QString& path, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(path).absolutePath());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    void startRun(Studio& studio)
    {
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(studio.window->model().has_value());
        studio.window->showPage(MainWindow::Quantize);
        QTRY_VERIFY(child<QPushButton>(studio.window->quantizePage(), "start")->isEnabled());
        QTest::mouseClick(child<QPushButton>(studio.window->quantizePage(), "start"), Qt::LeftButton);
        QCOMPARE(studio.window->page(), MainWindow::Run);
        QVERIFY(studio.window->job().isActive());
    }
}

class TestStudioWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensAModelAndShowsWeights()
    {
        Studio studio(fakeEngine("normal"));
        startRunless(studio);
        QCOMPARE(studio.window->page(), MainWindow::Model);
        QCOMPARE(studio.window->modelPage().table().model().rowCount(), 17);
        // The first tensor that can be quantized is selected, so that the page is never half empty.
        QCOMPARE(studio.window->modelPage().table().currentTensor(), QStringLiteral("model.layers.0.self_attn.q_proj.weight"));
        QTRY_VERIFY(!studio.window->modelPage().histogram().isEmpty());
        QVERIFY(studio.window->windowTitle().contains(QStringLiteral("Fake-1M")));
        QCOMPARE(studio.settings.recents().size(), 1);
        QCOMPARE(studio.window->startPage().recents().count(), 1);
    }

    void aModelThatCannotBeReadIsExplained()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/missing"));
        QTRY_VERIFY(studio.window->messages().isVisible());
        const QString sentence = studio.window->messages().sentence();
        QVERIFY2(sentence.contains(QStringLiteral("/models/missing: no such file")), qPrintable(sentence));
        QVERIFY2(sentence.contains(adviceFor(ErrorCode::NotFound)), qPrintable(sentence));
        QVERIFY(!studio.window->model());
        QVERIFY(studio.settings.recents().isEmpty());
    }

    void formIsTheRecipe()
    {
        Studio studio(fakeEngine("normal"));
        startRunless(studio);
        auto& page = studio.window->quantizePage();
        Recipe recipe;
        recipe.model = "/models/fake";
        recipe.method = "guidedquant";
        recipe.bits = 2;
        recipe.groups = 7;
        recipe.parameters = { { "iterations", 5 } };
        recipe.format = "gguf";
        recipe.ggufType = "Q4_0";
        recipe.sizeBudget = 2.5;
        recipe.calibration = { "/texts/a.txt", "/texts/b file.txt" };
        recipe.sequences = 33;
        recipe.sequenceLength = 256;
        recipe.seed = 12345678901ULL;
        recipe.computeDtype = "f32";
        recipe.device = "cpu";
        QCOMPARE(page.setRecipe(recipe), QStringList());
        const Recipe read = page.recipe();
        QCOMPARE(recipeToJson(read).dump(), recipeToJson(recipe).dump());
        // What the form says can be read back by the engine's own parser, and the command names the same.
        QVERIFY(parseRecipe(recipeToJson(read), "form").has_value());
        page.setOutput(QStringLiteral("/out/x.gguf"));
        for (const char* part : { "bitloom-cli quantize", "--bits 2", "--groups 7", "--gguf-type Q4_0", "b file.txt", "--sequences 33", "iterations=5", "/out/x.gguf" })
            QVERIFY2(page.command().contains(QLatin1String(part)), qPrintable(page.command()));
        QTest::mouseClick(child<QPushButton>(page, "copyCommand"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), page.command());
    }

    void recipeBeforeTheEngineIsKept()
    {
        Studio studio(fakeEngine("slow"));
        Recipe recipe;
        recipe.method = "rtn";
        recipe.bits = 4;
        studio.window->quantizePage().setRecipe(recipe);
        QVERIFY(studio.waitForEngine());
        QTRY_COMPARE(studio.window->quantizePage().recipe().method, std::string("rtn"));
        QCOMPARE(studio.window->quantizePage().recipe().bits, 4);
    }

    void unknownMethodInARecipeIsTold()
    {
        Studio studio(fakeEngine("normal"));
        startRunless(studio);
        Recipe recipe;
        recipe.method = "magic";
        const QStringList problems = studio.window->quantizePage().setRecipe(recipe);
        QCOMPARE(problems.size(), 1);
        QVERIFY(problems.first().contains(QStringLiteral("magic")));
    }

    void estimateFollowsTheForm()
    {
        Studio studio(fakeEngine("normal"));
        startRunless(studio);
        auto& page = studio.window->quantizePage();
        auto* size = child<QLabel>(page, "planSize");
        QTRY_VERIFY(page.hasPlan());
        const QString before = size->text();
        child<QSpinBox>(page, "bits")->setValue(2);
        QTRY_VERIFY(size->text() != before);
        QVERIFY(child<QLabel>(page, "planTime")->text().contains(QStringLiteral("10 s – 20 s")) || child<QLabel>(page, "planTime")->text().contains(QLatin1Char('s')));
        child<QSpinBox>(page, "sequences")->setValue(2);
        QTRY_VERIFY(child<QLabel>(page, "planWarnings")->text().contains(QStringLiteral("4 sequences")));
    }

    void whatKeepsTheRunFromStarting()
    {
        Studio studio(fakeEngine("normal"));
        startRunless(studio);
        auto& page = studio.window->quantizePage();
        QTRY_VERIFY(page.problem().isEmpty());
        child<QRadioButton>(page, "fileText")->setChecked(true);
        QVERIFY(page.problem().contains(QStringLiteral("calibration text")));
        child<QRadioButton>(page, "ownText")->setChecked(true);
        page.setOutput(studio.folder.path());
        QVERIFY(page.problem().contains(QStringLiteral("exists already")));
        QVERIFY(!child<QPushButton>(page, "start")->isEnabled());
        page.setOutput(QString());
        QVERIFY(!page.problem().isEmpty());
        page.setOutput(studio.folder.filePath(QStringLiteral("new")));
        QVERIFY(page.problem().isEmpty());
        QVERIFY(child<QPushButton>(page, "start")->isEnabled());
    }

    void runFillsTheViewsAndTheResult()
    {
        Studio studio(fakeEngine("normal"));
        startRun(studio);
        auto& run = studio.window->runPage();
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 10000);
        QCOMPARE(run.strip().count(LayerState::Done), 16);
        QVERIFY(!run.saliency().isEmpty());
        QVERIFY(run.codebook().stepCount() > 0);
        QTRY_COMPARE(run.objectives().layerCount(), 16);
        QTRY_VERIFY(run.log().model().rowCount() > 0);
        QVERIFY(studio.window->resultPage().hasReport());
        QVERIFY(studio.window->messages().sentence().contains(QStringLiteral("is written")));
        QVERIFY(studio.settings.unfinishedProject().isEmpty());
        QCOMPARE(studio.settings.recents().first().kind, QStringLiteral("project"));
        // The tensor table knows each layer's error.
        auto& tensors = studio.window->modelPage().table().model();
        QVERIFY(!tensors.index(1, TensorModel::RelativeError).data().toString().isEmpty());

        QSignalSpy busy(&studio.window->resultPage(), &ResultPage::busyChanged);
        studio.window->showPage(MainWindow::Results);
        QTest::mouseClick(child<QPushButton>(studio.window->resultPage(), "evaluate"), Qt::LeftButton);
        QTRY_COMPARE(busy.size(), 2);
        QVERIFY(studio.window->resultPage().comparison().csv().contains(QStringLiteral("23.5")));
        QVERIFY(studio.window->resultPage().command().contains(QStringLiteral("bitloom-cli quantize")));
    }

    void pickingALayerSwitchesFollowOff()
    {
        Studio studio(fakeEngine("flood"));
        startRun(studio);
        auto& run = studio.window->runPage();
        QTRY_VERIFY(!run.shownLayer().isEmpty());
        QVERIFY(run.isFollowing());
        Q_EMIT run.strip().layerActivated(QStringLiteral("model.layers.2.mlp.up_proj"));
        QVERIFY(!run.isFollowing());
        QTest::qWait(100);
        QCOMPARE(run.shownLayer(), QStringLiteral("model.layers.2.mlp.up_proj"));
        QCOMPARE(run.strip().selectedLayer(), QStringLiteral("model.layers.2.mlp.up_proj"));
        child<QToolButton>(run, "follow")->click();
        QVERIFY(run.isFollowing());
        QTRY_VERIFY(run.shownLayer() != QStringLiteral("model.layers.2.mlp.up_proj"));
        studio.window->job().cancel();
        QTRY_COMPARE(studio.window->job().state(), JobState::Cancelled);
    }

    void pauseCancelAndResume()
    {
        Studio studio(fakeEngine("normal"));
        startRun(studio);
        auto& job = studio.window->job();
        QTRY_VERIFY(studio.window->runPage().strip().count(LayerState::Done) > 1);
        job.pause();
        QTRY_COMPARE(job.state(), JobState::Paused);
        const int done = studio.window->runPage().strip().count(LayerState::Done);
        QTest::qWait(150);
        QVERIFY(studio.window->runPage().strip().count(LayerState::Done) <= done + 1);
        job.resume();
        QCOMPARE(job.state(), JobState::Running);
        job.cancel();
        QTRY_COMPARE(job.state(), JobState::Cancelled);
        QVERIFY(job.canResume());
        Q_EMIT studio.window->messages().actionTriggered(QStringLiteral("resume"));
        QCOMPARE(job.state(), JobState::Running);
        QTRY_COMPARE_WITH_TIMEOUT(job.state(), JobState::Finished, 10000);
    }

    void crashLeavesTheWindowUsableAndResumeFinishes()
    {
        Studio studio(fakeEngine("crash"));
        startRun(studio);
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Failed, 10000);
        QVERIFY(studio.window->messages().isVisible());
        QVERIFY2(studio.window->messages().sentence().contains(QStringLiteral("signal 6")), qPrintable(studio.window->messages().sentence()));
        // What the engine said last stands in the log.
        QTRY_VERIFY(studio.window->runPage().log().text().contains(QStringLiteral("something terrible at layer 3")));
        Q_EMIT studio.window->messages().actionTriggered(QStringLiteral("report"));
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("something terrible")));
        QVERIFY(!studio.settings.unfinishedProject().isEmpty());
        // The pages still answer.
        QTest::keyClick(studio.window.get(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(studio.window->page(), MainWindow::Model);
        Q_EMIT studio.window->messages().actionTriggered(QStringLiteral("resume"));
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 10000);
        QCOMPARE(studio.window->runPage().strip().count(LayerState::Done), 16);
        QVERIFY(studio.settings.unfinishedProject().isEmpty());
    }

    void closingWhileRunningAsks_data()
    {
        QTest::addColumn<int>("choice");
        QTest::addColumn<bool>("closes");
        QTest::addColumn<bool>("remembered");
        QTest::newRow("stay") << static_cast<int>(MainWindow::CloseChoice::Stay) << false << true;
        QTest::newRow("pause") << static_cast<int>(MainWindow::CloseChoice::PauseAndQuit) << true << true;
        QTest::newRow("cancel") << static_cast<int>(MainWindow::CloseChoice::CancelAndQuit) << true << false;
    }
    void closingWhileRunningAsks()
    {
        QFETCH(int, choice);
        QFETCH(bool, closes);
        QFETCH(bool, remembered);
        Studio studio(fakeEngine("flood"));
        startRun(studio);
        int asked = 0;
        studio.window->askClose = [&](QWidget*, const QString&) {
            ++asked;
            return static_cast<MainWindow::CloseChoice>(choice);
        };
        studio.window->close();
        QCOMPARE(asked, 1);
        if (closes) {
            QTRY_VERIFY_WITH_TIMEOUT(!studio.window->isVisible(), 7000);
            QVERIFY(!studio.window->job().isActive());
        } else {
            QVERIFY(studio.window->isVisible());
            QVERIFY(studio.window->job().isActive());
        }
        QCOMPARE(asked, 1);
        QCOMPARE(!studio.settings.unfinishedProject().isEmpty(), remembered);
        if (!closes)
            studio.window->job().cancel();
    }

    void recognisesWhatIsDropped()
    {
        QTemporaryDir folder;
        const auto at = [&](const char* name) { return folder.filePath(QLatin1String(name)); };
        write(at("hf/config.json"), "{}");
        write(at("hf/model.safetensors"), "x");
        write(at("cache/models--x/snapshots/abc/config.json"), "{}");
        write(at("cache/models--x/snapshots/abc/model.safetensors"), "x");
        write(at("a.gguf"), "GGUF....");
        write(at("broken.gguf"), "html");
        write(at("empty/readme.md"), "x");
        write(at("half/config.json"), "{}");
        write(at("project/project.json"), "{}");
        write(at("recipe.json"), recipeToJson(Recipe {}).dump().c_str());
        write(at("cache.json"), R"({"method": "kivi", "layers": []})");
        write(at("uncalibrated.json"), R"({"method": "kivi", "residual": 64})");
        write(at("other.json"), "{\"a\": 1}");
        write(at("bad.json"), "{");
        write(at("lonely/model.safetensors"), "x");
        write(at("picture.png"), "x");
        write(at("text.txt"), "words");
        const auto kind = [&](const char* name) { return recognisePath(at(name)).kind; };
        using Kind = OpenedPath::Kind;
        QCOMPARE(kind("hf"), Kind::Model);
        QCOMPARE(recognisePath(at("hf/config.json")).path, at("hf"));
        QCOMPARE(recognisePath(at("hf/model.safetensors")).path, at("hf"));
        QCOMPARE(recognisePath(at("cache")).path, at("cache/models--x/snapshots/abc"));
        QCOMPARE(kind("a.gguf"), Kind::Model);
        QCOMPARE(kind("project"), Kind::Project);
        QCOMPARE(kind("recipe.json"), Kind::Recipe);
        QCOMPARE(kind("cache.json"), Kind::CacheConfiguration);
        QCOMPARE(kind("uncalibrated.json"), Kind::CacheConfiguration);
        QCOMPARE(kind("text.txt"), Kind::Text);
        for (const char* wrong : { "broken.gguf", "empty", "half", "other.json", "bad.json", "lonely/model.safetensors", "picture.png", "not there" }) {
            const OpenedPath opened = recognisePath(at(wrong));
            QCOMPARE(opened.kind, Kind::Rejected);
            // It says why and what would be taken.
            QVERIFY2(opened.reason.contains(QStringLiteral("Bitloom opens")) && opened.reason.size() > 110, qPrintable(opened.reason));
        }
    }

    void droppingSomethingWrongSaysWhy()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        write(studio.folder.filePath(QStringLiteral("picture.png")), "x");
        QMimeData data;
        data.setUrls({ QUrl::fromLocalFile(studio.folder.filePath(QStringLiteral("picture.png"))) });
        QDragEnterEvent enter({ 100, 100 }, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(studio.window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({ 100, 100 }, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(studio.window.get(), &drop);
        QVERIFY(studio.window->messages().isVisible());
        QVERIFY(studio.window->messages().sentence().contains(QStringLiteral("picture.png")));
        QCOMPARE(studio.window->page(), MainWindow::Start);
    }

    void recentsKeepOrderAndLimit()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("s.ini"));
        {
            Settings settings(file);
            for (int i = 0; i < 20; ++i)
                settings.addRecent({ QStringLiteral("/m%1").arg(i), QStringLiteral("model"), {} });
            settings.addRecent({ QStringLiteral("/m15"), QStringLiteral("model"), QStringLiteral("again") });
        }
        Settings settings(file);
        const auto recents = settings.recents();
        QCOMPARE(recents.size(), Settings::maximumRecents);
        QCOMPARE(recents[0].path, QStringLiteral("/m15"));
        QCOMPARE(recents[0].detail, QStringLiteral("again"));
        QCOMPARE(recents[1].path, QStringLiteral("/m19"));
        settings.clearRecents();
        QVERIFY(settings.recents().isEmpty());
    }

    void settingsMakeTheEngineCommand()
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("s.ini")));
        QCOMPARE(settings.engineCommandLine(), (QStringList { QCoreApplication::applicationDirPath() + QStringLiteral("/bitloom-cli"), QStringLiteral("serve") }));
        settings.setEngineCommand(QStringLiteral("ssh \"my host\" bitloom-cli serve"));
        settings.setThreads(3);
        settings.setDevice(QStringLiteral("cpu"));
        QCOMPARE(settings.engineCommandLine(),
            (QStringList { QStringLiteral("ssh"), QStringLiteral("my host"), QStringLiteral("bitloom-cli"), QStringLiteral("serve"), QStringLiteral("--device"),
                QStringLiteral("cpu"), QStringLiteral("--threads"), QStringLiteral("3") }));
        EngineInfo info;
        info.devices = { "cpu", "cuda:0 Some GPU" };
        SettingsDialog dialog(settings, info, nullptr);
        dialog.findChild<QSpinBox*>()->setValue(5);
        dialog.accept();
        QVERIFY(dialog.engineChanged());
        QCOMPARE(settings.threads(), 5);
        QCOMPARE(settings.device(), QStringLiteral("cpu"));
    }

    void themesSwitchAndAreRemembered()
    {
        Studio studio(fakeEngine("normal"));
        studio.window->setTheme(ThemeChoice::Dark);
        QVERIFY(isDark(QApplication::palette()));
        QCOMPARE(studio.settings.theme(), ThemeChoice::Dark);
        const QImage dark = studio.window->grab().toImage();
        studio.window->setTheme(ThemeChoice::Light);
        QVERIFY(!isDark(QApplication::palette()));
        const QImage light = studio.window->grab().toImage();
        QVERIFY(light.pixelColor(640, 20).lightness() > dark.pixelColor(640, 20).lightness() + 60);
    }

    /// Also the views inside panels, on a page that is shown while the theme changes.
    void viewsFollowTheTheme()
    {
        Studio studio(fakeEngine("normal"));
        startRun(studio);
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 10000);
        for (const auto choice : { ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::Light }) {
            studio.window->setTheme(choice);
            QTest::qWait(150);
            for (QWidget* view : { static_cast<QWidget*>(&studio.window->runPage().strip()), static_cast<QWidget*>(&studio.window->runPage().saliency()),
                     static_cast<QWidget*>(&studio.window->runPage().objectives()) }) {
                const int ground = view->grab().toImage().pixelColor(2, view->height() - 3).lightness();
                QVERIFY2(choice == ThemeChoice::Light ? ground > 200 : ground < 60, qPrintable(QStringLiteral("%1 in %2: %3").arg(QLatin1String(view->metaObject()->className())).arg(static_cast<int>(choice)).arg(ground)));
            }
        }
    }

    /// Every control can be reached with Tab, and says what it is to a screen reader.
    void keyboardReachesEverything_data()
    {
        QTest::addColumn<int>("page");
        QTest::newRow("start") << static_cast<int>(MainWindow::Start);
        QTest::newRow("model") << static_cast<int>(MainWindow::Model);
        QTest::newRow("quantize") << static_cast<int>(MainWindow::Quantize);
        QTest::newRow("run") << static_cast<int>(MainWindow::Run);
        QTest::newRow("queue") << static_cast<int>(MainWindow::Queue);
        QTest::newRow("result") << static_cast<int>(MainWindow::Results);
        QTest::newRow("kv") << static_cast<int>(MainWindow::KvCache);
    }
    void keyboardReachesEverything()
    {
        QFETCH(int, page);
        Studio studio(fakeEngine("normal"));
        startRun(studio);
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 10000);
        studio.window->showPage(static_cast<MainWindow::Page>(page));
        studio.window->activateWindow();
        QTest::qWait(50);
        QSet<const QWidget*> visited;
        const QWidget* first = nullptr;
        for (int i = 0; i < 300; ++i) {
            QTest::keyClick(QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : studio.window.get(), Qt::Key_Tab);
            const QWidget* focus = QApplication::focusWidget();
            if (focus == nullptr)
                continue;
            if (first == nullptr)
                first = focus;
            else if (visited.contains(focus) && focus == first)
                break;
            visited.insert(focus);
        }
        QStringList unreachable, nameless;
        for (QWidget* widget : studio.window->findChildren<QWidget*>()) {
            const bool control = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QAbstractSpinBox*>(widget) || qobject_cast<QComboBox*>(widget)
                || qobject_cast<QAbstractItemView*>(widget) || (qobject_cast<QLineEdit*>(widget) && !qobject_cast<QAbstractSpinBox*>(widget->parentWidget()));
            if (!control || !widget->isVisible() || !widget->isEnabled() || widget->focusPolicy() == Qt::NoFocus)
                continue;
            // Radio buttons of one group are reached with the arrow keys.
            if (!visited.contains(widget) && !qobject_cast<QRadioButton*>(widget))
                unreachable << QStringLiteral("%1 %2").arg(QLatin1String(widget->metaObject()->className()), widget->objectName());
            const auto* button = qobject_cast<QAbstractButton*>(widget);
            if (widget->accessibleName().isEmpty() && (button == nullptr || button->text().isEmpty()))
                nameless << QStringLiteral("%1 %2 in %3").arg(QLatin1String(widget->metaObject()->className()), widget->objectName(), QLatin1String(widget->parentWidget()->metaObject()->className()));
        }
        QVERIFY2(unreachable.isEmpty(), qPrintable(unreachable.join(QStringLiteral(", "))));
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QStringLiteral(", "))));
    }

    void inputIsHandledWhileEventsFlood()
    {
        Studio studio(fakeEngine("flood"));
        startRun(studio);
        {
            InputLatency latency(studio.window.get());
            QTest::qWait(2000);
            QVERIFY(studio.window->job().isActive());
            QVERIFY(latency.count() > 50);
            qInfo("input latency with events flooding in: median %.1f ms, 99 %% %.1f ms, worst %.1f ms of %zu keys", latency.quantile(0.5), latency.quantile(0.99),
                latency.worst(), latency.count());
            QVERIFY2(latency.quantile(0.99) < 50, qPrintable(QString::number(latency.quantile(0.99))));
        }
        studio.window->job().cancel();
        QTRY_VERIFY(!studio.window->job().isActive());
    }

    void nothingIsClipped_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("1280x800") << QSize(1280, 800);
        QTest::newRow("1920x1080") << QSize(1920, 1080);
    }
    void nothingIsClipped()
    {
        QFETCH(QSize, size);
        Studio studio(fakeEngine("normal"));
        studio.window->resize(size);
        startRun(studio);
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 10000);
        QVERIFY2(studio.window->size() == size, "the pages need more room than the window has");
        QStringList clipped;
        for (int page = 0; page < MainWindow::PageCount; ++page) {
            studio.window->showPage(static_cast<MainWindow::Page>(page));
            QTest::qWait(30);
            for (QAbstractButton* button : studio.window->findChildren<QAbstractButton*>()) {
                if (button->isVisible() && !button->text().isEmpty() && button->width() < button->fontMetrics().horizontalAdvance(button->text().remove(QLatin1Char('&'))))
                    clipped << button->text();
            }
            for (QLabel* label : studio.window->findChildren<QLabel*>()) {
                if (label->isVisible() && !label->text().isEmpty() && !label->wordWrap() && label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored
                    && label->textFormat() != Qt::RichText && !Qt::mightBeRichText(label->text()) && label->width() + 1 < label->fontMetrics().horizontalAdvance(QString(label->text()).remove(QLatin1Char('&'))))
                    clipped << label->text();
            }
        }
        QVERIFY2(clipped.isEmpty(), qPrintable(clipped.join(QStringLiteral(" | "))));
    }

private:
    static void startRunless(Studio& studio)
    {
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(studio.window->model().has_value());
    }
};

QTEST_MAIN(TestStudioWindow)
#include "tst_studio_window.moc"
