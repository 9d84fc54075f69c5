// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/method_info.h"

#include <cstdint>
#include <string>
#include <vector>

/// Descriptions of parameters, one line each.
namespace bitloom {

[[nodiscard]] ParameterInfo integerParameter(std::string name, std::string title, std::int64_t value, std::int64_t minimum, std::int64_t maximum, std::string unit, std::string help);
[[nodiscard]] ParameterInfo numberParameter(std::string name, std::string title, double value, double minimum, double maximum, std::string unit, std::string help);
[[nodiscard]] ParameterInfo choiceParameter(std::string name, std::string title, std::string value, std::vector<std::string> choices, std::string help);
[[nodiscard]] ParameterInfo booleanParameter(std::string name, std::string title, bool value, std::string help);

} // namespace bitloom
