// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/retention_timeline.h"

#include "widgets/position_style.h"
#include "widgets/text_format.h"

#include <algorithm>

namespace bitloom {

RetentionTimeline::RetentionTimeline(QWidget* parent)
    : StepMap(tr("What is kept"),
        tr("While a model writes, each step is drawn here: which positions the cache keeps exactly, packs, or drops."),
        parent)
{
    setObjectName(QStringLiteral("retentionTimeline"));
}

QString RetentionTimeline::plotTitle() const
{
    if (isEmpty())
        return accessibleName();
    return showsValues() ? tr("What is kept of values, layer %1, head %2").arg(history().layer()).arg(history().head())
                         : tr("What is kept of keys, layer %1, head %2").arg(history().layer()).arg(history().head());
}

QRgb RetentionTimeline::colorOf(const Step& step, std::int64_t from, std::int64_t to) const
{
    // The brightest: what is kept exactly never vanishes by drawing it small.
    QRgb color = positionColor(step.classOf(from, showsValues()));
    for (std::int64_t position = from + 1; position < to; ++position) {
        const QRgb other = positionColor(step.classOf(position, showsValues()));
        if (qAlpha(color) == 0 || (qAlpha(other) != 0 && qGray(other) > qGray(color)))
            color = other;
    }
    return color;
}

void RetentionTimeline::paintCell(QPainter& painter, const QRectF& cell, const Step& step, std::int64_t position) const
{
    const QFontMetricsF metrics(painter.font());
    if (cell.width() < metrics.maxWidth() * 0.6 || cell.height() < metrics.height())
        return;
    const PositionClass of = step.classOf(position, showsValues());
    if (of == PositionClass::Evicted)
        return;
    painter.setPen(readableOn(QColor::fromRgba(positionColor(of))));
    painter.drawText(cell, Qt::AlignCenter, QString(QLatin1Char(positionClassLetters[static_cast<std::size_t>(of)])));
}

void RetentionTimeline::paintLegend(QPainter& painter, const QRectF& cells, double y, const PlotStyle& style) const
{
    paintClassLegend(painter, cells.left(), y, cells.right() + roomAtRight() - 8, seenClasses(), history().bits(showsValues()), style);
}

QString RetentionTimeline::describe(const Step& step, std::int64_t position) const
{
    return tr("Step %1, %2: key %3, value %4")
        .arg(step.length)
        .arg(positionText(position), positionClassName(step.classOf(position, false), history().bits(false)),
            positionClassName(step.classOf(position, true), history().bits(true)));
}

QString RetentionTimeline::csv() const
{
    QString table = QStringLiteral("step,half,first_position,last_position,class\r\n");
    if (isEmpty())
        return table;
    for (const Step& step : history().steps()) {
        for (const bool values : { false, true }) {
            const std::string& classes = values ? step.values : step.keys;
            for (std::size_t first = 0; first < classes.size();) {
                const std::size_t end = std::min(classes.find_first_not_of(classes[first], first), classes.size());
                table += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                             .arg(step.length)
                             .arg(values ? QStringLiteral("values") : QStringLiteral("keys"))
                             .arg(first)
                             .arg(end - 1)
                             .arg(csvField(positionClassName(
                                 step.classOf(static_cast<std::int64_t>(first), values), history().bits(values))));
                first = end;
            }
        }
    }
    return table;
}

} // namespace bitloom
