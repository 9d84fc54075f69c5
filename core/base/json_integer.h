// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <utility>

namespace bitloom {

/// A JSON number as an integer of type T. nlohmann's own conversion takes any number: it cuts fractions off, wraps what is too large, and is
/// undefined for a float that T cannot hold. Throws nlohmann's exception, as its readers do, where `json` is not an integer that fits.
template <std::integral T>
    requires(!std::same_as<T, bool>)
[[nodiscard]] T jsonInteger(const nlohmann::json& json)
{
    if (const auto* number = json.get_ptr<const nlohmann::json::number_unsigned_t*>()) {
        if (std::in_range<T>(*number))
            return static_cast<T>(*number);
    } else if (const auto* whole = json.get_ptr<const nlohmann::json::number_integer_t*>()) {
        if (std::in_range<T>(*whole))
            return static_cast<T>(*whole);
    }
    throw nlohmann::json::type_error::create(302, "is " + json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + ", expected an integer that fits", &json);
}

} // namespace bitloom
