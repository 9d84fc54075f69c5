// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/safetensors_stream.h"

#include <cstring>
#include <nlohmann/json.hpp>

namespace bitloom {

std::int64_t TensorEntry::bytes() const
{
    auto count = static_cast<std::int64_t>(scalarBytes(type));
    for (const auto size : shape)
        count *= size;
    return count;
}

Result<SafetensorsStream> SafetensorsStream::create(
    const std::filesystem::path& path, std::vector<TensorEntry> entries, const std::map<std::string, std::string>& metadata)
{
    nlohmann::ordered_json header;
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::int64_t offset = 0;
    for (const auto& entry : entries) {
        const auto end = offset + entry.bytes();
        header[entry.name] = { { "dtype", scalarName(entry.type) }, { "shape", entry.shape }, { "data_offsets", { offset, end } } };
        offset = end;
    }
    auto text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' '); // the data starts aligned to 8 bytes
    const auto length = static_cast<std::uint64_t>(text.size());
    std::string prefix(sizeof length, '\0');
    std::memcpy(prefix.data(), &length, sizeof length);

    BITLOOM_TRY(auto file, AtomicFile::create(path));
    SafetensorsStream stream(std::move(file));
    stream.m_entries = std::move(entries);
    BITLOOM_CHECK(stream.m_file.write(std::as_bytes(std::span(prefix))));
    BITLOOM_CHECK(stream.m_file.write(std::as_bytes(std::span(text))));
    return stream;
}

Result<void> SafetensorsStream::write(const std::string& name, std::span<const std::byte> bytes)
{
    if (m_next == m_entries.size() || m_entries[m_next].name != name || m_entries[m_next].bytes() != static_cast<std::int64_t>(bytes.size()))
        return fail(ErrorCode::Internal, "tensor {} of {} bytes is not the next one of the header", name, bytes.size());
    ++m_next;
    return m_file.write(bytes);
}

Result<void> SafetensorsStream::commit()
{
    if (m_next != m_entries.size())
        return fail(ErrorCode::Internal, "tensor {} was not written", m_entries[m_next].name);
    return m_file.commit();
}

} // namespace bitloom
