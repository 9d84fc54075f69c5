// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_file.h"
#include "core/io/gguf_split.h"
#include "core/io/mapped_file.h"
#include "core/io/utf8.h"

#include <cstring>
#include <ggml.h>
#include <gguf.h>
#include <limits>
#include <unordered_set>

namespace bitloom {
namespace {
    constexpr std::uint64_t maximumKeyBytes = 65535;
    constexpr std::uint64_t maximumAlignment = 1u << 24;

    /// Bytes of one element of a fixed-size GGUF value type; 0 for strings, arrays and unknown types.
    std::uint64_t valueBytes(std::uint32_t type)
    {
        switch (type) {
        case GGUF_TYPE_UINT8:
        case GGUF_TYPE_INT8:
        case GGUF_TYPE_BOOL:
            return 1;
        case GGUF_TYPE_UINT16:
        case GGUF_TYPE_INT16:
            return 2;
        case GGUF_TYPE_UINT32:
        case GGUF_TYPE_INT32:
        case GGUF_TYPE_FLOAT32:
            return 4;
        case GGUF_TYPE_UINT64:
        case GGUF_TYPE_INT64:
        case GGUF_TYPE_FLOAT64:
            return 8;
        default:
            return 0;
        }
    }

    /// Reads the header front to back and never past its end.
    class HeaderWalk
    {
    public:
        HeaderWalk(std::span<const std::byte> bytes, const std::string& source)
            : m_bytes(bytes)
            , m_source(source)
        {
        }

        [[nodiscard]] std::uint64_t left() const { return m_bytes.size() - m_position; }
        [[nodiscard]] std::uint64_t position() const { return m_position; }

        template <class T>
        [[nodiscard]] Result<T> number(const char* what)
        {
            T value {};
            BITLOOM_CHECK(need(sizeof value, what));
            std::memcpy(&value, m_bytes.data() + m_position, sizeof value);
            m_position += sizeof value;
            return value;
        }

        [[nodiscard]] Result<std::string_view> string(const char* what, std::uint64_t maximum)
        {
            BITLOOM_TRY(const std::uint64_t length, number<std::uint64_t>(what));
            if (length > maximum)
                return fail(ErrorCode::InvalidInput, "{}: {} claims {} bytes, at most {} are allowed", m_source, what, length, maximum);
            BITLOOM_CHECK(need(length, what));
            const std::string_view text(reinterpret_cast<const char*>(m_bytes.data()) + m_position, length);
            m_position += length;
            return text;
        }

        [[nodiscard]] Result<void> skip(std::uint64_t bytes, const char* what)
        {
            BITLOOM_CHECK(need(bytes, what));
            m_position += bytes;
            return {};
        }

        [[nodiscard]] Result<void> value(std::string_view key, std::uint32_t type)
        {
            const std::string what = fmt::format("the value of '{}'", key);
            if (type == GGUF_TYPE_STRING) {
                BITLOOM_TRY([[maybe_unused]] const auto text, string(what.c_str(), m_bytes.size()));
                return {};
            }
            if (type == GGUF_TYPE_ARRAY)
                return array(key, what);
            const std::uint64_t size = valueBytes(type);
            if (size == 0)
                return fail(ErrorCode::InvalidInput, "{}: key '{}' has the unknown value type {}", m_source, key, type);
            if (type == GGUF_TYPE_BOOL) {
                BITLOOM_TRY(const std::uint8_t flag, number<std::uint8_t>(what.c_str()));
                if (flag > 1)
                    return fail(ErrorCode::InvalidInput, "{}: key '{}' is a bool but holds {}", m_source, key, flag);
                return {};
            }
            return skip(size, what.c_str());
        }

    private:
        [[nodiscard]] Result<void> need(std::uint64_t bytes, const char* what) const
        {
            if (bytes > left())
                return fail(ErrorCode::InvalidInput, "{}: {} needs {} bytes, but the file ends {} bytes later; it is truncated or no GGUF file",
                    m_source, what, bytes, left());
            return {};
        }

