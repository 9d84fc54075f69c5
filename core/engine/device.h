// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <torch/types.h>
#include <vector>

namespace bitloom {

/// "auto" (the first GPU if there is one), "cpu", "cuda", "cuda:N"; a device that is not there is an Error.
[[nodiscard]] Result<torch::Device> parseDevice(const std::string& name);

/// "cpu" and every GPU as "cuda:N NAME".
[[nodiscard]] std::vector<std::string> deviceNames();

} // namespace bitloom
