// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_writer.h"

#include "core/io/gguf_split.h"
#include "core/io/mapped_file.h"

#include <algorithm>
#include <gguf.h>
#include <set>

namespace bitloom {
namespace {
    std::int64_t padded(std::int64_t bytes, std::int64_t alignment)
    {
        return (bytes + alignment - 1) / alignment * alignment;
    }

    /// Adds the descriptions of entries [first, last) to `keys`.
    Result<void> addTensors(const std::filesystem::path& path, gguf_context* keys, std::span<const GgufEntry> entries)
    {
        // ggml describes a tensor to the file by a tensor of its own, which needs no data.
        const ggml_init_params parameters { entries.size() * ggml_tensor_overhead() + 1024, nullptr, true };
        const std::unique_ptr<ggml_context, decltype(&ggml_free)> tensors(ggml_init(parameters), &ggml_free);
        if (!tensors)
            return fail(ErrorCode::OutOfMemory, "{}: no memory for the descriptions of {} tensors", path.string(), entries.size());
        for (const GgufEntry& entry : entries) {
            const auto type = static_cast<ggml_type>(entry.type);
            auto* tensor = entry.shape.size() == 1 ? ggml_new_tensor_1d(tensors.get(), type, entry.shape[0])
                                                   : ggml_new_tensor_2d(tensors.get(), type, entry.shape[1], entry.shape[0]);
            ggml_set_name(tensor, entry.name.c_str());
            gguf_add_tensor(keys, tensor);
        }
        return {};
    }

    Result<void> checkEntries(const std::filesystem::path& path, const std::vector<GgufEntry>& entries)
    {
        std::set<std::string> names;
        for (const GgufEntry& entry : entries) {
            if (entry.name.size() >= GGML_MAX_NAME || !names.insert(entry.name).second || entry.shape.empty() || entry.shape.size() > 2)
                return fail(ErrorCode::Unsupported, "{}: tensor {} cannot be written: its name occurs twice or is too long, or it has {} dimensions", path.string(),
                    entry.name, entry.shape.size());
        }
        return {};
    }

    bool sameContents(const std::filesystem::path& a, const std::filesystem::path& b)
    {
        const auto one = MappedFile::open(a), other = MappedFile::open(b);
        return one && other && std::ranges::equal((*one)->bytes(), (*other)->bytes());
    }
}

void FreeGguf::operator()(gguf_context* context) const
{
    gguf_free(context);
}

std::int64_t GgufEntry::bytes() const
{
    const auto row = static_cast<std::int64_t>(ggml_row_size(static_cast<ggml_type>(type), shape.back()));
    return shape.size() == 1 ? row : row * shape.front();
}

Result<GgufLayout> layOutGguf(const std::filesystem::path& path, const std::vector<GgufEntry>& entries, std::int64_t splitBytes)
{
    GgufLayout layout { {}, { 0 } };
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::int64_t more = padded(entries[i].bytes(), GGUF_DEFAULT_ALIGNMENT);
        if (splitBytes > 0 && bytes > 0 && bytes + more > splitBytes) {
            layout.firstEntry.push_back(i);
            bytes = 0;
        }
        bytes += more;
    }
    const std::size_t count = layout.firstEntry.size();
    if (count > maximumSplitCount)
        return fail(ErrorCode::Usage, "a split size of {} bytes makes {} files of '{}', expected at most {}", splitBytes, count, path.string(), maximumSplitCount);
    if (count == 1) {
        layout.files.push_back(path);
        return layout;
    }
    layout.files = ggufParts(ggufPartPath({ ggufStem(path), 1, static_cast<int>(count) }));
    return layout;
}

Result<GgufWriter> GgufWriter::describe(
    const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries, std::int64_t splitBytes)
{
    BITLOOM_CHECK(checkEntries(path, entries));
    BITLOOM_TRY(const GgufLayout layout, layOutGguf(path, entries, splitBytes));
    const std::size_t count = layout.files.size();
    GgufWriter writer;
    for (std::size_t part = 0; part < count; ++part) {
        GgufKeys own = part == 0 ? std::move(keys) : GgufKeys(gguf_init_empty());
        if (count > 1) {
            gguf_set_val_u16(own.get(), splitNumberKey, static_cast<std::uint16_t>(part));
            gguf_set_val_u16(own.get(), splitCountKey, static_cast<std::uint16_t>(count));
            gguf_set_val_i32(own.get(), splitTensorsKey, static_cast<std::int32_t>(entries.size()));
        }
        const std::size_t begin = layout.firstEntry[part], end = part + 1 < count ? layout.firstEntry[part + 1] : entries.size();
        BITLOOM_CHECK(addTensors(layout.files[part], own.get(), std::span(entries).subspan(begin, end - begin)));
        writer.m_parts.push_back({ std::move(own), std::nullopt, layout.files[part] });
    }
    for (const GgufEntry& entry : entries)
        writer.m_dataBytes += entry.bytes();
    return writer;
}

