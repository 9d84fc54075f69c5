// SPDX-License-Identifier: GPL-3.0-or-later
// The KV page: with the fake engine what it asks for and shows, with the real one a text on a small real model.
#include "app/studio/kv_page.h"
#include "app/studio/lesson_panel.h"
#include "app/studio/model_page.h"
#include "studio_fixture.h"
#include "tests/support/shared_data.h"
#include "widgets/repaint_throttle.h"

#include <QComboBox>
#include <QFileInfo>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace bitloom;
using bitloom::test::child;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

namespace {
    QString enginePath()
    {
        const QString set = qEnvironmentVariable("BITLOOM_CLI");
        return set.isEmpty() ? QCoreApplication::applicationDirPath() + QStringLiteral("/../bin/bitloom-cli") : set;
    }

    void openModel(Studio& studio, const QString& path)
    {
        QVERIFY2(studio.waitForEngine(60000), qPrintable(studio.window->messages().sentence()));
        studio.window->openModel(path);
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->model().has_value(), 30000);
        studio.window->showPage(MainWindow::KvCache);
    }
}

class TestStudioKv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsMissing()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->showPage(MainWindow::KvCache);
        KvPage& page = studio.window->kvPage();
        auto* write = child<QPushButton>(page, "kvWrite");
        auto* problem = child<QLabel>(page, "kvProblem");
        QVERIFY(!write->isEnabled() && problem->isVisible());
        QVERIFY(!child<QPushButton>(page, "kvStop")->isEnabled());
        child<QPushButton>(page, "kvDemo")->click();
        QTRY_VERIFY(studio.window->model().has_value());
        QTRY_COMPARE(studio.window->page(), MainWindow::KvCache);
        QVERIFY(write->isEnabled() && !problem->isVisible());
        page.form().setPrompt(QStringLiteral("  "));
        QVERIFY(!write->isEnabled() && problem->isVisible());
    }

    /// Method and parameters come from the engine's own description.
    void formFollowsTheMethods()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        CacheForm& form = studio.window->kvPage().form();
        QCOMPARE(form.method(), QStringLiteral("logquant"));
        QVERIFY(form.parameters().setValues({ { "window", 7 } }).isEmpty());
        QCOMPARE(form.title(), QStringLiteral("LogQuant window=7"));
        form.setTokens(30);
        const nlohmann::json request = form.request();
        QVERIFY(request.at("cache") == "logquant" && request.at("cache_parameters") == nlohmann::json({ { "window", 7 } }));
        QVERIFY(request.at("model") == "/models/fake" && request.at("max_tokens") == 30 && request.at("chat") == true && request.at("temperature") == 0);
        QVERIFY(form.setMethod(QStringLiteral("full")));
        QVERIFY(form.request().at("cache_parameters").empty());
        QVERIFY(!form.setMethod(QStringLiteral("nonsense")));
    }

    /// A saved configuration sets method and parameters and goes along with the request, until another method is chosen.
    void takesSavedConfigurations()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        CacheForm& form = page.form();
        QTemporaryDir folder;
        const auto write = [&](const char* name, const nlohmann::json& json) {
            QFile file(folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(json.dump().c_str());
        };
        const nlohmann::json saved { { "method", "logquant" }, { "window", 9 }, { "layers", { { { "keys", 1 } } } } };
        write("saved.json", saved);
        write("other.json", { { "method", "nonsense" }, { "layers", nlohmann::json::array() } });
        write("broken.json", { { "layers", 1 } });
        QVERIFY(form.setMethod(QStringLiteral("full")));
        QSignalSpy refused(&form, &CacheForm::configurationRefused);
        studio.window->showPage(MainWindow::Start);
        studio.window->openPath(folder.filePath(QStringLiteral("saved.json")));
        QCOMPARE(studio.window->page(), MainWindow::KvCache);
        QTRY_COMPARE(form.configurationName(), QStringLiteral("saved.json"));
        QCOMPARE(form.method(), QStringLiteral("logquant"));
        QCOMPARE(child<QLabel>(page, "kvConfigurationName")->text(), QStringLiteral("saved.json"));
        QVERIFY(form.title().contains(QStringLiteral("saved.json")));
        nlohmann::json request = form.request();
        QVERIFY(request.at("cache_configuration") == saved);
        QVERIFY(request.at("cache") == "logquant" && request.at("cache_parameters").at("window") == 9);
        // A default that the file does not have is told too.
        QVERIFY(form.parameters().setValues({ { "window", 24 } }).isEmpty());
        QVERIFY(form.request().at("cache_parameters").at("window") == 24);

        for (const auto& [name, reason] : { std::pair("other.json", "nonsense"), std::pair("broken.json", "expected the configuration") }) {
            refused.clear();
            form.openConfiguration(folder.filePath(QLatin1String(name)));
            QTRY_COMPARE(refused.count(), 1);
            QVERIFY2(studio.window->messages().sentence().contains(QLatin1String(reason)), qPrintable(studio.window->messages().sentence()));
            QCOMPARE(form.configurationName(), QStringLiteral("saved.json"));
        }
        child<QToolButton>(page, "kvConfigurationClear")->click();
        QVERIFY(form.configurationName().isEmpty() && !form.request().contains("cache_configuration"));
        form.openConfiguration(folder.filePath(QStringLiteral("saved.json")));
        QTRY_VERIFY(!form.configurationName().isEmpty());
        QVERIFY(form.setMethod(QStringLiteral("full")));
        QVERIFY(!form.request().contains("cache_configuration"));
    }

    /// Calibration tells how far it is and how long it takes, can be stopped, and leaves a configuration that can be saved.
    void calibrates()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        CacheForm& form = page.form();
        auto* calibrate = child<QPushButton>(page, "kvCalibrate");
        QVERIFY(form.setMethod(QStringLiteral("full")));
        QVERIFY(!calibrate->isVisible());
        QVERIFY(form.setMethod(QStringLiteral("logquant")));
        QVERIFY(calibrate->isVisible() && calibrate->isEnabled());
        form.setBudget(2.5);
        const nlohmann::json request = form.calibrationRequest();
        QVERIFY(request.at("model") == "/models/fake" && request.at("cache") == "logquant" && request.at("bits_per_value") == 2.5);
        QTest::mouseClick(calibrate, Qt::LeftButton);
        QVERIFY(page.isBusy() && !calibrate->isEnabled() && !child<QPushButton>(page, "kvWrite")->isEnabled());
        auto* state = child<QLabel>(page, "kvState");
        QTRY_VERIFY2(state->text().contains(QStringLiteral("1 min 30 s")), qPrintable(state->text()));
        page.stop();
        QTRY_VERIFY(!page.isBusy());
        QVERIFY(form.configurationName().isEmpty());
        page.calibrate();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 20000);
        QVERIFY(!form.configurationName().isEmpty());
        QVERIFY(form.request().at("cache_parameters").at("window") == 12 && form.request().contains("cache_configuration"));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("saved.json"));
        QVERIFY(child<QPushButton>(page, "kvConfigurationSave")->isVisible());
        form.saveConfiguration(path);
        QTRY_VERIFY(QFileInfo::exists(path));
        form.clearConfiguration();
        form.openConfiguration(path);
        QTRY_COMPARE(form.configurationName(), QStringLiteral("saved.json"));
        QVERIFY(form.request().at("cache_configuration").at("window") == 12);
        QSignalSpy refused(&form, &CacheForm::configurationRefused);
        form.saveConfiguration(folder.filePath(QStringLiteral("no/such/folder.json")));
        QTRY_COMPARE(refused.count(), 1);
        page.write();
        QTRY_VERIFY_WITH_TIMEOUT(page.report().has_value(), 20000);
    }

    void writesAndShows()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        QSignalSpy busy(&page, &KvPage::busyChanged);
        page.form().setTokens(20);
        child<QPushButton>(page, "kvWrite")->click();
        QVERIFY(page.isBusy() && child<QPushButton>(page, "kvStop")->isEnabled());
        QVERIFY(studio.window->actionList().find(QStringLiteral("job.cancel"))->action->isEnabled());
        QVERIFY(!studio.window->actionList().find(QStringLiteral("job.quantize"))->action->isEnabled());
        QTRY_VERIFY(page.report().has_value());
        RepaintThrottle::shared().flush();
        QVERIFY(!page.isBusy());
        QCOMPARE(busy.count(), 2);
        QCOMPARE(page.report()->tokens, std::int64_t(20));
        QVERIFY2(page.tokens().toPlainText().startsWith(QStringLiteral("Once upon a time there was a tree a tree")), qPrintable(page.tokens().toPlainText()));
        QVERIFY(!page.timeline().isEmpty() && !page.attention().isEmpty() && !page.heads().isEmpty() && !page.bytes().isEmpty());
        QVERIFY(child<QLabel>(page, "kvState")->text().contains(QStringLiteral("20 tokens")));
        QVERIFY(std::abs(page.heads().mass(0, 0) - 0.7) < 1e-6);
        QVERIFY(studio.window->actionList().find(QStringLiteral("job.quantize"))->action->isEnabled());
        page.form().setMethod(QStringLiteral("full"));
        page.write();
        QTRY_VERIFY(page.report().has_value());
        QCOMPARE(page.bytes().cacheCount(), 2); // of this session
    }

    /// All heads, then one head, then one token.
    void viewsAreLinked()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        page.form().setTokens(100000);
        page.write();
        QTRY_VERIFY(!page.timeline().isEmpty());
        QVERIFY(page.timeline().plotTitle().contains(QStringLiteral("layer 0, head 0")));
        Q_EMIT page.heads().headActivated(2, 1);
        QTRY_VERIFY2(page.timeline().plotTitle().contains(QStringLiteral("layer 2, head 1")), qPrintable(page.timeline().plotTitle()));
        QVERIFY(page.attention().plotTitle().contains(QStringLiteral("layer 2, head 1")));
        page.timeline().setFocus();
        QTest::keyClick(&page.timeline(), Qt::Key_Home);
        QTest::keyClick(&page.timeline(), Qt::Key_Right);
        QCOMPARE(page.attention().cursorPosition(), 1);
        QCOMPARE(page.tokens().markedToken(), 1);
        QVERIFY(page.timeline().readout().contains(QStringLiteral("“ upon”")));
        page.tokens().setFocus();
        QTRY_VERIFY(page.tokens().hasFocus());
        QTRY_VERIFY(page.tokens().toPlainText().count(QStringLiteral("tree")) > 3); // it is still being written
        QTest::keyClick(&page.tokens(), Qt::Key_End, Qt::ControlModifier);
        QTRY_VERIFY(page.timeline().cursorPosition() > 6);
        QCOMPARE(page.attention().cursorPosition(), page.timeline().cursorPosition());
        child<QComboBox>(page, "kvHalf")->setCurrentIndex(1);
        QVERIFY(page.timeline().showsValues() && page.attention().showsValues());
        child<QComboBox>(page, "kvClass")->setCurrentIndex(1);
        QCOMPARE(page.heads().shownClass(), std::optional(PositionClass::Sink));
        auto* told = child<QComboBox>(page, "kvClass");
        told->setCurrentIndex(told->count() - 1);
        QVERIFY(page.heads().showsErrors() && !page.heads().shownClass());
        QVERIFY(std::abs(page.heads().error(0, 0) - 0.05) < 1e-6);
        page.stop();
        QTRY_VERIFY(!page.isBusy());
    }

    void stopsAtOnce()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        QSignalSpy failed(&page, &KvPage::failed);
        page.form().setTokens(100000);
        page.write();
        QTRY_VERIFY(page.tokens().toPlainText().contains(QStringLiteral("tree")));
        studio.window->actionList().find(QStringLiteral("job.cancel"))->action->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 1000);
        QVERIFY(!page.report());
        QCOMPARE(failed.count(), 0);
        QVERIFY(page.tokens().toPlainText().contains(QStringLiteral("tree"))); // what is written stays
        page.form().setTokens(3);
        page.write();
        QTRY_VERIFY(page.report().has_value());
    }

    /// Nobody looks while another page is shown: no maps come.
    void nothingIsMeasuredUnseen()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        QSignalSpy maps(&studio.window->engine(), &EngineClient::cacheMapped);
        page.form().setTokens(100000);
        page.write();
        QTRY_VERIFY(maps.count() > 2);
        studio.window->showPage(MainWindow::Start);
        bool answered = false; // what was under way before has come by then
        studio.window->engine().request("hello", { { "protocol", protocolVersion } }, studio.window.get(), [&](const Result<nlohmann::json>&) { answered = true; });
        QTRY_VERIFY(answered);
        const auto before = maps.count();
        QTest::qWait(300);
        QCOMPARE(maps.count(), before);
        studio.window->showPage(MainWindow::KvCache);
        QTRY_VERIFY(maps.count() > before + 2);
        page.stop();
        QTRY_VERIFY(!page.isBusy());
    }

    /// The lesson drives the page itself, to its end, by its buttons alone.
    void theLessonDrivesThePage()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->actionList().find(QStringLiteral("lesson.retention"))->action->trigger();
        LessonPanel& lesson = studio.window->lessonPanel();
        auto* act = child<QPushButton>(lesson, "lessonAct");
        auto* next = child<QPushButton>(lesson, "lessonNext");
        KvPage& page = studio.window->kvPage();
        QStringList methods;
        for (int step = 0; lesson.lesson() == QLatin1String("retention"); ++step) {
            QVERIFY(step < 20);
            if (!lesson.stepIsDone()) {
                QVERIFY(act->isVisible());
                QTest::mouseClick(act, Qt::LeftButton);
                if (step > 0)
                    methods << page.writtenThrough();
            }
            QTRY_VERIFY_WITH_TIMEOUT(lesson.stepIsDone(), 60000);
            QTRY_VERIFY(next->isEnabled());
            QTest::mouseClick(next, Qt::LeftButton);
        }
        QCOMPARE(methods, QStringList({ QStringLiteral("full"), QStringLiteral("logquant") }));
        QVERIFY(page.form().title().contains(QStringLiteral("window=8")));
        QCOMPARE(page.bytes().cacheCount(), 2);
        QCOMPARE(studio.window->page(), MainWindow::KvCache);
    }

    void errorsAreOneSentence()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        page.form().setPrompt(QStringLiteral("refuse"));
        page.write();
        QTRY_VERIFY(!page.isBusy());
        QVERIFY(!page.report());
        QCOMPARE(child<QLabel>(page, "kvState")->text(), QStringLiteral("The cache does not fit into memory."));
        QVERIFY2(studio.window->messages().sentence().contains(QStringLiteral("does not fit into memory")), qPrintable(studio.window->messages().sentence()));
    }

    void anotherModelEndsTheText()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        page.form().setTokens(100000);
        page.write();
        QTRY_VERIFY(!page.timeline().isEmpty());
        studio.window->openModel(QStringLiteral("/models/other"));
        QTRY_VERIFY(!page.isBusy());
        RepaintThrottle::shared().flush();
        QVERIFY(page.timeline().isEmpty() && page.tokens().toPlainText().isEmpty() && page.bytes().isEmpty());
    }

    void theEngineMayDie()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        KvPage& page = studio.window->kvPage();
        page.form().setTokens(100000);
        page.write();
        QTRY_VERIFY(!page.timeline().isEmpty());
        studio.window->engine().kill();
        QTRY_VERIFY(!page.isBusy());
        QVERIFY(!studio.window->messages().sentence().isEmpty());
    }

    /// A real text through a real LogQuant cache; the views show what the engine's cache reported.
    void realEngine()
    {
        BITLOOM_REQUIRE_SHARED();
        if (!QFileInfo::exists(enginePath()))
            QSKIP("bitloom-cli is not built: the real engine is needed for this test");
        Studio studio(QStringLiteral("\"%1\" serve").arg(enginePath()));
        openModel(studio, QString::fromStdString((test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string()));
        if (QTest::currentTestFailed())
            return;
        KvPage& page = studio.window->kvPage();
        QSignalSpy maps(&studio.window->engine(), &EngineClient::cacheMapped);
        QVERIFY(page.form().setMethod(QStringLiteral("logquant")));
        QVERIFY(page.form().parameters().setValues({ { "window", 6 } }).isEmpty());
        child<QCheckBox>(page, "kvChat")->setChecked(false);
        page.form().setPrompt(QStringLiteral("Once upon a time there was a little girl"));
        page.form().setTokens(120);
        page.write();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 120000);
        QVERIFY2(page.report(), qPrintable(child<QLabel>(page, "kvState")->text()));
        RepaintThrottle::shared().flush();
        QVERIFY(maps.count() >= 2);
        const QString text = page.tokens().toPlainText();
        QVERIFY2(text.contains(QStringLiteral("little girl")) && text.endsWith(QString::fromStdString(page.report()->text)), qPrintable(text));
        page.timeline().setFocus();
        QTest::keyClick(&page.timeline(), Qt::Key_Home);
        QVERIFY2(page.timeline().readout().contains(QStringLiteral("key sink")), qPrintable(page.timeline().readout()));
        QVERIFY(page.timeline().csv().contains(QStringLiteral("logarithmic")) && page.timeline().csv().contains(QStringLiteral("packed (2 bit)")));
        const QString last = page.bytes().csv().trimmed().split(QStringLiteral("\r\n")).constLast();
        QVERIFY2(last.endsWith(QStringLiteral(",%1,%2").arg(page.report()->cacheKeyBytes).arg(page.report()->cacheValueBytes)), qPrintable(last));
    }
};

QTEST_MAIN(TestStudioKv)
#include "tst_studio_kv.moc"
