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

/// Bytes of a GPU's memory; 0 for a CPU and where the driver does not say.
[[nodiscard]] std::int64_t deviceMemory(const torch::Device& device);

} // namespace bitloom
