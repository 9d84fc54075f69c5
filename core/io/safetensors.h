// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/atomic_file.h"
#include "core/io/tensor_data.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bitloom {

/// A mapped .safetensors file. The header is checked completely at open(): its length, that it is JSON of the right shape,
/// that every tensor lies inside the file, neither overlaps another nor leaves a gap, and has as many bytes as type and shape
/// say. Each tensor's bytes are aligned to its element.
class SafetensorsFile
{
public:
    [[nodiscard]] static Result<SafetensorsFile> open(const std::filesystem::path& path);
    [[nodiscard]] const std::vector<TensorData>& tensors() const { return m_tensors; } ///< in file order
    [[nodiscard]] const TensorData* find(const std::string& name) const; ///< nullptr if there is none
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return m_metadata; }

private:
    std::vector<TensorData> m_tensors;
    std::map<std::string, std::string> m_metadata;
};

/// Writes beside `path` and renames; on failure nothing is left under `path`. Tensors are written in the given order, those of
/// wider elements first, so that each is aligned to its element (the format allows no gaps); equal input gives equal bytes.
[[nodiscard]] Result<void> writeSafetensors(const std::filesystem::path& path, const std::vector<TensorData>& tensors,
    const std::map<std::string, std::string>& metadata, Flush flush = Flush::BeforeRename);

} // namespace bitloom
