// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/tensor_data.h"
#include "core/model/weight_source.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace bitloom {

/// All tensors of a folder by name, still in their files: model.safetensors, or the shards that model.safetensors.index.json names.
struct FolderTensors
{
    std::vector<TensorData> tensors; ///< in file order
    std::unordered_map<std::string, std::size_t> index; ///< name -> position in `tensors`
    std::unordered_map<std::string, std::string> files; ///< name -> file, for messages
    std::map<std::string, std::string> metadata; ///< of all files together; the first one wins

    [[nodiscard]] const TensorData* find(const std::string& name) const;
};

/// Opens every file and checks every header; a missing shard, or one that lacks a tensor that the index promises, is one sentence.
[[nodiscard]] Result<FolderTensors> openFolderTensors(const std::filesystem::path& folder);

/// Weights of a Hugging Face folder.
[[nodiscard]] std::shared_ptr<const WeightSource> makeFolderSource(FolderTensors tensors);

} // namespace bitloom
