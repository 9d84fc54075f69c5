// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kv/grid.h"

#include "core/kv/half.h"

#include <algorithm>
#include <cmath>

namespace bitloom::kv {
namespace {
    constexpr std::array<float, 16> uniformLevels { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    constexpr std::array<float, 16> q4Levels { -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7 };
    constexpr std::array<float, 16> iq4Levels { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 };

    float mostOf(const Grid& grid) { return static_cast<float>((1 << grid.bits) - 1); }

    /// The value of largest magnitude, with its sign.
    float extreme(std::span<const float> values)
    {
        float most = 0;
        for (const float value : values)
            if (std::fabs(value) > std::fabs(most))
                most = value;
        return most;
    }

    unsigned nearestLevel(const std::array<float, 16>& levels, float value)
    {
        const auto above = std::upper_bound(levels.begin(), levels.end(), value);
        if (above == levels.begin())
            return 0;
        const auto index = static_cast<unsigned>(above - levels.begin());
        return index == 16 || value - levels[index - 1] < levels[index] - value ? index - 1 : index;
    }

    ScaleAndMinimum stored(const Grid& grid, float scale, float minimum)
    {
        if (grid.metadata != Metadata::HalfPair)
            return { scale, minimum };
        return { fromHalf(toHalf(scale)), fromHalf(toHalf(minimum)) };
    }

    /// Where the minimum is so large that f16 rounds it by a part of the range, the grid still has to reach both ends.
    ScaleAndMinimum spanningFit(const Grid& grid, float least, float most)
    {
        const ScaleAndMinimum fit = stored(grid, (most - least) / mostOf(grid), least);
        if (grid.metadata != Metadata::HalfPair)
            return fit;
        const float tolerance = 0.25F * fit.scale;
        if (std::fabs(fit.minimum - least) <= tolerance && std::fabs(fit.minimum + fit.scale * mostOf(grid) - most) <= 2 * tolerance)
            return fit;
        const float lower = fromHalf(halfBelow(least));
        return { std::max(0.0F, fromHalf(halfAbove((most - lower) / mostOf(grid)))), lower };
    }

    ScaleAndMinimum integerZeroFit(const Grid& grid, float least, float most)
    {
        const auto rounded = [&](float scale) { return grid.metadata == Metadata::HalfZero ? fromHalf(toHalf(scale)) : scale; };
        float scale = rounded((most - least) / mostOf(grid));
        // The published code lets the zero point wrap here; a wider grid is what keeps the numbers.
        if (!(std::fabs(least) <= 127 * scale)) {
            scale = std::max((most - least) / mostOf(grid), std::fabs(least) / 126);
            scale = grid.metadata == Metadata::HalfZero ? fromHalf(halfAbove(scale)) : scale;
        }
        if (!(scale > 0))
            return {};
        const float zero = std::clamp(std::nearbyint(-least / scale), -128.0F, 127.0F);
        return { scale, -scale * zero };
    }

    double squaredError(const Grid& grid, const ScaleAndMinimum& fit, std::span<const float> values)
    {
        const float inverse = fit.scale > 0 ? 1 / fit.scale : 0, most = mostOf(grid);
        float sum = 0;
        for (const float value : values) {
            const float code = std::nearbyint(std::clamp((value - fit.minimum) * inverse, 0.0F, most));
            const float error = fit.minimum + fit.scale * code - value;
            sum += error * error;
        }
        return sum;
    }

    /// The scale and minimum that fit best to the codes which `fit` gives.
    ScaleAndMinimum regressed(const Grid& grid, const ScaleAndMinimum& fit, std::span<const float> values)
    {
        const float inverse = fit.scale > 0 ? 1 / fit.scale : 0, most = mostOf(grid), n = static_cast<float>(values.size());
        float codes = 0, squares = 0, sum = 0, products = 0;
        for (const float value : values) {
            const float code = std::nearbyint(std::clamp((value - fit.minimum) * inverse, 0.0F, most));
            codes += code;
            squares += code * code;
            sum += value;
            products += code * value;
        }
        const float determinant = n * squares - codes * codes;
        if (!(determinant > 0))
            return fit;
        const float scale = (n * products - codes * sum) / determinant;
        return scale > 0 ? stored(grid, scale, (sum - scale * codes) / n) : fit;
    }

    ScaleAndMinimum leastSquaresFit(const Grid& grid, std::span<const float> values, float least, float most)
    {
        ScaleAndMinimum best = spanningFit(grid, least, most);
        double error = squaredError(grid, best, values);
        const float centre = 0.5F * (least + most), half = 0.5F * (most - least);
        for (const float share : { 1.0F, 0.9F, 0.8F, 0.7F }) {
            ScaleAndMinimum fit { 2 * half * share / mostOf(grid), centre - half * share };
            for (int iteration = 0; iteration < 3; ++iteration)
                fit = regressed(grid, fit, values);
            if (const double now = squaredError(grid, fit, values); now < error) {
                error = now;
                best = fit;
            }
        }
        return best;
    }

    /// ggml's search: the scale that minimises the error weighted by the squares themselves.
    ScaleAndMinimum iq4Fit(std::span<const float> values)
    {
        const float most = extreme(values);
        if (std::fabs(most) < 1e-15F)
            return {};
        float scale = -most / iq4Levels[0];
        const auto sums = [&](float inverse) {
            float products = 0, squares = 0;
            for (const float value : values) {
                const float level = iq4Levels[nearestLevel(iq4Levels, inverse * value)], weight = value * value;
                products += weight * level * value;
                squares += weight * level * level;
            }
            return std::pair(products, squares);
        };
        const auto [products, squares] = sums(1 / scale);
        scale = products / squares;
        float best = scale * products;
        for (int step = -7; step <= 7; ++step) {
            const auto [p, s] = sums((static_cast<float>(step) + iq4Levels[0]) / most);
            if (s > 0 && p * p > best * s) {
                scale = p / s;
                best = scale * p;
            }
        }
        return { fromHalf(toHalf(scale)), 0 };
    }
}

const std::array<float, 16>& levelsOf(const Grid& grid)
{
    switch (grid.rounding) {
    case Rounding::Q4_0: return q4Levels;
    case Rounding::Iq4Nl: return iq4Levels;
    default: return uniformLevels;
    }
}

ScaleAndMinimum fitGroup(const Grid& grid, std::span<const float> values)
{
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    switch (grid.rounding) {
    case Rounding::MinimumMaximum: return spanningFit(grid, *least, *most);
    case Rounding::IntegerZero: return integerZeroFit(grid, *least, *most);
    case Rounding::LeastSquares: return leastSquaresFit(grid, values, *least, *most);
    case Rounding::AbsoluteMaximum: {
        const float scale = fromHalf(toHalf(std::max(std::fabs(*least), std::fabs(*most)) / std::max(1.0F, (mostOf(grid) - 1) / 2)));
        return { scale, -scale * static_cast<float>(1 << (grid.bits - 1)) };
    }
    case Rounding::Q8_0: {
        const float scale = std::fabs(extreme(values)) / 127;
        return { scale, -128 * scale };
    }
    case Rounding::Q4_0: return { extreme(values) / -8, 0 };
    case Rounding::Iq4Nl: return iq4Fit(values);
    }
    return {};
}

unsigned codeOf(const Grid& grid, const ScaleAndMinimum& fit, float value)
{
    if (fit.scale == 0)
        return grid.rounding == Rounding::Q4_0 ? 8 : grid.rounding == Rounding::Iq4Nl ? nearestLevel(iq4Levels, 0) : 0;
    const float most = mostOf(grid);
    switch (grid.rounding) {
    case Rounding::IntegerZero: // the order of the published code's operations
        return static_cast<unsigned>(std::clamp(std::nearbyint(value / fit.scale) - std::nearbyint(fit.minimum / fit.scale), 0.0F, most));
    case Rounding::Q4_0: return static_cast<unsigned>(std::clamp(std::floor(value / fit.scale + 8.5F), 0.0F, 15.0F));
    case Rounding::Iq4Nl: return nearestLevel(iq4Levels, value / fit.scale);
    case Rounding::Q8_0: return static_cast<unsigned>(std::clamp(std::round(value / fit.scale), -127.0F, 127.0F) + 128);
    default: return static_cast<unsigned>(std::nearbyint(std::clamp((value - fit.minimum) / fit.scale, 0.0F, most)));
    }
}

Result<void> checkGrid(const Grid& grid, int headSize, int block)
{
    if (grid.bits != 0 && grid.bits != 1 && grid.bits != 2 && grid.bits != 3 && grid.bits != 4 && grid.bits != 8)
        return fail(ErrorCode::Usage, "a cache rounds to 1, 2, 3, 4 or 8 bits, not to {}", grid.bits);
    if (block != 8 && block != 16 && block != 32 && block != 64 && block != 128)
        return fail(ErrorCode::Usage, "a block has 8, 16, 32, 64 or 128 positions, not {}", block);
    if (grid.axis == GridAxis::Token && grid.group != 0 && (grid.group < 0 || headSize % grid.group != 0))
        return fail(ErrorCode::Usage, "a group of {} channels does not fit the head size {}; the group must divide it, and 0 takes all of a head", grid.group, headSize);
    return {};
}

} // namespace bitloom::kv
