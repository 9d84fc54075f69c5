// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_axes.h"

#include "widgets/text_format.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

namespace bitloom {

double Axis::part(double value) const
{
    if (!(maximum > minimum))
        return 0.5;
    if (logarithmic)
        return value > 0 ? std::log(value / minimum) / std::log(maximum / minimum) : 0;
    return (value - minimum) / (maximum - minimum);
}

double Axis::value(double part) const
{
    if (logarithmic)
        return minimum * std::pow(maximum / minimum, part);
    return minimum + part * (maximum - minimum);
}

QFont tickFont(const QFont& base)
{
    QFont font = base;
    if (base.pointSizeF() > 0)
        font.setPointSizeF(std::max(7.0, base.pointSizeF() * 0.88));
    return font;
}

double titleHeight(const QFont& font)
{
    return std::ceil(QFontMetricsF(font).height()) + 10;
}

QRectF areaInsideAxes(const QSizeF& size, const QFont& font, double leftTextWidth, bool bottomAxis)
{
    const double line = QFontMetricsF(tickFont(font)).height();
    const double left = leftTextWidth + line + 16, top = titleHeight(font) + 2;
    const double bottom = bottomAxis ? 2 * line + 14 : 8;
    return { left, top, std::max(10.0, size.width() - left - 14), std::max(10.0, size.height() - top - bottom) };
}

void paintBottomAxis(QPainter& painter, const QRectF& area, const Axis& axis, const PlotStyle& style, bool grid)
{
    painter.save();
    const QFont font = tickFont(painter.font());
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const auto ticks = axisTicks(axis.minimum, axis.maximum, std::max(2, static_cast<int>(area.width() / 80)),
        axis.logarithmic);
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 0;
    double lastRight = -1e9;
    for (const double tick : ticks) {
        const double x = area.left() + axis.part(tick) * area.width();
        if (grid) {
            painter.setPen(QPen(style.grid, 1));
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        }
        painter.setPen(QPen(style.axis, 1));
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4));
        const QString text = tickText(tick, step);
        const double width = metrics.horizontalAdvance(text);
        if (x - width / 2 < lastRight + 6)
            continue;
        lastRight = x + width / 2;
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(x - width, area.bottom() + 5, 2 * width, metrics.height()), Qt::AlignHCenter, text);
    }
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(area.left(), area.bottom() + 7 + metrics.height(), area.width(), metrics.height() + 2),
        Qt::AlignHCenter, metrics.elidedText(axis.label, Qt::ElideRight, area.width()));
    painter.restore();
}

void paintLeftAxis(QPainter& painter, const QRectF& area, const Axis& axis, const PlotStyle& style, bool grid)
{
    painter.save();
    const QFont font = tickFont(painter.font());
    painter.setFont(font);
    const QFontMetricsF metrics(font);
    const auto ticks = axisTicks(axis.minimum, axis.maximum, std::max(2, static_cast<int>(area.height() / 42)),
        axis.logarithmic);
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 0;
    double textWidth = 0;
    for (const double tick : ticks) {
        const double y = area.bottom() - axis.part(tick) * area.height();
        if (grid) {
            painter.setPen(QPen(style.grid, 1));
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        }
        painter.setPen(QPen(style.axis, 1));
        painter.drawLine(QPointF(area.left() - 4, y), QPointF(area.left(), y));
        const QString text = tickText(tick, axis.logarithmic ? tick : step);
        const double width = metrics.horizontalAdvance(text);
        textWidth = std::max(textWidth, width);
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(area.left() - 7 - width, y - metrics.height() / 2, width + 1, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, text);
    }
    painter.setPen(style.mutedText);
    painter.translate(area.left() - 10 - textWidth - metrics.height(), area.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-area.height() / 2, 0, area.height(), metrics.height()), Qt::AlignCenter,
        metrics.elidedText(axis.label, Qt::ElideRight, area.height()));
    painter.restore();
}

void paintAxes(QPainter& painter, const QRectF& area, const Axis& horizontal, const Axis& vertical, const PlotStyle& style)
{
    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, vertical, style, true);
    paintBottomAxis(painter, area, horizontal, style, false);
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
}

double paintLegendEntry(QPainter& painter, double x, double y, const QBrush& brush, const QPen& outline, const QString& text,
    const PlotStyle& style)
{
    const QFontMetricsF metrics(painter.font());
    const double side = std::round(metrics.ascent());
    const QRectF swatch(x, y + (metrics.height() - side) / 2, side, side);
    painter.setPen(outline);
    painter.setBrush(brush);
    painter.drawRoundedRect(swatch, 2, 2);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(style.mutedText);
    const double width = metrics.horizontalAdvance(text);
    painter.drawText(QRectF(x + side + 5, y, width + 2, metrics.height()), Qt::AlignVCenter, text);
    return x + side + 5 + width + 16;
}

QBrush hatch(const QColor& color, Qt::BrushStyle pattern)
{
    return QBrush(color, pattern);
}

} // namespace bitloom
