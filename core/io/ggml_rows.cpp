// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/io/gguf_file.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <ggml.h>

namespace bitloom {
namespace {
    template <class T>
    void castRow(const std::byte* from, float* to, std::int64_t columns)
    {
        for (std::int64_t c = 0; c < columns; ++c) {
            T value;
            std::memcpy(&value, from + static_cast<std::size_t>(c) * sizeof value, sizeof value);
            to[c] = static_cast<float>(value);
        }
    }

    // The two activation-side block types have no decoder in ggml: x = d * q with an f16 (Q8_1) or f32 (Q8_K) d.
    void decodeQ8_1(const std::byte* from, float* to, std::int64_t columns)
    {
        constexpr std::int64_t width = 32, blockBytes = 36;
        for (std::int64_t c = 0; c < columns; c += width, from += blockBytes) {
            ggml_fp16_t half;
            std::memcpy(&half, from, sizeof half);
            const float scale = ggml_fp16_to_fp32(half);
            for (std::int64_t i = 0; i < width; ++i)
                to[c + i] = scale * static_cast<float>(static_cast<std::int8_t>(from[4 + i]));
        }
    }

    void decodeQ8_K(const std::byte* from, float* to, std::int64_t columns)
    {
        constexpr std::int64_t width = 256, blockBytes = 292;
        for (std::int64_t c = 0; c < columns; c += width, from += blockBytes) {
            float scale;
            std::memcpy(&scale, from, sizeof scale);
            for (std::int64_t i = 0; i < width; ++i)
                to[c + i] = scale * static_cast<float>(static_cast<std::int8_t>(from[4 + i]));
        }
    }

    using RowDecoder = void (*)(const std::byte*, float*, std::int64_t);

    RowDecoder ownDecoder(int type)
    {
        switch (type) {
        case GGML_TYPE_F32:
            return castRow<float>;
        case GGML_TYPE_F64:
            return castRow<double>;
        case GGML_TYPE_I8:
            return castRow<std::int8_t>;
        case GGML_TYPE_I16:
            return castRow<std::int16_t>;
        case GGML_TYPE_I32:
            return castRow<std::int32_t>;
        case GGML_TYPE_I64:
            return castRow<std::int64_t>;
        case GGML_TYPE_Q8_1:
            return decodeQ8_1;
        case GGML_TYPE_Q8_K:
            return decodeQ8_K;
        default:
            return nullptr;
        }
    }
} // namespace

std::string ggmlTypeName(int type)
{
    if (type < 0 || type >= GGML_TYPE_COUNT)
        return {};
    const auto known = static_cast<ggml_type>(type);
    if (ggml_blck_size(known) <= 0 || ggml_type_size(known) == 0 || !ggml_type_name(known)) // a number that was taken back
        return {};
    std::string name = ggml_type_name(known);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

Result<std::size_t> ggmlRowBytes(int type, std::int64_t columns)
{
    const std::string name = ggmlTypeName(type);
    if (name.empty())
        return fail(ErrorCode::Unsupported, "ggml type {} is not known", type);
    const std::int64_t width = ggml_blck_size(static_cast<ggml_type>(type));
    if (columns < 0 || columns % width != 0)
        return fail(ErrorCode::InvalidInput, "rows of {} elements are not whole blocks of {} elements, which {} needs", columns, width, name);
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(static_cast<std::size_t>(columns / width), ggml_type_size(static_cast<ggml_type>(type)), &bytes))
        return fail(ErrorCode::InvalidInput, "rows of {} elements of {} are not possible", columns, name);
    return bytes;
}

Result<void> dequantizeGgml(int type, std::span<const std::byte> blocks, std::int64_t rows, std::int64_t columns, float* out)
{
    BITLOOM_TRY(const std::size_t rowBytes, ggmlRowBytes(type, columns));
    if (rows < 0 || blocks.size() != rowBytes * static_cast<std::size_t>(rows))
        return fail(ErrorCode::Internal, "{} bytes are not {} rows of {} bytes", blocks.size(), rows, rowBytes);
    const RowDecoder own = ownDecoder(type);
    const ggml_to_float_t theirs = ggml_get_type_traits(static_cast<ggml_type>(type))->to_float;
    if (!own && !theirs)
        return fail(ErrorCode::Unsupported, "ggml type {} cannot be dequantized", ggmlTypeName(type));
    const std::int64_t grain = std::max<std::int64_t>(1, 65536 / std::max<std::int64_t>(1, columns));
    parallelFor(rows, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r) {
            const std::byte* from = blocks.data() + static_cast<std::size_t>(r) * rowBytes;
            if (own)
                own(from, out + r * columns, columns);
            else
                theirs(from, out + r * columns, columns);
        }
    });
    return {};
}

} // namespace bitloom
