// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/objective_view.h"

#include "widgets/custom_plot.h"
#include "widgets/plot_axes.h"
#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPicture>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
    constexpr int clickDistance = 8;

    QString phaseName(const std::string& phase)
    {
        if (phase == "start")
            return ObjectiveView::tr("start");
        if (phase == "codes")
            return ObjectiveView::tr("after new codes");
        if (phase == "codebook")
            return ObjectiveView::tr("after a new codebook");
        return QString::fromStdString(phase);
    }

    void styleAxisRect(QCPAxisRect* rect, const PlotStyle& style, const QFont& font)
    {
        rect->setBackground(QBrush(style.panel));
        for (QCPAxis* axis : rect->axes()) {
            const bool shown = axis->axisType() == QCPAxis::atLeft || axis->axisType() == QCPAxis::atBottom;
            axis->setBasePen(shown ? QPen(style.axis) : QPen(style.grid));
            axis->setTickPen(QPen(style.axis));
            axis->setSubTickPen(QPen(style.grid));
            axis->setTickLabelColor(style.mutedText);
            axis->setLabelColor(style.mutedText);
            axis->setTickLabelFont(tickFont(font));
            axis->setLabelFont(tickFont(font));
            axis->setLabelPadding(3);
            axis->grid()->setPen(QPen(style.grid, 1));
            axis->grid()->setZeroLinePen(Qt::NoPen);
            axis->grid()->setSubGridVisible(false);
        }
    }
}

ObjectiveView::ObjectiveView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("objectiveView"));
    m_plot = new QCustomPlot(this);
    m_plot->setObjectName(QStringLiteral("objectivePlot"));
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setAccessibleName(tr("Objective"));
    m_plot->setMinimumSize(220, 110);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->installEventFilter(this);
    m_plot->setMouseTracking(true);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu); // ours, for the whole view
    m_objectiveRect = m_plot->axisRect(0);
    m_heldOutRect = new QCPAxisRect(m_plot, true);
    m_plots = new QCPLayoutGrid;
    m_plot->plotLayout()->take(m_objectiveRect);
    m_plot->plotLayout()->addElement(0, 0, m_plots);
    m_plots->addElement(0, 0, m_objectiveRect);
    m_plots->addElement(0, 1, m_heldOutRect);
    for (QCPAxisRect* rect : { m_objectiveRect, m_heldOutRect }) {
        rect->setupFullAxesBox(false);
        rect->setMinimumMargins({ 8, 8, 8, 4 });
        rect->axis(QCPAxis::atTop)->setVisible(false);
        rect->axis(QCPAxis::atRight)->setVisible(false);
        rect->axis(QCPAxis::atBottom)->setLabel(tr("half step of the solver"));
    }
    // Below the plots, where it covers no curve.
    m_objectiveRect->insetLayout()->take(m_plot->legend);
    m_plot->plotLayout()->addElement(1, 0, m_plot->legend);
    m_plot->plotLayout()->setRowStretchFactor(1, 0.001);
    m_plot->plotLayout()->setRowSpacing(0);
    m_plot->legend->setVisible(true);
    m_plot->legend->setMargins({ 8, 0, 8, 2 });

    m_normalized = new QCheckBox(tr("&Relative to start"), this);
    m_normalized->setToolTip(tr("Divides each layer's objective by its value at the start, so that layers of any size compare"));
    m_normalized->setChecked(true);
    m_logarithmic = new QCheckBox(tr("&Log scale"), this);
    m_logarithmic->setChecked(true);
    m_onlySelected = new QCheckBox(tr("&Only the selected layer"), this);
    m_readoutLabel = new QLabel(this);
    m_readoutLabel->setTextInteractionFlags(Qt::NoTextInteraction);
    m_readoutLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_readoutLabel->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_empty = new QLabel(tr("No objective yet. It is drawn after every half step while layers are solved."), this);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);

    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(10, 4, 10, 0);
    controls->setSpacing(14);
    for (QCheckBox* box : { m_normalized, m_logarithmic, m_onlySelected }) {
        controls->addWidget(box);
        connect(box, &QCheckBox::toggled, this, [this] {
            for (auto& [name, curve] : m_curves)
                curve.dirty = true;
            m_structureChanged = true;
            changed();
        });
    }
    controls->addWidget(m_readoutLabel, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(controls);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_empty, 1);
    m_actions = new PlotActions(this, this);
    restyle();
    rebuild();
}

void ObjectiveView::setEmptyText(const QString& text)
{
    m_empty->setText(text);
}

