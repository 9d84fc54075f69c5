// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/block_view.h"

#include "widgets/color_map.h"
#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QAction>
#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    /// Whether one side of the comparison has a value for each weight, and its other parts none or as many as belong to them.
    bool fits(const BlockCodes& side, std::size_t weights, std::size_t levels)
    {
        const auto subs = side.scales.size();
        const bool codes = side.codes.empty() || (side.codes.size() == weights && std::all_of(side.codes.begin(), side.codes.end(), [&](int code) {
            return code >= 0 && static_cast<std::size_t>(code) < levels;
        }));
        return side.values.size() == weights && codes && (subs == 0 || weights % subs == 0) && (side.offsets.empty() || side.offsets.size() == subs);
    }

    QString arrow(float before, float after)
    {
        return before == after ? numberText(before, 3) : QStringLiteral("%1 → %2").arg(numberText(before, 3), numberText(after, 3));
    }
}

BlockView::BlockView(QWidget* parent)
    : ItemPlot(tr("Block of a row"), tr("Pick a tensor of a GGUF result to see the codes, scales and minima of its blocks, by ggml's own rounding and in the file."), parent)
{
    setObjectName(QStringLiteral("blockView"));
    addStep(tr("&Next block"), Qt::Key_N, 0, 1);
    addStep(tr("&Previous block"), Qt::Key_P, 0, -1);
    addStep(tr("Next &row"), Qt::Key_R, 1, 0);
    addStep(tr("Row &before"), Qt::Key_B, -1, 0);
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    insertAction(plotActions().copyImage, separator);
}

void BlockView::addStep(const QString& text, Qt::Key key, int rows, int blocks)
{
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    insertAction(plotActions().copyImage, action);
    connect(action, &QAction::triggered, this, [this, rows, blocks] {
        if (!m_block)
            return;
        const std::int64_t row = m_block->row + rows, block = m_block->block + blocks;
        if (row >= 0 && row < m_block->rows && block >= 0 && block < m_block->blocks)
            Q_EMIT placeRequested(row, block);
    });
}

void BlockView::setBlock(const BlockContent& block)
{
    const std::size_t weights = block.weights.size();
    const bool whole = weights > 0 && fits(block.before, weights, block.levels.size()) && fits(block.after, weights, block.levels.size())
        && block.before.codes.size() == block.after.codes.size() && block.before.scales.size() == block.after.scales.size()
        && block.before.offsets.size() == block.after.offsets.size() && (block.importances.empty() || block.importances.size() == weights);
    if (!whole)
        return clear();
    m_block = block;
    m_subColumns = static_cast<int>(block.after.scales.empty() ? weights : weights / block.after.scales.size());
    m_changed = 0;
    for (std::size_t i = 0; i < block.after.codes.size(); ++i)
        m_changed += block.before.codes[i] != block.after.codes[i];
    keepCursorInside();
    contentChanged();
}

void BlockView::clear()
{
    m_block.reset();
    m_changed = 0;
    m_subColumns = 1;
    clearCursor();
    contentChanged();
}

QSize BlockView::sizeHint() const
{
    return { 760, 380 };
}

QSize BlockView::minimumSizeHint() const
{
    return { 320, 240 };
}

QString BlockView::plotTitle() const
{
    if (!m_block)
        return accessibleName();
    return tr("%1, row %2, block %3 of %4, %5")
        .arg(QString::fromStdString(m_block->tensor))
        .arg(m_block->row)
        .arg(m_block->block + 1)
        .arg(m_block->blocks)
        .arg(QString::fromStdString(m_block->type));
}

BlockView::Rows BlockView::rows(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("-0.0000")), false);
    area.setTop(area.top() + metrics.height() + 6); // legend
    area.setBottom(area.bottom() - 4);
    const double line = metrics.height() + 6, gap = 8;
    Rows rows;
    double bottom = area.bottom();
    const auto take = [&](bool wanted) {
        if (!wanted)
            return QRectF();
        const QRectF row(area.left(), bottom - line, area.width(), line);
        bottom -= line + 3;
        return row;
    };
    rows.offsets = take(!m_block->after.offsets.empty());
    rows.scales = take(!m_block->after.scales.empty());
    rows.codesAfter = take(!m_block->after.codes.empty());
    rows.codesBefore = take(!m_block->after.codes.empty());
    rows.values = QRectF(area.left(), area.top(), area.width(), std::max(20.0, bottom - gap - area.top()));
    return rows;
}

