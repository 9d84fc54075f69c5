// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace bitloom::kv {

/// Nearest IEEE binary16, ties to even; what is too large becomes the largest finite number, so that a scale stays usable.
[[nodiscard]] inline std::uint16_t toHalf(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value), sign = bits >> 16U & 0x8000U;
    const float magnitude = std::fabs(value);
    if (!(magnitude < 65520.0F))
        return static_cast<std::uint16_t>(sign | (std::isnan(value) ? 0x7e00U : 0x7bffU));
    if (magnitude < 6.103515625e-5F) // subnormal: a multiple of 2^-24
        return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(std::nearbyint(magnitude * 16777216.0F)));
    const std::uint32_t rounded = (bits & 0x7fffffffU) + 0xfffU + (bits >> 13U & 1U);
    return static_cast<std::uint16_t>(sign | (rounded - (112U << 23U)) >> 13U);
}

[[nodiscard]] inline float fromHalf(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U, exponent = half >> 10U & 31U, fraction = half & 0x3ffU;
    if (exponent == 0)
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(static_cast<float>(fraction) * 5.9604644775390625e-8F));
    return std::bit_cast<float>(sign | (exponent == 31 ? 0x7f800000U : (exponent + 112U) << 23U) | fraction << 13U);
}

/// The largest half not above, the smallest half not below a finite value.
[[nodiscard]] inline std::uint16_t halfBelow(float value)
{
    const std::uint16_t half = toHalf(value);
    if (fromHalf(half) <= value)
        return half;
    return static_cast<std::uint16_t>((half & 0x7fffU) == 0 ? 0x8001U : (half & 0x8000U) != 0 ? half + 1 : half - 1);
}
[[nodiscard]] inline std::uint16_t halfAbove(float value) { return static_cast<std::uint16_t>(halfBelow(-value) ^ 0x8000U); }

[[nodiscard]] inline std::uint16_t toBrain(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    return static_cast<std::uint16_t>((bits + 0x7fffU + (bits >> 16U & 1U)) >> 16U);
}
[[nodiscard]] inline float fromBrain(std::uint16_t brain) { return std::bit_cast<float>(static_cast<std::uint32_t>(brain) << 16U); }

} // namespace bitloom::kv