void ObjectiveView::append(const ObjectiveEvent& event)
{
    const QString name = QString::fromStdString(event.layer);
    const auto [found, isNew] = m_curves.try_emplace(name);
    m_structureChanged = m_structureChanged || isNew;
    auto& steps = found->second.steps;
    const auto place = std::lower_bound(steps.begin(), steps.end(), event.step,
        [](const ObjectiveEvent& step, int wanted) { return step.step < wanted; });
    if (place != steps.end() && place->step == event.step)
        *place = event;
    else
        steps.insert(place, event);
    found->second.dirty = true;
    changed();
}

void ObjectiveView::setObjectives(const std::vector<ObjectiveEvent>& events)
{
    clear();
    for (const ObjectiveEvent& event : events)
        append(event);
}

void ObjectiveView::clear()
{
    m_curves.clear();
    m_selected.clear();
    m_cursor = -1;
    m_structureChanged = true;
    changed();
}

void ObjectiveView::setSelectedLayer(const QString& layer)
{
    if (m_selected == layer)
        return;
    m_selected = layer;
    m_cursor = -1;
    m_structureChanged = true;
    changed();
}

void ObjectiveView::setNormalized(bool normalized)
{
    m_normalized->setChecked(normalized);
}

void ObjectiveView::setLogarithmic(bool logarithmic)
{
    m_logarithmic->setChecked(logarithmic);
}

void ObjectiveView::setOnlySelected(bool only)
{
    m_onlySelected->setChecked(only);
}

const ObjectiveView::Curve* ObjectiveView::selectedCurve() const
{
    const auto found = m_curves.find(m_selected);
    return found == m_curves.end() ? nullptr : &found->second;
}

void ObjectiveView::changed()
{
    RepaintThrottle::shared().schedule(this, [this] { rebuild(); });
}

void ObjectiveView::restyle()
{
    const PlotStyle style = PlotStyle::of(palette());
    m_plot->setBackground(QBrush(style.surface));
    for (QCPAxisRect* rect : { m_objectiveRect, m_heldOutRect })
        styleAxisRect(rect, style, font());
    m_plot->legend->setBrush(Qt::NoBrush);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setTextColor(style.text);
    m_plot->legend->setFont(tickFont(font()));
    m_plot->legend->setIconSize(18, 16); // as high as a line of text, whose underscores it would clip
    m_plot->legend->setRowSpacing(0);
    m_structureChanged = true;
}

/// In one row where that fits, else in rows of three.
void ObjectiveView::arrangeLegend()
{
    m_plot->legend->setWrap(0);
    m_plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    if (m_plot->legend->minimumOuterSizeHint().width() > m_plot->width()) {
        m_plot->legend->setWrap(3);
        m_plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    }
}

