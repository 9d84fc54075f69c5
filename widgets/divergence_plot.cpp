// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/divergence_plot.h"

#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr double diamond = 5; ///< half its height, pixels
}

DivergencePlot::DivergencePlot(QWidget* parent)
    : ItemPlot(tr("KL divergence from the original"), tr("None of the runs has been evaluated against its original. “Evaluate” measures them on the same text."), parent)
{
    setObjectName(QStringLiteral("divergencePlot"));
    addLogarithmicAxis(tr("&Logarithmic divergence"), true);
}

void DivergencePlot::setDivergences(std::vector<Divergence> divergences)
{
    std::erase_if(divergences, [](const Divergence& each) { return !std::isfinite(each.mean) || each.mean < 0; });
    m_divergences = std::move(divergences);
    keepCursorInside();
    contentChanged();
}

QRectF DivergencePlot::plotArea(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("0.0000")));
    area.setTop(area.top() + metrics.height() + 6); // legend
    area.setBottom(area.bottom() + metrics.height() + 2); // names below, no unit
    return area;
}

Axis DivergencePlot::vertical() const
{
    double least = std::numeric_limits<double>::infinity(), most = 0;
    const auto take = [&](double value) {
        if (value > 0 && std::isfinite(value)) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    };
    for (const Divergence& each : m_divergences) {
        take(each.mean);
        take(each.mean + each.standardError.value_or(0));
        for (const auto& [fraction, value] : each.quantiles)
            if (fraction >= 0.05) // the least divergences are zero but for rounding
                take(value);
    }
    Axis axis;
    axis.logarithmic = isLogarithmic() && most > 0;
    axis.maximum = most > 0 ? most * (axis.logarithmic ? 1.4 : 1.06) : 1;
    axis.minimum = axis.logarithmic ? std::max(least / 1.4, axis.maximum * 1e-6) : 0;
    axis.label = tr("KL divergence, nats");
    return axis;
}

void DivergencePlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF area = plotArea(size);
    const Axis axis = vertical();
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, axis, style, true);
    painter.setFont(small);
    const double width = area.width() / static_cast<double>(m_divergences.size());
    const auto toY = [&](double value) { return area.bottom() - std::clamp(axis.part(value), 0.0, 1.0) * area.height(); };
    for (std::size_t i = 0; i < m_divergences.size(); ++i) {
        const Divergence& each = m_divergences[i];
        const double x = area.left() + (static_cast<double>(i) + 0.5) * width, reach = std::min(26.0, 0.3 * width);
        const QColor color = style.seriesColor(static_cast<int>(i));
        painter.setPen(QPen(color, 1.5));
        if (!each.quantiles.empty())
            painter.drawLine(QPointF(x, toY(each.quantiles.front().second)), QPointF(x, toY(each.quantiles.back().second)));
        double lastLabel = std::numeric_limits<double>::infinity();
        for (const auto& [fraction, value] : each.quantiles) {
            const double y = toY(value), half = fraction == 0.5 ? reach : 0.55 * reach;
            painter.setPen(QPen(color, fraction == 0.5 ? 3 : 1.5));
            painter.drawLine(QPointF(x - half, y), QPointF(x + half, y));
            const QString label = fraction == 1 ? tr("max") : QStringLiteral("%1 %").arg(100 * fraction);
            if (lastLabel - y >= metrics.height() && reach + metrics.horizontalAdvance(label) + 8 < 0.5 * width) {
                painter.setPen(style.mutedText);
                painter.drawText(QRectF(x + reach + 4, y - metrics.height() / 2, 60, metrics.height()), Qt::AlignVCenter, label);
                lastLabel = y;
            }
        }
        const QPointF mean(x, toY(each.mean));
        painter.setPen(QPen(style.text, 1.5));
        if (each.standardError && *each.standardError > 0) {
            const double low = toY(std::max(axis.minimum, each.mean - *each.standardError)), high = toY(each.mean + *each.standardError);
            painter.drawLine(QPointF(x, low), QPointF(x, high));
            for (const double y : { low, high })
                painter.drawLine(QPointF(x - 6, y), QPointF(x + 6, y));
        }
        painter.setBrush(color);
        painter.drawPolygon(QPolygonF({ mean + QPointF(0, -diamond), mean + QPointF(diamond, 0), mean + QPointF(0, diamond), mean + QPointF(-diamond, 0) }));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(style.text);
        const QRectF name(x - width / 2 + 2, area.bottom() + 4, width - 4, metrics.height());
        painter.drawText(name, Qt::AlignCenter, metrics.elidedText(each.name, Qt::ElideMiddle, name.width()));
        if (paintsCursor() && cursor() == static_cast<int>(i)) {
            painter.setPen(QPen(style.cursor, 2));
            painter.drawRect(QRectF(x - width / 2 + 1, area.top(), width - 2, area.height()));
        }
    }
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    const double y = area.top() - metrics.height() - 5;
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(area.left(), y, area.width(), metrics.height()), Qt::AlignVCenter,
        metrics.elidedText(tr("◆ mean with its standard error, ▬ median, – quantiles over the tokens"), Qt::ElideRight, area.width()));
}

int DivergencePlot::itemAt(const QPointF& position) const
{
    const QRectF area = plotArea(size());
    if (m_divergences.empty() || !area.contains(position))
        return -1;
    return std::min(itemCount() - 1, static_cast<int>((position.x() - area.left()) / area.width() * itemCount()));
}

QString DivergencePlot::describe(int item) const
{
    const Divergence& each = m_divergences[static_cast<std::size_t>(item)];
    QString text = tr("%1: mean %2").arg(each.name, each.standardError ? uncertainText(each.mean, *each.standardError) : numberText(each.mean));
    for (const auto& [fraction, value] : each.quantiles)
        text += fraction == 1 ? tr(", at most %1").arg(numberText(value, 3)) : tr(", %1 % of the tokens below %2").arg(100 * fraction).arg(numberText(value, 3));
    return text;
}

QString DivergencePlot::csv() const
{
    QString text = QStringLiteral("name,quantity,value,standard_error\r\n");
    for (const Divergence& each : m_divergences) {
        text += QStringLiteral("%1,mean,%2,%3\r\n").arg(csvField(each.name), csvNumber(each.mean), each.standardError ? csvNumber(*each.standardError) : QString());
        for (const auto& [fraction, value] : each.quantiles)
            text += QStringLiteral("%1,quantile %2,%3,\r\n").arg(csvField(each.name), csvNumber(fraction), csvNumber(value));
    }
    return text;
}

} // namespace bitloom
