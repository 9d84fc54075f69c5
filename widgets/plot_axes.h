// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QPainter>
#include <QRectF>
#include <QString>

namespace bitloom {

/// One axis of a plot: a range of values over a range of pixels.
struct Axis
{
    double minimum = 0, maximum = 1;
    bool logarithmic = false;
    QString label; ///< with its unit
    [[nodiscard]] double part(double value) const; ///< 0 at the minimum, 1 at the maximum
    [[nodiscard]] double value(double part) const;
};

[[nodiscard]] QFont tickFont(const QFont& base);

/// The area that is left for the plot when title line, axes and labels are taken off.
[[nodiscard]] QRectF areaInsideAxes(const QSizeF& size, const QFont& font, double leftTextWidth, bool bottomAxis = true);
[[nodiscard]] double titleHeight(const QFont& font);

/// Panel, grid lines, ticks and labels around `area`.
void paintAxes(QPainter& painter, const QRectF& area, const Axis& horizontal, const Axis& vertical, const PlotStyle& style);
/// Only the lower axis (where the vertical one is not numeric).
void paintBottomAxis(QPainter& painter, const QRectF& area, const Axis& axis, const PlotStyle& style, bool grid);
void paintLeftAxis(QPainter& painter, const QRectF& area, const Axis& axis, const PlotStyle& style, bool grid);

/// A legend's entry: a swatch and a text; returns the x after it.
double paintLegendEntry(QPainter& painter, double x, double y, const QBrush& brush, const QPen& outline, const QString& text,
    const PlotStyle& style);

/// The small round hatch for "not measured", visible on `background`.
[[nodiscard]] QBrush hatch(const QColor& color, Qt::BrushStyle pattern = Qt::BDiagPattern);

} // namespace bitloom