void ObjectiveView::rebuild()
{
    m_empty->setVisible(m_curves.empty());
    m_plot->setVisible(!m_curves.empty());
    const PlotStyle style = PlotStyle::of(palette());
    const bool normalized = m_normalized->isChecked(), logarithmic = m_logarithmic->isChecked();
    bool anyHeldOut = false;

    if (m_structureChanged) {
        m_plot->clearGraphs();
        m_codes = m_codebook = m_start = m_cursorMark = nullptr;
        for (auto& [name, curve] : m_curves) {
            curve.objective = curve.heldOut = nullptr;
            curve.dirty = true;
        }
        int others = 0;
        const auto draw = [&](const QString& name, Curve& curve, bool selected) {
            curve.objective = m_plot->addGraph(m_objectiveRect->axis(QCPAxis::atBottom), m_objectiveRect->axis(QCPAxis::atLeft));
            curve.heldOut = m_plot->addGraph(m_heldOutRect->axis(QCPAxis::atBottom), m_heldOutRect->axis(QCPAxis::atLeft));
            QColor color = selected ? style.accent : style.mutedText;
            if (!selected)
                color.setAlpha(m_curves.size() > 40 ? 70 : 120);
            for (QCPGraph* graph : { curve.objective, curve.heldOut }) {
                graph->setPen(QPen(color, selected ? 2.4 : 1));
                // Hundreds of smoothed lines would cost more than a frame has.
                graph->setAntialiased(selected || m_curves.size() <= 40);
                graph->setAdaptiveSampling(false);
                graph->removeFromLegend();
            }
            if (selected) {
                curve.objective->setName(name);
                curve.objective->addToLegend();
            } else if (others++ == 0) {
                curve.objective->setName(m_curves.size() > 2 ? (selectedCurve() ? tr("%1 other layers").arg(m_curves.size() - 1) : tr("%1 layers").arg(m_curves.size()))
                                                             : name);
                curve.objective->addToLegend();
            }
        };
        if (!m_onlySelected->isChecked() || !selectedCurve()) {
            for (auto& [name, curve] : m_curves) {
                if (name != m_selected)
                    draw(name, curve, false);
            }
        }
        if (const auto found = m_curves.find(m_selected); found != m_curves.end()) {
            draw(found->first, found->second, true);
            const auto marker = [&](QCPScatterStyle::ScatterShape shape, const QString& name, const QColor& fill, double size) {
                QCPGraph* graph = m_plot->addGraph(m_objectiveRect->axis(QCPAxis::atBottom), m_objectiveRect->axis(QCPAxis::atLeft));
                graph->setLineStyle(QCPGraph::lsNone);
                graph->setScatterStyle(QCPScatterStyle(shape, QPen(style.accent, 1.6), QBrush(fill), size));
                graph->setName(name);
                return graph;
            };
            m_start = marker(QCPScatterStyle::ssDiamond, tr("start"), style.panel, 9);
            m_codes = marker(QCPScatterStyle::ssDisc, tr("new codes"), style.accent, 6);
            m_codebook = marker(QCPScatterStyle::ssSquare, tr("new codebook"), style.panel, 7);
            m_cursorMark = marker(QCPScatterStyle::ssCircle, {}, Qt::transparent, 14);
            m_cursorMark->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(style.text, 2), Qt::NoBrush, 14));
            m_cursorMark->removeFromLegend();
        }
        arrangeLegend();
        m_structureChanged = false;
    }

    double low[2] = { std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity() };
    double high[2] = { -low[0], -low[1] };
    int lastStep = 1;
    const auto include = [&](int which, double value) {
        if (std::isfinite(value) && (!logarithmic || value > 0)) {
            low[which] = std::min(low[which], value);
            high[which] = std::max(high[which], value);
        }
    };
    for (auto& [name, curve] : m_curves) {
        if (!curve.objective || curve.steps.empty())
            continue;
        const double unit = normalized && curve.steps.front().objective > 0 ? curve.steps.front().objective : 1;
        QVector<double> steps, values, heldOutSteps, heldOut;
        for (const ObjectiveEvent& step : curve.steps) {
            steps.append(step.step);
            values.append(step.objective / unit);
            include(0, values.back());
            if (step.heldOut) {
                heldOutSteps.append(step.step);
                heldOut.append(*step.heldOut);
                include(1, heldOut.back());
                anyHeldOut = true;
            }
            lastStep = std::max(lastStep, step.step);
        }
        if (curve.dirty) {
            curve.objective->setData(steps, values, true);
            curve.heldOut->setData(heldOutSteps, heldOut, true);
            curve.dirty = false;
        }
    }
    if (const Curve* curve = selectedCurve(); curve && m_codes)
        updateMarkers(*curve);

    const bool shownBeside = m_heldOutRect->layout() != nullptr;
    if (anyHeldOut != shownBeside) {
        if (anyHeldOut)
            m_plots->addElement(0, 1, m_heldOutRect);
        else {
            m_plots->take(m_heldOutRect);
            m_plots->simplify();
        }
        m_heldOutRect->setVisible(anyHeldOut);
    }
    QCPAxisRect* rects[2] = { m_objectiveRect, m_heldOutRect };
    for (int i = 0; i < 2; ++i) {
        QCPAxis* vertical = rects[i]->axis(QCPAxis::atLeft);
        const bool logarithmicHere = logarithmic && low[i] > 0 && std::isfinite(low[i]);
        vertical->setScaleType(logarithmicHere ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        const double decades = logarithmicHere && high[i] > low[i] ? std::log10(high[i] / low[i]) : 0;
        if (logarithmicHere && decades > 1.2)
            vertical->setTicker(QSharedPointer<QCPAxisTickerLog>(new QCPAxisTickerLog));
        else
            vertical->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
        vertical->setNumberFormat(QStringLiteral("gb"));
        vertical->setNumberPrecision(3);
        rects[i]->axis(QCPAxis::atBottom)->setRange(-0.3, lastStep + 0.3);
        auto ticker = QSharedPointer<QCPAxisTickerFixed>(new QCPAxisTickerFixed);
        ticker->setTickStep(1);
        ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
        rects[i]->axis(QCPAxis::atBottom)->setTicker(ticker);
        if (!std::isfinite(low[i]))
            continue;
        if (logarithmicHere) {
            const double margin = std::max(1.02, std::pow(high[i] / low[i], 0.08));
            vertical->setRange(low[i] / margin, high[i] * margin);
        } else {
            const double margin = std::max(0.06 * (high[i] - low[i]), 1e-12 + 1e-3 * std::abs(high[i]));
            vertical->setRange(low[i] - margin, high[i] + margin);
        }
    }
    m_objectiveRect->axis(QCPAxis::atLeft)->setLabel(normalized ? tr("objective ÷ its start") : tr("objective, mean over rows"));
    m_heldOutRect->axis(QCPAxis::atLeft)->setLabel(tr("relative error on held-out text"));
    updateReadout();
    if (isVisible())
        m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ObjectiveView::updateMarkers(const Curve& curve)
{
    const double unit = m_normalized->isChecked() && !curve.steps.empty() && curve.steps.front().objective > 0
        ? curve.steps.front().objective
        : 1;
    QVector<double> keys[3], values[3];
    for (const ObjectiveEvent& step : curve.steps) {
        const int kind = step.phase == "codes" ? 1 : step.phase == "codebook" ? 2 : 0;
        keys[kind].append(step.step);
        values[kind].append(step.objective / unit);
    }
    m_start->setData(keys[0], values[0], true);
    m_codes->setData(keys[1], values[1], true);
    m_codebook->setData(keys[2], values[2], true);
    m_cursorMark->setData({}, {});
    if (m_cursor >= 0 && m_cursor < static_cast<int>(curve.steps.size())) {
        const ObjectiveEvent& step = curve.steps[static_cast<std::size_t>(m_cursor)];
        m_cursorMark->setData({ static_cast<double>(step.step) }, { step.objective / unit });
    }
}

void ObjectiveView::updateReadout()
{
    QString text;
    const Curve* curve = selectedCurve();
    if (curve && !curve->steps.empty()) {
        const auto& steps = curve->steps;
        const bool hasCursor = m_cursor >= 0 && m_cursor < static_cast<int>(steps.size());
        const ObjectiveEvent& step = hasCursor ? steps[static_cast<std::size_t>(m_cursor)] : steps.back();
        text = tr("%1, half step %2 (%3): objective %4").arg(m_selected).arg(step.step).arg(phaseName(step.phase), numberText(step.objective, 5));
        if (steps.front().objective > 0)
            text += tr(" = %1 of the start").arg(percentText(step.objective / steps.front().objective));
        if (step.heldOut)
            text += tr(", held-out %1").arg(percentText(*step.heldOut));
    }
    const QString description = !text.isEmpty() ? text
        : m_curves.empty()                      ? m_empty->text()
                                                : tr("Page Up and Page Down select a layer, the arrow keys read its values.");
    m_readoutLabel->setText(fontMetrics().elidedText(text, Qt::ElideLeft, std::max(40, m_readoutLabel->width())));
    m_readoutLabel->setToolTip(text);
    if (m_plot->accessibleDescription() != description) {
        m_plot->setAccessibleDescription(description);
        QAccessibleEvent event(m_plot, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&event);
    }
    if (m_readout != text) {
        m_readout = text;
        Q_EMIT readoutChanged(text);
    }
}

void ObjectiveView::moveCursor(int steps)
{
    const Curve* curve = selectedCurve();
    if (!curve || curve->steps.empty()) {
        selectNeighbour(1);
        return;
    }
    const int last = static_cast<int>(curve->steps.size()) - 1;
    m_cursor = std::clamp(m_cursor < 0 ? (steps > 0 ? 0 : last) : m_cursor + steps, 0, last);
    if (m_codes && m_cursorMark)
        updateMarkers(*curve);
    updateReadout();
    changed();
}

void ObjectiveView::selectNeighbour(int offset)
{
    if (m_curves.empty())
        return;
    auto found = m_curves.find(m_selected);
    if (found == m_curves.end()) {
        found = m_curves.begin();
    } else if (offset > 0) {
        if (++found == m_curves.end())
            found = m_curves.begin();
    } else {
        if (found == m_curves.begin())
            found = m_curves.end();
        --found;
    }
    setSelectedLayer(found->first);
    updateReadout();
    Q_EMIT layerActivated(found->first);
}

void ObjectiveView::hoverAt(const QPoint& position)
{
    for (const auto& [name, curve] : m_curves) {
        for (QCPGraph* graph : { curve.objective, curve.heldOut }) {
            if (!graph || !graph->realVisibility())
                continue;
            const double distance = graph->selectTest(position, false);
            if (distance >= 0 && distance < clickDistance) {
                const int step = static_cast<int>(std::lround(graph->keyAxis()->pixelToCoord(position.x())));
                QString text = name;
                for (const ObjectiveEvent& event : curve.steps) {
                    if (event.step == step)
                        text = tr("%1, half step %2 (%3): objective %4").arg(name).arg(step).arg(phaseName(event.phase), numberText(event.objective, 5));
                }
                QToolTip::showText(m_plot->mapToGlobal(position), text, m_plot);
                return;
            }
        }
    }
    QToolTip::hideText();
}

bool ObjectiveView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_plot)
        return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::Resize)
        arrangeLegend();
    if (event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (!(key->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier))) {
            const int far = 1 << 20;
            if (key->key() == Qt::Key_Home || key->key() == Qt::Key_End)
                m_cursor = std::max(m_cursor, 0);
            switch (key->key()) {
            case Qt::Key_Left:
            case Qt::Key_Right:
                moveCursor(key->key() == Qt::Key_Left ? -1 : 1);
                return true;
            case Qt::Key_Home:
            case Qt::Key_End:
                moveCursor(key->key() == Qt::Key_Home ? -far : far);
                return true;
            case Qt::Key_PageUp:
            case Qt::Key_PageDown:
                selectNeighbour(key->key() == Qt::Key_PageUp ? -1 : 1);
                return true;
            default:
                break;
            }
        }
    } else if (event->type() == QEvent::MouseButtonPress) {
        auto* mouse = static_cast<QMouseEvent*>(event);
        double best = clickDistance;
        QString nearest;
        for (const auto& [name, curve] : m_curves) {
            for (QCPGraph* graph : { curve.objective, curve.heldOut }) {
                const double distance = graph && graph->realVisibility() ? graph->selectTest(mouse->position(), false) : -1;
                if (distance >= 0 && distance < best) {
                    best = distance;
                    nearest = name;
                }
            }
        }
        if (mouse->button() == Qt::LeftButton && !nearest.isEmpty()) {
            setSelectedLayer(nearest);
            Q_EMIT layerActivated(nearest);
        }
    } else if (event->type() == QEvent::MouseMove) {
        hoverAt(static_cast<QMouseEvent*>(event)->position().toPoint());
    } else if (event->type() == QEvent::Resize || event->type() == QEvent::Show) {
        changed();
    } else if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        const PlotStyle style = PlotStyle::of(palette());
        const bool focused = event->type() == QEvent::FocusIn;
        m_objectiveRect->axis(QCPAxis::atBottom)->setBasePen(focused ? QPen(style.accent, 2) : QPen(style.axis));
        m_objectiveRect->axis(QCPAxis::atLeft)->setBasePen(focused ? QPen(style.accent, 2) : QPen(style.axis));
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
    return QWidget::eventFilter(watched, event);
}

