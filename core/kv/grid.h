// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <span>

namespace bitloom::kv {

/// Which numbers share a scale and a minimum.
enum class GridAxis : std::uint8_t {
    Channel, ///< one channel of all positions of a block (KIVI's keys)
    Token, ///< `group` neighbouring channels of one position (KIVI's values)
};

/// How a group's numbers become x̂ = scale · level(code) + minimum.
enum class Rounding : std::uint8_t {
    MinimumMaximum, ///< evenly from the smallest to the largest number (KIVI)
    IntegerZero, ///< the same with minimum = -scale · an integer in 8 bits (quanto 0.2.0, the published LogQuant)
    LeastSquares, ///< MinimumMaximum's grid moved and narrowed to where the squared error is least
    AbsoluteMaximum, ///< symmetric around 0 (DecoQuant)
    Q8_0, ///< as ggml's cache types of these names round
    Q4_0,
    Iq4Nl,
};

/// How scale and minimum are stored.
enum class Metadata : std::uint8_t {
    HalfPair, ///< two f16
    HalfZero, ///< f16 scale, 8-bit integer zero
    FloatZero, ///< f32 scale, 8-bit integer zero
    HalfScale, ///< f16 scale; the minimum follows from it
    Bytes, ///< 8-bit logarithm of scale over the block's largest scale (f16), 8-bit minimum in half steps of the scale
};

/// What one half of a cache (keys or values) rounds to.
struct Grid
{
    int bits = 2; ///< 1, 2, 3, 4, 8; 0: what is not exact is dropped
    GridAxis axis = GridAxis::Channel;
    int group = 0; ///< Token: channels that share a scale, 0 for all of the head's; Channel: always the block's positions
    Rounding rounding = Rounding::MinimumMaximum;
    Metadata metadata = Metadata::HalfPair;

    [[nodiscard]] bool evicts() const { return bits == 0; }
    [[nodiscard]] bool operator==(const Grid&) const = default;
};

/// The level of each code, for grids of up to 4 bits; codes of 8 bits are their own levels.
[[nodiscard]] const std::array<float, 16>& levelsOf(const Grid& grid);

struct ScaleAndMinimum
{
    float scale = 0, minimum = 0;
};

/// Whether codes are taken on the grid before its scale is rounded to what is stored, as ggml does.
[[nodiscard]] inline bool codesBeforeStoring(const Grid& grid) { return grid.rounding == Rounding::Q8_0 || grid.rounding == Rounding::Q4_0; }

/// The scale and minimum for one group of finite numbers, exactly as `grid.metadata` can store them, but for codesBeforeStoring() and for Metadata::Bytes,
/// where the block's largest scale is not known yet.
[[nodiscard]] ScaleAndMinimum fitGroup(const Grid& grid, std::span<const float> values);

/// The nearest code of one number.
[[nodiscard]] unsigned codeOf(const Grid& grid, const ScaleAndMinimum& fit, float value);

[[nodiscard]] inline float valueOf(const Grid& grid, const ScaleAndMinimum& fit, unsigned code)
{
    return fit.scale * (grid.bits == 8 ? static_cast<float>(code) : levelsOf(grid)[code]) + fit.minimum;
}

/// An Error of code Usage where a grid is impossible for heads of this size and blocks of this many positions.
[[nodiscard]] Result<void> checkGrid(const Grid& grid, int headSize, int block);

} // namespace bitloom::kv
