// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QStringList>
#include <QTableWidget>
#include <vector>

namespace bitloom {

/// A table of figures that can only be read: a line for each measure, the first column its name.
class FigureTable : public QTableWidget
{
    Q_OBJECT
public:
    FigureTable(const char* objectName, const QString& accessibleName, QWidget* parent);

    struct Line
    {
        QStringList cells; ///< as many as the header has
        QString explanation; ///< what the measure means
    };
    void setFigures(const QStringList& header, const std::vector<Line>& lines);
    [[nodiscard]] int heightOfAllRows() const;

    /// The same in a picture, from the top of (0, 0, size); returns where it ends.
    static double paint(QPainter& painter, const QSizeF& size, const QStringList& header, const std::vector<Line>& lines, const QPalette& palette, const QFont& font);
};

} // namespace bitloom
