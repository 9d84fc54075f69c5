// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error_in_flight.h"

#include <exception>
#include <new>

namespace bitloom {
namespace {
    tl::unexpected<Error> outOfMemory(const std::string& doing)
    {
        return fail(ErrorCode::OutOfMemory, "{}: out of memory; fewer or shorter sequences, fewer groups or bf16 need less", doing);
    }
}

tl::unexpected<Error> errorInFlight(const std::string& doing)
{
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return outOfMemory(doing);
    } catch (const std::exception& error) {
        // libtorch puts a stack trace on the lines after the first, and says that memory ran out in words alone.
        const std::string text = error.what();
        const std::string sentence = text.substr(0, text.find('\n'));
        for (const char* words : { "not enough memory", "can't allocate memory", "out of memory" })
            if (text.find(words) != std::string::npos)
                return outOfMemory(doing);
        return fail(ErrorCode::Internal, "{}: {}", doing, sentence);
    } catch (...) {
        return fail(ErrorCode::Internal, "{}: an unknown failure", doing);
    }
}

} // namespace bitloom
