// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/tensor_data.h"

#include <filesystem>
#include <map>
#include <string>

namespace bitloom {

/// Reads the tensors of a `pytorch_model.bin`: a zip archive as torch.save writes it since 1.6, holding one dict (or OrderedDict) of
/// tensors by name. The pickle program is interpreted over plain data; nothing that it names is ever called. Only the opcodes and globals that
/// a state dict of tensors needs are known, every other one is refused by name, and every size and offset is checked against the
/// file. Contiguous tensors point into the mapped file, views with other strides are copied.
[[nodiscard]] Result<std::map<std::string, TensorData>> readTensorPickle(const std::filesystem::path& path);

} // namespace bitloom
