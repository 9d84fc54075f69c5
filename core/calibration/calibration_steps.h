// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace bitloom {

/// One step of a calibration, which all of its sequences take before the next one.
struct CalibrationStep
{
    enum class Kind {
        Restart, ///< the hidden state becomes the input of `block`: the embedding's output, or a copy of what was kept
        Forward, ///< the hidden state passes through `block`
        Keep, ///< the hidden state is kept as the input of `block`, too
        Loss, ///< the hidden state becomes the loss's gradient with respect to itself
        Measure, ///< `block` runs from its kept input (block 0: from the tokens) and backwards; the gradient passes through it; its input is dropped
    };
    Kind kind = Kind::Restart;
    std::int64_t block = 0;
    bool operator==(const CalibrationStep&) const = default;
};

/// Once forward, and back with each block measured, while at most `keptInputs` (at least 1) block inputs are kept at any time. With blocks - 1
/// of them nothing is computed twice; with fewer, those that are missing are computed again from the nearest one that is kept, with the
/// fewest forward passes of blocks that this allows (Griewank and Walther 2000, "revolve"). A hidden state that is computed again is always one
/// that will be kept, so that with the gradient there are never more than keptInputs + 1 states of all sequences.
[[nodiscard]] std::vector<CalibrationStep> calibrationSteps(std::int64_t blocks, std::int64_t keptInputs);

} // namespace bitloom
