// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <exception>
#include <string>

namespace bitloom {

/// An exception that libtorch threw as one sentence that starts with `doing`; running out of memory becomes ErrorCode::OutOfMemory.
[[nodiscard]] tl::unexpected<Error> torchError(const std::exception& error, const std::string& doing);

} // namespace bitloom
