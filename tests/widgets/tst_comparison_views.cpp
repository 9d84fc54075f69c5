// SPDX-License-Identifier: GPL-3.0-or-later
// Views that set models and runs side by side: probabilities of a token, sizes, divergences, layers.
#include "widgets/divergence_plot.h"
#include "widgets/layer_ratio_plot.h"
#include "widgets/pareto_plot.h"
#include "widgets/repaint_throttle.h"
#include "widgets/saved_file.h"
#include "widgets/text_format.h"
#include "widgets/token_choice_plot.h"
#include "widgets/token_text.h"

#include <cmath>
#include <limits>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace bitloom;

namespace {
    TokenCandidate candidate(std::int32_t token, const char* text, double probability) { return { token, text, std::log(probability) }; }

    LayerReport layer(const char* name, double error)
    {
        LayerReport report;
        report.name = name;
        report.relativeError = error;
        return report;
    }

    /// Something is painted, and the same again in both themes and at another size.
    void verifyPaints(PlotView& view)
    {
        for (const QPalette& palette : { lightPalette(), darkPalette() }) {
            view.setPalette(palette);
            for (const QSize size : { QSize(900, 260), QSize(260, 160), QSize(1, 1) }) {
                const QImage picture = plotImage(view, size, 1);
                QVERIFY(!picture.isNull());
                if (size.width() < 100)
                    continue;
                QSet<QRgb> colors;
                for (int y = 0; y < picture.height(); y += 2)
                    for (int x = 0; x < picture.width(); x += 2)
                        colors << picture.pixel(x, y);
                QVERIFY(colors.size() > 4);
            }
        }
        QVERIFY(plotSvg(view, { 600, 300 }).contains("<svg"));
    }
}

class TestComparisonViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void probabilitiesOfATokenSideBySide()
    {
        TokenChoicePlot plot;
        plot.resize(700, 240);
        QVERIFY(plot.isEmpty() && !plot.emptyText().isEmpty());
        const TokenChoice a { candidate(1, " story", 0.5), false, { candidate(1, " story", 0.5), candidate(2, " lamp", 0.25) } };
        const TokenChoice b { candidate(2, " lamp", 0.4), false, { candidate(2, " lamp", 0.4), candidate(3, "\n", 0.3) } };
        plot.setChoices({ { QStringLiteral("A"), a }, { QStringLiteral("B"), b } }, QStringLiteral("token 2"));
        QCOMPARE(plot.tokenCount(), 3);
        QVERIFY(plot.plotTitle().contains(QStringLiteral("token 2")));
        QCOMPARE(plot.csv().split(QStringLiteral("\r\n")).size(), 1 + 6 + 1);
        QVERIFY2(plot.csv().contains(QStringLiteral("A,1, story,0.5,1")), qPrintable(plot.csv()));
        QVERIFY2(plot.csv().contains(QStringLiteral("B,1, story,,0")), qPrintable(plot.csv())); // not told: no number is made up
        plot.setFocus();
        QTest::keyClick(&plot, Qt::Key_Home);
        QVERIFY2(plot.readout().contains(QStringLiteral("A: “␣story” 50.0 %")) && plot.readout().contains(QStringLiteral("written")), qPrintable(plot.readout()));
        QTest::keyClick(&plot, Qt::Key_Right);
        QVERIFY2(plot.readout().contains(QStringLiteral("B: “␣story” <30.0 %")), qPrintable(plot.readout())); // less than the least that B told
        QTest::keyClick(&plot, Qt::Key_Up);
        QVERIFY2(plot.readout().contains(QStringLiteral("B: “␣lamp” 40.0 %")), qPrintable(plot.readout()));
        verifyPaints(plot);
        plot.clear();
        QVERIFY(plot.isEmpty());
        verifyPaintsNothing(plot);
    }

    void onlyTheMostProbableAreShown()
    {
        TokenChoice many { candidate(99, " rare", 0.001), false, {} };
        for (int i = 0; i < 30; ++i)
            many.candidates.push_back(candidate(i, "x", 0.02));
        TokenChoicePlot plot;
        plot.setChoices({ { QStringLiteral("A"), many } }, {});
        QCOMPARE(plot.tokenCount(), TokenChoicePlot::mostTokens);
        QVERIFY(plot.csv().contains(QStringLiteral("A,99, rare,"))); // what was taken is always among them
    }

    void tokensCanBeSeen()
    {
        QCOMPARE(visibleToken({ 1, " a b", 0 }), QStringLiteral("␣a␣b"));
        QCOMPARE(visibleToken({ 1, "\n", 0 }), QStringLiteral("↵"));
        QCOMPARE(visibleToken({ 7, "", 0 }), QStringLiteral("#7"));
        QCOMPARE(visibleToken({ 8, "\xf0\x9f", 0 }), QStringLiteral("#8")); // the beginning of a character
    }

    void frontHasWhatNothingBeats()
    {
        const auto point = [](std::int64_t bytes, double loss, const char* name) { return ParetoPoint { 3, bytes, loss, QLatin1String(name) }; };
        const auto [front, others] = splitFront({ point(400, 0.1, "b"), point(300, 0.5, "a"), point(400, 0.2, "worse at the same size"), point(500, 0.1, "larger, no better"), point(600, 0.05, "c") }, ParetoSize::Bytes);
        QStringList names;
        for (const ParetoPoint& each : front)
            names << each.name;
        QCOMPARE(names, QStringList({ QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c") }));
        QCOMPARE(others.size(), std::size_t(2));
        QVERIFY(splitFront({}, ParetoSize::Bytes).first.empty());
        const auto byBits = splitFront({ { 4, 100, 0.2, {}, 0 }, { 3, 900, 0.3, {}, 0 } }, ParetoSize::BitsPerWeight);
        QCOMPARE(byBits.first.size(), std::size_t(2)); // by bytes the first would beat the second
    }

    void sizesInBytes()
    {
        ParetoPlot plot({ QStringLiteral("Sizes"), QStringLiteral("none"), QStringLiteral("KL"), QStringLiteral("front"), QStringLiteral("others"), QStringLiteral("KL %1"), QStringLiteral("kl") });
        plot.setSize(ParetoSize::Bytes);
        plot.setPoints({ { 0, 3 << 20, 0.2, QStringLiteral("a"), 0.01 } }, { { 3, 4 << 20, 0.3, QStringLiteral("b"), 0.02 }, { 3, 0, 0.3, QStringLiteral("no size"), 0 } });
        QVERIFY(!plot.csv().contains(QStringLiteral("no size")));
        QVERIFY(plot.csv().startsWith(QStringLiteral("name,bits_per_weight,bytes,kl,chosen")));
        plot.setFocus();
        QTest::keyClick(&plot, Qt::Key_Home);
        QVERIFY2(plot.readout().contains(QStringLiteral("KL 0.200 ± 0.010")) && plot.readout().startsWith(QStringLiteral("a: ") + bytesText(3 << 20)), qPrintable(plot.readout()));
        verifyPaints(plot);
    }

    void divergencesWithTheirQuantiles()
    {
        DivergencePlot plot;
        QVERIFY(plot.isEmpty());
        plot.setDivergences({ { QStringLiteral("a"), 0.1, 0.01, { { 0.5, 0.03 }, { 0.99, 0.9 }, { 1.0, 5 } } }, { QStringLiteral("b"), 0.2, {}, {} },
            { QStringLiteral("nothing"), std::numeric_limits<double>::quiet_NaN(), {}, {} } });
        QVERIFY2(plot.csv().contains(QStringLiteral("a,mean,0.1,0.01")) && plot.csv().contains(QStringLiteral("a,quantile 0.99,0.9,")) && !plot.csv().contains(QStringLiteral("nothing")), qPrintable(plot.csv()));
        plot.setFocus();
        QTest::keyClick(&plot, Qt::Key_Home);
        QVERIFY2(plot.readout().contains(QStringLiteral("99 % of the tokens below 0.9")), qPrintable(plot.readout()));
        verifyPaints(plot);
        plot.setLogarithmic(false);
        verifyPaints(plot);
    }

    void layersAgainstAnotherRun()
    {
        LayerRatioPlot plot;
        const RunLayers base { QStringLiteral("base"), { layer("model.layers.0.q", 0.2), layer("model.layers.0.o", 0), layer("model.layers.1.q", 0.1) } };
        const RunLayers other { QStringLiteral("other"), { layer("model.layers.1.q", 0.05), layer("model.layers.0.q", 0.4), layer("model.layers.0.o", 0.3), layer("model.layers.7.q", 0.3) } };
        plot.setRuns(base, { other });
        const QStringList lines = plot.csv().trimmed().split(QStringLiteral("\r\n"));
        QCOMPARE(lines, QStringList({ QStringLiteral("run,layer,relative_error,relative_error_of_base,ratio"), QStringLiteral("other,model.layers.0.q,0.4,0.2,2"), QStringLiteral("other,model.layers.1.q,0.05,0.1,0.5") }));
        plot.setFocus();
        QTest::keyClick(&plot, Qt::Key_End);
        QVERIFY2(plot.readout().contains(QStringLiteral("0.5 times that of base")), qPrintable(plot.readout()));
        verifyPaints(plot);
        plot.setRuns(base, {});
        QVERIFY(plot.isEmpty());
        verifyPaintsNothing(plot);
    }

    void theFirstDifferenceIsSetOff()
    {
        TokenText text;
        text.showTokens({ QStringLiteral("Once"), QStringLiteral(" a"), QStringLiteral(" story") }, 1);
        text.setDifference(2);
        text.markToken(1);
        QCOMPARE(text.extraSelections().size(), 2);
        QCOMPARE(text.extraSelections().front().cursor.selectedText(), QStringLiteral(" story"));
        QVERIFY(text.extraSelections().front().format.fontUnderline()); // not by colour alone
        text.setDifference(-1);
        QCOMPARE(text.extraSelections().size(), 1);
        text.setDifference(9); // not written yet
        QCOMPARE(text.extraSelections().size(), 1);
    }

    void filesAreWrittenWhole()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.csv"));
        QVERIFY(saveFile(path, "abc"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("abc"));
        const auto refused = saveFile(folder.filePath(QStringLiteral("none/a.csv")), "abc");
        QVERIFY(!refused && refused.error().message.find("none/a.csv") != std::string::npos);
    }

private:
    static void verifyPaintsNothing(PlotView& view) { QVERIFY(!plotImage(view, { 400, 200 }, 1).isNull()); }
};

QTEST_MAIN(TestComparisonViews)
#include "tst_comparison_views.moc"
