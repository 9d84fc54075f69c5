// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bitloom {

/// Element type of a stored tensor as Hugging Face files name it.
enum class ScalarType { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

[[nodiscard]] std::size_t scalarBytes(ScalarType type);
[[nodiscard]] const char* scalarName(ScalarType type); ///< "F32", as in a safetensors header

/// A tensor in memory that may belong to a mapped file; `owner` keeps the bytes alive.
struct TensorData
{
    std::string name;
    ScalarType type = ScalarType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

} // namespace bitloom
