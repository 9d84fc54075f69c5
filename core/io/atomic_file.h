// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace bitloom {

/// When a written file's bytes must have reached the disk. What is left to the system survives the end of this process, but a loss of power may
/// leave it cut short: only for files whose reader checks a checksum and can have them made again.
enum class Flush {
    BeforeRename,
    LeftToSystem
};

/// A file written beside its target as "TARGET.partial-PID" and renamed by commit(); destroyed uncommitted, it is removed.
/// Errors name the path and what the operating system said.
class AtomicFile
{
public:
    [[nodiscard]] static Result<AtomicFile> create(const std::filesystem::path& target);
    AtomicFile(AtomicFile&&) noexcept;
    AtomicFile& operator=(AtomicFile&&) noexcept;
    ~AtomicFile();
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
    [[nodiscard]] Result<void> commit(Flush flush = Flush::BeforeRename);
    [[nodiscard]] const std::filesystem::path& temporaryPath() const { return m_temporary; }

private:
    AtomicFile() = default;
    std::filesystem::path m_target, m_temporary;
    int m_descriptor = -1;
};

/// The same for a folder: fill temporaryPath(), then commit() renames it. The target must not exist.
class AtomicFolder
{
public:
    [[nodiscard]] static Result<AtomicFolder> create(const std::filesystem::path& target);
    AtomicFolder(AtomicFolder&&) noexcept;
    AtomicFolder& operator=(AtomicFolder&&) noexcept;
    ~AtomicFolder();
    [[nodiscard]] Result<void> commit();
    [[nodiscard]] const std::filesystem::path& path() const { return m_temporary; }

private:
    AtomicFolder() = default;
    std::filesystem::path m_target, m_temporary;
};

[[nodiscard]] Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t maximumBytes = 256u << 20);
[[nodiscard]] Result<void> writeTextFile(const std::filesystem::path& path, const std::string& text); ///< atomically

} // namespace bitloom
