// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_error_chart.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {

LayerErrorChart::LayerErrorChart(QWidget* parent)
    : ItemPlot(tr("Relative error by layer"), tr("No layer has been quantized yet. When a job ends, the error of every layer is shown here."),
        parent)
{
    setObjectName(QStringLiteral("layerErrorChart"));
    addLogarithmicAxis(tr("&Logarithmic error"), true);
}

void LayerErrorChart::setLayers(const std::vector<LayerReport>& layers)
{
    static const QRegularExpression place(QStringLiteral("(?:^|\\.)(\\d+)\\.(.+)$"));
    m_bars.clear();
    m_modules.clear();
    clearCursor();
    for (const LayerReport& layer : layers) {
        if (!layer.relativeError || !std::isfinite(*layer.relativeError))
            continue;
        Bar bar;
        bar.layer = QString::fromStdString(layer.name);
        const auto match = place.match(bar.layer);
        bar.block = match.hasMatch() ? match.captured(1).toInt() : -1;
        bar.module = match.hasMatch() ? match.captured(2) : bar.layer;
        if (!m_modules.contains(bar.module))
            m_modules.append(bar.module);
        bar.moduleIndex = static_cast<int>(m_modules.indexOf(bar.module));
        bar.error = *layer.relativeError;
        bar.heldOut = layer.heldOutFinal.value_or(std::numeric_limits<double>::quiet_NaN());
        bar.bits = layer.bitsPerWeight;
        m_bars.push_back(bar);
    }
    contentChanged();
}

QSize LayerErrorChart::sizeHint() const
{
    return { 720, 280 };
}

double LayerErrorChart::bottomValue() const
{
    if (!isLogarithmic())
        return 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (const Bar& bar : m_bars) {
        for (const double value : { bar.error, bar.heldOut }) {
            if (value > 0)
                smallest = std::min(smallest, value);
        }
    }
    return std::isfinite(smallest) ? 100 * smallest / 2 : 0;
}

QRectF LayerErrorChart::plotArea(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("00000")));
    area.setTop(area.top() + metrics.height() + 6); // legend
    return area;
}

void LayerErrorChart::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF area = plotArea(size);
    Axis vertical;
    vertical.minimum = bottomValue();
    vertical.logarithmic = isLogarithmic() && vertical.minimum > 0;
    vertical.maximum = vertical.logarithmic ? vertical.minimum * 2.2 : 1e-9;
    vertical.label = tr("relative error, %");
    bool heldOut = false;
    for (const Bar& bar : m_bars) {
        for (const double value : { bar.error, bar.heldOut }) {
            if (std::isfinite(value))
                vertical.maximum = std::max(vertical.maximum, 100 * value * (vertical.logarithmic ? 1.2 : 1.06));
        }
        heldOut = heldOut || std::isfinite(bar.heldOut);
    }
    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, vertical, style, true);

    const auto bars = static_cast<double>(m_bars.size());
    const double width = std::min(40.0, area.width() / bars);
    const auto toY = [&](double error) { return area.bottom() - std::clamp(vertical.part(100 * error), 0.0, 1.0) * area.height(); };
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    double labelEnd = -1e9;
    int lastBlock = std::numeric_limits<int>::min();
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        const Bar& bar = m_bars[i];
        const double x = area.left() + static_cast<double>(i) * width;
        if (bar.block != lastBlock) {
            const QString text = QString::number(bar.block);
            if (bar.block >= 0) {
                painter.setPen(QPen(style.grid, 1));
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 4));
                if (x > labelEnd) {
                    painter.setPen(style.mutedText);
                    painter.drawText(QPointF(x + 1, area.bottom() + 4 + metrics.ascent()), text);
                    labelEnd = x + metrics.horizontalAdvance(text) + 6;
                }
            }
            lastBlock = bar.block;
        }
        const double gap = width > 5 ? 1 : width > 2.5 ? 0.5 : 0;
        QRectF box(x + gap, toY(bar.error), std::max(0.8, width - 2 * gap), 0);
        box.setBottom(area.bottom());
        painter.fillRect(box, style.seriesColor(bar.moduleIndex));
        if (std::isfinite(bar.heldOut)) {
            painter.setPen(QPen(style.text, 1.6));
            painter.drawLine(QPointF(box.left(), toY(bar.heldOut)), QPointF(box.right(), toY(bar.heldOut)));
        }
        if (paintsCursor() && static_cast<int>(i) == cursor()) {
            painter.setPen(QPen(style.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(QRectF(x - 1, area.top(), width + 2, area.height()));
        }
    }
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(area.left(), area.bottom() + 6 + metrics.height(), area.width(), metrics.height()), Qt::AlignHCenter,
        tr("decoder block"));
    double x = area.left();
    const double y = area.top() - metrics.height() - 5;
    for (qsizetype module = 0; module < m_modules.size() && x < area.right() - 40; ++module)
        x = paintLegendEntry(painter, x, y, style.seriesColor(static_cast<int>(module)), Qt::NoPen,
            m_modules[module].section(QLatin1Char('.'), -1), style);
    if (heldOut && x < area.right() - 90) {
        painter.setPen(QPen(style.text, 1.6));
        painter.drawLine(QPointF(x, y + metrics.height() / 2), QPointF(x + 10, y + metrics.height() / 2));
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(x + 15, y, 200, metrics.height()), Qt::AlignVCenter, tr("on held-out text"));
    }
}

int LayerErrorChart::itemAt(const QPointF& position) const
{
    const QRectF area = plotArea(size());
    if (!area.contains(position) || itemCount() == 0)
        return -1;
    const int bar = static_cast<int>((position.x() - area.left()) / std::min(40.0, area.width() / itemCount()));
    return bar < itemCount() ? bar : -1;
}

int LayerErrorChart::itemsUpward() const
{
    return std::max(1, static_cast<int>(m_modules.size()));
}

void LayerErrorChart::activateCursor()
{
    if (cursor() >= 0 && cursor() < itemCount())
        Q_EMIT layerActivated(m_bars[static_cast<std::size_t>(cursor())].layer);
}

QString LayerErrorChart::describe(int index) const
{
    const Bar& bar = m_bars[static_cast<std::size_t>(index)];
    QString text = tr("%1: relative error %2").arg(bar.layer, percentText(bar.error));
    if (std::isfinite(bar.heldOut))
        text += tr(", on held-out text %1").arg(percentText(bar.heldOut));
    if (bar.bits > 0)
        text += tr(", %1 bits per weight").arg(numberText(bar.bits, 3));
    return text;
}

QString LayerErrorChart::csv() const
{
    QString text = QStringLiteral("layer,relative_error,held_out_error,bits_per_weight\r\n");
    for (const Bar& bar : m_bars)
        text += QStringLiteral("%1,%2,%3,%4\r\n").arg(csvField(bar.layer), csvNumber(bar.error), csvNumber(bar.heldOut), csvNumber(bar.bits));
    return text;
}

} // namespace bitloom
