// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bitloom {

/// One way to store a tensor.
struct StorageOption
{
    int type = 0; ///< enum ggml_type
    std::int64_t bytes = 0;
    double loss = 0; ///< how much it is predicted to raise the end loss
};

/// All ways to store a tensor: its error curve.
struct ErrorCurve
{
    std::string tensor;
    std::vector<StorageOption> options; ///< one at least
};

/// One option of each tensor.
struct BitAllocation
{
    std::vector<std::size_t> chosen; ///< place in each curve's options
    std::int64_t bytes = 0;
    double loss = 0;
};

/// A size and the loss that is predicted for the best allocation of that size.
struct SizeAndLoss
{
    std::int64_t bytes = 0;
    double loss = 0;
};

/// The best allocations of every size at once, solved by one dynamic program (a multiple-choice knapsack) over what is more than the smallest sum, so that asking
/// for another size costs a step back through its table. Sums are exact where the sizes have a common divisor that leaves at most `mostUnits` places;
/// else they are rounded to so many, and what is found may miss the best by about a unit. Each curve must have an option.
class AllocationFront
{
public:
    explicit AllocationFront(std::vector<ErrorCurve> curves, std::int64_t mostUnits = 1 << 14);

    /// The best that takes at most `budget` bytes; the smallest of all where none is so small. A larger budget never gives fewer bytes or more loss.
    [[nodiscard]] BitAllocation within(std::int64_t budget) const;
    [[nodiscard]] const std::vector<SizeAndLoss>& points() const { return m_points; } ///< ascending in bytes, descending in loss; one at least
    [[nodiscard]] const std::vector<ErrorCurve>& curves() const { return m_curves; }

private:
    void fill();
    [[nodiscard]] std::size_t unitsOf(std::size_t tensor, std::size_t place) const; ///< that a worthwhile option takes more than the smallest

    std::vector<ErrorCurve> m_curves;
    std::vector<std::vector<std::size_t>> m_worthwhile; ///< of each curve: options that no other one beats, by size
    std::int64_t m_unit = 1; ///< bytes
    std::size_t m_places = 1;
    std::vector<std::vector<std::uint8_t>> m_taken; ///< [tensor][place]: which worthwhile option the best allocation of that place takes
    std::vector<SizeAndLoss> m_points;
    std::vector<std::size_t> m_placeOfPoint;
};

/// Chooses an option of each tensor so that the sum of losses is as small as can be found while the sum of bytes is at most `budget`: by AllocationFront, and
/// by steps along the curves' lower convex hulls in the order of what a byte buys. The better one is improved by single and double changes as long
/// as they help. A budget below the smallest possible sum is one sentence.
[[nodiscard]] Result<BitAllocation> allocateBits(const std::vector<ErrorCurve>& curves, std::int64_t budget);

/// The best allocations from the smallest to the largest, evenly thinned out to at most `points`.
[[nodiscard]] std::vector<SizeAndLoss> paretoCurve(const std::vector<ErrorCurve>& curves, std::size_t points = 128);

} // namespace bitloom
