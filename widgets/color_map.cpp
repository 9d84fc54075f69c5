// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/color_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace bitloom {
namespace {
    /// A colour in Oklab: lightness and two opponent axes.
    struct Lab
    {
        double lightness, a, b;
    };

    double toLinear(double channel)
    {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    }

    double fromLinear(double channel)
    {
        const double cut = std::clamp(channel, 0.0, 1.0);
        return cut <= 0.0031308 ? cut * 12.92 : 1.055 * std::pow(cut, 1 / 2.4) - 0.055;
    }

    Lab toLab(QRgb rgb)
    {
        const double r = toLinear(qRed(rgb) / 255.0), g = toLinear(qGreen(rgb) / 255.0), b = toLinear(qBlue(rgb) / 255.0);
        const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return { 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s };
    }

    QRgb toRgb(const Lab& lab)
    {
        const auto cube = [](double value) { return value * value * value; };
        const double l = cube(lab.lightness + 0.3963377774 * lab.a + 0.2158037573 * lab.b);
        const double m = cube(lab.lightness - 0.1055613458 * lab.a - 0.0638541728 * lab.b);
        const double s = cube(lab.lightness - 0.0894841775 * lab.a - 1.2914855480 * lab.b);
        const auto byte = [](double value) { return static_cast<int>(std::lround(255 * fromLinear(value))); };
        return qRgb(byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    using Table = std::array<QRgb, 256>;

    /// Hues through `anchors` (which get lighter from first to last), with lightness rising in equal steps, so that equal
    /// differences of value look equally large.
    Table makeTable(std::span<const QRgb> anchors)
    {
        std::vector<Lab> labs;
        for (const QRgb anchor : anchors)
            labs.push_back(toLab(anchor));
        Table table {};
        std::size_t segment = 0;
        for (std::size_t i = 0; i < table.size(); ++i) {
            const double t = static_cast<double>(i) / 255;
            const double lightness = labs.front().lightness + t * (labs.back().lightness - labs.front().lightness);
            while (segment + 2 < labs.size() && labs[segment + 1].lightness < lightness)
                ++segment;
            const Lab &from = labs[segment], &to = labs[segment + 1];
            const double part = std::clamp((lightness - from.lightness) / (to.lightness - from.lightness), 0.0, 1.0);
            table[i] = toRgb({ lightness, from.a + part * (to.a - from.a), from.b + part * (to.b - from.b) });
        }
        return table;
    }

    const Table& tableOf(ColorMap::Kind kind)
    {
        static constexpr QRgb purpleToYellow[] = { 0xff440154, 0xff433880, 0xff33638d, 0xff218f8d, 0xff3bbb75, 0xff9fd938,
            0xfffde725 };
        static constexpr QRgb blueToYellow[] = { 0xff00214f, 0xff34456c, 0xff5e636f, 0xff898678, 0xffb7aa72, 0xffe6cf5a,
            0xffffe945 };
        static constexpr QRgb blackToCream[] = { 0xff07051a, 0xff3b0f70, 0xff8c2981, 0xffde4968, 0xfffe9f6d, 0xfffcfdbf };
        static const Table tables[] = { makeTable(purpleToYellow), makeTable(blueToYellow), makeTable(blackToCream) };
        return tables[static_cast<std::size_t>(kind)];
    }
}

QRgb ColorMap::at(double position) const
{
    if (std::isnan(position))
        return qRgba(0, 0, 0, 0);
    return tableOf(m_kind)[static_cast<std::size_t>(std::lround(255 * std::clamp(position, 0.0, 1.0)))];
}

QString ColorMap::name(Kind kind)
{
    switch (kind) {
    case Kind::Viridis:
        return QStringLiteral("Viridis");
    case Kind::Cividis:
        return QStringLiteral("Cividis");
    case Kind::Magma:
        return QStringLiteral("Magma");
    }
    return {};
}

double ValueScale::position(double value) const
{
    if (std::isnan(value) || (logarithmic && value <= 0))
        return std::numeric_limits<double>::quiet_NaN();
    if (!(maximum > minimum))
        return 0.5;
    if (logarithmic)
        return std::clamp(std::log(value / minimum) / std::log(maximum / minimum), 0.0, 1.0);
    return std::clamp((value - minimum) / (maximum - minimum), 0.0, 1.0);
}

double ValueScale::value(double position) const
{
    if (logarithmic)
        return minimum * std::pow(maximum / minimum, position);
    return minimum + position * (maximum - minimum);
}

} // namespace bitloom
