// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/attention_map.h"

#include "widgets/plot_axes.h"
#include "widgets/position_style.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <QAction>

namespace bitloom {
namespace {
    constexpr double barWidth = 12, stripHeight = 8;
}

AttentionMap::AttentionMap(QWidget* parent)
    : StepMap(tr("Attention of a head"),
        tr("While a model writes, each step is drawn here: how much of its attention falls on each position."), parent)
{
    setObjectName(QStringLiteral("attentionMap"));
    m_logAction = addLeadingSwitch(tr("&Logarithmic colours"), Qt::Key_L, true);
    connect(m_logAction, &QAction::toggled, this, &AttentionMap::setLogarithmic);
}

void AttentionMap::setLogarithmic(bool logarithmic)
{
    m_scale = logarithmic ? ValueScale { 1e-4, 1, true } : ValueScale { 0, 1, false };
    m_logAction->setChecked(logarithmic);
    contentChanged();
}

QString AttentionMap::plotTitle() const
{
    return isEmpty() ? accessibleName()
                     : tr("Attention of layer %1, head %2").arg(history().layer()).arg(history().head());
}

QRgb AttentionMap::colorOf(const Step& step, std::int64_t from, std::int64_t to) const
{
    const float largest = *std::max_element(step.attention.begin() + from, step.attention.begin() + to);
    return m_colors.at(m_scale.logarithmic && largest <= 0 ? 0 : m_scale.position(largest));
}

void AttentionMap::paintCell(QPainter& painter, const QRectF& cell, const Step& step, std::int64_t position) const
{
    if (!isExact(step.classOf(position, showsValues())))
        return;
    const QColor ground = QColor::fromRgba(colorOf(step, position, position + 1));
    painter.setPen(QPen(readableOn(ground), 1));
    painter.drawLine(QPointF(cell.left() + 1.5, cell.top()), QPointF(cell.left() + 1.5, cell.bottom()));
}

double AttentionMap::roomAtRight() const
{
    return barWidth + QFontMetricsF(tickFont(font())).horizontalAdvance(QStringLiteral("0.001 %")) + 28;
}

void AttentionMap::paintLegend(QPainter& painter, const QRectF& cells, double y, const PlotStyle& style) const
{
    paintClassLegend(painter, cells.left(), y, cells.right() + roomAtRight() - 8, seenClasses(), history().bits(showsValues()), style);

    // The strip: what is kept at the cursor's step.
    const Step& step = shownStep();
    const QRectF strip(cells.left(), cells.top() - stripHeight - 2, cells.width(), stripHeight);
    const double width = strip.width() / static_cast<double>(history().length());
    painter.setPen(Qt::NoPen);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::int64_t first = 0; first < step.length;) {
        const PositionClass of = step.classOf(first, showsValues());
        std::int64_t end = first + 1;
        while (end < step.length && step.classOf(end, showsValues()) == of)
            ++end;
        painter.setBrush(
            of == PositionClass::Evicted ? hatch(style.axis) : QBrush(QColor::fromRgba(positionColor(of))));
        painter.drawRect(QRectF(strip.left() + static_cast<double>(first) * width, strip.top(),
            static_cast<double>(end - first) * width, strip.height()));
        first = end;
    }
    painter.setRenderHint(QPainter::Antialiasing);

    const QFontMetricsF metrics(painter.font());
    const QRectF bar(cells.right() + 12, cells.top() + metrics.height() / 2, barWidth,
        std::max(8.0, cells.height() - metrics.height()));
    QImage colors(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        colors.setPixel(0, i, m_colors.at(1 - i / 255.0));
    painter.drawImage(bar, colors);
    painter.setPen(QPen(style.axis, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar);
    const std::vector<double> ticks
        = m_scale.logarithmic ? std::vector { 1e-4, 1e-3, 1e-2, 0.1, 1.0 } : std::vector { 0.0, 0.25, 0.5, 0.75, 1.0 };
    double lastTop = bar.bottom() + 2 * metrics.height();
    for (const double tick : ticks) {
        const double at = bar.bottom() - m_scale.position(tick) * bar.height();
        if (lastTop - at < metrics.height())
            continue;
        lastTop = at;
        painter.setPen(QPen(style.axis, 1));
        painter.drawLine(QPointF(bar.right(), at), QPointF(bar.right() + 4, at));
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(bar.right() + 7, at - metrics.height() / 2, 100, metrics.height()), Qt::AlignVCenter,
            tr("%1 %").arg(tick * 100));
    }
}

QString AttentionMap::describe(const Step& step, std::int64_t position) const
{
    const bool values = showsValues();
    return tr("Step %1, %2: %3 of the attention, %4")
        .arg(step.length)
        .arg(positionText(position), percentText(step.attention[static_cast<std::size_t>(position)]),
            positionClassName(step.classOf(position, values), history().bits(values)));
}

QString AttentionMap::csv() const
{
    QString table = QStringLiteral("step,position,token,attention,class\r\n");
    if (isEmpty())
        return table;
    for (const Step& step : history().steps())
        for (std::int64_t position = 0; position < step.length; ++position)
            table += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                         .arg(step.length)
                         .arg(position)
                         .arg(csvField(position < history().tokens().size() ? history().tokens()[position] : QString()),
                             csvNumber(step.attention[static_cast<std::size_t>(position)]),
                             csvField(positionClassName(step.classOf(position, false), history().bits(false))));
    return table;
}

} // namespace bitloom
