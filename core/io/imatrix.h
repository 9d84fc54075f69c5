// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace bitloom {

/// What was measured of one weight tensor's inputs. More than one matrix: a stack of experts, one after the other.
struct ImatrixEntry
{
    std::vector<float> sums; ///< of the squared inputs of each column, [matrices, columns]
    std::vector<float> counts; ///< tokens that each matrix saw, [matrices]
    [[nodiscard]] std::int64_t columns() const { return static_cast<std::int64_t>(sums.size() / counts.size()); }
    /// Mean squares, [matrices, columns]; 1 for a matrix that saw no token.
    [[nodiscard]] std::vector<float> means() const;
};

/// An importance matrix as llama.cpp's tools exchange it.
struct Imatrix
{
    std::map<std::string, ImatrixEntry> entries; ///< by GGUF tensor name, "blk.0.ffn_down.weight"
    std::vector<std::string> datasets; ///< the texts that it was measured on, for people
    std::int64_t chunkCount = 0, chunkSize = 0; ///< sequences, and tokens of each
};

/// Reads a GGUF file with general.type "imatrix": NAME.in_sum2 [matrices, columns] and NAME.counts [matrices, 1] in f32. Anything else, a pair
/// that is incomplete, and values that are negative or not finite are one sentence. The format of before 2025 (.dat) is refused by name.
[[nodiscard]] Result<Imatrix> readImatrix(const std::filesystem::path& path);

/// Writes such a file beside `path` and renames it. Equal input gives equal bytes.
[[nodiscard]] Result<void> writeImatrix(const std::filesystem::path& path, const Imatrix& imatrix);

} // namespace bitloom
