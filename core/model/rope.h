// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/config.h"

#include <optional>
#include <vector>

namespace bitloom {

/// Angle per position of each rotated pair, [head size / 2]: base^(-2i / head size), after linear or Llama 3 scaling.
[[nodiscard]] std::vector<double> inverseFrequencies(std::int64_t headSize, double base, const std::optional<RopeScaling>& scaling);

} // namespace bitloom
