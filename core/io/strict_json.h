// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace bitloom {

/// Parses JSON from an untrusted file: a duplicated key, nesting deeper than `maximumDepth`, or text that is not JSON is one
/// Error. `source` names the file (and the part of it) in the message.
[[nodiscard]] Result<nlohmann::json> parseStrictJson(std::string_view text, const std::string& source, int maximumDepth = 64);

} // namespace bitloom