        [[nodiscard]] Result<void> array(std::string_view key, const std::string& what)
        {
            BITLOOM_TRY(const std::uint32_t type, number<std::uint32_t>(what.c_str()));
            BITLOOM_TRY(const std::uint64_t count, number<std::uint64_t>(what.c_str()));
            const std::uint64_t smallest = type == GGUF_TYPE_STRING ? sizeof(std::uint64_t) : valueBytes(type);
            if (smallest == 0)
                return fail(ErrorCode::InvalidInput, "{}: key '{}' is an array of the unknown or unsupported type {}", m_source, key, type);
            if (count > left() / smallest)
                return fail(ErrorCode::InvalidInput, "{}: key '{}' claims {} elements, more than the file can hold", m_source, key, count);
            if (type != GGUF_TYPE_STRING)
                return skip(count * smallest, what.c_str());
            for (std::uint64_t i = 0; i < count; ++i) {
                BITLOOM_TRY([[maybe_unused]] const auto text, string(what.c_str(), m_bytes.size()));
            }
            return {};
        }

        std::span<const std::byte> m_bytes;
        std::uint64_t m_position = 0;
        const std::string& m_source;
    };

    struct PlacedTensor
    {
        GgufTensor tensor;
        std::uint64_t offset = 0, size = 0;
    };

    Result<PlacedTensor> walkTensor(HeaderWalk& walk, const std::string& source, std::uint64_t alignment)
    {
        BITLOOM_TRY(const std::string_view name, walk.string("a tensor name", GGML_MAX_NAME - 1));
        if (name.empty() || !isUtf8(name) || name.find('\0') != name.npos)
            return fail(ErrorCode::InvalidInput, "{}: a tensor name is empty or not valid UTF-8", source);
        const auto wrong = [&](const std::string& what) { return fail(ErrorCode::InvalidInput, "{}: tensor '{}': {}", source, name, what); };

        PlacedTensor placed;
        placed.tensor.name = std::string(name);
        BITLOOM_TRY(const std::uint32_t rank, walk.number<std::uint32_t>("a tensor's rank"));
        if (rank < 1 || rank > GGML_MAX_DIMS)
            return wrong(fmt::format("it has {} dimensions, expected 1 to {}", rank, GGML_MAX_DIMS));
        std::uint64_t elements = 1;
        for (std::uint32_t i = 0; i < rank; ++i) {
            BITLOOM_TRY(const std::int64_t size, walk.number<std::int64_t>("a tensor's shape"));
            // ggml multiplies sizes by up to eight bytes in signed 64-bit numbers.
            if (size < 1 || __builtin_mul_overflow(elements, static_cast<std::uint64_t>(size), &elements) || elements > (std::uint64_t(1) << 56))
                return wrong(fmt::format("dimension {} of size {} is not possible", i, size));
            placed.tensor.shape.insert(placed.tensor.shape.begin(), size);
        }
        BITLOOM_TRY(const std::uint32_t type, walk.number<std::uint32_t>("a tensor's type"));
        placed.tensor.type = type < GGML_TYPE_COUNT ? static_cast<int>(type) : -1;
        if (ggmlTypeName(placed.tensor.type).empty())
            return fail(ErrorCode::Unsupported, "{}: tensor '{}': ggml type {} is not known", source, name, type);
        const std::int64_t columns = placed.tensor.shape.back();
        auto rowBytes = ggmlRowBytes(placed.tensor.type, columns);
        if (!rowBytes)
            return wrong(rowBytes.error().message);
        if (__builtin_mul_overflow(static_cast<std::uint64_t>(*rowBytes), elements / static_cast<std::uint64_t>(columns), &placed.size))
            return wrong("its size is not possible");
        BITLOOM_TRY(placed.offset, walk.number<std::uint64_t>("a tensor's offset"));
        if (placed.offset % alignment != 0)
            return wrong(fmt::format("offset {} is not a multiple of the alignment {}", placed.offset, alignment));
        return placed;
    }

