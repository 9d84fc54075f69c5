// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/quality_table.h"
#include "core/evaluation/svg_plot.h"
#include "core/io/atomic_file.h"
#include "tests/support/shared_data.h"

#include <cmath>
#include <limits>
#include <QObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QXmlStreamReader>

using namespace bitloom;

namespace {

LlamaMeasurement measured(const std::string& file, double bits, double kl)
{
    LlamaMeasurement measurement;
    measurement.file = file;
    measurement.types = "Q4_0 × 210, F32 × 61";
    measurement.bytes = static_cast<std::int64_t>(bits * 1e6);
    measurement.bitsPerWeight = bits;
    auto& evaluation = measurement.evaluation;
    evaluation.model = file;
    evaluation.reference = "original.gguf";
    evaluation.perplexity = 24 * (1 + kl);
    evaluation.perplexityStandardError = 1.6;
    evaluation.perplexityRatio = 1 + kl;
    evaluation.perplexityRatioStandardError = 0.01;
    evaluation.klMean = kl;
    evaluation.klStandardError = kl / 40;
    evaluation.klMedian = kl / 2;
    evaluation.klP99 = 5 * kl;
    evaluation.klMaximum = 12 * kl;
    evaluation.probabilityChangeMean = -0.01;
    evaluation.probabilityChangeRms = 0.06;
    evaluation.top1Agreement = 1 - kl;
    evaluation.top1StandardError = 0.009;
    evaluation.chunks = 4;
    evaluation.context = 512;
    evaluation.tokens = 1020;
    measurement.klOfChunk = { kl, 1.1 * kl, 0.9 * kl, kl };
    for (const double fraction : klQuantileFractions)
        measurement.klQuantiles.push_back(12 * kl * fraction * fraction);
    measurement.promptTokensPerSecond = 301.25;
    measurement.generatedTokensPerSecond = 40.5;
    measurement.texts = { { "Once", " upon <a> time | there", 8, 5 } };
    return measurement;
}

QualityReport sample()
{
    QualityReport report;
    report.text = "texts/wiki.test.raw";
    report.original = measured("original.gguf", 16, 0.1);
    report.original->evaluation = {};
    report.original->klOfChunk.clear();
    report.original->klQuantiles.clear();
    report.files.push_back({ measured("a/guided.gguf", 4.5, 0.07), QuantizeReport {} });
    report.files.push_back({ measured("b/guided.gguf", 4.5, 0.17), {} });
    report.files.push_back({ measured("<img src=x>.gguf", 3.4, 0.3), {} });
    auto& quantization = *report.files[0].quantization;
    quantization.method = "guidedquant-gguf";
    for (int i = 0; i < 14; ++i) {
        LayerReport layer;
        layer.name = "model.layers." + std::to_string(i) + ".mlp.up_proj";
        layer.objectiveInitial = 3;
        layer.objectiveFinal = 1 + 0.01 * i;
        layer.relativeError = 0.001 * (i + 1);
        quantization.layers.push_back(layer);
    }
    return report;
}

} // namespace

class TestQualityReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrote()
    {
        const auto report = sample();
        const auto json = nlohmann::json::parse(reportToJson(report).dump());
        const auto back = reportFromJson(json, "report.json");
        BITLOOM_VERIFY(back);
        QCOMPARE(reportToJson(*back).dump(), reportToJson(report).dump());
        QVERIFY(back->files[0].quantization && !back->files[1].quantization);
        auto newer = json;
        newer["version"] = 99;
        const auto refused = reportFromJson(newer, "report.json");
        QVERIFY(!refused && refused.error().code == ErrorCode::Unsupported);
        auto damaged = json;
        damaged["files"][0].erase("bytes");
        const auto broken = reportFromJson(damaged, "some/report.json");
        QVERIFY(!broken && broken.error().message.starts_with("some/report.json"));
        QVERIFY(!reportFromJson(nlohmann::json::array({ 1 }), "x"));
    }

    void addsOnlyWhatCanBeCompared()
    {
        auto report = sample();
        BITLOOM_VERIFY(addReport(report, sample(), "other"));
        QCOMPARE(report.files.size(), std::size_t { 6 });
        auto other = sample();
        other.text = "another.txt";
        QVERIFY(!addReport(report, other, "other"));
        other = sample();
        other.files[1].measurement.evaluation.chunks = 8;
        const auto refused = addReport(report, other, "other.json");
        QVERIFY(!refused && refused.error().message.find("8 windows") != std::string::npos);
        other = sample();
        other.files[0].measurement.evaluation.reference = "elsewhere.gguf";
        QVERIFY(!addReport(report, other, "other"));
        QCOMPARE(report.files.size(), std::size_t { 6 }); // a refused report leaves nothing behind
        QualityReport empty;
        BITLOOM_VERIFY(addReport(empty, sample(), "first"));
        QCOMPARE(empty.files.size(), std::size_t { 3 });
    }

    void namesAndFront()
    {
        const auto report = sample();
        QCOMPARE(shortNames(report), (std::vector<std::string> { "guided", "guided (2)", "<img src=x>" }));
        QCOMPARE(paretoFront(report), (std::vector<std::size_t> { 2, 0 })); // the second is as large as the first and worse
    }

    void markdownHasTheFiguresThatLlamaAsksFor()
    {
        const auto text = QString::fromStdString(reportToMarkdown(sample()));
        for (const char* expected : { "4 windows of 512 tokens (1020 scored", "| bits/weight |", "mean KLD", "0.07000 ± 0.00175", "1.0700 ± 0.0100", "| 4.500 |", "93.00 ± 0.90",
                 "301.2", "guidedquant-gguf", "\\<img src=x>", "5 of 8 tokens as the original" })
            QVERIFY2(text.contains(expected), qPrintable(QString(expected) + "\n" + text));
        // every line of a table has as many cells as its header; bars in a text are no cells
        qsizetype cells = 0;
        for (const QString& line : text.split('\n')) {
            if (!line.startsWith("| ")) {
                cells = 0;
                continue;
            }
            const auto found = line.count(QRegularExpression("(?<!\\\\)\\|"));
            if (cells == 0)
                cells = found;
            QCOMPARE(found, cells);
        }
    }

    void htmlStandsAlone()
    {
        const auto html = QString::fromStdString(reportToHtml(sample()));
        for (const char* outside : { "http:", "https:", "src=\"", "url(", "<script", "<link", "<img" })
            QVERIFY2(!html.contains(outside), outside);
        QVERIFY(html.contains("&lt;img src=x&gt;") && html.contains("upon &lt;a&gt; time"));
        QVERIFY(html.contains("prefers-color-scheme: dark"));
        const QRegularExpression svg("<svg.*?</svg>", QRegularExpression::DotMatchesEverythingOption);
        int plots = 0;
        for (auto match = svg.globalMatch(html); match.hasNext();) {
            ++plots;
            QXmlStreamReader xml(match.next().captured());
            int shapes = 0, texts = 0;
            while (!xml.atEnd()) {
                if (xml.readNext() != QXmlStreamReader::StartElement)
                    continue;
                shapes += xml.name() == QLatin1String("path") || xml.name() == QLatin1String("circle");
                texts += xml.name() == QLatin1String("text");
                for (const auto& attribute : xml.attributes())
                    QVERIFY2(!attribute.value().contains(QLatin1String("nan")) && !attribute.value().contains(QLatin1String("inf")), qPrintable(attribute.value().toString()));
            }
            QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
            QVERIFY2(shapes >= 2 && texts > 6, qPrintable(QStringLiteral("%1 shapes, %2 texts").arg(shapes).arg(texts)));
        }
        QCOMPARE(plots, 4); // size, windows, quantiles, and the layers of the one file whose project is known
    }

    void plotsLeaveOutWhatCannotBeShown()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const SvgSeries series { "s", { { 1, 0, 0, {}, {} }, { 2, nan, 0, {}, {} }, { 3, 0.1, 0.5, {}, {} }, { nan, 1, 0, {}, {} }, { 4, 10, 0, {}, {} } }, 0, true, true, false };
        const auto logarithmic = QString::fromStdString(svgPlot("t", { "x", false, {} }, { "y", true, {} }, { series }));
        QCOMPARE(logarithmic.count("<circle"), 2);
        QVERIFY(!logarithmic.contains("nan") && !logarithmic.contains("inf"));
        const auto linear = QString::fromStdString(svgPlot("t", { "x", false, {} }, { "y", false, {} }, { series }));
        QCOMPARE(linear.count("<circle"), 3);
        const auto nothing = QString::fromStdString(svgPlot("t", { "x", false, {} }, { "y", true, {} }, {}));
        QVERIFY(nothing.contains("</svg>") && !nothing.contains("nan"));
    }

    void writesThreeFiles()
    {
        QTemporaryDir folder;
        const std::filesystem::path target = folder.path().toStdString() + "/new/report";
        BITLOOM_VERIFY(writeReport(sample(), target));
        BITLOOM_VERIFY(writeReport(sample(), target)); // and again over the first
        for (const char* name : { "report.json", "report.md", "report.html" }) {
            const auto text = readTextFile(target / name);
            BITLOOM_VERIFY(text);
            QVERIFY(text->size() > 500);
        }
        BITLOOM_VERIFY(writeTextFile(folder.path().toStdString() + "/file", "x"));
        const auto refused = writeReport(sample(), folder.path().toStdString() + "/file");
        QVERIFY(!refused && refused.error().code == ErrorCode::Io);
    }
};

QTEST_GUILESS_MAIN(TestQualityReport)
#include "tst_quality_report.moc"
