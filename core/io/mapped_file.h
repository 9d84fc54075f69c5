// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace bitloom {

/// A regular file mapped for reading. Shared ownership keeps views into it alive.
class MappedFile
{
public:
    [[nodiscard]] static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }

private:
    MappedFile() = default;
    std::span<const std::byte> m_bytes;
};

/// Lets go of the memory that holds bytes of a mapped file, which are read from the file again when they are touched; so that reading a file
/// larger than the memory once from end to end leaves nothing behind. Only for bytes of a MappedFile. Thread-safe.
void releaseMapped(std::span<const std::byte> bytes);

} // namespace bitloom
