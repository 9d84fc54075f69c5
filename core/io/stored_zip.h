// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace bitloom {

/// A mapped zip archive whose entries are stored without compression, as torch.save writes them (zip64 included). Everything is checked
/// at open(): each entry lies inside the file, and a compressed, encrypted or repeated entry is refused by name.
class StoredZip
{
public:
    [[nodiscard]] static Result<StoredZip> open(const std::filesystem::path& path);
    [[nodiscard]] const std::map<std::string, std::span<const std::byte>>& entries() const { return m_entries; }
    [[nodiscard]] const std::shared_ptr<const void>& owner() const { return m_owner; } ///< keeps the bytes alive

private:
    std::map<std::string, std::span<const std::byte>> m_entries;
    std::shared_ptr<const void> m_owner;
};

} // namespace bitloom
