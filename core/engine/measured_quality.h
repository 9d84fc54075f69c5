// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/quality_report.h"
#include "core/protocol/messages.h"

#include <string>

namespace bitloom {

/// The measurements of a verification as a report, with what the project beside each file says about how it was made.
[[nodiscard]] QualityReport measuredQuality(const VerificationReport& verification, const std::string& text);

} // namespace bitloom
