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

/// Chooses an option of each tensor so that the sum of losses is as small as can be found while the sum of bytes is at most `budget`: a multiple-choice knapsack,
/// solved by dynamic programming over what is more than the smallest sum in 65536 units, and by steps along the curves' lower convex hulls in the order
/// of what a byte buys. The better one is improved by single and double changes as long as they help. A budget below the smallest possible sum is one sentence.
[[nodiscard]] Result<BitAllocation> allocateBits(const std::vector<ErrorCurve>& curves, std::int64_t budget);

/// A size and the loss that is predicted for the best allocation of that size.
struct ParetoPoint
{
    std::int64_t bytes = 0;
    double loss = 0;
};

/// The best allocations from the smallest to the largest, evenly thinned out to at most `points`.
[[nodiscard]] std::vector<ParetoPoint> paretoCurve(const std::vector<ErrorCurve>& curves, std::size_t points = 128);

} // namespace bitloom
