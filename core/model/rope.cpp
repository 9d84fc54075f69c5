// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rope.h"

#include <cmath>
#include <numbers>

namespace bitloom {

std::vector<double> inverseFrequencies(std::int64_t headSize, double base, const std::optional<RopeScaling>& scaling)
{
    std::vector<double> frequencies;
    for (std::int64_t i = 0; i < headSize; i += 2) {
        double frequency = 1.0 / std::pow(base, static_cast<double>(i) / static_cast<double>(headSize));
        if (scaling && scaling->type == "linear") {
            frequency /= scaling->factor;
        } else if (scaling) {
            // Llama 3: long waves are stretched by the factor, short ones kept, those between are blended.
            const auto context = static_cast<double>(scaling->originalContextLength);
            const double waveLength = 2 * std::numbers::pi / frequency;
            const double turns = context / waveLength;
            if (turns < scaling->lowFrequencyFactor) {
                frequency /= scaling->factor;
            } else if (turns <= scaling->highFrequencyFactor) {
                const double kept = (turns - scaling->lowFrequencyFactor) / (scaling->highFrequencyFactor - scaling->lowFrequencyFactor);
                frequency *= (1 - kept) / scaling->factor + kept;
            }
        }
        frequencies.push_back(frequency);
    }
    return frequencies;
}

} // namespace bitloom
