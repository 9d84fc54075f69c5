// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>

namespace bitloom {

/// Inside a catch block: the exception in flight (a library's, std::bad_alloc, any other) as one sentence that starts with `doing`,
/// for example "calibrating block 3". Running out of host or device memory becomes ErrorCode::OutOfMemory.
[[nodiscard]] tl::unexpected<Error> errorInFlight(const std::string& doing);

/// Calls a function that returns a Result, and turns what libraries throw on the way into an Error.
template <class Function>
auto catching(const std::string& doing, const Function& function) -> decltype(function())
{
    try {
        return function();
    } catch (...) {
        return errorInFlight(doing);
    }
}

} // namespace bitloom