Result<GgufWriter> GgufWriter::create(
    const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries, std::int64_t splitBytes)
{
    BITLOOM_TRY(GgufWriter writer, describe(path, std::move(keys), entries, splitBytes));
    BITLOOM_CHECK(writer.beginPart());
    return writer;
}

Result<std::int64_t> GgufWriter::fileBytes(
    const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries, std::int64_t splitBytes)
{
    BITLOOM_TRY(const GgufWriter writer, describe(path, std::move(keys), entries, splitBytes));
    std::int64_t bytes = 0;
    for (const Part& part : writer.m_parts) {
        bytes += static_cast<std::int64_t>(gguf_get_meta_size(part.keys.get()));
        const auto alignment = static_cast<std::int64_t>(gguf_get_alignment(part.keys.get()));
        for (std::int64_t i = 0; i < gguf_get_n_tensors(part.keys.get()); ++i)
            bytes += padded(static_cast<std::int64_t>(gguf_get_tensor_size(part.keys.get(), i)), alignment);
    }
    return bytes;
}

Result<void> GgufWriter::beginPart()
{
    Part& part = m_parts[m_part];
    BITLOOM_TRY(part.file, AtomicFile::create(part.path));
    m_next = 0;
    std::vector<std::byte> header(gguf_get_meta_size(part.keys.get()));
    gguf_get_meta_data(part.keys.get(), header.data());
    return part.file->write(header);
}

Result<void> GgufWriter::write(const std::string& name, std::span<const std::byte> bytes)
{
    if (m_next == gguf_get_n_tensors(m_parts[m_part].keys.get()) && m_part + 1 < m_parts.size()) {
        ++m_part;
        BITLOOM_CHECK(beginPart());
    }
    const gguf_context* keys = m_parts[m_part].keys.get();
    if (m_next >= gguf_get_n_tensors(keys) || gguf_get_tensor_name(keys, m_next) != name || gguf_get_tensor_size(keys, m_next) != bytes.size())
        return fail(ErrorCode::Internal, "tensor {} of {} bytes is not the next one of the header", name, bytes.size());
    ++m_next;
    AtomicFile& file = *m_parts[m_part].file;
    BITLOOM_CHECK(file.write(bytes));
    const auto alignment = gguf_get_alignment(keys);
    const std::vector<std::byte> padding((alignment - bytes.size() % alignment) % alignment);
    return file.write(padding);
}

Result<void> GgufWriter::commit()
{
    const gguf_context* keys = m_parts[m_part].keys.get();
    if (m_part + 1 < m_parts.size() || m_next != gguf_get_n_tensors(keys))
        return fail(ErrorCode::Internal, "tensors after number {} of '{}' were not written", m_next, m_parts[m_part].path.string());
    const auto place = [this](Part& part) -> Result<bool> {
        std::error_code error;
        if (m_parts.size() > 1 && std::filesystem::exists(part.path, error)) {
            // A job that was killed between its parts' renames left it.
            if (!sameContents(part.path, part.file->temporaryPath()))
                return fail(ErrorCode::Io, "'{}' exists already and holds something else; name another output or remove it first", part.path.string());
            part.file.reset();
            return false;
        }
        BITLOOM_CHECK(part.file->commit());
        return true;
    };
    std::vector<std::filesystem::path> placed;
    // The first part last: where it is, all are.
    for (auto part = m_parts.rbegin(); part != m_parts.rend(); ++part) {
        const Result<bool> done = place(*part);
        if (!done) {
            std::error_code ignored;
            for (const auto& path : placed)
                std::filesystem::remove(path, ignored);
            return tl::make_unexpected(done.error());
        }
        if (*done)
            placed.push_back(part->path);
    }
    return {};
}

} // namespace bitloom
