// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <string>
#include <vector>

namespace bitloom::cli {

/// Times the solver on synthetic problems "OUTxINxGROUPSxBITS", the fastest of `repeats` runs each, and compares its implementations (kernels,
/// tensors, CUDA where there is a GPU); an Error where they disagree.
[[nodiscard]] Result<nlohmann::json> benchSolve(CommandContext& context, const std::vector<std::string>& shapes, int repeats);

/// Times one forward and backward pass against the calibration that adds Hessians to it, on `model`.
[[nodiscard]] Result<nlohmann::json> benchCalibrate(CommandContext& context, const std::string& model);

} // namespace bitloom::cli
