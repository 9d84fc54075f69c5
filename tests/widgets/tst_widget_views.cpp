// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_data.h"
#include "widgets/attention_map.h"
#include "widgets/block_view.h"
#include "widgets/cache_bytes_plot.h"
#include "widgets/codebook_view.h"
#include "widgets/comparison_panel.h"
#include "widgets/drop_zone.h"
#include "widgets/head_grid.h"
#include "widgets/job_progress.h"
#include "widgets/layer_strip.h"
#include "widgets/log_view.h"
#include "widgets/message_bar.h"
#include "widgets/model_summary_panel.h"
#include "widgets/objective_view.h"
#include "widgets/parameter_form.h"
#include "widgets/pareto_plot.h"
#include "widgets/plan_table.h"
#include "widgets/repaint_throttle.h"
#include "widgets/retention_timeline.h"
#include "widgets/saliency_heatmap.h"
#include "widgets/tensor_table.h"
#include "widgets/theme.h"
#include "widgets/verification_panel.h"
#include "widgets/weight_histogram_view.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QHeaderView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <functional>
#include <limits>
#include <set>

using namespace bitloom;

namespace {
struct ViewCase
{
    QString name;
    QSize size;
    std::function<std::unique_ptr<QWidget>(bool filled)> make;
    int fewestColors = 8; ///< of the filled picture
    QPoint paper { 5, 5 }; ///< where it shows its background
};

template <class View>
std::function<std::unique_ptr<QWidget>(bool)> maker(std::function<void(View&)> fill)
{
    return [fill](bool filled) -> std::unique_ptr<QWidget> {
        auto view = std::make_unique<View>();
        if (filled)
            fill(*view);
        return view;
    };
}

std::vector<ViewCase> allViews()
{
    return {
        { "layer-strip", { 980, 290 }, maker<LayerStrip>([](LayerStrip& view) {
             view.setLayers(sample::layers());
             view.setSelectedLayer("model.layers.8.mlp.up_proj");
         }) },
        { "layer-strip-many", { 700, 230 }, maker<LayerStrip>([](LayerStrip& view) { view.setLayers(sample::layers(80, 300)); }) },
        { "saliency-overview", { 900, 260 }, maker<SaliencyHeatmap>([](SaliencyHeatmap& view) {
             view.setMap(sample::overview());
             view.setSelectedLayer("model.layers.8.mlp.up_proj");
         }) },
        { "saliency-layer", { 900, 260 }, maker<SaliencyHeatmap>([](SaliencyHeatmap& view) {
             view.setMap(sample::layerSaliency("model.layers.8.mlp.down_proj", 4, 768, 2), true);
         }) },
        { "codebook", { 760, 420 }, maker<CodebookView>([](CodebookView& view) {
             view.setRowCount(576);
             for (const auto& step : sample::codebookHistory())
                 view.append(step);
         }) },
        { "codebook-4-bit", { 620, 300 }, maker<CodebookView>([](CodebookView& view) {
             for (const auto& step : sample::codebookHistory(4, 5))
                 view.append(step);
         }) },
        { "objective", { 900, 360 }, maker<ObjectiveView>([](ObjectiveView& view) {
             view.setObjectives(sample::objectives());
             view.setSelectedLayer("model.layers.4.mlp.up_proj");
         }) },
        { "objective-alone", { 620, 300 }, maker<ObjectiveView>([](ObjectiveView& view) {
             view.setObjectives(sample::objectives(2, false));
             view.setNormalized(false);
         }) },
        { "weights", { 560, 300 }, maker<WeightHistogramView>([](WeightHistogramView& view) { view.setHistogram(sample::histogram()); }) },
        { "tensors", { 860, 340 }, maker<TensorTable>([](TensorTable& view) {
             view.setTensors(sample::tensors());
             view.setRelativeError("model.layers.0.self_attn.q_proj", 0.0123);
             view.setCurrentTensor("model.layers.0.self_attn.k_proj");
         }) },
        { "plan-table", { 760, 320 }, maker<PlanTable>([](PlanTable& view) {
             view.setChoices({ "Q3_K", "Q4_0", "Q4_1", "Q8_0" });
             view.setTensors(sample::tensors());
             view.setWishes({ { "layers.0.mlp", "Q8_0" } });
             view.table().setCurrentTensor("model.layers.0.self_attn.k_proj");
         }) },
        { "block", { 860, 360 }, maker<BlockView>([](BlockView& view) { view.setBlock(sample::block()); }) },
        { "block-super", { 860, 400 }, maker<BlockView>([](BlockView& view) { view.setBlock(sample::block(true)); }) },
        { "pareto", { 560, 340 }, maker<ParetoPlot>([](ParetoPlot& view) {
             view.setPoints(sample::front(), sample::mixes());
             view.setBudget(4.6);
         }) },
        { "retention", { 620, 320 }, maker<RetentionTimeline>([](RetentionTimeline& view) { view.setHistory(sample::cacheHistory()); }) },
        { "retention-small", { 620, 320 }, maker<RetentionTimeline>([](RetentionTimeline& view) {
             view.setHistory(sample::cacheHistory(20, 8));
             view.showCursor(24, 3);
         }) },
        { "retention-dropped", { 460, 260 }, maker<RetentionTimeline>([](RetentionTimeline& view) { view.setHistory(sample::cacheHistory(60, 120, true)); }) },
        { "attention", { 620, 320 }, maker<AttentionMap>([](AttentionMap& view) { view.setHistory(sample::cacheHistory()); }) },
        { "attention-small", { 620, 320 }, maker<AttentionMap>([](AttentionMap& view) { view.setHistory(sample::cacheHistory(20, 8)); }) },
        { "heads", { 760, 170 }, maker<HeadGrid>([](HeadGrid& view) {
             view.setMap(sample::cacheMaps().back());
             view.setSelected(4, 1);
         }) },
        { "cache-bytes", { 460, 260 }, maker<CacheBytesPlot>([](CacheBytesPlot& view) {
             for (const char* name : { "Full", "LogQuant window=8" }) {
                 view.begin(name);
                 for (const CacheMapEvent& map : sample::cacheMaps())
                     view.append(map.length, view.cacheCount() == 1 ? 4000 * map.length : map.keyBytes, view.cacheCount() == 1 ? 4000 * map.length : map.valueBytes);
             }
         }) },
        { "parameters", { 460, 260 }, maker<ParameterForm>([](ParameterForm& view) {
             view.setMethod(sample::method());
             view.findChild<QLineEdit*>("damping")->setText("12");
         }) },
        { "comparison", { 860, 560 }, maker<ComparisonPanel>([](ComparisonPanel& view) { view.setData(sample::comparison()); }) },
        { "verification", { 860, 520 }, maker<VerificationPanel>([](VerificationPanel& view) { view.setReport(sample::verification()); }), 8, { 855, 1 } },
        { "log", { 760, 260 }, maker<LogView>([](LogView& view) {
             view.append({ "info", "Loaded SmolLM2 135M Instruct in 0.4 s" });
             view.append({ "warning", "Calibration text is short: 4096 tokens" });
             view.append({ "error", "model.layers.5.self_attn.o_proj: the Hessian is not positive definite" });
         }) },
        { "job", { 820, 84 }, maker<JobProgress>([](JobProgress& view) {
             view.setState(JobState::Running);
             Progress progress;
             progress.stage = "quantize";
             progress.unit = "layers";
             progress.done = 101;
             progress.total = 210;
             progress.item = "model.layers.14.self_attn.v_proj";
             progress.rate = 1.7;
             progress.etaSeconds = 64;
             view.setProgress(progress);
             view.setResources({ 1900LL << 20, 3100LL << 20, 0 });
         }) },
        { "drop-zone", { 760, 330 }, maker<DropZone>([](DropZone&) {}), 8, { 40, 40 } },
        { "summary", { 420, 470 }, maker<ModelSummaryPanel>([](ModelSummaryPanel& view) { view.setSummary(sample::model()); }) },
        { "message", { 760, 54 }, maker<MessageBar>([](MessageBar& view) {
             view.showMessage(MessageBar::Severity::Error, "The engine stopped while it solved layer 101 of 210. Finished layers are kept.",
                 { { "resume", "Resume" }, { "log", "Show log" } }, "signal 9");
         }) },
    };
}

QImage picture(QWidget& widget, QSize size, qreal ratio)
{
    widget.resize(size);
    widget.setVisible(true);
    QTest::qWait(1);
    RepaintThrottle::shared().flush();
    QCoreApplication::processEvents();
    QImage image(size * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(widget.palette().color(QPalette::Window));
    widget.render(&image);
    return image;
}

int colorsIn(const QImage& image)
{
    std::set<QRgb> colors;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            colors.insert(image.pixel(x, y));
    }
    return static_cast<int>(colors.size());
}

/// The share of pixels that differ.
double difference(const QImage& first, const QImage& second)
{
    if (first.size() != second.size())
        return 1;
    qint64 different = 0;
    for (int y = 0; y < first.height(); ++y) {
        for (int x = 0; x < first.width(); ++x)
            different += first.pixel(x, y) != second.pixel(x, y);
    }
    return static_cast<double>(different) / (static_cast<double>(first.width()) * first.height());
}

void settle()
{
    RepaintThrottle::shared().flush();
    QCoreApplication::processEvents();
}
}

class TestWidgetViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        Theme::instance().apply(ThemeChoice::Light);
    }

    void everyViewPaints_data()
    {
        QTest::addColumn<int>("view");
        const auto views = allViews();
        for (std::size_t i = 0; i < views.size(); ++i)
            QTest::newRow(qPrintable(views[i].name)) << static_cast<int>(i);
    }
    void everyViewPaints()
    {
        QFETCH(int, view);
        const ViewCase viewCase = allViews()[static_cast<std::size_t>(view)];
        const QDir folder(QCoreApplication::applicationDirPath() + "/widget-pictures");
        QVERIFY(folder.mkpath("."));
        QImage lightOne;
        for (const bool dark : { false, true }) {
            Theme::instance().apply(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            for (const int ratio : { 1, 2 }) {
                QImage empty, filled;
                for (const bool fill : { false, true }) {
                    const auto widget = viewCase.make(fill);
                    QImage& image = fill ? filled : empty;
                    image = picture(*widget, viewCase.size, ratio);
                    QVERIFY(image.save(folder.filePath(QStringLiteral("%1-%2-%3-%4x.png")
                                                           .arg(viewCase.name, fill ? "filled" : "empty", dark ? "dark" : "light")
                                                           .arg(ratio))));
                    QVERIFY2(colorsIn(image) >= 3, "an empty view still says what to do next");
                }
                if (viewCase.name != "drop-zone")
                    QVERIFY2(difference(empty, filled) > 0.01, qPrintable(QString::number(difference(empty, filled))));
                QVERIFY(colorsIn(filled) >= viewCase.fewestColors);
                if (ratio == 1 && !dark)
                    lightOne = filled;
                if (ratio == 1 && dark)
                    QVERIFY2(contrastRatio(lightOne.pixelColor(viewCase.paper), filled.pixelColor(viewCase.paper)) > 4, "dark really is dark");
            }
        }
    }

    void viewsFollowThePaletteWhileTheyLive()
    {
        for (const ViewCase& viewCase : allViews()) {
            Theme::instance().apply(ThemeChoice::Light);
            const auto widget = viewCase.make(true);
            const QImage before = picture(*widget, viewCase.size, 1);
            Theme::instance().apply(ThemeChoice::Dark);
            const QImage after = picture(*widget, viewCase.size, 1);
            QVERIFY2(contrastRatio(before.pixelColor(viewCase.paper), after.pixelColor(viewCase.paper)) > 4, qPrintable(viewCase.name));
            widget->hide(); // so that the next one gets the focus
            const auto born = viewCase.make(true);
            if (viewCase.name != "log" && viewCase.name != "parameters" && viewCase.name != "tensors" && viewCase.name != "plan-table")
                QVERIFY2(difference(after, picture(*born, viewCase.size, 1)) < 0.02, qPrintable(viewCase.name));
        }
    }

    void everyFocusableWidgetHasAName()
    {
        for (const ViewCase& viewCase : allViews()) {
            const auto widget = viewCase.make(true);
            widget->resize(viewCase.size);
            widget->show();
            settle();
            int focusable = 0;
            QList<QWidget*> all = widget->findChildren<QWidget*>();
            all.prepend(widget.get());
            for (QWidget* child : all) {
                const bool internal = child->objectName().startsWith("qt_") || qobject_cast<QHeaderView*>(child)
                    || (child->parentWidget() && (child->parentWidget()->inherits("QAbstractSpinBox") || child->parentWidget()->inherits("QComboBox")
                                                 || child->parentWidget()->inherits("QComboBoxPrivateContainer")));
                if (child->focusPolicy() == Qt::NoFocus || internal || child->isHidden())
                    continue;
                ++focusable;
                QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(child);
                QVERIFY(accessible);
                QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(),
                    qPrintable(QStringLiteral("%1: a %2 '%3' has no name").arg(viewCase.name, child->metaObject()->className(), child->objectName())));
            }
            if (viewCase.name != "summary")
                QVERIFY2(focusable > 0, qPrintable(viewCase.name));
        }
    }

    void exports_data()
    {
        everyViewPaints_data();
    }
    void exports()
    {
        QFETCH(int, view);
        const ViewCase viewCase = allViews()[static_cast<std::size_t>(view)];
        const auto widget = viewCase.make(true);
        widget->resize(viewCase.size);
        widget->show();
        settle();
        auto* source = dynamic_cast<PlotSource*>(widget.get());
        if (auto* codebook = qobject_cast<CodebookView*>(widget.get()))
            source = &codebook->plot();
        if (!source)
            QSKIP("not a plot");
        const QTemporaryDir folder;
        for (const char* suffix : { "png", "svg", "pdf", "csv" }) {
            const QString path = folder.filePath(QStringLiteral("plot.") + suffix);
            const auto result = savePlot(*source, { 640, 360 }, path);
            QVERIFY2(result, result ? "" : result.error().message.c_str());
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 4);
        QImage png(folder.filePath("plot.png"));
        QCOMPARE(png.size(), QSize(1280, 720));
        QVERIFY(colorsIn(png) > 8);
        png.save(QCoreApplication::applicationDirPath() + "/widget-pictures/" + viewCase.name + "-export.png");

        QFile svg(folder.filePath("plot.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&svg);
        int shapes = 0, texts = 0;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement)
                continue;
            const auto tag = xml.name();
            shapes += tag == QLatin1String("path") || tag == QLatin1String("rect") || tag == QLatin1String("polyline") || tag == QLatin1String("image");
            texts += tag == QLatin1String("text");
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY2(shapes > 5 && texts > 3, qPrintable(QStringLiteral("%1 shapes, %2 texts").arg(shapes).arg(texts)));

        QFile pdf(folder.filePath("plot.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.readAll().startsWith("%PDF"));

        const QString csv = source->csv();
        const QStringList lines = csv.split("\r\n");
        QVERIFY(lines.size() > 5);
        QVERIFY(lines.constLast().isEmpty());
        const auto commas = lines.constFirst().count(',');
        QVERIFY(commas >= 2);
        if (viewCase.name != "comparison") {
            for (int i = 1; i + 1 < lines.size(); ++i)
                QCOMPARE(lines[i].count(','), commas);
        }
    }

    void exportRefusesWithASentence()
    {
        LayerStrip strip;
        const auto suffix = savePlot(strip, { 100, 100 }, "/tmp/plot.bmp");
        QVERIFY(!suffix && suffix.error().code == ErrorCode::Usage);
        const auto folder = savePlot(strip, { 100, 100 }, "/nowhere/at/all/plot.png");
        QVERIFY(!folder && folder.error().code == ErrorCode::Io);
        QVERIFY(folder.error().message.find("/nowhere/at/all/plot.png") != std::string::npos);
    }

    void actionsCopy()
    {
        LayerStrip strip;
        strip.setLayers(sample::layers(2, 3));
        strip.resize(400, 200);
        strip.show();
        strip.plotActions().copyData->trigger();
        QCOMPARE(QApplication::clipboard()->text(), strip.csv());
        strip.plotActions().copyImage->trigger();
        QCOMPARE(QApplication::clipboard()->image().size(), QSize(800, 400));
        QCOMPARE(strip.contextMenuPolicy(), Qt::ActionsContextMenu);
        QVERIFY(strip.actions().size() >= 6);
        std::set<QString> shortcuts;
        for (const QAction* action : strip.actions()) {
            if (!action->isSeparator())
                QVERIFY2(shortcuts.insert(action->shortcut().toString()).second, qPrintable(action->text()));
        }
    }

    void layerStripFollowsAndSelects()
    {
        LayerStrip strip;
        strip.resize(900, 260);
        strip.show();
        QVERIFY(strip.isEmpty());
        QVERIFY(strip.accessibleDescription().contains("Start a quantization"));
        strip.setLayers(sample::layers(30, 100));
        QCOMPARE(strip.count(LayerState::Done), 99);
        QCOMPARE(strip.count(LayerState::Failed), 1);
        QCOMPARE(strip.count(LayerState::Solving), 1);
        QCOMPARE(strip.runningLayer(), QString::fromStdString(sample::layerName(14, 2)));
        QSignalSpy running(&strip, &LayerStrip::runningLayerChanged), activated(&strip, &LayerStrip::layerActivated), readouts(&strip, &PlotView::readoutChanged);
        LayerEvent next;
        next.layer = sample::layerName(14, 3);
        next.block = 14;
        next.module = "self_attn.o_proj";
        next.state = LayerState::Solving;
        strip.setLayer(next);
        QCOMPARE(running.size(), 1);
        QCOMPARE(running.at(0).at(0).toString(), QString::fromStdString(next.layer));

        strip.setSelectedLayer(QString::fromStdString(sample::layerName(3, 4)));
        settle();
        QVERIFY(strip.readout().contains("model.layers.3.mlp.gate_proj: done, relative error"));
        QTest::keyClick(&strip, Qt::Key_Right);
        QTest::keyClick(&strip, Qt::Key_Down);
        QVERIFY2(strip.readout().startsWith("model.layers.4.mlp.up_proj"), qPrintable(strip.readout()));
        QCOMPARE(strip.accessibleDescription(), strip.readout());
        QVERIFY(readouts.size() >= 3);
        QCOMPARE(activated.size(), 0);
        QTest::keyClick(&strip, Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated.at(0).at(0).toString(), QString::fromStdString(sample::layerName(4, 5)));
        QCOMPARE(strip.selectedLayer(), QString::fromStdString(sample::layerName(4, 5)));
        QTest::keyClick(&strip, Qt::Key_Home);
        QTest::keyClick(&strip, Qt::Key_Up);
        QVERIFY(strip.readout().startsWith("model.layers.0.self_attn.q_proj"));
        QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.rect().center());
        QCOMPARE(activated.size(), 2);
        QVERIFY(strip.csv().contains("model.layers.5.self_attn.o_proj,5,self_attn.o_proj,solving") || strip.csv().contains(",failed,"));
    }

    void layerStripSurvivesOddEvents()
    {
        LayerStrip strip;
        strip.resize(500, 200);
        LayerEvent odd;
        odd.layer = "weird";
        odd.block = 3;
        odd.module = "mlp.experts";
        odd.state = LayerState::Done;
        odd.relativeError = std::numeric_limits<double>::quiet_NaN();
        strip.setLayer(odd);
        odd.layer = "weird too";
        odd.block = 1;
        odd.relativeError = 0;
        strip.setLayer(odd);
        QVERIFY(!picture(strip, { 500, 200 }, 1).isNull());
        QVERIFY(!picture(strip, { 30, 20 }, 1).isNull());
        for (const auto key : { Qt::Key_Left, Qt::Key_Right, Qt::Key_PageDown, Qt::Key_End })
            QTest::keyClick(&strip, key);
    }

    void heatmapDrillsDownAndZooms()
    {
        SaliencyHeatmap map;
        map.resize(900, 260);
        map.show();
        map.setMap(sample::overview());
        settle();
        QSignalSpy activated(&map, &SaliencyHeatmap::layerActivated), levels(&map, &SaliencyHeatmap::levelChanged);
        QTest::keyClick(&map, Qt::Key_Right); // the cursor appears
        QTest::keyClick(&map, Qt::Key_Right);
        QTest::keyClick(&map, Qt::Key_Down);
        QVERIFY2(map.readout().startsWith("model.layers.1.self_attn.k_proj: mean end-loss curvature"), qPrintable(map.readout()));
        QTest::keyClick(&map, Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated.at(0).at(0).toString(), QString("model.layers.1.self_attn.k_proj"));
        QCOMPARE(map.level(), QString("model.layers.1.self_attn.k_proj"));
        QVERIFY(map.isEmpty());
        QVERIFY(map.emptyText().contains("has not come yet"));
        map.setMap(sample::layerSaliency("model.layers.9.mlp.up_proj")); // another layer's map changes nothing
        QVERIFY(map.isEmpty());
        map.setMap(sample::layerSaliency("model.layers.1.self_attn.k_proj"));
        QVERIFY(!map.isEmpty());
        QCOMPARE(map.zoomFactor(), 1.0);
        QTest::keyClick(&map, Qt::Key_Plus);
        QCOMPARE(map.zoomFactor(), 2.0);
        QTest::keyClick(&map, Qt::Key_End);
        QVERIFY(map.readout().contains("input channel 575"));
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(&map, Qt::Key_Plus);
        QCOMPARE(map.zoomFactor(), 576.0 / 8);
        QTest::keyClick(&map, Qt::Key_0);
        QCOMPARE(map.zoomFactor(), 1.0);
        const QImage logarithmic = picture(map, { 900, 260 }, 1);
        map.setLogarithmic(false);
        QVERIFY(difference(logarithmic, picture(map, { 900, 260 }, 1)) > 0.1);
        QCOMPARE(map.csv().count("\r\n"), 1 + 4 * 576);
        QTest::keyClick(&map, Qt::Key_Escape);
        QCOMPARE(map.level(), QString());
        QCOMPARE(levels.size(), 2);
    }

    void heatmapNeverLosesASalientChannel()
    {
        // 1024 channels on about 300 pixels: the one bright channel must be seen at every width.
        SaliencyEvent event;
        event.layer = "model.layers.0.mlp.up_proj";
        event.rows = 1;
        event.columns = 1024;
        event.values.assign(1024, 1.0f);
        event.values[617] = 1000.0f;
        SaliencyHeatmap map;
        map.setMap(event, true);
        map.setLogarithmic(false);
        const QRgb brightest = ColorMap(ColorMap::Kind::Viridis).at(1);
        for (const int width : { 300, 411, 523, 900 }) {
            const QImage image = picture(map, { width, 160 }, 1);
            bool seen = false;
            for (int x = 0; x < width - 110; ++x)
                seen = seen || image.pixel(x, 80) == brightest;
            QVERIFY2(seen, qPrintable(QString::number(width)));
        }
    }

    void heatmapRefusesLies()
    {
        SaliencyHeatmap map;
        SaliencyEvent lying;
        lying.rows = 1000;
        lying.columns = 1000;
        lying.values.assign(5, 1.0f);
        map.setMap(lying);
        QVERIFY(map.isEmpty());
        SaliencyEvent nothing;
        nothing.rows = 2;
        nothing.columns = 2;
        nothing.values.assign(4, std::numeric_limits<float>::quiet_NaN());
        map.setMap(nothing);
        QVERIFY(!map.isEmpty());
        QVERIFY(!picture(map, { 400, 200 }, 1).isNull());
        nothing.values.assign(4, 0.0f);
        map.setMap(nothing);
        QVERIFY(!picture(map, { 400, 200 }, 1).isNull());
    }

    void codebookFollowsUntilSomebodyLooksBack()
    {
        CodebookView view;
        view.resize(700, 400);
        view.show();
        const auto history = sample::codebookHistory(3, 9);
        for (std::size_t i = 0; i < 5; ++i)
            view.append(history[i]);
        QCOMPARE(view.stepCount(), 5);
        QCOMPARE(view.shownStep(), 4);
        view.showStep(1);
        view.append(history[5]);
        QCOMPARE(view.shownStep(), 1);
        view.showStep(5);
        view.append(history[6]);
        QCOMPARE(view.shownStep(), 6);
        view.append(history[6]); // the same step again
        QCOMPARE(view.stepCount(), 7);
        settle();
        QTest::keyClick(&view.plot(), Qt::Key_Home);
        QVERIFY2(view.plot().readout().startsWith("Level 1 of 8: "), qPrintable(view.plot().readout()));
        QTest::keyClick(&view.plot(), Qt::Key_Right);
        QVERIFY(view.plot().readout().startsWith("Level 2 of 8: "));
        QCOMPARE(view.plot().csv().count("\r\n"), 1 + 7 * 8);
        CodebookEvent other = history[0];
        other.row = 18;
        view.append(other);
        QCOMPARE(view.stepCount(), 1);
        view.clear();
        QCOMPARE(view.shownStep(), -1);
        QVERIFY(view.plot().isEmpty());
    }

    void codebookLevelsGlide()
    {
        CodebookView view;
        view.resize(700, 400);
        view.show();
        const auto history = sample::codebookHistory(3, 9);
        view.append(history[0]);
        settle();
        const QImage before = view.plot().grab().toImage();
        view.append(history[8]);
        QTest::qWait(60);
        const QImage between = view.plot().grab().toImage();
        QTRY_VERIFY_WITH_TIMEOUT(difference(between, view.plot().grab().toImage()) > 0.005, 2000);
        QTest::qWait(400);
        const QImage after = view.plot().grab().toImage();
        QVERIFY(difference(before, after) > 0.01);
        QTest::qWait(100);
        QCOMPARE(difference(after, view.plot().grab().toImage()), 0.0);
    }

    void codebookAsksForRows()
    {
        CodebookView view;
        view.setRowCount(576);
        QSignalSpy rows(&view, &CodebookView::rowRequested);
        view.setRow(12);
        QCOMPARE(rows.size(), 0);
        auto* spin = view.findChild<QSpinBox*>("codebookRow");
        QCOMPARE(spin->value(), 12);
        spin->stepUp();
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.at(0).at(0).toLongLong(), 13);
    }

    void objectiveReadsValuesWithTheKeyboard()
    {
        ObjectiveView view;
        view.resize(800, 320);
        view.show();
        view.setObjectives(sample::objectives(2));
        settle();
        QCOMPARE(view.layerCount(), 14);
        QSignalSpy activated(&view, &ObjectiveView::layerActivated);
        auto* plot = view.findChild<QWidget*>("objectivePlot");
        QTest::keyClick(plot, Qt::Key_PageDown);
        QCOMPARE(activated.size(), 1);
        QVERIFY(!view.selectedLayer().isEmpty());
        QTest::keyClick(plot, Qt::Key_Home);
        QVERIFY2(view.readout().contains("half step 0 (start)"), qPrintable(view.readout()));
        QTest::keyClick(plot, Qt::Key_Right);
        QVERIFY2(view.readout().contains("half step 1 (after new codes)"), qPrintable(view.readout()));
        QTest::keyClick(plot, Qt::Key_Right);
        QVERIFY(view.readout().contains("half step 2 (after a new codebook)"));
        QVERIFY(view.readout().contains("held-out"));
        QCOMPARE(plot->accessibleDescription(), view.readout());
        QCOMPARE(view.csv().count("\r\n"), 1 + 14 * 9);
        ObjectiveEvent again = sample::objectives(1)[3];
        again.objective = 1.25;
        view.append(again);
        QCOMPARE(view.csv().count("\r\n"), 1 + 14 * 9);
        QVERIFY(view.csv().contains(",1.25,"));
        const QImage normalized = picture(view, { 800, 320 }, 1);
        view.setNormalized(false);
        QVERIFY(difference(normalized, picture(view, { 800, 320 }, 1)) > 0.01);
        view.setOnlySelected(true);
        QVERIFY(!picture(view, { 800, 320 }, 1).isNull());
        view.clear();
        settle();
        QCOMPARE(view.layerCount(), 0);
    }

    void objectiveStaysCheapWithManyLayers()
    {
        ObjectiveView view;
        view.resize(900, 320);
        view.show();
        const auto events = sample::objectives(30);
        QElapsedTimer clock;
        clock.start();
        for (const auto& event : events)
            view.append(event);
        settle();
        const qint64 filling = clock.restart();
        view.append(events.back());
        settle();
        qInfo("1890 steps of 210 layers in %lld ms, one more step in %lld ms", filling, clock.elapsed());
        QVERIFY2(filling < 1500, qPrintable(QString::number(filling)));
    }

    void histogramReadsBins()
    {
        WeightHistogramView view;
        view.resize(500, 280);
        view.show();
        view.setHistogram(sample::histogram());
        settle();
        QTest::keyClick(&view, Qt::Key_Home);
        QVERIFY2(view.readout().contains("from -0.62 to -0.61"), qPrintable(view.readout()));
        const QImage linear = picture(view, { 500, 280 }, 1);
        view.setLogarithmic(true);
        QVERIFY(difference(linear, picture(view, { 500, 280 }, 1)) > 0.05);
        QCOMPARE(view.csv().count("\r\n"), 121);
        WeightHistogram constant;
        constant.tensor = "all zero";
        constant.counts.assign(4, 0);
        constant.counts[0] = 10;
        view.setHistogram(constant);
        QVERIFY(!picture(view, { 500, 280 }, 1).isNull());
    }

    void blockTellsCodesAndScales()
    {
        BlockView view;
        view.resize(860, 360);
        view.show();
        view.setBlock(sample::block());
        settle();
        QVERIFY2(view.plotTitle().contains("row 17, block 3 of 48, Q4_0"), qPrintable(view.plotTitle()));
        const BlockContent block = sample::block();
        int changed = 0;
        for (std::size_t i = 0; i < 32; ++i)
            changed += block.before.codes[i] != block.after.codes[i];
        QVERIFY(changed > 0 && changed < 32);
        QCOMPARE(view.changedCodes(), changed);
        QTest::keyClick(&view, Qt::Key_Home);
        const QString expected = QStringLiteral("ggml's own code %1 is").arg(block.before.codes[0]);
        QVERIFY2(view.readout().startsWith("Column 64:") && view.readout().contains(expected), qPrintable(view.readout()));
        QVERIFY(view.readout().contains(QStringLiteral("in the file code %1 is").arg(block.after.codes[0])));
        QTest::keyClick(&view, Qt::Key_End);
        QVERIFY2(view.readout().startsWith("Column 95:"), qPrintable(view.readout()));
        QCOMPARE(view.csv().count("\r\n"), 33);
        view.setBlock(sample::block(true));
        settle();
        QVERIFY2(view.readout().startsWith("Column 543:") && view.readout().contains("minimum"), qPrintable(view.readout())); // the cursor stays at its place
        QTest::keyClick(&view, Qt::Key_Up);
        QVERIFY2(view.readout().startsWith("Column 575:"), qPrintable(view.readout())); // a sub-block further
    }

    void blockStepsStayInside()
    {
        BlockView view;
        view.resize(860, 360);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QSignalSpy places(&view, &BlockView::placeRequested);
        QTest::keyClick(&view, Qt::Key_N);
        QCOMPARE(places.size(), 0);
        BlockContent block = sample::block();
        view.setBlock(block);
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_N);
        QTest::keyClick(&view, Qt::Key_B);
        QCOMPARE(places.size(), 2);
        QCOMPARE(places.at(0), QVariantList({ qint64(17), qint64(3) }));
        QCOMPARE(places.at(1), QVariantList({ qint64(16), qint64(2) }));
        block.block = block.blocks - 1;
        block.row = block.rows - 1;
        view.setBlock(block);
        QTest::keyClick(&view, Qt::Key_N);
        QTest::keyClick(&view, Qt::Key_R);
        QCOMPARE(places.size(), 2);
    }

    void blockRefusesLies()
    {
        BlockView view;
        BlockContent block = sample::block();
        block.after.codes[3] = 16;
        view.setBlock(block);
        QVERIFY(view.isEmpty());
        block = sample::block();
        block.before.values.pop_back();
        view.setBlock(block);
        QVERIFY(view.isEmpty());
        block = sample::block(true);
        block.after.scales.resize(3);
        view.setBlock(block);
        QVERIFY(view.isEmpty());
        block = sample::block(); // a type on a lattice: values alone
        for (BlockCodes* side : { &block.before, &block.after }) {
            side->codes.clear();
            side->scales.clear();
        }
        block.levels.clear();
        view.setBlock(block);
        QVERIFY(!view.isEmpty());
        QVERIFY(!picture(view, { 500, 280 }, 1).isNull());
    }

    void verificationTellsFigures()
    {
        VerificationPanel panel;
        panel.resize(860, 520);
        panel.show();
        panel.setReport(sample::verification());
        auto* table = panel.findChild<QTableWidget*>("verificationTable");
        QCOMPARE(table->columnCount(), 5);
        QStringList header, all;
        for (int column = 0; column < 5; ++column) {
            header << table->horizontalHeaderItem(column)->text();
            for (int row = 0; row < table->rowCount(); ++row)
                all << table->item(row, column)->text();
        }
        QCOMPARE(header, QStringList({ "Measure", "Original", "guided-Q4_0", "llama-quantize-Q4_0", "plain-Q4_0" }));
        for (const char* expected : { "0.0740 ± 0.0016", "0.1760 ± 0.0039", "5.349", "312.4", "41.7" })
            QVERIFY2(all.contains(expected), qPrintable(QString(expected) + " not in " + all.join('|')));
        QVERIFY(panel.findChild<QLabel*>("verificationVerdict")->text().contains("25.59"));
        const QString texts = panel.findChild<QTextBrowser*>("verificationTexts")->toPlainText();
        QVERIFY2(texts.contains("the same for 4 of 12 tokens") && texts.contains("Paris"), qPrintable(texts));
        QVERIFY(panel.csv().contains("/models/guided-Q4_0.gguf,"));
        VerificationReport alone = sample::verification(); // without an original there is nothing to be compared with
        alone.original.reset();
        alone.files.resize(1);
        alone.files[0].evaluation = {};
        alone.files[0].promptTokensPerSecond.reset();
        panel.setReport(alone);
        QCOMPARE(table->columnCount(), 2);
        QCOMPARE(table->item(4, 1)->text(), QString("–"));
        panel.clear();
        QVERIFY(panel.isEmpty() && table->isHidden());
    }

    void paretoPicksSizes()
    {
        ParetoPlot plot;
        plot.resize(560, 340);
        plot.show();
        plot.setPoints(sample::front(), sample::mixes());
        plot.setBudget(4.6);
        settle();
        const auto front = sample::front();
        QVERIFY(plot.chosen() >= 0);
        QVERIFY(front[static_cast<std::size_t>(plot.chosen())].bitsPerWeight <= 4.6);
        QVERIFY(front[static_cast<std::size_t>(plot.chosen() + 1)].bitsPerWeight > 4.6);
        QSignalSpy picked(&plot, &ParetoPlot::budgetPicked);
        QTest::keyClick(&plot, Qt::Key_Right); // the cursor begins at what is chosen
        QVERIFY2(plot.readout().contains("(chosen)"), qPrintable(plot.readout()));
        QTest::keyClick(&plot, Qt::Key_Right);
        QTest::keyClick(&plot, Qt::Key_Return);
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked.at(0).at(0).toDouble(), front[static_cast<std::size_t>(plot.chosen() + 1)].bitsPerWeight);
        QTest::keyClick(&plot, Qt::Key_End);
        QVERIFY2(plot.readout().startsWith("Q4_K_M"), qPrintable(plot.readout()));
        plot.setBudget(1);
        QCOMPARE(plot.chosen(), -1);
        QCOMPARE(plot.csv().count("\r\n"), 1 + 24 + 3);
        // one point alone, no loss at all, and numbers that are none
        plot.setPoints({ { 4, 0, 0, {} }, { std::numeric_limits<double>::quiet_NaN(), 0, 1, {} }, { -1, 0, 1, {} } });
        QCOMPARE(plot.csv().count("\r\n"), 2);
        QVERIFY(!picture(plot, { 500, 280 }, 1).isNull());
        plot.setPoints({});
        QVERIFY(plot.isEmpty());
    }

    void paretoIsPickedWithTheMouse()
    {
        ParetoPlot plot;
        plot.resize(560, 340);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        plot.setPoints(sample::front(2));
        settle();
        QSignalSpy picked(&plot, &ParetoPlot::budgetPicked);
        QPoint place; // of the largest size, at the lower right
        for (int x = 555; x > 480 && place.isNull(); x -= 8) {
            for (int y = 330; y > 200 && place.isNull(); y -= 8) {
                QTest::mouseClick(&plot, Qt::LeftButton, {}, { x, y });
                if (plot.readout().startsWith("8.5 bits"))
                    place = { x, y };
            }
        }
        QVERIFY(!place.isNull());
        QTest::mouseDClick(&plot, Qt::LeftButton, {}, place);
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked.at(0).at(0).toDouble(), 8.5);
    }

    void comparisonTellsFigures()
    {
        ComparisonPanel panel;
        panel.resize(860, 560);
        panel.show();
        panel.setData(sample::comparison());
        auto* table = panel.findChild<QTableWidget*>("comparisonTable");
        QString all;
        for (int row = 0; row < table->rowCount(); ++row) {
            for (int column = 0; column < 4; ++column)
                all += table->item(row, column)->text() + '|';
        }
        for (const char* expected : { "28.41 ± 0.34", "0.4412 ± 0.0061", "72.10 ± 0.42", "÷ 4.94", "0.271", "2.94" })
            QVERIFY2(all.contains(expected), qPrintable(QString(expected) + " not in " + all));
        QVERIFY(panel.csv().contains("kl_mean,,0.4412,0.0061\r\n"));
        QVERIFY(panel.csv().contains("\r\nlayer,relative_error"));
        QSignalSpy activated(&panel, &ComparisonPanel::layerActivated);
        QTest::keyClick(&panel.chart(), Qt::Key_End);
        QTest::keyClick(&panel.chart(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated.at(0).at(0).toString(), QString("model.layers.29.mlp.down_proj"));
        ComparisonData unknown;
        unknown.quantizedName = "x";
        panel.setData(unknown);
        QCOMPARE(table->item(2, 2)->text(), QString("not measured"));
    }

    void liveViewsRepaintAtMostThirtyTimesASecond()
    {
        LayerStrip strip;
        strip.resize(600, 220);
        strip.show();
        QVERIFY(QTest::qWaitForWindowExposed(&strip));
        strip.setLayers(sample::layers(30, 100));
        settle();
        struct Counter : QObject
        {
            int paints = 0;
            bool eventFilter(QObject*, QEvent* event) override
            {
                paints += event->type() == QEvent::Paint;
                return false;
            }
        } counter;
        strip.installEventFilter(&counter);
        QElapsedTimer clock;
        clock.start();
        int events = 0;
        LayerEvent event = sample::layers(30, 100)[100];
        while (clock.elapsed() < 1000) {
            event.seconds = ++events;
            strip.setLayer(event);
            QCoreApplication::processEvents(QEventLoop::AllEvents, 2);
        }
        const double seconds = static_cast<double>(clock.elapsed()) / 1000;
        QVERIFY(events > 200);
        QVERIFY2(counter.paints <= 30 * seconds + 1, qPrintable(QString::number(counter.paints)));
        QVERIFY2(counter.paints >= 5, qPrintable(QString::number(counter.paints)));
    }
};

QTEST_MAIN(TestWidgetViews)
#include "tst_widget_views.moc"
