// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_size.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

namespace bitloom {
namespace {
    constexpr double kibibyte = 1024, mebibyte = kibibyte * 1024, gibibyte = mebibyte * 1024;

    /// Bytes of a unit in lower case; 0 for one that is not known.
    double unitBytes(std::string_view unit)
    {
        if (unit.empty() || unit == "b")
            return 1;
        constexpr std::string_view prefixes = "kmgt";
        const auto power = static_cast<double>(prefixes.find(unit.front()) + 1);
        if (prefixes.find(unit.front()) == std::string_view::npos)
            return 0;
        const std::string_view rest = unit.substr(1);
        if (rest.empty() || rest == "ib")
            return std::pow(1024.0, power);
        return rest == "b" ? std::pow(1000.0, power) : 0;
    }
}

Result<std::int64_t> parseByteSize(const std::string& text, const std::string& what)
{
    double number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    std::string unit;
    for (const char* at = parsed.ptr; at != end; ++at) {
        if (*at != ' ')
            unit += static_cast<char>(std::tolower(static_cast<unsigned char>(*at)));
    }
    const double bytes = number * unitBytes(unit);
    if (parsed.ec != std::errc() || !(bytes >= 1) || !(bytes < 0x1p62))
        return fail(ErrorCode::Usage, "{} is '{}', expected a number of bytes such as 6GiB or 800MiB", what, text);
    return static_cast<std::int64_t>(bytes);
}

std::string byteSizeText(std::int64_t bytes)
{
    const auto value = static_cast<double>(bytes);
    if (value >= gibibyte)
        return fmt::format("{:.2f} GiB", std::ceil(value / gibibyte * 100) / 100);
    return fmt::format("{:.0f} MiB", std::ceil(value / mebibyte));
}

} // namespace bitloom
