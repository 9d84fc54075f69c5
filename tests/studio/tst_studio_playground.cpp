// SPDX-License-Identifier: GPL-3.0-or-later
// The playground: with the fake engine what it asks for and shows, with real ones texts of a small real model side by side.
#include "app/studio/playground_page.h"
#include "studio_fixture.h"
#include "tests/support/shared_data.h"
#include "widgets/repaint_throttle.h"

#include <QClipboard>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

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

    QString smallModel() { return QString::fromStdString((test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string()); }

    void openModel(Studio& studio, const QString& path)
    {
        QVERIFY2(studio.waitForEngine(60000), qPrintable(studio.window->messages().sentence()));
        studio.window->openModel(path);
        QTRY_VERIFY_WITH_TIMEOUT(studio.window->model().has_value(), 30000);
        studio.window->showPage(MainWindow::Playground);
    }

    void waitUntilWritten(PlaygroundPage& page)
    {
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 120000);
        RepaintThrottle::shared().flush();
        for (int i = 0; i < page.paneCount(); ++i)
            QVERIFY2(page.pane(i).report(), qPrintable(page.pane(i).stateText()));
    }

    /// The first place where two lists of tokens part, found without the studio's own means.
    std::optional<std::size_t> firstDifference(const PlaygroundPane& a, const PlaygroundPane& b)
    {
        const auto &first = a.written().choices(), &second = b.written().choices();
        for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
            if (first[i].taken.token != second[i].taken.token)
                return i;
        return std::nullopt;
    }
}

#define STOP_IF_FAILED()                                                                                               \
    do {                                                                                                               \
        if (QTest::currentTestFailed())                                                                                \
            return;                                                                                                    \
    } while (false)

class TestStudioPlayground : public QObject
{
    Q_OBJECT

    static TokenEvent written(const char* text, int count, std::int32_t token, bool ends = false)
    {
        return { text, count, std::vector { TokenChoice { { token, text, -1.0 }, ends, {} } }, 10, {} };
    }

private Q_SLOTS:
    void textsPartWhereATokenDiffers()
    {
        WrittenText a, b;
        a.setPrompt({ { "Once", " upon" } });
        b.setPrompt({ { "Once", " upon" } });
        QVERIFY(a.samePrompt(b));
        Difference difference;
        a.add(written(" a", 1, 5));
        difference.follow(a, b);
        QVERIFY(!difference.place() && difference.common() == 0);
        b.add(written(" a", 1, 5));
        b.add(written(" time", 2, 6));
        difference.follow(a, b);
        QVERIFY(!difference.place() && difference.common() == 1);
        a.add(written("", 1, 2, true)); // a ends, b goes on
        difference.follow(a, b);
        QCOMPARE(difference.place(), std::optional<std::size_t>(1));
        QVERIFY(a.hasEnded() && !b.hasEnded());
        QCOMPARE(a.written(), QStringLiteral(" a"));
        QCOMPARE(a.tokens().size(), 4); // with the mark of the end
        a.setPrompt({ { "Once" } });
        QVERIFY(!a.samePrompt(b) && a.choices().empty());
        a.add({ {}, 1, {}, {}, {} }); // the beginning of a character
        a.add({ "ü", 2, {}, {}, {} });
        QCOMPARE(a.tokens(), QStringList({ QStringLiteral("Once"), QString(), QStringLiteral("ü") }));
    }

