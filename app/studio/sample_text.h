// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTemporaryDir>

namespace bitloom {

/// Bitloom's own sample text as a file in `folder`, for an engine of this machine to read.
[[nodiscard]] QString sampleTextFile(const QTemporaryDir& folder);

} // namespace bitloom