void BlockView::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const Rows parts = rows(size);
    painter.setFont(font());
    paintValues(painter, parts.values, style);
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    if (!parts.codesAfter.isEmpty()) {
        paintCodes(painter, parts.codesBefore, m_block->before, false, style);
        paintCodes(painter, parts.codesAfter, m_block->after, true, style);
    }
    if (!parts.scales.isEmpty())
        paintShared(painter, parts.scales, m_block->before.scales, m_block->after.scales, tr("scale"), style);
    if (!parts.offsets.isEmpty())
        paintShared(painter, parts.offsets, m_block->before.offsets, m_block->after.offsets, tr("minimum"), style);
    double x = parts.values.left();
    const double y = parts.values.top() - metrics.height() - 5;
    x = paintLegendEntry(painter, x, y, Qt::NoBrush, QPen(style.text, 1.5), tr("weight"), style);
    x = paintLegendEntry(painter, x, y, style.seriesColor(1), Qt::NoPen, tr("ggml's own"), style);
    x = paintLegendEntry(painter, x, y, style.seriesColor(0), Qt::NoPen, tr("in the file"), style);
    if (!m_block->after.codes.empty() && x < parts.values.right() - 120) {
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(x, y, parts.values.right() - x, metrics.height()), Qt::AlignVCenter | Qt::AlignRight,
            tr("%1 of %2 codes differ").arg(m_changed).arg(itemCount()));
    }
    if (paintsCursor() && cursor() >= 0) {
        const double width = parts.values.width() / itemCount();
        const double bottom = std::max({ parts.values.bottom(), parts.codesAfter.bottom() });
        painter.setPen(QPen(style.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(parts.values.left() + cursor() * width, parts.values.top(), width, bottom - parts.values.top()));
    }
}

void BlockView::paintValues(QPainter& painter, const QRectF& area, const PlotStyle& style) const
{
    const auto count = static_cast<std::size_t>(itemCount());
    Axis vertical;
    vertical.minimum = 0;
    vertical.maximum = 0;
    for (const auto* values : { &m_block->weights, &m_block->before.values, &m_block->after.values }) {
        const auto [least, most] = std::minmax_element(values->begin(), values->end());
        vertical.minimum = std::min<double>(vertical.minimum, *least);
        vertical.maximum = std::max<double>(vertical.maximum, *most);
    }
    const double room = std::max(1e-12, 0.06 * (vertical.maximum - vertical.minimum));
    vertical.minimum -= room;
    vertical.maximum += room;
    vertical.label = tr("weight");
    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, vertical, style, false);
    const auto toY = [&](double value) { return area.bottom() - std::clamp(vertical.part(value), 0.0, 1.0) * area.height(); };
    const double width = area.width() / static_cast<double>(count);
    painter.save();
    painter.setClipRect(area);

    // What each sub-block can represent in the file, where the levels can be told apart.
    const auto& side = m_block->after;
    for (std::size_t sub = 0; sub < side.scales.size() && !m_block->levels.empty(); ++sub) {
        const double left = area.left() + static_cast<double>(sub) * m_subColumns * width, right = left + m_subColumns * width;
        const double offset = side.offsets.empty() ? 0 : side.offsets[sub];
        const double step = std::abs(static_cast<double>(side.scales[sub])) * (m_block->levels.back() - m_block->levels.front())
            / std::max<double>(1, static_cast<double>(m_block->levels.size()) - 1);
        if (std::abs(toY(step) - toY(0)) >= 4) {
            painter.setPen(QPen(style.grid, 1));
            for (const float level : m_block->levels) {
                const double y = toY(side.scales[sub] * level - offset);
                painter.drawLine(QPointF(left, y), QPointF(right, y));
            }
        }
        if (sub > 0) {
            painter.setPen(QPen(style.axis, 1, Qt::DotLine));
            painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()));
        }
    }
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(QPointF(area.left(), toY(0)), QPointF(area.right(), toY(0)));
    const double mark = std::clamp(width * 0.2, 1.0, 5.0), thick = width > 6 ? 2.5 : 1.4;
    for (std::size_t i = 0; i < count; ++i) {
        const double middle = area.left() + (static_cast<double>(i) + 0.5) * width;
        const double weight = toY(m_block->weights[i]), before = toY(m_block->before.values[i]), after = toY(m_block->after.values[i]);
        const double half = std::max(0.8, width * 0.4);
        painter.setPen(QPen(style.seriesColor(1), thick));
        painter.drawLine(QPointF(middle - half, before), QPointF(middle, before));
        painter.setPen(QPen(style.seriesColor(0), thick));
        painter.drawLine(QPointF(middle, after), QPointF(middle + half, after));
        painter.setPen(QPen(style.text, width > 6 ? 1.4 : 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(middle, weight), mark, mark);
    }
    painter.restore();
}

void BlockView::paintCodes(QPainter& painter, const QRectF& area, const BlockCodes& side, bool after, const PlotStyle& style) const
{
    const auto count = static_cast<std::size_t>(itemCount());
    const double width = area.width() / static_cast<double>(count);
    const QFontMetricsF metrics(painter.font());
    const ColorMap colors;
    const double highest = std::max<double>(1, static_cast<double>(m_block->levels.size()) - 1);
    const bool numbers = width >= metrics.horizontalAdvance(QString::number(m_block->levels.size() - 1)) + 3;
    for (std::size_t i = 0; i < count; ++i) {
        const QRectF cell(area.left() + static_cast<double>(i) * width, area.top(), width, area.height());
        const QColor color = colors.color(side.codes[i] / highest);
        painter.fillRect(cell.adjusted(width > 5 ? 0.5 : 0, 0, width > 5 ? -0.5 : 0, 0), color);
        if (numbers) {
            painter.setPen(readableOn(color));
            painter.drawText(cell, Qt::AlignCenter, QString::number(side.codes[i]));
        }
        if (after && m_block->before.codes[i] != side.codes[i]) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(style.text);
            painter.drawRect(QRectF(cell.left() + 0.5, cell.bottom() - 1, std::max(1.0, width - 1), 2.5));
            painter.setBrush(Qt::NoBrush);
        }
    }
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(0, area.top(), area.left() - 6, area.height()), Qt::AlignRight | Qt::AlignVCenter,
        metrics.elidedText(after ? tr("in file") : tr("ggml's"), Qt::ElideRight, area.left() - 8));
}

