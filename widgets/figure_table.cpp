// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure_table.h"

#include "widgets/theme.h"

#include <QHeaderView>
#include <algorithm>

namespace bitloom {

FigureTable::FigureTable(const char* objectName, const QString& accessibleName, QWidget* parent)
    : QTableWidget(parent)
{
    setObjectName(QLatin1String(objectName));
    setAccessibleName(accessibleName);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 11);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::NoContextMenu); // that of what it belongs to
}

void FigureTable::setFigures(const QStringList& header, const std::vector<Line>& lines)
{
    setColumnCount(static_cast<int>(header.size()));
    setRowCount(static_cast<int>(lines.size()));
    setHorizontalHeaderLabels(header);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    for (int column = 0; column < columnCount(); ++column)
        horizontalHeaderItem(column)->setTextAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    for (int row = 0; row < rowCount(); ++row) {
        const Line& line = lines[static_cast<std::size_t>(row)];
        for (int column = 0; column < columnCount(); ++column) {
            const QString cell = line.cells.value(column);
            auto* figure = new QTableWidgetItem(cell);
            figure->setToolTip(line.explanation);
            figure->setData(Qt::AccessibleTextRole, column == 0 ? cell : QStringLiteral("%1, %2: %3").arg(line.cells.value(0), header[column], cell));
            if (column > 0)
                figure->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            setItem(row, column, figure);
        }
    }
}

int FigureTable::heightOfAllRows() const
{
    return horizontalHeader()->sizeHint().height() + verticalHeader()->defaultSectionSize() * rowCount() + 2 * frameWidth() + 2;
}

double FigureTable::paint(QPainter& painter, const QSizeF& size, const QStringList& header, const std::vector<Line>& lines, const QPalette& palette, const QFont& font)
{
    const PlotStyle style = PlotStyle::of(palette);
    const double left = 14, width = size.width() - 2 * left, names = 0.32 * width;
    const double column = (width - names) / std::max<double>(1, static_cast<double>(header.size()) - 1);
    const double height = QFontMetricsF(font).height() + 6;
    double y = 8;
    const auto row = [&](const QStringList& cells, const QColor& ink, QFont::Weight weight) {
        QFont rowFont = font;
        rowFont.setWeight(weight);
        painter.setFont(rowFont);
        painter.setPen(ink);
        const QFontMetricsF metrics(rowFont);
        for (qsizetype i = 0; i < cells.size(); ++i) {
            const QRectF cell = i == 0 ? QRectF(left + 8, y, names - 8, height) : QRectF(left + names + static_cast<double>(i - 1) * column + 8, y, column - 8, height);
            painter.drawText(cell, (i == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, metrics.elidedText(cells[i], Qt::ElideRight, cell.width()));
        }
        y += height;
    };
    row(header, style.mutedText, QFont::DemiBold);
    painter.setPen(style.axis);
    painter.drawLine(QPointF(left, y), QPointF(left + width, y));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i % 2 == 1)
            painter.fillRect(QRectF(left, y, width, height), style.panel);
        row(lines[i].cells, style.text, QFont::Normal);
    }
    return y;
}

} // namespace bitloom
