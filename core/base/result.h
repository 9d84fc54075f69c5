// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace bitloom {

/// What kind of failure an Error is; decides the exit status and what the studio advises next.
enum class ErrorCode {
    Usage, ///< the caller asked for something that cannot be asked for (exit status 2)
    InvalidInput, ///< a file, recipe or message is malformed or contradicts itself
    NotFound,
    Unsupported, ///< well-formed, but an architecture, type or tokenizer that is not known
    Io, ///< the operating system refused: disk full, no permission, ...
    OutOfMemory,
    Cancelled, ///< somebody asked to stop (exit status 130)
    Internal, ///< a broken promise inside Bitloom
};

/// One clear sentence that names the file, the field, what was found and what was expected.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string message;
};

template <class T = void>
using Result = tl::expected<T, Error>;

/// Makes a failed Result: `return fail(ErrorCode::InvalidInput, "{}: header is {} bytes, expected at most {}", ...)`.
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format, Args&&... args)
{
    return tl::make_unexpected(Error { code, fmt::format(format, std::forward<Args>(args)...) });
}

/// Hands a failed Result's error on to the caller's own Result type.
template <class T>
[[nodiscard]] tl::unexpected<Error> forward(const Result<T>& failed)
{
    return tl::make_unexpected(failed.error());
}

} // namespace bitloom

/// Evaluates `expression` (a Result<T>), returns its error from the enclosing function or assigns its value.
#define BITLOOM_CONCAT_(a, b) a##b
#define BITLOOM_CONCAT(a, b) BITLOOM_CONCAT_(a, b)
#define BITLOOM_TRY_(temporary, declaration, expression)                                                              \
    auto temporary = (expression);                                                                                    \
    if (!temporary)                                                                                                   \
        return tl::make_unexpected(std::move(temporary).error());                                                     \
    declaration = std::move(*temporary)
#define BITLOOM_TRY(declaration, expression) BITLOOM_TRY_(BITLOOM_CONCAT(result_, __COUNTER__), declaration, expression)
/// The same for a Result<void>.
#define BITLOOM_CHECK(expression)                                                                                     \
    do {                                                                                                              \
        if (auto result_ = (expression); !result_)                                                                    \
            return tl::make_unexpected(std::move(result_).error());                                                   \
    } while (false)
