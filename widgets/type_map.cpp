// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/type_map.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr double barWidth = 12, leastBits = 2, mostBits = 8; ///< of the colours
    constexpr double otherWidth = 1.6; ///< of a column that is not a block, in columns of blocks

    double colorPosition(double bits)
    {
        return (bits - leastBits) / (mostBits - leastBits);
    }
}

TypeMap::TypeMap(QWidget* parent)
    : PlotView(tr("Bits of each layer"), tr("Choose a GGUF type or a target size to see the bits that each layer gets."), parent)
{
    setObjectName(QStringLiteral("typeMap"));
}

void TypeMap::setTensors(const std::vector<TensorSummary>& tensors)
{
    static const QRegularExpression ofBlock(QStringLiteral("^model\\.layers\\.([0-9]{1,6})\\.(.+?)(\\.weight)?$"));
    m_cells.clear();
    m_rows.clear();
    m_columns.clear();
    int blocks = 0;
    std::vector<Cell> others;
    for (const TensorSummary& tensor : tensors) {
        double count = 1;
        for (const std::int64_t size : tensor.shape)
            count *= static_cast<double>(size);
        if (tensor.shape.size() < 2 || !(count > 0))
            continue;
        Cell cell { QString::fromStdString(tensor.name), QString::fromStdString(tensor.type), 0, -1, 8 * static_cast<double>(tensor.bytes) / count };
        const QRegularExpressionMatch match = ofBlock.match(cell.tensor);
        if (!match.hasMatch()) {
            others.push_back(std::move(cell));
            continue;
        }
        cell.column = match.captured(1).toInt();
        cell.row = static_cast<int>(m_rows.indexOf(match.captured(2)));
        if (cell.row < 0) {
            cell.row = static_cast<int>(m_rows.size());
            m_rows << match.captured(2);
        }
        blocks = std::max(blocks, cell.column + 1);
        m_cells.push_back(std::move(cell));
    }
    if (static_cast<std::size_t>(blocks) > m_cells.size()) // names that count no blocks
        blocks = 0, m_cells.clear();
    for (int block = 0; block < blocks; ++block)
        m_columns << QString::number(block);
    for (Cell& cell : others) {
        cell.column = static_cast<int>(m_columns.size());
        m_columns << cell.tensor.section(QLatin1Char('.'), -2, -2);
        m_cells.push_back(std::move(cell));
    }
    m_cursor = std::min(m_cursor, static_cast<int>(m_cells.size()) - 1);
    contentChanged();
}

void TypeMap::setSelected(const QString& tensor)
{
    m_selected = tensor;
    contentChanged();
}

double TypeMap::bitsOf(const QString& tensor) const
{
    const auto found = std::find_if(m_cells.begin(), m_cells.end(), [&](const Cell& cell) { return cell.tensor == tensor; });
    return found == m_cells.end() ? std::numeric_limits<double>::quiet_NaN() : found->bits;
}

QRectF TypeMap::gridFor(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    double left = 20;
    for (const QString& row : m_rows)
        left = std::max(left, metrics.horizontalAdvance(row) + 12);
    left = std::min(left, size.width() / 3);
    const double top = titleHeight(font()) + 2, right = barWidth + metrics.horizontalAdvance(QStringLiteral("8.0")) + 26;
    return { left, top, std::max(20.0, size.width() - left - right), std::max(12.0, size.height() - top - 2 * metrics.height() - 12) };
}

QRectF TypeMap::rectOf(const Cell& cell, const QRectF& grid) const
{
    const auto others = static_cast<double>(std::count_if(m_cells.begin(), m_cells.end(), [](const Cell& one) { return one.row < 0; }));
    const double blocks = static_cast<double>(m_columns.size()) - others;
    const double width = grid.width() / std::max(1.0, blocks + others * otherWidth);
    if (cell.row < 0)
        return { grid.left() + (blocks + (cell.column - blocks) * otherWidth) * width, grid.top(), width * otherWidth, grid.height() };
    const double height = grid.height() / std::max<double>(1, static_cast<double>(m_rows.size()));
    return { grid.left() + cell.column * width, grid.top() + cell.row * height, width, height };
}

int TypeMap::cellAt(const QPointF& position) const
{
    const QRectF grid = gridFor(size());
    for (std::size_t i = 0; i < m_cells.size(); ++i)
        if (rectOf(m_cells[i], grid).contains(position))
            return static_cast<int>(i);
    return -1;
}

int TypeMap::cellOf(int column, int row) const
{
    for (std::size_t i = 0; i < m_cells.size(); ++i)
        if (m_cells[i].column == column && (m_cells[i].row == row || m_cells[i].row < 0))
            return static_cast<int>(i);
    return -1;
}

