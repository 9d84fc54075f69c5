// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>

namespace bitloom {

/// Inside a catch block: turns the exception in flight (libtorch's, std::bad_alloc, any other) into one sentence that starts with
/// `doing`, for example "calibrating block 3". Running out of host or device memory becomes ErrorCode::OutOfMemory.
[[nodiscard]] tl::unexpected<Error> failureInFlight(const std::string& doing);

} // namespace bitloom
