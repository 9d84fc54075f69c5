// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace bitloom {

/// Asks the desktop's notification service to show a message. Does nothing where there is no such service, and never waits.
void notifyDesktop(const QString& title, const QString& text);

/// Whether somebody has to be told that a job of this length is over.
[[nodiscard]] bool deservesNotification(double seconds, bool windowIsActive);

} // namespace bitloom
