// SPDX-License-Identifier: GPL-3.0-or-later
// The compare page: with the fake engine its table, plots, evaluation and reports, with the real one runs of a small real model.
#include "app/studio/compare_page.h"
#include "app/studio/quantize_page.h"
#include "studio_fixture.h"
#include "tests/support/shared_data.h"
#include "widgets/repaint_throttle.h"

#include <QDropEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QRegularExpression>
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

    QStringList titles(const FigureTable& table)
    {
        QStringList all;
        for (int row = 0; row < table.rowCount(); ++row)
            all << table.item(row, 0)->text();
        return all;
    }

    QString cell(const FigureTable& table, const QString& title, const QString& column)
    {
        for (int i = 0; i < table.columnCount(); ++i) {
            if (table.horizontalHeaderItem(i)->text() == column && titles(table).contains(title))
                return table.item(static_cast<int>(titles(table).indexOf(title)), i)->text();
        }
        return QStringLiteral("no such cell");
    }

    QStringList names(const ComparePage& page)
    {
        QStringList all;
        for (const ComparedRun& run : page.columns())
            all << run.name;
        return all;
    }
}

#define STOP_IF_FAILED()                                                                                               \
    do {                                                                                                               \
        if (QTest::currentTestFailed())                                                                                \
            return;                                                                                                    \
    } while (false)

class TestStudioCompare : public QObject
{
    Q_OBJECT

