// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/position_style.h"

#include "widgets/color_map.h"
#include "widgets/plot_axes.h"

#include <QCoreApplication>

namespace bitloom {
namespace {
    struct Positions
    {
        Q_DECLARE_TR_FUNCTIONS(Positions)
    };
    // From dark to light on a map whose lightness rises evenly, by PositionClass.
    constexpr std::array<double, positionClassCount> places { 1.0, 0.52, 0.7, 0.86, 0.34, 0.12, 0 };
} // namespace

QRgb positionColor(PositionClass position)
{
    return position == PositionClass::Evicted ? qRgba(0, 0, 0, 0)
                                              : ColorMap().at(places[static_cast<std::size_t>(position)]);
}

QString positionClassName(PositionClass position, int bits)
{
    switch (position) {
    case PositionClass::Sink:
        return Positions::tr("sink");
    case PositionClass::Recent:
        return Positions::tr("recent");
    case PositionClass::Logarithmic:
        return Positions::tr("logarithmic");
    case PositionClass::Heavy:
        return Positions::tr("heavy");
    case PositionClass::Waiting:
        return Positions::tr("waiting");
    case PositionClass::Packed:
        return bits > 0 ? Positions::tr("packed (%1 bit)").arg(bits) : Positions::tr("packed");
    case PositionClass::Evicted:
        break;
    }
    return Positions::tr("dropped");
}

std::optional<PositionClass> positionClassOf(char letter)
{
    const auto place = positionClassLetters.find(letter);
    return place == std::string_view::npos ? std::nullopt : std::optional(static_cast<PositionClass>(place));
}

void paintClassLegend(QPainter& painter, double x, double y, double right,
    const std::array<bool, positionClassCount>& seen, int bits, const PlotStyle& style)
{
    const QFontMetricsF metrics(painter.font());
    constexpr double closer = 8; // than other legends' entries: there are up to seven
    // The commonest first, should there be no room for all.
    for (const PositionClass position : { PositionClass::Sink, PositionClass::Recent, PositionClass::Packed, PositionClass::Evicted,
             PositionClass::Logarithmic, PositionClass::Heavy, PositionClass::Waiting }) {
        const QString name = positionClassName(position, bits);
        if (!seen[static_cast<std::size_t>(position)] || x + metrics.ascent() + 5 + metrics.horizontalAdvance(name) > right)
            continue;
        const QBrush brush = position == PositionClass::Evicted ? hatch(style.axis)
                                                                : QBrush(QColor::fromRgba(positionColor(position)));
        x = paintLegendEntry(painter, x, y, brush, QPen(style.axis, 1), name, style) - closer;
    }
}

} // namespace bitloom
