// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/step_map.h"

#include "widgets/plot_axes.h"
#include "widgets/position_style.h"

#include <algorithm>
#include <cmath>

namespace bitloom {

void StepMap::setHistory(std::shared_ptr<const CacheHistory> history)
{
    m_history = std::move(history);
    m_position = -1;
    historyChanged();
}

void StepMap::historyChanged()
{
    if (isEmpty())
        m_position = -1;
    else if (m_onNewest || m_length > m_history->length())
        m_length = m_history->length();
    if (m_position >= 0)
        m_position = std::min(m_position, static_cast<qint64>(m_length) - 1);
    contentChanged();
}

void StepMap::setShowsValues(bool values)
{
    m_values = values;
    contentChanged();
}

qint64 StepMap::cursorLength() const { return m_position < 0 || isEmpty() ? 0 : shownStep().length; }

const StepMap::Step& StepMap::shownStep() const
{
    return m_position < 0 ? m_history->steps().back() : m_history->steps()[m_history->stepOf(m_length)];
}

std::array<bool, positionClassCount> StepMap::seenClasses() const
{
    std::array<bool, positionClassCount> seen {};
    for (const Step& step : m_history->steps())
        for (std::size_t i = 0; i < seen.size(); ++i)
            seen[i]
                = seen[i] || (m_values ? step.values : step.keys).find(positionClassLetters[i]) != std::string::npos;
    return seen;
}

QString StepMap::positionText(std::int64_t position) const
{
    const QString quoted = m_history->quoted(position);
    return quoted.isEmpty() ? tr("position %1").arg(position) : tr("position %1 %2").arg(position).arg(quoted);
}

QRectF StepMap::cellsFor(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    const QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("00000")));
    const double top = area.top() + metrics.height() + 5 + roomAbove();
    return { area.left(), top, std::max(10.0, size.width() - area.left() - roomAtRight()),
        std::max(10.0, area.bottom() - top) };
}

QRectF StepMap::cellRect(const QRectF& cells, std::size_t step, std::int64_t position) const
{
    const double width = cells.width() / static_cast<double>(m_history->length()),
                 height = cells.height() / static_cast<double>(span());
    const std::int64_t before = step == 0 ? firstLength() - 1 : m_history->steps()[step - 1].length;
    const double top
        = cells.bottom() - static_cast<double>(m_history->steps()[step].length - firstLength() + 1) * height;
    return { cells.left() + static_cast<double>(position) * width, top, width,
        static_cast<double>(m_history->steps()[step].length - before) * height };
}

bool StepMap::cellAt(const QPointF& point, std::size_t* step, std::int64_t* column) const
{
    if (isEmpty())
        return false;
    const QRectF cells = cellsFor(size());
    if (!cells.contains(point))
        return false;
    const auto row
        = static_cast<std::int64_t>((cells.bottom() - point.y()) / cells.height() * static_cast<double>(span()));
    *step = m_history->stepOf(firstLength() + std::min(row, span() - 1));
    *column = std::min(static_cast<std::int64_t>(
                           (point.x() - cells.left()) / cells.width() * static_cast<double>(m_history->length())),
        m_history->length() - 1);
    return *column < m_history->steps()[*step].length;
}

void StepMap::paintCell(QPainter&, const QRectF&, const Step&, std::int64_t) const { }

