// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>

namespace bitloom {

/// `json` as the saved configuration of a cache method: an object with the "method" that it is for (guided, where it names none), that method's parameters, and,
/// where it was calibrated, "layers", an array of what that found for each. An Error of code InvalidInput that begins with `where` where it is anything else.
[[nodiscard]] Result<nlohmann::json> parseKvConfiguration(nlohmann::json json, const std::string& where);

} // namespace bitloom
