// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <span>
#include <vector>

/// Numbers as people read them, the same in every view. All follow the C locale: figures are copied into papers.
namespace bitloom {

[[nodiscard]] QString bytesText(std::int64_t bytes); ///< "1.25 GiB"
[[nodiscard]] QString countText(std::int64_t count); ///< "135 M", "1 536"
[[nodiscard]] QString durationText(double seconds); ///< "1 h 04 min", "2 min 05 s", "0.4 s"
[[nodiscard]] QString numberText(double value, int significant = 4); ///< "0.0123", "1.2e-07"; "–" for a NaN
[[nodiscard]] QString percentText(double fraction, int significant = 3); ///< 0.0123 -> "1.23 %"
[[nodiscard]] QString uncertainText(double value, double standardError); ///< "23.41 ± 0.32", as many digits as the error allows
[[nodiscard]] QString shapeText(std::span<const std::int64_t> shape); ///< "1536 × 576"
/// One field of a CSV line, quoted where it must be (RFC 4180), never starting a formula in a spreadsheet.
[[nodiscard]] QString csvField(const QString& text);
[[nodiscard]] QString csvNumber(double value); ///< shortest text that reads back the same; empty for a NaN

/// Round values of an axis, at most `count` of them plus two; on a logarithmic axis powers of ten or 1, 2, 5.
[[nodiscard]] std::vector<double> axisTicks(double minimum, double maximum, int count, bool logarithmic = false);
[[nodiscard]] QString tickText(double value, double step);

} // namespace bitloom
