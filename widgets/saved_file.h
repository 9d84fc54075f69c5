// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

namespace bitloom {

/// Writes beside `path` and renames; an Error names the file and what the system says.
[[nodiscard]] Result<void> saveFile(const QString& path, const QByteArray& bytes);

} // namespace bitloom
