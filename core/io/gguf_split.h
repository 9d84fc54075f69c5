// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <vector>

/// Models in several GGUF files, named and marked as llama.cpp does: NAME-00001-of-00003.gguf, the keys split.no (from 0), split.count and
/// split.tensors.count in each, all other keys in the first.
namespace bitloom {

inline constexpr const char* splitNumberKey = "split.no";
inline constexpr const char* splitCountKey = "split.count";
inline constexpr const char* splitTensorsKey = "split.tensors.count";
inline constexpr int maximumSplitCount = 9999;

/// Which part of how many a file's name says that it is; `number` counts from 1.
struct GgufPart
{
    std::filesystem::path stem; ///< folder and NAME
    int number = 1, count = 1;
};

/// nullopt for a name that is not one of a part.
[[nodiscard]] std::optional<GgufPart> ggufPart(const std::filesystem::path& path);

/// The path of a part.
[[nodiscard]] std::filesystem::path ggufPartPath(const GgufPart& part);

/// All files of the model that `path` belongs to: the parts in order, or the path itself where its name is not one of a part.
[[nodiscard]] std::vector<std::filesystem::path> ggufParts(const std::filesystem::path& path);

/// What the names of a model's parts begin with: the output without ".gguf".
[[nodiscard]] std::filesystem::path ggufStem(const std::filesystem::path& output);

/// Whether a file named `name` could be a part of the model that was to be written to `output` (NAME or NAME.gguf).
[[nodiscard]] std::optional<GgufPart> ggufPartOf(const std::filesystem::path& output, const std::filesystem::path& name);

/// The parts beside `output` that are there already, the first one first.
[[nodiscard]] std::vector<std::filesystem::path> writtenGgufParts(const std::filesystem::path& output);

} // namespace bitloom
