// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_writer.h"

#include <gguf.h>
#include <set>

namespace bitloom {

void FreeGguf::operator()(gguf_context* context) const
{
    gguf_free(context);
}

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path, GgufKeys keys, const std::vector<GgufEntry>& entries)
{
    // ggml describes a tensor to the file by a tensor of its own, which needs no data.
    const ggml_init_params parameters { entries.size() * ggml_tensor_overhead() + 1024, nullptr, true };
    const std::unique_ptr<ggml_context, decltype(&ggml_free)> tensors(ggml_init(parameters), &ggml_free);
    if (!tensors)
        return fail(ErrorCode::OutOfMemory, "{}: no memory for the descriptions of {} tensors", path.string(), entries.size());
    std::set<std::string> names;
    for (const auto& entry : entries) {
        if (entry.name.size() >= GGML_MAX_NAME || !names.insert(entry.name).second || entry.shape.empty() || entry.shape.size() > 2)
            return fail(ErrorCode::Unsupported, "{}: tensor {} cannot be written: its name occurs twice or is too long, or it has {} dimensions", path.string(),
                entry.name, entry.shape.size());
        const auto type = static_cast<ggml_type>(entry.type);
        auto* tensor = entry.shape.size() == 1 ? ggml_new_tensor_1d(tensors.get(), type, entry.shape[0])
                                               : ggml_new_tensor_2d(tensors.get(), type, entry.shape[1], entry.shape[0]);
        ggml_set_name(tensor, entry.name.c_str());
        gguf_add_tensor(keys.get(), tensor);
    }
    BITLOOM_TRY(auto file, AtomicFile::create(path));
    std::vector<std::byte> header(gguf_get_meta_size(keys.get()));
    gguf_get_meta_data(keys.get(), header.data());
    BITLOOM_CHECK(file.write(header));
    return GgufWriter(std::move(keys), std::move(file));
}

std::int64_t GgufWriter::dataBytes() const
{
    std::int64_t bytes = 0;
    for (std::int64_t i = 0; i < gguf_get_n_tensors(m_keys.get()); ++i)
        bytes += static_cast<std::int64_t>(gguf_get_tensor_size(m_keys.get(), i));
    return bytes;
}

Result<void> GgufWriter::write(const std::string& name, std::span<const std::byte> bytes)
{
    if (m_next >= gguf_get_n_tensors(m_keys.get()) || gguf_get_tensor_name(m_keys.get(), m_next) != name
        || gguf_get_tensor_size(m_keys.get(), m_next) != bytes.size())
        return fail(ErrorCode::Internal, "tensor {} of {} bytes is not the next one of the header", name, bytes.size());
    ++m_next;
    BITLOOM_CHECK(m_file.write(bytes));
    const auto alignment = gguf_get_alignment(m_keys.get());
    const std::vector<std::byte> padding((alignment - bytes.size() % alignment) % alignment);
    return m_file.write(padding);
}

Result<void> GgufWriter::commit()
{
    if (m_next != gguf_get_n_tensors(m_keys.get()))
        return fail(ErrorCode::Internal, "tensor {} was not written", gguf_get_tensor_name(m_keys.get(), m_next));
    return m_file.commit();
}

} // namespace bitloom