    std::uint64_t padded(std::uint64_t value, std::uint64_t alignment)
    {
        return (value + alignment - 1) / alignment * alignment;
    }
} // namespace

Result<GgufFile> GgufFile::openOne(const std::filesystem::path& path)
try {
    BITLOOM_TRY(const auto mapped, MappedFile::open(path));
    GgufFile file;
    file.m_source = path.string();
    file.m_owners.push_back(mapped);
    const std::string& source = file.m_source;
    HeaderWalk walk(mapped->bytes(), source);

    BITLOOM_TRY(const std::uint32_t magic, walk.number<std::uint32_t>("the magic number"));
    if (std::memcmp(&magic, GGUF_MAGIC, sizeof magic) != 0)
        return fail(ErrorCode::InvalidInput, "{}: it does not start with \"GGUF\"; this is no GGUF file", source);
    BITLOOM_TRY(const std::uint32_t version, walk.number<std::uint32_t>("the version"));
    if (version != 2 && version != 3)
        return fail(ErrorCode::Unsupported, "{}: GGUF version {} is not supported, expected 2 or 3 (little-endian)", source, version);
    BITLOOM_TRY(const std::int64_t tensorCount, walk.number<std::int64_t>("the number of tensors"));
    BITLOOM_TRY(const std::int64_t keyCount, walk.number<std::int64_t>("the number of keys"));
    constexpr std::int64_t smallestKey = 8 + 4 + 1, smallestTensor = 8 + 4 + 8 + 4 + 8;
    const auto left = static_cast<std::int64_t>(walk.left());
    if (tensorCount < 0 || tensorCount > left / smallestTensor || keyCount < 0 || keyCount > left / smallestKey)
        return fail(ErrorCode::InvalidInput, "{}: {} tensors and {} keys are more than {} bytes can hold", source, tensorCount, keyCount, left);

    std::uint64_t alignment = GGUF_DEFAULT_ALIGNMENT;
    std::unordered_set<std::string_view> keys;
    for (std::int64_t i = 0; i < keyCount; ++i) {
        BITLOOM_TRY(const std::string_view key, walk.string("a key", maximumKeyBytes));
        if (key.empty() || !isUtf8(key) || key.find('\0') != key.npos)
            return fail(ErrorCode::InvalidInput, "{}: key {} is empty or not valid UTF-8", source, i);
        if (!keys.insert(key).second)
            return fail(ErrorCode::InvalidInput, "{}: key '{}' occurs twice", source, key);
        BITLOOM_TRY(const std::uint32_t type, walk.number<std::uint32_t>("a key's type"));
        const std::uint64_t before = walk.position();
        BITLOOM_CHECK(walk.value(key, type));
        if (key == GGUF_KEY_GENERAL_ALIGNMENT) {
            std::uint32_t value = 0;
            if (type == GGUF_TYPE_UINT32)
                std::memcpy(&value, mapped->bytes().data() + before, sizeof value);
            if (value == 0 || (value & (value - 1)) != 0 || value > maximumAlignment)
                return fail(ErrorCode::InvalidInput, "{}: '{}' is not a u32 power of two up to {}", source, key, maximumAlignment);
            alignment = value;
        }
    }

    std::vector<PlacedTensor> placed;
    placed.reserve(static_cast<std::size_t>(tensorCount));
    std::uint64_t expectedOffset = 0;
    for (std::int64_t i = 0; i < tensorCount; ++i) {
        BITLOOM_TRY(PlacedTensor tensor, walkTensor(walk, source, alignment));
        if (!file.m_index.emplace(tensor.tensor.name, placed.size()).second)
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' occurs twice", source, tensor.tensor.name);
        if (tensor.offset != expectedOffset)
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' starts at offset {}, expected {}", source, tensor.tensor.name, tensor.offset, expectedOffset);
        if (tensor.size > mapped->bytes().size())
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' needs {} bytes, but the file has only {}; it is truncated", source, tensor.tensor.name, tensor.size, mapped->bytes().size());
        expectedOffset += padded(tensor.size, alignment);
        if (expectedOffset > (std::uint64_t(1) << 62))
            return fail(ErrorCode::InvalidInput, "{}: the tensors together are larger than any file", source);
        placed.push_back(std::move(tensor));
    }
    const std::uint64_t dataBegin = padded(walk.position(), alignment);
    for (PlacedTensor& tensor : placed) {
        if (dataBegin > mapped->bytes().size() || tensor.size > mapped->bytes().size() - dataBegin || tensor.offset > mapped->bytes().size() - dataBegin - tensor.size)
            return fail(ErrorCode::InvalidInput, "{}: tensor '{}' ends at byte {}, but the file has only {}; it is truncated", source, tensor.tensor.name,
                dataBegin + tensor.offset + tensor.size, mapped->bytes().size());
        tensor.tensor.bytes = mapped->bytes().subspan(dataBegin + tensor.offset, tensor.size);
        file.m_tensors.push_back(std::move(tensor.tensor));
    }

    gguf_context* context = gguf_init_from_buffer(mapped->bytes().data(), mapped->bytes().size(), { .no_alloc = true, .ctx = nullptr });
    if (!context)
        return fail(ErrorCode::InvalidInput, "{}: ggml refuses the file's header", source);
    file.m_context = std::shared_ptr<const gguf_context>(context, [](gguf_context* c) { gguf_free(c); });
    return file;
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "{}: its header does not fit into memory", path.string());
} catch (const std::exception& error) {
    return fail(ErrorCode::InvalidInput, "{}: ggml refuses the file's header ({})", path.string(), error.what());
}

