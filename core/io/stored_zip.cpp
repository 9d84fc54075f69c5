// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/stored_zip.h"

#include "core/io/mapped_file.h"

#include <cstdint>
#include <cstring>
#include <optional>

namespace bitloom {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t endSignature = 0x06054b50, zip64LocatorSignature = 0x07064b50, zip64EndSignature = 0x06064b50,
                        directorySignature = 0x02014b50, localSignature = 0x04034b50;
constexpr std::uint64_t endSize = 22, zip64LocatorSize = 20, zip64EndSize = 56, directorySize = 46, localSize = 30;

/// Little-endian; the caller has checked that the bytes are there.
template <class Integer>
Integer readInteger(Bytes bytes, std::uint64_t offset)
{
    Integer value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

bool fits(Bytes bytes, std::uint64_t offset, std::uint64_t size)
{
    return offset <= bytes.size() && size <= bytes.size() - offset;
}

std::optional<std::uint64_t> findEnd(Bytes file)
{
    if (file.size() < endSize)
        return {};
    const std::uint64_t last = file.size() - endSize;
    const std::uint64_t first = last > 0xffff ? last - 0xffff : 0; // a comment of up to 65535 bytes may follow
    for (std::uint64_t offset = last + 1; offset-- > first;)
        if (readInteger<std::uint32_t>(file, offset) == endSignature && offset + endSize + readInteger<std::uint16_t>(file, offset + 20) == file.size())
            return offset;
    return {};
}

struct Directory
{
    std::uint64_t entries, size, offset;
};

std::optional<Directory> findDirectory(Bytes file, std::uint64_t end)
{
    Directory directory { readInteger<std::uint16_t>(file, end + 10), readInteger<std::uint32_t>(file, end + 12),
        readInteger<std::uint32_t>(file, end + 16) };
    if (end < zip64LocatorSize || readInteger<std::uint32_t>(file, end - zip64LocatorSize) != zip64LocatorSignature)
        return directory;
    const auto zip64 = readInteger<std::uint64_t>(file, end - zip64LocatorSize + 8);
    if (!fits(file, zip64, zip64EndSize) || readInteger<std::uint32_t>(file, zip64) != zip64EndSignature)
        return {};
    return Directory { readInteger<std::uint64_t>(file, zip64 + 32), readInteger<std::uint64_t>(file, zip64 + 40),
        readInteger<std::uint64_t>(file, zip64 + 48) };
}

struct EntrySizes
{
    std::uint64_t compressed, uncompressed, offset;
};

/// The 64-bit sizes of an entry's extra field replace those of its record that are all ones, in a fixed order.
bool readZip64Extra(Bytes extra, EntrySizes& sizes)
{
    for (std::uint64_t at = 0; fits(extra, at, 4);) {
        const auto id = readInteger<std::uint16_t>(extra, at);
        const std::uint64_t size = readInteger<std::uint16_t>(extra, at + 2);
        if (!fits(extra, at + 4, size))
            return false;
        if (id == 1) {
            const auto field = extra.subspan(at + 4, size);
            std::uint64_t used = 0;
            for (auto* value : { &sizes.uncompressed, &sizes.compressed, &sizes.offset }) {
                if (*value != 0xffffffffu)
                    continue;
                if (!fits(field, used, 8))
                    return false;
                *value = readInteger<std::uint64_t>(field, used);
                used += 8;
            }
        }
        at += 4 + size;
    }
    return true;
}

} // namespace

Result<StoredZip> StoredZip::open(const std::filesystem::path& path)
{
    BITLOOM_TRY(const auto mapped, MappedFile::open(path));
    const auto file = mapped->bytes();
    StoredZip zip;
    zip.m_owner = mapped;

    const auto end = findEnd(file);
    if (!end)
        return fail(ErrorCode::InvalidInput,
            "{}: not a whole zip archive (files that torch.save writes since version 1.6 are; older ones cannot be read)", path.string());
    const auto directory = findDirectory(file, *end);
    if (!directory || !fits(file, directory->offset, directory->size))
        return fail(ErrorCode::InvalidInput, "{}: the zip archive's directory lies outside the file", path.string());

    const auto records = file.subspan(directory->offset, directory->size);
    std::uint64_t at = 0;
    for (std::uint64_t entry = 0; entry < directory->entries; ++entry) {
        if (!fits(records, at, directorySize) || readInteger<std::uint32_t>(records, at) != directorySignature)
            return fail(ErrorCode::InvalidInput, "{}: the zip archive's directory breaks off at entry {} of {}", path.string(), entry,
                directory->entries);
        const auto flags = readInteger<std::uint16_t>(records, at + 8), method = readInteger<std::uint16_t>(records, at + 10);
        const std::uint64_t nameSize = readInteger<std::uint16_t>(records, at + 28), extraSize = readInteger<std::uint16_t>(records, at + 30),
                            commentSize = readInteger<std::uint16_t>(records, at + 32);
        EntrySizes sizes { readInteger<std::uint32_t>(records, at + 20), readInteger<std::uint32_t>(records, at + 24),
            readInteger<std::uint32_t>(records, at + 42) };
        if (!fits(records, at + directorySize, nameSize + extraSize + commentSize))
            return fail(ErrorCode::InvalidInput, "{}: the zip archive's directory breaks off in entry {}", path.string(), entry);
        const std::string name(reinterpret_cast<const char*>(records.data() + at + directorySize), nameSize);
        if (!readZip64Extra(records.subspan(at + directorySize + nameSize, extraSize), sizes))
            return fail(ErrorCode::InvalidInput, "{}: entry \"{}\" of the zip archive has a broken extra field", path.string(), name);
        if (method != 0 || (flags & 1) != 0 || sizes.compressed != sizes.uncompressed)
            return fail(ErrorCode::Unsupported, "{}: entry \"{}\" is compressed or encrypted, expected it to be stored as torch.save does",
                path.string(), name);
        if (!fits(file, sizes.offset, localSize) || readInteger<std::uint32_t>(file, sizes.offset) != localSignature)
            return fail(ErrorCode::InvalidInput, "{}: entry \"{}\" has no header at offset {}", path.string(), name, sizes.offset);
        const std::uint64_t data = sizes.offset + localSize + readInteger<std::uint16_t>(file, sizes.offset + 26)
            + readInteger<std::uint16_t>(file, sizes.offset + 28);
        if (!fits(file, data, sizes.uncompressed))
            return fail(ErrorCode::InvalidInput, "{}: entry \"{}\" of {} bytes reaches over the end of the file", path.string(), name,
                sizes.uncompressed);
        if (!zip.m_entries.emplace(name, file.subspan(data, sizes.uncompressed)).second)
            return fail(ErrorCode::InvalidInput, "{}: two entries of the zip archive are called \"{}\"", path.string(), name);
        at += directorySize + nameSize + extraSize + commentSize;
    }
    return zip;
}

} // namespace bitloom
