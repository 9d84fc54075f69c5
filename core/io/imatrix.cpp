// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/imatrix.h"

#include "core/io/gguf_file.h"
#include "core/io/gguf_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <ggml.h>
#include <gguf.h>

namespace bitloom {
namespace {
    constexpr const char* sumsSuffix = ".in_sum2";
    constexpr const char* countsSuffix = ".counts";
    constexpr const char* typeKey = "general.type";
    constexpr const char* datasetsKey = "imatrix.datasets";
    constexpr const char* chunkCountKey = "imatrix.chunk_count";
    constexpr const char* chunkSizeKey = "imatrix.chunk_size";

    Result<std::vector<float>> values(const GgufFile& file, const GgufTensor& tensor)
    {
        if (tensor.type != GGML_TYPE_F32)
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is {}, expected F32", file.source(), tensor.name, ggmlTypeName(tensor.type));
        std::vector<float> result(tensor.bytes.size() / sizeof(float));
        std::memcpy(result.data(), tensor.bytes.data(), tensor.bytes.size());
        if (!std::all_of(result.begin(), result.end(), [](float value) { return std::isfinite(value) && value >= 0; }))
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' has values that are negative or not finite", file.source(), tensor.name);
        return result;
    }

    /// The old format has no magic number: it begins with its number of entries.
    bool looksLikeGguf(const std::filesystem::path& path)
    {
        char magic[4] = {};
        std::ifstream stream(path, std::ios::binary);
        return !stream.read(magic, sizeof magic) || std::memcmp(magic, GGUF_MAGIC, sizeof magic) == 0;
    }

    std::span<const std::byte> bytes(const std::vector<float>& numbers)
    {
        return std::as_bytes(std::span(numbers));
    }
}

std::vector<float> ImatrixEntry::means() const
{
    std::vector<float> result(sums.size(), 1.0F);
    const auto width = static_cast<std::size_t>(columns());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (const float count = counts[i / width]; count > 0)
            result[i] = sums[i] / count;
    }
    return result;
}

Result<Imatrix> readImatrix(const std::filesystem::path& path)
{
    if (!looksLikeGguf(path))
        return fail(ErrorCode::Unsupported, "{}: is no GGUF file; an imatrix in the older .dat format has to be converted by llama-imatrix --in-file first", path.string());
    BITLOOM_TRY(const GgufFile file, GgufFile::open(path));
    BITLOOM_TRY(const auto type, file.text(typeKey));
    if (type.value_or("") != "imatrix")
        return fail(ErrorCode::InvalidInput, "{}: '{}' is \"{}\", expected \"imatrix\"; this GGUF file is no importance matrix", path.string(), typeKey, type.value_or(""));
    Imatrix imatrix;
    BITLOOM_TRY(imatrix.datasets, file.texts(datasetsKey));
    BITLOOM_TRY(const auto chunkCount, file.integer(chunkCountKey));
    BITLOOM_TRY(const auto chunkSize, file.integer(chunkSizeKey));
    imatrix.chunkCount = chunkCount.value_or(0);
    imatrix.chunkSize = chunkSize.value_or(0);
    for (const GgufTensor& tensor : file.tensors()) {
        if (!tensor.name.ends_with(sumsSuffix))
            continue;
        const std::string name = tensor.name.substr(0, tensor.name.size() - std::strlen(sumsSuffix));
        const GgufTensor* counts = file.find(name + countsSuffix);
        if (counts == nullptr)
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is there, but not '{}{}'", path.string(), tensor.name, name, countsSuffix);
        ImatrixEntry entry;
        BITLOOM_TRY(entry.sums, values(file, tensor));
        BITLOOM_TRY(entry.counts, values(file, *counts));
        const std::size_t columns = static_cast<std::size_t>(tensor.shape.back());
        if (entry.counts.size() != 1 && entry.counts.size() * columns != entry.sums.size())
            return fail(ErrorCode::InvalidInput, "{}: '{}' counts {} matrices, but '{}' has {} rows", path.string(), counts->name, entry.counts.size(), tensor.name,
                entry.sums.size() / columns);
        entry.counts.resize(entry.sums.size() / columns, entry.counts.front()); // a stack that was counted once
        imatrix.entries.emplace(name, std::move(entry));
    }
    if (imatrix.entries.empty())
        return fail(ErrorCode::InvalidInput, "{}: holds no tensor NAME{}", path.string(), sumsSuffix);
    return imatrix;
}

Result<void> writeImatrix(const std::filesystem::path& path, const Imatrix& imatrix)
{
    GgufKeys keys(gguf_init_empty());
    gguf_set_val_str(keys.get(), typeKey, "imatrix");
    std::vector<const char*> datasets;
    for (const std::string& dataset : imatrix.datasets)
        datasets.push_back(dataset.c_str());
    gguf_set_arr_str(keys.get(), datasetsKey, datasets.data(), datasets.size());
    gguf_set_val_u32(keys.get(), chunkCountKey, static_cast<std::uint32_t>(imatrix.chunkCount));
    gguf_set_val_u32(keys.get(), chunkSizeKey, static_cast<std::uint32_t>(imatrix.chunkSize));
    std::vector<GgufEntry> tensors;
    for (const auto& [name, entry] : imatrix.entries) {
        const auto matrices = static_cast<std::int64_t>(entry.counts.size());
        if (matrices == 0 || entry.sums.empty() || entry.sums.size() % entry.counts.size() != 0)
            return fail(ErrorCode::Internal, "{}: the importances of '{}' are {} sums for {} matrices", path.string(), name, entry.sums.size(), matrices);
        tensors.push_back({ name + sumsSuffix, GGML_TYPE_F32, { matrices, entry.columns() } });
        tensors.push_back({ name + countsSuffix, GGML_TYPE_F32, { matrices, 1 } });
    }
    BITLOOM_TRY(GgufWriter writer, GgufWriter::create(path, std::move(keys), tensors));
    for (const auto& [name, entry] : imatrix.entries) {
        BITLOOM_CHECK(writer.write(name + sumsSuffix, bytes(entry.sums)));
        BITLOOM_CHECK(writer.write(name + countsSuffix, bytes(entry.counts)));
    }
    return writer.commit();
}

} // namespace bitloom