void BlockView::paintShared(QPainter& painter, const QRectF& area, const std::vector<float>& before, const std::vector<float>& after,
    const QString& name, const PlotStyle& style) const
{
    const QFontMetricsF metrics(painter.font());
    float largest = 0;
    for (const auto* side : { &before, &after })
        for (const float value : *side)
            largest = std::max(largest, std::abs(value));
    const double width = area.width() / static_cast<double>(after.size());
    for (std::size_t sub = 0; sub < after.size(); ++sub) {
        const QRectF cell(area.left() + static_cast<double>(sub) * width + 1, area.top(), width - 2, area.height());
        painter.fillRect(cell, style.panel);
        // the upper bar is ggml's own, the lower one the file's
        const double half = cell.height() / 2;
        if (largest > 0) {
            QColor upper = style.seriesColor(1), lower = style.seriesColor(0);
            upper.setAlphaF(0.45F);
            lower.setAlphaF(0.45F);
            painter.fillRect(QRectF(cell.left(), cell.top(), cell.width() * std::abs(before[sub]) / largest, half), upper);
            painter.fillRect(QRectF(cell.left(), cell.top() + half, cell.width() * std::abs(after[sub]) / largest, half), lower);
        }
        const QString both = arrow(before[sub], after[sub]), one = numberText(after[sub], 2);
        painter.setPen(style.text);
        if (metrics.horizontalAdvance(both) + 4 <= cell.width())
            painter.drawText(cell, Qt::AlignCenter, both);
        else if (metrics.horizontalAdvance(one) + 4 <= cell.width())
            painter.drawText(cell, Qt::AlignCenter, one);
    }
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(0, area.top(), area.left() - 6, area.height()), Qt::AlignRight | Qt::AlignVCenter,
        metrics.elidedText(name, Qt::ElideRight, area.left() - 8));
}

int BlockView::itemAt(const QPointF& position) const
{
    if (!m_block)
        return -1;
    const QRectF area = rows(size()).values;
    if (position.x() < area.left() || position.x() >= area.right() || position.y() < area.top())
        return -1;
    return std::clamp(static_cast<int>((position.x() - area.left()) / area.width() * itemCount()), 0, itemCount() - 1);
}

QString BlockView::describe(int item) const
{
    const auto i = static_cast<std::size_t>(item), sub = i / static_cast<std::size_t>(m_subColumns);
    const BlockCodes &before = m_block->before, &after = m_block->after;
    QString text = tr("Column %1: weight %2; ").arg(m_block->firstColumn + item).arg(numberText(m_block->weights[i]));
    if (after.codes.empty())
        text += tr("ggml's own %1, in the file %2").arg(numberText(before.values[i]), numberText(after.values[i]));
    else
        text += tr("ggml's own code %1 is %2, in the file code %3 is %4")
                    .arg(before.codes[i])
                    .arg(numberText(before.values[i]))
                    .arg(after.codes[i])
                    .arg(numberText(after.values[i]));
    if (!after.scales.empty())
        text += tr("; scale %1").arg(arrow(before.scales[sub], after.scales[sub]));
    if (!after.offsets.empty())
        text += tr("; minimum %1").arg(arrow(before.offsets[sub], after.offsets[sub]));
    if (!m_block->importances.empty())
        text += tr("; importance %1").arg(numberText(m_block->importances[i], 3));
    return text;
}

QString BlockView::csv() const
{
    QString text = QStringLiteral("column,weight,importance,code_ggml,value_ggml,scale_ggml,minimum_ggml,code_file,value_file,scale_file,minimum_file\r\n");
    for (int item = 0; item < itemCount(); ++item) {
        const auto i = static_cast<std::size_t>(item), sub = i / static_cast<std::size_t>(m_subColumns);
        QStringList fields { QString::number(m_block->firstColumn + item), csvNumber(m_block->weights[i]),
            m_block->importances.empty() ? QString() : csvNumber(m_block->importances[i]) };
        for (const BlockCodes* side : { &m_block->before, &m_block->after }) {
            fields << (side->codes.empty() ? QString() : QString::number(side->codes[i])) << csvNumber(side->values[i])
                   << (side->scales.empty() ? QString() : csvNumber(side->scales[sub])) << (side->offsets.empty() ? QString() : csvNumber(side->offsets[sub]));
        }
        text += fields.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    }
    return text;
}

} // namespace bitloom
