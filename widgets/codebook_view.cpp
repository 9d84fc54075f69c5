// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/codebook_view.h"

#include "widgets/color_map.h"
#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    constexpr int glideMilliseconds = 200;
    constexpr int replayMilliseconds = 350;
    constexpr std::size_t largestHistory = 4096;
    constexpr double traceShare = 0.28; ///< of the height, for the levels' way over the steps

    QString phaseName(const std::string& phase)
    {
        if (phase == "start")
            return CodebookView::tr("start");
        if (phase == "codes")
            return CodebookView::tr("new codes");
        if (phase == "codebook")
            return CodebookView::tr("new codebook");
        return QString::fromStdString(phase);
    }

    /// Levels from dark to light, kept away from the ends of the map where one would vanish into the panel.
    QColor levelColor(int level, int levels, const PlotStyle& style)
    {
        const double t = levels > 1 ? static_cast<double>(level) / (levels - 1) : 0.5;
        return ColorMap(ColorMap::Kind::Viridis).color(style.dark ? 0.35 + 0.6 * t : 0.12 + 0.6 * t);
    }
}

CodebookPlot::CodebookPlot(QWidget* parent)
    : ItemPlot(tr("Codebook"),
        tr("No codebook yet. While a layer is solved, one row's weights and its levels move here; pick a layer in the strip."),
        parent)
{
    setObjectName(QStringLiteral("codebookPlot"));
    m_glide.setDuration(glideMilliseconds);
    m_glide.setStartValue(0.0);
    m_glide.setEndValue(1.0);
    m_glide.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_glide, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const auto part = static_cast<float>(value.toDouble());
        for (std::size_t i = 0; i < m_shown.size() && i < m_from.size() && i < m_event.levels.size(); ++i)
            m_shown[i] = m_from[i] + part * (m_event.levels[i] - m_from[i]);
        contentChanged();
    });
}

void CodebookPlot::showStep(const CodebookEvent& event, bool animated)
{
    const bool sameRow = event.layer == m_event.layer && event.row == m_event.row;
    m_glide.stop();
    m_from = m_shown;
    m_event = event;
    keepCursorInside();
    if (animated && sameRow && isVisible() && m_from.size() == event.levels.size())
        m_glide.start();
    else
        m_shown = event.levels;
    contentChanged();
}

void CodebookPlot::clear()
{
    m_glide.stop();
    m_event = {};
    m_from.clear();
    m_shown.clear();
    clearCursor();
    contentChanged();
}

void CodebookPlot::setHistory(const std::vector<CodebookEvent>* history)
{
    m_history = history;
    contentChanged();
}

QString CodebookPlot::plotTitle() const
{
    if (m_event.layer.empty())
        return tr("Codebook");
    return tr("Codebook of %1, row %2").arg(QString::fromStdString(m_event.layer)).arg(m_event.row);
}

QRectF CodebookPlot::plotArea(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("00000")));
    area.setTop(area.top() + metrics.height() + 2); // counts of each level
    return area;
}

std::pair<double, double> CodebookPlot::valueRange() const
{
    double low = m_event.minimum, high = m_event.maximum;
    for (const float level : m_event.levels) {
        low = std::min<double>(low, level);
        high = std::max<double>(high, level);
    }
    if (!(high > low))
        high = low + 1e-6;
    const double margin = 0.02 * (high - low);
    return { low - margin, high + margin };
}

void CodebookPlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    QRectF area = plotArea(size);
    const auto [low, high] = valueRange();
    const int levels = static_cast<int>(m_shown.size());
    const bool traced = m_history && m_history->size() > 1 && area.height() > 120;
    QRectF trace;
    if (traced) {
        trace = area;
        trace.setTop(area.bottom() - traceShare * area.height());
        area.setBottom(trace.top() - 8);
    }
    Axis horizontal;
    horizontal.minimum = low;
    horizontal.maximum = high;
    horizontal.label = tr("weight");
    Axis vertical;
    vertical.minimum = 0;
    vertical.maximum = 1;
    vertical.label = tr("weights per bin");
    for (const float count : m_event.histogram)
        vertical.maximum = std::max<double>(vertical.maximum, 1.06 * count);
    const auto toX = [&](double value) { return area.left() + horizontal.part(value) * area.width(); };

    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, vertical, style, true);

    // Bands between the midpoints: which weights go to which level.
    std::vector<double> edges;
    if (levels > 0) {
        edges.push_back(area.left());
        for (int i = 0; i + 1 < levels; ++i)
            edges.push_back(toX((static_cast<double>(m_shown[static_cast<std::size_t>(i)]) + m_shown[static_cast<std::size_t>(i + 1)]) / 2));
        edges.push_back(area.right());
    }
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < levels; ++i) {
        QColor tint = levelColor(i, levels, style);
        tint.setAlpha(i % 2 == 0 ? 34 : 16);
        const double from = edges[static_cast<std::size_t>(i)], to = edges[static_cast<std::size_t>(i + 1)];
        painter.fillRect(QRectF(from, area.top(), std::max(0.0, to - from), area.height()), tint);
    }
    if (paintsCursor() && cursor() >= 0 && cursor() < levels) {
        QColor tint = style.accent;
        tint.setAlpha(60);
        const double from = edges[static_cast<std::size_t>(cursor())], to = edges[static_cast<std::size_t>(cursor() + 1)];
        painter.fillRect(QRectF(from, area.top(), std::max(0.0, to - from), area.height()), tint);
    }

    // The histogram; every bar has the colour of the level that its middle goes to.
    const auto bins = m_event.histogram.size();
    if (bins > 0 && m_event.maximum > m_event.minimum) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        const double binWidth = (m_event.maximum - m_event.minimum) / static_cast<double>(bins);
        std::size_t band = 0;
        for (std::size_t bin = 0; bin < bins; ++bin) {
            const double start = m_event.minimum + static_cast<double>(bin) * binWidth;
            const double left = toX(start), right = toX(start + binWidth);
            while (levels > 0 && band + 2 < edges.size() && (left + right) / 2 > edges[band + 1])
                ++band;
            QColor color = levels > 0 ? levelColor(static_cast<int>(band), levels, style) : style.series[0];
            const double height = m_event.histogram[bin] / vertical.maximum * area.height();
            painter.fillRect(QRectF(left, area.bottom() - height, std::max(1.0, right - left - (right - left > 4 ? 1 : 0)), height), color);
        }
        painter.setRenderHint(QPainter::Antialiasing, true);
    }

    // The levels themselves.
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    double countEnd = -1e9;
    for (int i = 0; i < levels; ++i) {
        const double x = toX(m_shown[static_cast<std::size_t>(i)]);
        painter.setPen(QPen(style.text, levels > 32 ? 1 : 1.6));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        if (levels <= 64) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(style.text);
            painter.drawPolygon(QPolygonF({ QPointF(x - 4, area.top()), QPointF(x + 4, area.top()), QPointF(x, area.top() + 6) }));
        }
        if (static_cast<std::size_t>(i) < m_event.counts.size()) {
            const QString text = numberText(m_event.counts[static_cast<std::size_t>(i)], 6);
            const double width = metrics.horizontalAdvance(text);
            if (x - width / 2 > countEnd + 4) {
                painter.setPen(style.mutedText);
                painter.drawText(QRectF(x - width, area.top() - metrics.height() - 1, 2 * width, metrics.height()), Qt::AlignHCenter, text);
                countEnd = x + width / 2;
            }
        }
    }
    painter.setFont(font());
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());

    if (traced) {
        painter.fillRect(trace, style.panel);
        const auto& steps = *m_history;
        const double span = static_cast<double>(steps.size() - 1);
        const auto toY = [&](std::size_t index) { return trace.top() + 3 + static_cast<double>(index) / span * (trace.height() - 6); };
        for (int level = 0; level < levels; ++level) {
            QPolygonF way;
            for (std::size_t index = 0; index < steps.size(); ++index) {
                if (static_cast<std::size_t>(level) < steps[index].levels.size())
                    way.append(QPointF(toX(steps[index].levels[static_cast<std::size_t>(level)]), toY(index)));
            }
            painter.setPen(QPen(levelColor(level, levels, style), levels > 32 ? 1 : 1.8));
            painter.setBrush(Qt::NoBrush);
            painter.drawPolyline(way);
        }
        for (std::size_t index = 0; index < steps.size(); ++index) {
            if (steps[index].step == m_event.step && steps[index].phase == m_event.phase) {
                painter.setPen(QPen(style.text, 1, Qt::DashLine));
                painter.drawLine(QPointF(trace.left(), toY(index)), QPointF(trace.right(), toY(index)));
            }
        }
        painter.setFont(small);
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(0, trace.top() - 2, trace.left() - 7, metrics.height()), Qt::AlignRight, tr("start"));
        painter.drawText(QRectF(0, trace.bottom() - metrics.height(), trace.left() - 7, metrics.height()), Qt::AlignRight,
            tr("step %1").arg(steps.back().step));
        painter.setFont(font());
        painter.setPen(QPen(style.axis, 1));
        painter.drawLine(trace.bottomLeft(), trace.bottomRight());
    }
    paintBottomAxis(painter, traced ? trace : area, horizontal, style, false);
    QFont legendFont = small;
    painter.setFont(legendFont);
    const double legendY = size.height() - metrics.height() - 5;
    const double legendWidth = metrics.horizontalAdvance(tr("level, with its count above")) + 30;
    if (area.width() > 2 * legendWidth + 80) {
        painter.setPen(QPen(style.text, 1.6));
        painter.drawLine(QPointF(area.left() + 4, legendY + 2), QPointF(area.left() + 4, legendY + metrics.height() - 2));
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(area.left() + 12, legendY, legendWidth, metrics.height()), Qt::AlignVCenter, tr("level, with its count above"));
        painter.drawText(QRectF(area.right() - 240, legendY, 240, metrics.height()), Qt::AlignRight | Qt::AlignVCenter,
            tr("step %1, %2").arg(m_event.step).arg(phaseName(m_event.phase)));
    }
}

