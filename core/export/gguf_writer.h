// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/io/atomic_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct gguf_context;

namespace bitloom {

struct FreeGguf
{
    void operator()(gguf_context* context) const;
};
using GgufKeys = std::unique_ptr<gguf_context, FreeGguf>;

struct GgufEntry
{
    std::string name;
    int type = 0; ///< enum ggml_type
    std::vector<std::int64_t> shape; ///< slowest dimension first; 1 or 2 dimensions
};

/// Writes a GGUF file tensor by tensor: ggml writes keys and tensor infos first, then the data follows in the same order, padded to the alignment.
class GgufWriter
{
public:
    /// `keys` already holds the metadata; the tensor infos are added to it.
    [[nodiscard]] static Result<GgufWriter> create(const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries);
    [[nodiscard]] std::int64_t dataBytes() const;
    [[nodiscard]] Result<void> write(const std::string& name, std::span<const std::byte> bytes);
    [[nodiscard]] Result<void> commit();

private:
    GgufWriter(GgufKeys keys, AtomicFile file)
        : m_keys(std::move(keys))
        , m_file(std::move(file))
    {
    }
    GgufKeys m_keys;
    AtomicFile m_file;
    std::int64_t m_next = 0;
};

} // namespace bitloom
