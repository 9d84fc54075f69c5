// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/torch_failure.h"

#include <new>
#include <torch/torch.h>

namespace bitloom {

tl::unexpected<Error> failureInFlight(const std::string& doing)
{
    const auto outOfMemory = [&](const char* where) {
        return fail(ErrorCode::OutOfMemory, "{}: out of {} memory; use fewer or shorter sequences, fewer groups, or compute in bf16", doing, where);
    };
    try {
        throw;
    } catch (const c10::OutOfMemoryError&) {
        return outOfMemory("device");
    } catch (const std::bad_alloc&) {
        return outOfMemory("host");
    } catch (const c10::Error& error) {
        const std::string what = error.what_without_backtrace();
        // The host allocator throws a plain c10::Error.
        if (what.find("not enough memory") != std::string::npos || what.find("can't allocate memory") != std::string::npos)
            return outOfMemory("host");
        return fail(ErrorCode::Internal, "{}: {}", doing, what.substr(0, what.find('\n')));
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, "{}: {}", doing, error.what());
    }
}

} // namespace bitloom
