// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/cache_map.h"
#include "widgets/theme.h"

#include <optional>
#include <QString>

namespace bitloom {

/// How the views of a key-value cache show what is held of a position. The classes differ in brightness, so that they
/// can be told apart without colour: the more carefully a position is kept, the brighter; what was dropped is hatched.
[[nodiscard]] QRgb positionColor(PositionClass position); ///< transparent for Evicted
/// `bits` of a packed number.
[[nodiscard]] QString positionClassName(PositionClass position, int bits);
/// The class of a message's letter; nullopt where it is none.
[[nodiscard]] std::optional<PositionClass> positionClassOf(char letter);
[[nodiscard]] inline bool isExact(PositionClass position) { return position < PositionClass::Packed; }

/// Entries of the classes for which `seen` is true, in one line from (x, y) to `right`; what does not fit is left out.
void paintClassLegend(QPainter& painter, double x, double y, double right,
    const std::array<bool, positionClassCount>& seen, int bits, const PlotStyle& style);

} // namespace bitloom
