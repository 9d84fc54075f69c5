// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/model/config.h"
#include "core/model/folder_source.h"
#include "core/model/weight_source.h"

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace bitloom {

/// Weights of a folder in the layout of GuidedQuant's published checkpoints: config.json has "anyprec", and each quantized
/// linear layer is "NAME.qweight" with "NAME.lutB" instead of "NAME.weight". `files` names the folder in messages.
[[nodiscard]] Result<std::shared_ptr<const WeightSource>> makeAnyPrecisionSource(FolderTensors tensors, const nlohmann::json& config, const std::string& source);

} // namespace bitloom