void StepMap::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF cells = cellsFor(size);
    const std::int64_t columns = m_history->length(), rows = span();
    painter.fillRect(cells, style.panel);

    painter.save();
    painter.setClipRect(cells);
    painter.setRenderHint(QPainter::Antialiasing, false);
    // The hatch shows through where positions were dropped; beyond a step's length there is nothing yet.
    QColor faint = style.axis;
    faint.setAlpha(130);
    const double start
        = cells.left() + cells.width() * static_cast<double>(firstLength()) / static_cast<double>(columns);
    painter.setPen(Qt::NoPen);
    painter.setBrush(hatch(faint));
    if (seenClasses()[static_cast<std::size_t>(PositionClass::Evicted)])
        painter.drawPolygon(QPolygonF { cells.topLeft(), cells.topRight(), QPointF(start, cells.bottom()), cells.bottomLeft() });
    const double scale = painter.device()->devicePixelRatioF();
    const int across
        = static_cast<int>(std::min<std::int64_t>(columns, std::max(1L, std::lround(cells.width() * scale))));
    const int down = static_cast<int>(std::min<std::int64_t>(rows, std::max(1L, std::lround(cells.height() * scale))));
    QImage image(across, down, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    for (int y = 0; y < down; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        const Step& step = m_history->steps()[m_history->stepOf(
            firstLength() + (static_cast<std::int64_t>(down - y) * rows + down - 1) / down - 1)];
        for (int x = 0; x < across; ++x) {
            const std::int64_t from = static_cast<std::int64_t>(x) * columns / across,
                               to = std::max(from + 1, static_cast<std::int64_t>(x + 1) * columns / across);
            if (from < step.length)
                line[x] = colorOf(step, from, std::min(to, step.length));
        }
    }
    painter.drawImage(cells, image);
    painter.setRenderHint(QPainter::Antialiasing);
    const double cellWidth = cells.width() / static_cast<double>(columns);
    if (cellWidth >= 4) {
        QFont letters = tickFont(font());
        letters.setPointSizeF(letters.pointSizeF() * 0.9);
        painter.setFont(letters);
        for (std::size_t step = 0; step < m_history->steps().size(); ++step)
            for (std::int64_t position = 0; position < m_history->steps()[step].length; ++position)
                paintCell(painter, cellRect(cells, step, position), m_history->steps()[step], position);
    }
    painter.restore();

    paintBottomAxis(painter, cells, { 0, static_cast<double>(columns), false, tr("position") }, style, false);
    paintLeftAxis(painter, cells,
        { static_cast<double>(firstLength()) - 1, static_cast<double>(m_history->length()), false,
            tr("step: tokens in the cache") },
        style, false);
    if (const double prompt = static_cast<double>(m_history->promptLength());
        prompt > 0 && prompt < static_cast<double>(columns)) {
        const double x = cells.left() + cellWidth * prompt;
        painter.setPen(QPen(style.text, 1, Qt::DashLine));
        painter.drawLine(QPointF(x, cells.top()), QPointF(x, cells.bottom()));
    }
    painter.setFont(tickFont(font()));
    paintLegend(painter, cells, cells.top() - roomAbove() - QFontMetricsF(painter.font()).height() - 4, style);

    if (paintsCursor() && m_position >= 0) {
        QRectF cell = cellRect(cells, m_history->stepOf(m_length), m_position);
        cell.setWidth(std::max(3.0, cell.width()));
        cell.setHeight(std::max(3.0, cell.height()));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(style.surface, 4));
        painter.drawRect(cell);
        painter.setPen(QPen(style.accent, 2));
        painter.drawRect(cell);
    }
}

QString StepMap::describeCursor() const { return m_position < 0 ? QString() : describe(shownStep(), m_position); }

QString StepMap::tooltipAt(const QPointF& point) const
{
    std::size_t step = 0;
    std::int64_t position = 0;
    return cellAt(point, &step, &position) ? describe(m_history->steps()[step], position) : QString();
}

void StepMap::place(std::size_t step, std::int64_t position)
{
    m_length = m_history->steps()[step].length;
    m_onNewest = step + 1 == m_history->steps().size();
    m_position = std::clamp<std::int64_t>(position, 0, m_length - 1);
}

void StepMap::showCursor(qint64 length, qint64 position)
{
    if (isEmpty() || position < 0)
        return;
    place(m_history->stepOf(length), position);
    contentChanged();
}

bool StepMap::moveCursorTo(const QPointF& point)
{
    std::size_t step = 0;
    std::int64_t position = 0;
    if (!cellAt(point, &step, &position))
        return false;
    place(step, position);
    Q_EMIT cursorMoved(m_length, m_position);
    return true;
}

bool StepMap::moveCursor(CursorMove move)
{
    const std::size_t last = m_history->steps().size() - 1;
    std::size_t step = m_position < 0 ? last : m_history->stepOf(m_length);
    std::int64_t position = std::max<std::int64_t>(m_position, 0);
    const std::int64_t page = std::max<std::int64_t>(1, m_history->length() / 10);
    if (m_position >= 0) { // the first key only brings the cursor
        switch (move) {
        case CursorMove::Left:
            --position;
            break;
        case CursorMove::Right:
            ++position;
            break;
        case CursorMove::Up:
            step = std::min(step + 1, last);
            break;
        case CursorMove::Down:
            step = step == 0 ? 0 : step - 1;
            break;
        case CursorMove::PageForward:
            position += page;
            break;
        case CursorMove::PageBack:
            position -= page;
            break;
        case CursorMove::First:
            position = 0;
            break;
        case CursorMove::Last:
            position = m_history->steps()[step].length - 1;
            break;
        }
    }
    const auto before = std::pair(m_length, m_position);
    place(step, position);
    if (before == std::pair(m_length, m_position))
        return false;
    Q_EMIT cursorMoved(m_length, m_position);
    return true;
}

} // namespace bitloom