void ObjectiveView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        restyle();
        changed();
    }
    QWidget::changeEvent(event);
}

void ObjectiveView::paint(QPainter& painter, QSize size)
{
    const PlotStyle style = PlotStyle::of(palette());
    painter.fillRect(QRect({ 0, 0 }, size), style.surface);
    painter.setFont(font());
    if (m_curves.empty()) {
        painter.setPen(style.mutedText);
        painter.drawText(QRect({ 0, 0 }, size).adjusted(20, 10, -20, -10), Qt::AlignCenter | Qt::TextWordWrap, m_empty->text());
        return;
    }
    rebuild();
    QPicture picture;
    {
        QCPPainter recorder(&picture);
        recorder.setRenderHint(QPainter::Antialiasing);
        m_plot->toPainter(&recorder, size.width(), size.height());
    }
    painter.drawPicture(0, 0, picture);
}

QString ObjectiveView::csv() const
{
    QString text = QStringLiteral("layer,step,phase,objective,held_out\r\n");
    for (const auto& [name, curve] : m_curves) {
        for (const ObjectiveEvent& step : curve.steps)
            text += QStringList { csvField(name), QString::number(step.step), csvField(QString::fromStdString(step.phase)),
                csvNumber(step.objective), csvNumber(step.heldOut.value_or(notANumber)) }
                        .join(QLatin1Char(','))
                + QStringLiteral("\r\n");
    }
    return text;
}

QString ObjectiveView::plotTitle() const
{
    return m_selected.isEmpty() ? tr("Objective") : tr("Objective of %1").arg(m_selected);
}

} // namespace bitloom