    void saysWhatIsMissing()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->showPage(MainWindow::Playground);
        PlaygroundPage& page = studio.window->playgroundPage();
        auto* write = child<QPushButton>(page, "playWrite");
        auto* problem = child<QLabel>(page, "playProblem");
        QVERIFY(!write->isEnabled() && problem->isVisible());
        child<QPushButton>(page, "playDemo")->click();
        QTRY_VERIFY(studio.window->model().has_value());
        QTRY_COMPARE(studio.window->page(), MainWindow::Playground);
        QTRY_VERIFY(write->isEnabled());
        QVERIFY(!problem->isVisible() && !child<QPushButton>(page, "playDemo")->isVisible());
        page.setPrompt(QStringLiteral(" "));
        QVERIFY(!write->isEnabled() && problem->isVisible());
    }

    void sameModelsWriteTheSame()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        child<QSpinBox>(page, "playTokens")->setValue(9);
        QVERIFY(page.pane(1).chooseCache(QStringLiteral("full")));
        QSignalSpy busy(&page, &PlaygroundPage::busyChanged);
        studio.window->actionList().find(QStringLiteral("job.playground"))->action->trigger();
        QVERIFY(page.isBusy() && child<QPushButton>(page, "playStop")->isEnabled());
        // The window's own engine is free meanwhile.
        QVERIFY(studio.window->actionList().find(QStringLiteral("job.write"))->action->isEnabled());
        waitUntilWritten(page);
        STOP_IF_FAILED();
        QCOMPARE(busy.count(), 2);
        QVERIFY(page.pane(0).engine() != page.pane(1).engine() && page.pane(0).engine()->processId() != page.pane(1).engine()->processId());
        QCOMPARE(page.pane(0).written().written(), QStringLiteral(" a tree a tree a tree a tree a"));
        QCOMPARE(page.pane(1).written().written(), page.pane(0).written().written());
        QVERIFY(!page.difference(1));
        QVERIFY2(page.verdict().contains(QStringLiteral("same 9 tokens")), qPrintable(page.verdict()));
        QVERIFY(page.choices().isEmpty());
        QVERIFY2(page.pane(0).stateText().contains(QStringLiteral("tokens/s")) && page.pane(0).stateText().contains(QStringLiteral("cache")), qPrintable(page.pane(0).stateText()));
        child<QToolButton>(page.pane(0), "paneCopy")->click();
        QCOMPARE(QApplication::clipboard()->text(), page.pane(0).written().written());
    }

    void theFirstDifferenceIsShown()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        child<QSpinBox>(page, "playTokens")->setValue(8);
        child<QCheckBox>(page, "playThird")->setChecked(true);
        page.pane(1).chooseModel(QStringLiteral("/models/other"), {});
        QVERIFY(page.pane(2).chooseCache(QStringLiteral("logquant")));
        page.write();
        waitUntilWritten(page);
        STOP_IF_FAILED();
        QCOMPARE(page.difference(1), std::optional<std::size_t>(3));
        QVERIFY(!page.difference(2));
        QCOMPARE(page.pane(0).text().difference(), 6 + 3); // behind the prompt's six
        QCOMPARE(page.pane(1).text().difference(), 6 + 3);
        QCOMPARE(page.pane(2).text().difference(), -1);
        QVERIFY2(page.verdict().contains(QStringLiteral("token 4")) && page.verdict().contains(QStringLiteral("␣tree")) && page.verdict().contains(QStringLiteral("␣house")), qPrintable(page.verdict()));
        QCOMPARE(page.choices().tokenCount(), 3); // tree, house and a line end
        const QString table = page.choices().csv();
        QVERIFY2(table.contains(QStringLiteral("A,2, tree,0.5,1")) && table.contains(QStringLiteral("B,3, house,0.5,1")) && table.contains(QStringLiteral("C,2, tree,0.5,1")), qPrintable(table));

        // By keyboard to a token before: all three are shown there; to one behind: only those that read the same.
        auto* back = child<QPushButton>(page, "playFirst");
        QVERIFY(!back->isVisible());
        page.pane(0).text().setFocus();
        QTRY_VERIFY(page.pane(0).text().hasFocus());
        QTest::keyClick(&page.pane(0).text(), Qt::Key_End, Qt::ControlModifier);
        QVERIFY(back->isVisible());
        QVERIFY2(page.choices().plotTitle().contains(QStringLiteral("token 8")), qPrintable(page.choices().plotTitle()));
        QVERIFY(page.choices().csv().contains(QStringLiteral("C,")) && !page.choices().csv().contains(QStringLiteral("B,")));
        back->click();
        QVERIFY(page.choices().plotTitle().contains(QStringLiteral("token 4")));
        page.choices().setFocus();
        QTest::keyClick(&page.choices(), Qt::Key_Home);
        QVERIFY2(page.choices().readout().contains(QStringLiteral("A: “")), qPrintable(page.choices().readout()));
    }

    void stopEndsAllTexts()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        child<QSpinBox>(page, "playTokens")->setValue(100000);
        page.write();
        QTRY_VERIFY(page.pane(0).written().choices().size() > 2 && page.pane(1).written().choices().size() > 2);
        studio.window->actionList().find(QStringLiteral("job.cancel"))->action->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 1000);
        QVERIFY2(page.pane(0).stateText().startsWith(QStringLiteral("Stopped")) && page.pane(1).stateText().startsWith(QStringLiteral("Stopped")), qPrintable(page.pane(0).stateText()));
        QVERIFY(!page.pane(0).written().written().isEmpty()); // what is written stays
        page.write(); // before anything was heard of the text
        page.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 1000);
        child<QSpinBox>(page, "playTokens")->setValue(3);
        page.write();
        waitUntilWritten(page);
    }

    void anotherTextHasTheNextSeed()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        auto* another = child<QPushButton>(page, "playAnother");
        QVERIFY(!another->isEnabled() && !another->toolTip().isEmpty());
        child<QDoubleSpinBox>(page, "playTemperature")->setValue(0.8);
        child<QSpinBox>(page, "playTokens")->setValue(3);
        QVERIFY(another->isEnabled());
        another->click();
        QCOMPARE(child<QSpinBox>(page, "playSeed")->value(), 2);
        waitUntilWritten(page);
    }

    /// One pane's engine dies: its pane says so, the other writes on, and the next text has both again.
    void oneEngineMayDie()
    {
        Studio studio(fakeEngine("normal"));
        openModel(studio, QStringLiteral("/models/fake"));
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        child<QSpinBox>(page, "playTokens")->setValue(100000);
        page.write();
        QTRY_VERIFY(page.pane(0).written().choices().size() > 2 && page.pane(1).written().choices().size() > 2);
        page.pane(1).engine()->kill();
        QTRY_VERIFY(!page.pane(1).isBusy());
        QVERIFY2(page.pane(1).stateText().contains(QStringLiteral("engine")), qPrintable(page.pane(1).stateText()));
        const auto before = page.pane(0).written().choices().size();
        QTRY_VERIFY(page.pane(0).written().choices().size() > before + 2);
        page.stop();
        QTRY_VERIFY(!page.isBusy());
        child<QSpinBox>(page, "playTokens")->setValue(3);
        page.write();
        waitUntilWritten(page);
    }

    void warnsWhereMemoryIsShort()
    {
        Studio studio(fakeEngine("little-memory"));
        openModel(studio, QStringLiteral("/models/fake")); // of a million parameters
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        auto* memory = child<QLabel>(page, "playMemory");
        QTRY_VERIFY2(memory->text().contains(QStringLiteral("⚠")), qPrintable(memory->text()));
        QVERIFY(page.canWrite()); // advice, no more
    }

    /// What a run made is offered beside its original.
    void runsAreOffered()
    {
        Studio studio(fakeEngine("normal"));
        studio.settings.addRecent({ QStringLiteral("/out/run-rtn-3.bitloom"), QStringLiteral("project"), {} });
        studio.settings.addRecent({ QStringLiteral("/out/gone.bitloom"), QStringLiteral("project"), {} });
        openModel(studio, QStringLiteral("/models/fake"));
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        QTRY_COMPARE(page.pane(1).modelPath(), QStringLiteral("/out/run-rtn-3"));
        QCOMPARE(page.pane(0).modelPath(), QStringLiteral("/models/fake"));
        QVERIFY2(page.pane(1).title().contains(QStringLiteral("rtn")), qPrintable(page.pane(1).title()));
        // Somebody's own choice stays when the list is read again.
        page.pane(1).chooseModel(QStringLiteral("/models/mine"), {});
        studio.window->showPage(MainWindow::Start);
        studio.window->showPage(MainWindow::Playground);
        QTest::qWait(100);
        QCOMPARE(page.pane(1).modelPath(), QStringLiteral("/models/mine"));
    }

    /// Real engines: the same model twice is the same text; a cache of two bits parts from it where its tokens do; what is shown are the models' own numbers.
    void realEngines()
    {
        BITLOOM_REQUIRE_SHARED();
        if (!QFileInfo::exists(enginePath()))
            QSKIP("bitloom-cli is not built: the real engine is needed for this test");
        Studio studio(QStringLiteral("\"%1\" serve").arg(enginePath()));
        openModel(studio, smallModel());
        STOP_IF_FAILED();
        PlaygroundPage& page = studio.window->playgroundPage();
        child<QCheckBox>(page, "playChat")->setChecked(false);
        page.setPrompt(QStringLiteral("Once upon a time there was a little girl who had a red ball and"));
        child<QSpinBox>(page, "playTokens")->setValue(150);
        child<QCheckBox>(page, "playThird")->setChecked(true);
        for (const int i : { 0, 1 })
            QVERIFY(page.pane(i).chooseCache(QStringLiteral("full")));
        QVERIFY(page.pane(2).chooseCache(QStringLiteral("logquant")));
        QVERIFY(page.pane(2).cacheParameters().setValues({ { "window", 2 } }).isEmpty());
        page.write();
        waitUntilWritten(page);
        STOP_IF_FAILED();
        QCOMPARE(page.pane(1).written().written(), page.pane(0).written().written());
        QVERIFY(!page.pane(0).written().written().isEmpty());
        QVERIFY(!page.difference(1));
        const auto expected = firstDifference(page.pane(0), page.pane(2));
        QVERIFY(expected); // two bits change a text of 150 tokens of this model
        QCOMPARE(page.difference(2), expected);
        const TokenChoice &original = page.pane(0).written().choices()[*expected], &packed = page.pane(2).written().choices()[*expected];
        QVERIFY(original.taken.token != packed.taken.token);
        QCOMPARE(original.candidates.front().token, original.taken.token); // greedy
        QCOMPARE(packed.candidates.front().token, packed.taken.token);
        QVERIFY(page.choices().tokenCount() >= 2);
        QVERIFY(page.pane(2).report()->cacheBytes > 0 && page.pane(2).report()->tokensPerSecond > 0);

        // A drawn text: the same seed gives the same, another one another.
        child<QCheckBox>(page, "playThird")->setChecked(false);
        child<QDoubleSpinBox>(page, "playTemperature")->setValue(1);
        page.write();
        waitUntilWritten(page);
        STOP_IF_FAILED();
        const QString drawn = page.pane(0).written().written();
        QCOMPARE(page.pane(1).written().written(), drawn);
        page.writeAnother();
        waitUntilWritten(page);
        STOP_IF_FAILED();
        QVERIFY(page.pane(0).written().written() != drawn);

        child<QSpinBox>(page, "playTokens")->setValue(400);
        page.write();
        QTRY_VERIFY_WITH_TIMEOUT(page.pane(0).written().choices().size() > 3, 60000);
        page.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 2000);
    }
};

QTEST_MAIN(TestStudioPlayground)
#include "tst_studio_playground.moc"
