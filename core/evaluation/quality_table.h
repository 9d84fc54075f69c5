// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/quality_report.h"

#include <array>

namespace bitloom {

/// The figures of a report as text, for people.
struct QualityTable
{
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows; ///< the original first, where there is one
};

[[nodiscard]] QualityTable qualityTable(const QualityReport& report);
/// KL divergence at klQuantileFractions, a row for each file.
[[nodiscard]] QualityTable quantileTable(const QualityReport& report);
/// "8 windows of 512 tokens (2040 scored) of wiki.test.raw".
[[nodiscard]] std::string measuredOn(const QualityReport& report);

} // namespace bitloom
