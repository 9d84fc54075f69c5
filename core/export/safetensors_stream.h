// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/atomic_file.h"
#include "core/io/tensor_data.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace bitloom {

/// What a safetensors header says of one tensor.
struct TensorEntry
{
    std::string name;
    ScalarType type = ScalarType::F32;
    std::vector<std::int64_t> shape;
    [[nodiscard]] std::int64_t bytes() const;
};

/// Writes a .safetensors file tensor by tensor, so that memory holds one of them at a time. The header is written first: names, types
/// and shapes are known before the values are. Equal input gives equal bytes.
class SafetensorsStream
{
public:
    [[nodiscard]] static Result<SafetensorsStream> create(
        const std::filesystem::path& path, std::vector<TensorEntry> entries, const std::map<std::string, std::string>& metadata);
    /// The bytes of the next entry, which must be called `name` (so that a caller out of step is found out).
    [[nodiscard]] Result<void> write(const std::string& name, std::span<const std::byte> bytes);
    /// All entries must have been written.
    [[nodiscard]] Result<void> commit();

private:
    explicit SafetensorsStream(AtomicFile file)
        : m_file(std::move(file))
    {
    }
    AtomicFile m_file;
    std::vector<TensorEntry> m_entries;
    std::size_t m_next = 0;
};

} // namespace bitloom