Result<GgufFile> GgufFile::open(const std::filesystem::path& path)
{
    BITLOOM_TRY(GgufFile file, openOne(path));
    BITLOOM_TRY(const auto count, file.integer(splitCountKey));
    if (count.value_or(1) > 1)
        BITLOOM_CHECK(file.addParts(path, *count));
    return file;
}

Result<void> GgufFile::addParts(const std::filesystem::path& path, std::int64_t count)
{
    const auto part = ggufPart(path);
    if (!part || part->count != count)
        return fail(ErrorCode::InvalidInput, "{}: it is one of {} files of a split model, whose name should end in -00001-of-{:05}.gguf", m_source, count, count);
    BITLOOM_TRY(const auto number, integer(splitNumberKey));
    if (part->number != 1 || number.value_or(-1) != 0)
        return fail(ErrorCode::InvalidInput, "{}: it is not the first file of a split model; open '{}'", m_source,
            ggufPartPath({ part->stem, 1, part->count }).filename().string());
    for (int next = 2; next <= part->count; ++next) {
        BITLOOM_TRY(GgufFile more, openOne(ggufPartPath({ part->stem, next, part->count })));
        BITLOOM_TRY(const auto theirNumber, more.integer(splitNumberKey));
        BITLOOM_TRY(const auto theirCount, more.integer(splitCountKey));
        if (theirNumber != next - 1 || theirCount != count)
            return fail(ErrorCode::InvalidInput, "{}: its keys '{}' and '{}' do not say that it is file {} of {}", more.m_source, splitNumberKey, splitCountKey, next, count);
        for (GgufTensor& tensor : more.m_tensors) {
            if (!m_index.emplace(tensor.name, m_tensors.size()).second)
                return fail(ErrorCode::InvalidInput, "{}: tensor '{}' is in another file of the model, too", more.m_source, tensor.name);
            m_tensors.push_back(std::move(tensor));
        }
        m_owners.push_back(std::move(more.m_owners.front()));
    }
    BITLOOM_TRY(const auto tensors, integer(splitTensorsKey));
    if (tensors && *tensors != static_cast<std::int64_t>(m_tensors.size()))
        return fail(ErrorCode::InvalidInput, "{}: the files of the model hold {} tensors, but '{}' says {}", m_source, m_tensors.size(), splitTensorsKey, *tensors);
    return {};
}

const GgufTensor* GgufFile::find(const std::string& name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &m_tensors[found->second];
}

bool GgufFile::contains(const std::string& key) const
{
    return gguf_find_key(context(), key.c_str()) >= 0;
}

