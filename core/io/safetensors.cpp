// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"
#include "core/io/mapped_file.h"
#include "core/io/strict_json.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <unordered_set>

namespace bitloom {
namespace {
    constexpr std::uint64_t maximumHeaderBytes = 100'000'000; // the limit of the format's reference reader
    constexpr std::size_t maximumRank = 16;
    constexpr const char* metadataKey = "__metadata__";

    std::optional<ScalarType> scalarFromName(const std::string& name)
    {
        for (const ScalarType type : { ScalarType::F64, ScalarType::F32, ScalarType::F16, ScalarType::BF16, ScalarType::I64,
                 ScalarType::I32, ScalarType::I16, ScalarType::I8, ScalarType::U8, ScalarType::Bool })
            if (name == scalarName(type))
                return type;
        return std::nullopt;
    }

    /// Bytes of a tensor; nullopt where the product does not fit.
    std::optional<std::uint64_t> byteCount(ScalarType type, const std::vector<std::int64_t>& shape)
    {
        std::uint64_t count = scalarBytes(type);
        for (const std::int64_t size : shape)
            if (size < 0 || __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count))
                return std::nullopt;
        return count;
    }

    struct Placed
    {
        TensorData tensor;
        std::uint64_t begin = 0, end = 0;
    };

    Result<Placed> parseEntry(const std::string& file, const std::string& name, const nlohmann::json& entry, std::uint64_t dataBytes)
    {
        const auto wrong = [&](const std::string& what) { return fail(ErrorCode::InvalidInput, "{}: tensor '{}': {}", file, name, what); };
        if (!entry.is_object())
            return wrong("its header entry is not an object");
        for (const auto& [key, value] : entry.items())
            if (key != "dtype" && key != "shape" && key != "data_offsets")
                return wrong(fmt::format("unknown header field \"{}\"", key));
        const auto dtype = entry.find("dtype"), shape = entry.find("shape"), offsets = entry.find("data_offsets");
        if (dtype == entry.end() || !dtype->is_string())
            return wrong("\"dtype\" is missing or not a string");
        if (shape == entry.end() || !shape->is_array() || shape->size() > maximumRank)
            return wrong(fmt::format("\"shape\" is missing or not an array of at most {} numbers", maximumRank));
        if (offsets == entry.end() || !offsets->is_array() || offsets->size() != 2 || !(*offsets)[0].is_number_unsigned() || !(*offsets)[1].is_number_unsigned())
            return wrong("\"data_offsets\" is missing or not two non-negative numbers");
        const auto type = scalarFromName(dtype->get<std::string>());
        if (!type)
            return fail(ErrorCode::Unsupported, "{}: tensor '{}': dtype \"{}\" is not supported", file, name, dtype->get<std::string>());

        Placed placed;
        placed.tensor.name = name;
        placed.tensor.type = *type;
        for (const auto& size : *shape) {
            if (!size.is_number_unsigned() || size.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return wrong("\"shape\" holds something that is not a size");
            placed.tensor.shape.push_back(size.get<std::int64_t>());
        }
        placed.begin = (*offsets)[0].get<std::uint64_t>();
        placed.end = (*offsets)[1].get<std::uint64_t>();
        if (placed.begin > placed.end || placed.end > dataBytes)
            return wrong(fmt::format("data_offsets [{}, {}] lie outside of the file's {} bytes of data", placed.begin, placed.end, dataBytes));
        const auto expected = byteCount(*type, placed.tensor.shape);
        if (!expected || *expected != placed.end - placed.begin)
            return wrong(fmt::format("data_offsets hold {} bytes, but dtype and shape ask for {}", placed.end - placed.begin,
                expected ? std::to_string(*expected) : "more than any file can hold"));
        return placed;
    }
} // namespace

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path)
try {
    BITLOOM_TRY(const auto file, MappedFile::open(path));
    const std::string name = path.string();
    const auto bytes = file->bytes();
    std::uint64_t headerBytes = 0;
    if (bytes.size() < sizeof headerBytes)
        return fail(ErrorCode::InvalidInput, "{}: {} bytes are too few for a safetensors file", name, bytes.size());
    std::memcpy(&headerBytes, bytes.data(), sizeof headerBytes);
    if (headerBytes > maximumHeaderBytes)
        return fail(ErrorCode::InvalidInput, "{}: the header claims {} bytes, at most {} are allowed; this is no safetensors file", name, headerBytes, maximumHeaderBytes);
    if (headerBytes > bytes.size() - sizeof headerBytes)
        return fail(ErrorCode::InvalidInput, "{}: the header claims {} bytes, but the file has only {}; it is truncated", name, headerBytes, bytes.size());

    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + sizeof headerBytes, headerBytes);
    BITLOOM_TRY(const nlohmann::json header, parseStrictJson(text, name + ": the safetensors header", 4));
    if (!header.is_object())
        return fail(ErrorCode::InvalidInput, "{}: the safetensors header is not a JSON object", name);
    const auto data = bytes.subspan(sizeof headerBytes + headerBytes);

    SafetensorsFile result;
    std::vector<Placed> placed;
    placed.reserve(header.size());
    for (const auto& [key, entry] : header.items()) {
        if (key == metadataKey) {
            if (!entry.is_object())
                return fail(ErrorCode::InvalidInput, "{}: \"{}\" is not an object", name, metadataKey);
            for (const auto& [field, value] : entry.items()) {
                if (!value.is_string())
                    return fail(ErrorCode::InvalidInput, "{}: metadata \"{}\" is not a string", name, field);
                result.m_metadata.emplace(field, value.get<std::string>());
            }
            continue;
        }
        BITLOOM_TRY(Placed tensor, parseEntry(name, key, entry, data.size()));
        placed.push_back(std::move(tensor));
    }
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return std::tie(a.begin, a.end, a.tensor.name) < std::tie(b.begin, b.end, b.tensor.name);
    });
    std::uint64_t expectedBegin = 0;
    for (const Placed& tensor : placed) {
        if (tensor.begin < expectedBegin)
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' overlaps the one before it", name, tensor.tensor.name);
        if (tensor.begin > expectedBegin)
            return fail(ErrorCode::InvalidInput, "{}: {} bytes before tensor '{}' belong to no tensor", name, tensor.begin - expectedBegin, tensor.tensor.name);
        expectedBegin = tensor.end;
    }
    if (expectedBegin != data.size())
        return fail(ErrorCode::InvalidInput, "{}: the tensors take {} bytes, but the file has {} bytes of data", name, expectedBegin, data.size());

    result.m_tensors.reserve(placed.size());
    for (Placed& tensor : placed) {
        const auto view = data.subspan(tensor.begin, tensor.end - tensor.begin);
        const std::size_t alignment = scalarBytes(tensor.tensor.type);
        if (reinterpret_cast<std::uintptr_t>(view.data()) % alignment == 0) {
            tensor.tensor.bytes = view;
            tensor.tensor.owner = file;
        } else { // such files exist; readers of bytes may rely on the element's alignment
            auto copy = std::make_shared<std::vector<std::byte>>(view.begin(), view.end());
            tensor.tensor.bytes = *copy;
            tensor.tensor.owner = std::move(copy);
        }
        result.m_tensors.push_back(std::move(tensor.tensor));
    }
    return result;
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "{}: its header does not fit into memory", path.string());
}

