// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace bitloom {

/// The sentence for a failed system call on `path`: what was tried and what the operating system said.
[[nodiscard]] inline tl::unexpected<Error> systemError(const char* action, const std::filesystem::path& path, int number)
{
    const ErrorCode code = number == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
    if (number == ENOSPC || number == EDQUOT)
        return fail(ErrorCode::Io, "cannot {} '{}': the disk is full", action, path.string());
    return fail(code, "cannot {} '{}': {}", action, path.string(), std::generic_category().message(number));
}

} // namespace bitloom
