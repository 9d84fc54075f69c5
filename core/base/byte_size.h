// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>

namespace bitloom {

/// "6GiB", "800 MiB", "1.5GB", "2000000000": a positive number of bytes; units are B, KiB, MiB, GiB, TiB and KB, MB, GB, TB in any case, and K, M, G
/// and T for the binary ones. Anything else is an Error of code Usage that names `what`.
[[nodiscard]] Result<std::int64_t> parseByteSize(const std::string& text, const std::string& what);

/// "1.50 GiB", "612 MiB": rounded up, so that the text read back is never less.
[[nodiscard]] std::string byteSizeText(std::int64_t bytes);

} // namespace bitloom
