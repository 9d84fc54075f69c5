// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <QString>

namespace bitloom {

inline QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

[[nodiscard]] QString bytesRangeText(std::int64_t low, std::int64_t high);
[[nodiscard]] QString durationRangeText(double low, double high);
/// A path with the home folder as ~ and its middle left out where it is long.
[[nodiscard]] QString shortPath(const QString& path, int maximumLetters = 64);

/// What a person can do after an error of this kind; one sentence.
[[nodiscard]] QString adviceFor(ErrorCode code);
/// The engine's sentence with a capital letter and a full stop.
[[nodiscard]] QString sentence(const Error& error);

} // namespace bitloom