void TypeMap::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF grid = gridFor(size);
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    painter.fillRect(grid, style.panel);
    double shownTo = grid.left(); // column labels do not overlap
    for (const Cell& cell : m_cells) {
        const QRectF whole = rectOf(cell, grid);
        const QRectF rect = whole.adjusted(0, 0, whole.width() > 6 ? -1 : 0, whole.height() > 6 ? -1 : 0);
        const QColor color = m_colors.color(colorPosition(cell.bits));
        painter.fillRect(rect, color);
        const QString figure = numberText(cell.bits, 2);
        if (rect.width() > metrics.horizontalAdvance(figure) + 2 && rect.height() > metrics.height() - 2) {
            painter.setPen(readableOn(color));
            painter.drawText(rect, Qt::AlignCenter, figure);
        }
    }
    painter.setPen(style.mutedText);
    const double rowHeight = grid.height() / std::max<double>(1, static_cast<double>(m_rows.size()));
    const int rowStep = std::max(1, static_cast<int>(std::ceil(metrics.height() * 0.9 / rowHeight)));
    for (int row = 0; row < m_rows.size(); row += rowStep)
        painter.drawText(QRectF(0, grid.top() + row * rowHeight - 10, grid.left() - 6, rowHeight + 20), Qt::AlignRight | Qt::AlignVCenter,
            metrics.elidedText(m_rows[row], Qt::ElideLeft, grid.left() - 8));
    for (int column = 0; column < m_columns.size(); ++column) {
        const int cell = cellOf(column, 0);
        if (cell < 0)
            continue;
        const QRectF rect = rectOf(m_cells[static_cast<std::size_t>(cell)], grid);
        const double width = metrics.horizontalAdvance(m_columns[column]);
        const double at = std::min(rect.center().x() - width / 2, size.width() - width);
        if (at < shownTo)
            continue;
        painter.drawText(QPointF(at, grid.bottom() + 3 + metrics.ascent()), m_columns[column]);
        shownTo = at + width + 6;
    }
    painter.drawText(QRectF(grid.left(), grid.bottom() + 5 + metrics.height(), grid.width(), metrics.height() + 2), Qt::AlignHCenter, tr("block"));

    const QRectF bar(grid.right() + 12, grid.top() + 2, barWidth, std::max(8.0, grid.height() - 4));
    QImage colors(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        colors.setPixel(0, i, m_colors.at(1 - i / 255.0));
    painter.drawImage(bar, colors);
    for (const int bits : { 2, 4, 6, 8 })
        painter.drawText(QRectF(bar.right() + 6, bar.bottom() - colorPosition(bits) * bar.height() - metrics.height() / 2, 60, metrics.height()), Qt::AlignVCenter, QString::number(bits));
    painter.drawText(QRectF(bar.left() - 20, bar.bottom() + 3, size.width() - bar.left() + 20, metrics.height()), Qt::AlignRight, tr("bits"));

    const auto mark = [&](const Cell& cell, const QColor& color) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(style.surface, 4));
        painter.drawRect(rectOf(cell, grid));
        painter.setPen(QPen(color, 2));
        painter.drawRect(rectOf(cell, grid));
    };
    for (const Cell& cell : m_cells)
        if (cell.tensor == m_selected)
            mark(cell, style.text);
    if (paintsCursor() && m_cursor >= 0 && m_cursor < static_cast<int>(m_cells.size()))
        mark(m_cells[static_cast<std::size_t>(m_cursor)], style.accent);
}

QString TypeMap::describe(const Cell& cell) const
{
    return tr("%1: %2, %3 bits per weight").arg(cell.tensor, cell.type, numberText(cell.bits, 3));
}

QString TypeMap::describeCursor() const
{
    return m_cursor < 0 || isEmpty() ? QString() : describe(m_cells[static_cast<std::size_t>(m_cursor)]);
}

QString TypeMap::tooltipAt(const QPointF& position) const
{
    const int cell = cellAt(position);
    return cell < 0 ? QString() : describe(m_cells[static_cast<std::size_t>(cell)]);
}

bool TypeMap::moveCursorTo(const QPointF& position)
{
    const int cell = cellAt(position);
    if (cell < 0 || cell == m_cursor)
        return cell >= 0;
    m_cursor = cell;
    return true;
}

bool TypeMap::moveCursor(CursorMove move)
{
    if (m_cursor < 0) {
        m_cursor = 0;
        return true;
    }
    const Cell& here = m_cells[static_cast<std::size_t>(m_cursor)];
    const int last = static_cast<int>(m_columns.size()) - 1, page = std::max(1, last / 10);
    int column = here.column, row = std::max(0, here.row);
    switch (move) {
    case CursorMove::Left:
        --column;
        break;
    case CursorMove::Right:
        ++column;
        break;
    case CursorMove::Up:
        --row;
        break;
    case CursorMove::Down:
        ++row;
        break;
    case CursorMove::PageForward:
        column += page;
        break;
    case CursorMove::PageBack:
        column -= page;
        break;
    case CursorMove::First:
        column = 0;
        break;
    case CursorMove::Last:
        column = last;
        break;
    }
    const int cell = cellOf(std::clamp(column, 0, last), std::clamp(row, 0, std::max(0, static_cast<int>(m_rows.size()) - 1)));
    if (cell < 0 || cell == m_cursor)
        return false;
    m_cursor = cell;
    return true;
}

void TypeMap::activateCursor()
{
    if (m_cursor < 0 || isEmpty())
        return;
    const QString tensor = m_cells[static_cast<std::size_t>(m_cursor)].tensor;
    setSelected(tensor);
    Q_EMIT tensorActivated(tensor);
}

QString TypeMap::csv() const
{
    QString table = QStringLiteral("tensor,type,bits_per_weight\r\n");
    for (const Cell& cell : m_cells)
        table += QStringLiteral("%1,%2,%3\r\n").arg(csvField(cell.tensor), csvField(cell.type), csvNumber(cell.bits));
    return table;
}

} // namespace bitloom