Result<std::optional<std::string>> GgufFile::text(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::nullopt;
    if (gguf_get_kv_type(context(), id) != GGUF_TYPE_STRING)
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not a string", m_source, key);
    std::string value = gguf_get_val_str(context(), id);
    if (!isUtf8(value))
        return fail(ErrorCode::InvalidInput, "{}: the value of '{}' is not valid UTF-8", m_source, key);
    return value;
}

Result<std::optional<std::int64_t>> GgufFile::integer(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::nullopt;
    switch (gguf_get_kv_type(context(), id)) {
    case GGUF_TYPE_UINT8:
        return gguf_get_val_u8(context(), id);
    case GGUF_TYPE_INT8:
        return gguf_get_val_i8(context(), id);
    case GGUF_TYPE_UINT16:
        return gguf_get_val_u16(context(), id);
    case GGUF_TYPE_INT16:
        return gguf_get_val_i16(context(), id);
    case GGUF_TYPE_UINT32:
        return gguf_get_val_u32(context(), id);
    case GGUF_TYPE_INT32:
        return gguf_get_val_i32(context(), id);
    case GGUF_TYPE_INT64:
        return gguf_get_val_i64(context(), id);
    case GGUF_TYPE_UINT64: {
        const std::uint64_t value = gguf_get_val_u64(context(), id);
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return fail(ErrorCode::InvalidInput, "{}: key '{}' holds {}, which is too large", m_source, key, value);
        return static_cast<std::int64_t>(value);
    }
    default:
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not a whole number", m_source, key);
    }
}

Result<std::optional<double>> GgufFile::real(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::nullopt;
    switch (gguf_get_kv_type(context(), id)) {
    case GGUF_TYPE_FLOAT32:
        return gguf_get_val_f32(context(), id);
    case GGUF_TYPE_FLOAT64:
        return gguf_get_val_f64(context(), id);
    default:
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not a floating-point number", m_source, key);
    }
}

Result<std::optional<bool>> GgufFile::flag(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::nullopt;
    if (gguf_get_kv_type(context(), id) != GGUF_TYPE_BOOL)
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not a bool", m_source, key);
    return gguf_get_val_bool(context(), id);
}

Result<std::vector<std::string>> GgufFile::texts(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::vector<std::string> {};
    if (gguf_get_kv_type(context(), id) != GGUF_TYPE_ARRAY || gguf_get_arr_type(context(), id) != GGUF_TYPE_STRING)
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not an array of strings", m_source, key);
    std::vector<std::string> values(gguf_get_arr_n(context(), id));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = gguf_get_arr_str(context(), id, i);
    return values;
}

Result<std::vector<std::int32_t>> GgufFile::integers(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::vector<std::int32_t> {};
    const bool array = gguf_get_kv_type(context(), id) == GGUF_TYPE_ARRAY;
    if (!array || (gguf_get_arr_type(context(), id) != GGUF_TYPE_INT32 && gguf_get_arr_type(context(), id) != GGUF_TYPE_UINT32))
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not an array of 32-bit whole numbers", m_source, key);
    std::vector<std::int32_t> values(gguf_get_arr_n(context(), id));
    if (!values.empty())
        std::memcpy(values.data(), gguf_get_arr_data(context(), id), values.size() * sizeof values[0]);
    return values;
}

Result<std::vector<float>> GgufFile::reals(const std::string& key) const
{
    const std::int64_t id = gguf_find_key(context(), key.c_str());
    if (id < 0)
        return std::vector<float> {};
    if (gguf_get_kv_type(context(), id) != GGUF_TYPE_ARRAY || gguf_get_arr_type(context(), id) != GGUF_TYPE_FLOAT32)
        return fail(ErrorCode::InvalidInput, "{}: key '{}' is not an array of f32 numbers", m_source, key);
    std::vector<float> values(gguf_get_arr_n(context(), id));
    if (!values.empty())
        std::memcpy(values.data(), gguf_get_arr_data(context(), id), values.size() * sizeof values[0]);
    return values;
}

} // namespace bitloom