    /// Three runs of one model: 3 and 4 bits evaluated, 2 bits not.
    static void showThree(Studio& studio)
    {
        QVERIFY(studio.waitForEngine());
        studio.window->showPage(MainWindow::Compare);
        ComparePage& page = studio.window->comparePage();
        for (const char* run : { "/out/run-rtn-3.bitloom", "/out/run-lnq-4.bitloom", "/out/run-rtn-2-bare.bitloom" })
            page.addRun(QLatin1String(run));
        QTRY_COMPARE_WITH_TIMEOUT(page.columns().size(), std::size_t(4), 10000); // with the original
        RepaintThrottle::shared().flush();
    }

private Q_SLOTS:
    void nothingToCompareSaysWhatToDo()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->showPage(MainWindow::Compare);
        ComparePage& page = studio.window->comparePage();
        QVERIFY(page.columns().empty());
        QVERIFY(!child<QPushButton>(page, "compareReport")->isEnabled() && !child<QPushButton>(page, "evaluateAll")->isEnabled());
        page.addRun(QStringLiteral("/out/gone.bitloom"));
        QTRY_VERIFY(!studio.window->messages().sentence().isEmpty());
        QVERIFY(page.columns().empty());
    }

    void aColumnForEachRun()
    {
        Studio studio(fakeEngine("normal"));
        showThree(studio);
        STOP_IF_FAILED();
        ComparePage& page = studio.window->comparePage();
        QCOMPARE(names(page), QStringList({ QStringLiteral("Original"), QStringLiteral("run-rtn-3"), QStringLiteral("run-lnq-4"), QStringLiteral("run-rtn-2-bare") }));
        const FigureTable& table = page.table();
        QCOMPARE(cell(table, QStringLiteral("Method"), QStringLiteral("run-lnq-4")), QStringLiteral("lnq"));
        QCOMPARE(cell(table, QStringLiteral("KL divergence, mean"), QStringLiteral("run-rtn-3")), QStringLiteral("0.222 ± 0.010"));
        QCOMPARE(cell(table, QStringLiteral("KL divergence, mean"), QStringLiteral("run-rtn-2-bare")), QStringLiteral("not evaluated"));
        QCOMPARE(cell(table, QStringLiteral("Perplexity"), QStringLiteral("Original")), QStringLiteral("20"));
        QCOMPARE(cell(table, QStringLiteral("Method"), QStringLiteral("Original")), QStringLiteral("–"));
        QCOMPARE(cell(table, QStringLiteral("Bits per weight"), QStringLiteral("Original")), QStringLiteral("32.00"));
        QVERIFY(page.note().isEmpty());
        // A run without its tick has no column.
        page.showRun(QStringLiteral("/out/run-lnq-4.bitloom"), false);
        QCOMPARE(names(page).size(), 3);
    }

    void differencesOnly()
    {
        Studio studio(fakeEngine("normal"));
        showThree(studio);
        STOP_IF_FAILED();
        ComparePage& page = studio.window->comparePage();
        QVERIFY(titles(page.table()).contains(QStringLiteral("Seed")) && titles(page.table()).contains(QStringLiteral("Bits")));
        page.setDifferencesOnly(true);
        const QStringList left = titles(page.table());
        QVERIFY(left.contains(QStringLiteral("Method")) && left.contains(QStringLiteral("Bits")) && left.contains(QStringLiteral("Size")) && left.contains(QStringLiteral("KL divergence, mean")));
        for (const char* same : { "Model", "Seed", "Groups", "Format", "Calibration text" })
            QVERIFY2(!left.contains(QLatin1String(same)), same);
        page.showRun(QStringLiteral("/out/run-lnq-4.bitloom"), false);
        QVERIFY(!titles(page.table()).contains(QStringLiteral("Method"))); // both are rtn now
        page.setDifferencesOnly(false);
        QVERIFY(titles(page.table()).contains(QStringLiteral("Seed")));
    }

    void plotsShowTheRuns()
    {
        Studio studio(fakeEngine("normal"));
        showThree(studio);
        STOP_IF_FAILED();
        ComparePage& page = studio.window->comparePage();
        page.addRun(QStringLiteral("/out/run-rtn-4.bitloom")); // as large as lnq's and worse
        QTRY_COMPARE(page.columns().size(), std::size_t(5));
        page.sizes().setFocus();
        QStringList front;
        const auto lines = page.sizes().csv().trimmed().split(QStringLiteral("\r\n")).mid(1);
        QCOMPARE(lines.size(), 3); // one was not evaluated
        QTest::keyClick(&page.sizes(), Qt::Key_Home);
        for (int i = 0; i < lines.size(); ++i) {
            if (page.sizes().readout().contains(QStringLiteral("on the front")))
                front << page.sizes().readout().section(QLatin1Char(':'), 0, 0);
            QTest::keyClick(&page.sizes(), Qt::Key_Right);
        }
        QCOMPARE(front, QStringList({ QStringLiteral("run-rtn-3"), QStringLiteral("run-lnq-4") }));
        QVERIFY(page.divergences().csv().contains(QStringLiteral("run-lnq-4,quantile 0.99")));
        // rtn at 3 bits has 16/9 of the errors that lnq has at 4.
        auto* base = child<QComboBox>(page, "compareBase");
        base->setCurrentIndex(base->findData(QStringLiteral("run-lnq-4")));
        const QString ratios = page.layers().csv();
        const QStringList first = ratios.split(QStringLiteral("\r\n"))[1].split(QLatin1Char(','));
        QCOMPARE(first.front(), QStringLiteral("run-rtn-3"));
        QVERIFY(std::abs(first.back().toDouble() - 16.0 / 9) < 1e-9);
        QVERIFY(!ratios.contains(QStringLiteral("\r\nrun-lnq-4,")));
    }

    void missingFiguresAreMeasured()
    {
        Studio studio(fakeEngine("normal"));
        showThree(studio);
        STOP_IF_FAILED();
        ComparePage& page = studio.window->comparePage();
        auto* missing = child<QPushButton>(page, "evaluateMissing");
        QVERIFY(missing->isEnabled());
        missing->click();
        QVERIFY(page.isBusy() && !missing->isEnabled());
        QVERIFY(!studio.window->actionList().find(QStringLiteral("job.quantize"))->action->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 10000);
        QCOMPARE(cell(page.table(), QStringLiteral("KL divergence, mean"), QStringLiteral("run-rtn-2-bare")), QStringLiteral("0.12"));
        QVERIFY(!missing->isEnabled());
        QVERIFY(studio.window->actionList().find(QStringLiteral("job.quantize"))->action->isEnabled());
        // The others were measured on another text: that is said, and all can be measured anew.
        QVERIFY2(page.note().contains(QStringLiteral("⚠")), qPrintable(page.note()));
        QCOMPARE(cell(page.table(), QStringLiteral("Perplexity"), QStringLiteral("Original")), QStringLiteral("–"));
        page.evaluate(true);
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 10000);
        QVERIFY(page.note().isEmpty());
        page.evaluate(true);
        QVERIFY(page.isBusy());
        studio.window->actionList().find(QStringLiteral("job.cancel"))->action->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 1000);
        QVERIFY(studio.window->messages().sentence().isEmpty());
    }

    /// The page needs no other file and no network; the figures of the table stand in it.
    void reportStandsAlone()
    {
        Studio studio(fakeEngine("normal"));
        showThree(studio);
        STOP_IF_FAILED();
        ComparePage& page = studio.window->comparePage();
        const QString path = studio.folder.filePath(QStringLiteral("comparison.html"));
        QVERIFY(page.writeReport(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString html = QString::fromUtf8(file.readAll());
        static const QRegularExpression reference(QStringLiteral("(?:src|href|url)\\s*[=(]\\s*[\"']?([^\"')\\s>]+)"));
        int pictures = 0;
        for (auto it = reference.globalMatch(html); it.hasNext();) {
            const QString target = it.next().captured(1);
            QVERIFY2(target.startsWith(QStringLiteral("data:image/svg+xml;base64,")), qPrintable(target.left(80)));
            const QByteArray picture = QByteArray::fromBase64(target.mid(target.indexOf(QLatin1Char(',')) + 1).toLatin1());
            QVERIFY(picture.contains("<svg"));
            ++pictures;
        }
        QCOMPARE(pictures, 3);
        QVERIFY(!html.contains(QStringLiteral("<script")) && !html.contains(QStringLiteral("<link")) && !html.contains(QStringLiteral("@import")));
        QVERIFY(html.contains(QStringLiteral("run-lnq-4")) && html.contains(QStringLiteral("0.222 ± 0.010")) && html.contains(QStringLiteral("not evaluated")));
        QVERIFY(!page.writeReport(QStringLiteral("/nowhere/at/all.html")));

        const QStringList lines = page.csv().trimmed().split(QStringLiteral("\r\n"));
        QCOMPARE(lines.size(), 5);
        const QStringList header = lines[0].split(QLatin1Char(',')), row = lines[3].split(QLatin1Char(','));
        QCOMPARE(row.size(), header.size());
        QCOMPARE(row[header.indexOf(QStringLiteral("method"))], QStringLiteral("lnq"));
        QVERIFY(std::abs(row[header.indexOf(QStringLiteral("kl_mean"))].toDouble() - 1.0 / 16) < 1e-12);
        QCOMPARE(row[header.indexOf(QStringLiteral("kl_mean_stderr"))], QStringLiteral("0.01"));
    }

    /// Names from files are text in the page, not markup.
    void namesAreNoMarkup()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->showPage(MainWindow::Compare);
        ComparePage& page = studio.window->comparePage();
        page.addRun(QStringLiteral("/out/run-rtn-3<script>alert(1)<script>.bitloom"));
        QTRY_VERIFY(!page.columns().empty());
        QVERIFY(!page.reportHtml().contains(QStringLiteral("<script")));
    }

    void foldersAreDropped()
    {
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->showPage(MainWindow::Compare);
        ComparePage& page = studio.window->comparePage();
        QList<QUrl> urls;
        for (const char* name : { "run-rtn-3", "run-lnq-4" }) {
            const QString folder = studio.folder.filePath(QLatin1String(name)) + QStringLiteral(".bitloom");
            QVERIFY(QDir().mkpath(folder));
            QFile file(folder + QStringLiteral("/project.json"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            urls << QUrl::fromLocalFile(folder);
        }
        QMimeData data;
        data.setUrls(urls);
        QDragEnterEvent enter({ 200, 200 }, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page, &drop);
        QTRY_VERIFY(names(page).contains(QStringLiteral("run-rtn-3")) && names(page).contains(QStringLiteral("run-lnq-4")));
    }

    /// Two real runs of a small model, evaluated here: a figure for each, and fewer bits are worse.
    void realRuns()
    {
        BITLOOM_REQUIRE_SHARED();
        if (!QFileInfo::exists(enginePath()))
            QSKIP("bitloom-cli is not built: the real engine is needed for this test");
        Studio studio(QStringLiteral("\"%1\" serve").arg(enginePath()));
        QVERIFY2(studio.waitForEngine(60000), qPrintable(studio.window->messages().sentence()));
        Recipe recipe;
        recipe.model = (test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string();
        recipe.method = "rtn";
        recipe.device = "cpu";
        recipe.sequences = 2;
        recipe.sequenceLength = 64;
        recipe.calibration = { (test::sharedFolder() / "data/wikitext2-valid.txt").string() };
        for (const int bits : { 2, 4 }) {
            recipe.bits = bits;
            studio.window->openRecipe(recipe, {});
            QTRY_VERIFY_WITH_TIMEOUT(studio.window->model().has_value() && studio.window->page() == MainWindow::Quantize, 30000);
            studio.window->quantizePage().setOutput(studio.folder.filePath(QStringLiteral("bits%1").arg(bits)));
            QVERIFY2(studio.window->quantizePage().problem().isEmpty(), qPrintable(studio.window->quantizePage().problem()));
            studio.window->quantizePage().start();
            QVERIFY(studio.window->job().isActive());
            QTRY_VERIFY_WITH_TIMEOUT(studio.window->job().state() == JobState::Finished, 120000);
        }
        // What was made lately is there without asking.
        studio.window->showPage(MainWindow::Compare);
        ComparePage& page = studio.window->comparePage();
        QTRY_COMPARE_WITH_TIMEOUT(page.columns().size(), std::size_t(3), 10000);
        child<QSpinBox>(page, "compareChunks")->setValue(1);
        page.evaluate(false);
        QTRY_VERIFY_WITH_TIMEOUT(!page.isBusy(), 120000);
        QVERIFY2(page.note().isEmpty(), qPrintable(page.note()));
        double two = 0, four = 0;
        for (const ComparedRun& run : page.columns()) {
            if (run.original)
                continue;
            QVERIFY2(run.run.evaluation && run.run.evaluation->klMean, qPrintable(studio.window->messages().sentence()));
            (run.run.recipe.bits == 2 ? two : four) = *run.run.evaluation->klMean;
        }
        QVERIFY2(two > four && four > 0, qPrintable(QStringLiteral("%1 %2").arg(two).arg(four)));
        QVERIFY(!page.layers().isEmpty() && !page.sizes().isEmpty() && !page.divergences().isEmpty());
        // The engine kept the evaluation in the project.
        studio.window->showPage(MainWindow::Start);
        studio.window->showPage(MainWindow::Compare);
        QTest::qWait(200);
        const std::vector<ComparedRun> kept = page.columns();
        QVERIFY(std::all_of(kept.begin(), kept.end(), [](const ComparedRun& run) { return run.run.evaluation.has_value(); }));
    }
};

QTEST_MAIN(TestStudioCompare)
#include "tst_studio_compare.moc"
