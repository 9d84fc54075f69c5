// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QString>

namespace bitloom {

/// A colour map that is even to the eye and safe for every kind of colour vision: dark to light with rising value.
class ColorMap
{
public:
    enum class Kind { Viridis, Cividis, Magma };
    explicit ColorMap(Kind kind = Kind::Viridis)
        : m_kind(kind)
    {
    }
    /// `position` is cut to 0…1; a NaN gives a transparent colour.
    [[nodiscard]] QRgb at(double position) const;
    [[nodiscard]] QColor color(double position) const { return QColor::fromRgba(at(position)); }
    [[nodiscard]] Kind kind() const { return m_kind; }
    [[nodiscard]] static QString name(Kind kind);

private:
    Kind m_kind;
};

/// Values to 0…1, linear or logarithmic.
struct ValueScale
{
    double minimum = 0, maximum = 1;
    bool logarithmic = false;
    /// NaN for a NaN, and for a value that is not positive on a logarithmic scale.
    [[nodiscard]] double position(double value) const;
    [[nodiscard]] double value(double position) const;
};

} // namespace bitloom