int CodebookPlot::levelNear(double value) const
{
    int best = -1;
    double distance = 0;
    for (std::size_t i = 0; i < m_event.levels.size(); ++i) {
        const double here = std::abs(m_event.levels[i] - value);
        if (best < 0 || here < distance) {
            best = static_cast<int>(i);
            distance = here;
        }
    }
    return best;
}

int CodebookPlot::itemAt(const QPointF& position) const
{
    const QRectF area = plotArea(size());
    if (!area.contains(position))
        return -1;
    const auto [low, high] = valueRange();
    return levelNear(low + (position.x() - area.left()) / area.width() * (high - low));
}

QString CodebookPlot::describe(int level) const
{
    const auto i = static_cast<std::size_t>(level);
    QString text = tr("Level %1 of %2: %3").arg(level + 1).arg(m_event.levels.size()).arg(numberText(m_event.levels[i]));
    if (i < m_event.counts.size()) {
        double total = 0;
        for (const float count : m_event.counts)
            total += count;
        text += tr(", %1 weights").arg(numberText(m_event.counts[i], 6));
        if (total > 0)
            text += tr(" (%1)").arg(percentText(m_event.counts[i] / total));
    }
    return text;
}

QString CodebookPlot::csv() const
{
    QString text = QStringLiteral("layer,row,step,phase,level,value,count\r\n");
    const auto add = [&](const CodebookEvent& event) {
        for (std::size_t i = 0; i < event.levels.size(); ++i) {
            text += QStringLiteral("%1,%2,%3,%4,%5,%6,%7\r\n")
                        .arg(csvField(QString::fromStdString(event.layer)))
                        .arg(event.row)
                        .arg(event.step)
                        .arg(csvField(QString::fromStdString(event.phase)))
                        .arg(i)
                        .arg(csvNumber(event.levels[i]), i < event.counts.size() ? csvNumber(event.counts[i]) : QString());
        }
    };
    if (m_history && !m_history->empty()) {
        for (const CodebookEvent& event : *m_history)
            add(event);
    } else {
        add(m_event);
    }
    return text;
}