const TensorData* SafetensorsFile::find(const std::string& name) const
{
    const auto found = std::find_if(m_tensors.begin(), m_tensors.end(), [&](const TensorData& tensor) { return tensor.name == name; });
    return found == m_tensors.end() ? nullptr : &*found;
}

Result<void> writeSafetensors(const std::filesystem::path& path, const std::vector<TensorData>& tensors, const std::map<std::string, std::string>& metadata,
    Flush flush)
try {
    std::unordered_set<std::string> names;
    for (const TensorData& tensor : tensors) {
        if (tensor.name == metadataKey || !names.insert(tensor.name).second)
            return fail(ErrorCode::Internal, "{}: tensor name '{}' is given twice or reserved", path.string(), tensor.name);
        const auto expected = byteCount(tensor.type, tensor.shape);
        if (!expected || *expected != tensor.bytes.size())
            return fail(ErrorCode::Internal, "{}: tensor '{}' has {} bytes, which do not agree with its dtype and shape", path.string(), tensor.name, tensor.bytes.size());
    }
    // The format allows no gaps, so alignment comes from the order: wider elements first.
    std::vector<std::size_t> order(tensors.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scalarBytes(tensors[a].type) > scalarBytes(tensors[b].type); });

    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header[metadataKey] = metadata;
    std::uint64_t offset = 0;
    for (const std::size_t index : order) {
        const TensorData& tensor = tensors[index];
        // push_back on the underlying vector: operator[] would search all earlier names.
        header.get_ref<nlohmann::ordered_json::object_t&>().emplace_back(tensor.name,
            nlohmann::ordered_json { { "dtype", scalarName(tensor.type) }, { "shape", tensor.shape }, { "data_offsets", { offset, offset + tensor.bytes.size() } } });
        offset += tensor.bytes.size();
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::InvalidInput, "{}: a tensor name or metadata text is not valid UTF-8", path.string());
    }
    text.append((8 - text.size() % 8) % 8, ' ');
    const std::uint64_t headerBytes = text.size();
    if (headerBytes > maximumHeaderBytes)
        return fail(ErrorCode::InvalidInput, "{}: the header would take {} bytes, at most {} are allowed", path.string(), headerBytes, maximumHeaderBytes);

    BITLOOM_TRY(AtomicFile file, AtomicFile::create(path));
    BITLOOM_CHECK(file.write(std::as_bytes(std::span(&headerBytes, 1))));
    BITLOOM_CHECK(file.write(std::as_bytes(std::span(text))));
    for (const std::size_t index : order)
        BITLOOM_CHECK(file.write(tensors[index].bytes));
    return file.commit(flush);
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "{}: its header does not fit into memory", path.string());
}

} // namespace bitloom
