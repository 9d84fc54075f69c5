// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

namespace bitloom {

/// One of the line icons in resources/icons, drawn in the palette's text colour, so that it follows the theme. `onAccent`
/// draws it for a filled button instead.
[[nodiscard]] QIcon lineIcon(const char* name, bool onAccent = false);

} // namespace bitloom