CodebookView::CodebookView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("codebookView"));
    m_plot = new CodebookPlot(this);
    m_plot->setHistory(&m_history);
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("codebookStep"));
    m_slider->setAccessibleName(tr("Step of the solver"));
    m_slider->setToolTip(tr("Half steps of the solver; at the right end the view follows the newest"));
    m_play = new QToolButton(this);
    m_play->setObjectName(QStringLiteral("codebookReplay"));
    m_play->setText(tr("Replay"));
    m_play->setCheckable(true);
    m_play->setAccessibleName(tr("Replay all steps"));
    m_play->setToolTip(tr("Plays all steps from the start"));
    m_stepLabel = new QLabel(this);
    m_rowLabel = new QLabel(tr("R&ow"), this);
    m_row = new QSpinBox(this);
    m_row->setObjectName(QStringLiteral("codebookRow"));
    m_row->setAccessibleName(tr("Output row"));
    m_row->setKeyboardTracking(false);
    m_rowLabel->setBuddy(m_row);
    m_replay = new QTimer(this);
    m_replay->setInterval(replayMilliseconds);

    auto* controls = new QHBoxLayout;
    controls->setContentsMargins(8, 0, 8, 6);
    controls->setSpacing(10);
    controls->addWidget(m_play);
    controls->addWidget(m_slider, 1);
    controls->addWidget(m_stepLabel);
    controls->addWidget(m_rowLabel);
    controls->addWidget(m_row);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_plot, 1);
    layout->addLayout(controls);

    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        if (value >= 0 && value < stepCount())
            m_plot->showStep(m_history[static_cast<std::size_t>(value)], true);
        updateControls();
    });
    connect(m_row, &QSpinBox::valueChanged, this, [this](int row) { Q_EMIT rowRequested(row); });
    connect(m_play, &QToolButton::toggled, this, [this](bool playing) {
        if (playing) {
            if (m_slider->value() == m_slider->maximum())
                m_slider->setValue(0);
            m_replay->start();
        } else {
            m_replay->stop();
        }
    });
    connect(m_replay, &QTimer::timeout, this, [this] {
        if (m_slider->value() >= m_slider->maximum())
            m_play->setChecked(false);
        else
            m_slider->setValue(m_slider->value() + 1);
    });
    setRowCount(0);
    updateControls();
}

void CodebookView::append(const CodebookEvent& event)
{
    const bool sameRow = !m_history.empty() && m_history.back().layer == event.layer && m_history.back().row == event.row;
    const bool restarted = sameRow && event.step < m_history.back().step;
    if (!sameRow || restarted) {
        m_history.clear();
        m_play->setChecked(false);
    } else if (m_history.back().step == event.step && m_history.back().phase == event.phase) {
        m_history.pop_back(); // sent again
    }
    const bool follows = m_history.empty() || (m_slider->value() >= m_slider->maximum() && !m_play->isChecked());
    if (m_history.size() >= largestHistory)
        m_history.erase(m_history.begin() + 1); // the start stays
    m_history.push_back(event);
    setRow(event.row);
    {
        const QSignalBlocker blocker(m_slider);
        m_slider->setRange(0, stepCount() - 1);
        if (follows)
            m_slider->setValue(stepCount() - 1);
    }
    if (follows)
        m_plot->showStep(event, true);
    updateControls();
}

void CodebookView::clear()
{
    m_play->setChecked(false);
    m_history.clear();
    const QSignalBlocker blocker(m_slider);
    m_slider->setRange(0, 0);
    m_plot->clear();
    updateControls();
}

void CodebookView::setRowCount(std::int64_t rows)
{
    m_rowLabel->setVisible(rows > 0);
    m_row->setVisible(rows > 0);
    const QSignalBlocker blocker(m_row);
    m_row->setRange(0, static_cast<int>(std::clamp<std::int64_t>(rows - 1, 0, 1 << 30)));
}

void CodebookView::setRow(std::int64_t row)
{
    const QSignalBlocker blocker(m_row);
    m_row->setValue(static_cast<int>(std::clamp<std::int64_t>(row, 0, 1 << 30)));
}

int CodebookView::shownStep() const
{
    return m_history.empty() ? -1 : m_slider->value();
}

void CodebookView::showStep(int index)
{
    m_slider->setValue(index);
}

void CodebookView::updateControls()
{
    const bool several = stepCount() > 1;
    m_slider->setEnabled(several);
    m_play->setEnabled(several);
    if (m_history.empty()) {
        m_stepLabel->setText(tr("no steps"));
        return;
    }
    const CodebookEvent& event = m_history[static_cast<std::size_t>(std::clamp(m_slider->value(), 0, stepCount() - 1))];
    m_stepLabel->setText(tr("step %1 of %2, %3").arg(event.step).arg(m_history.back().step).arg(phaseName(event.phase)));
    m_slider->setAccessibleDescription(m_stepLabel->text());
}

} // namespace bitloom
