// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_layout.h"

#include <algorithm>
#include <cstring>
#include <ggml.h>
#include <map>
#include <utility>

namespace bitloom {
namespace {

    constexpr int kValues = 256;
    constexpr std::uint16_t none = 0xffff;

    std::uint16_t at(std::int64_t byte)
    {
        return static_cast<std::uint16_t>(byte);
    }

    GgmlField field(std::int64_t byte, std::int64_t shift, int width, int to = 0)
    {
        return { at(byte), static_cast<std::uint8_t>(shift), static_cast<std::uint8_t>(width), static_cast<std::uint8_t>(to) };
    }

    GgmlLayout layoutOf(ggml_type type, std::int64_t subColumns)
    {
        GgmlLayout layout;
        layout.type = type;
        layout.columns = ggml_blck_size(type);
        layout.bytes = static_cast<std::int64_t>(ggml_type_size(type));
        layout.subColumns = subColumns;
        layout.codeFields.resize(static_cast<std::size_t>(layout.columns));
        layout.scaleByte = layout.offsetByte = none;
        return layout;
    }

    void setLevels(GgmlLayout& layout, int first, int last)
    {
        for (int level = first; level <= last; ++level) {
            layout.levels.push_back(static_cast<float>(level));
            layout.storedCode.push_back(static_cast<std::uint8_t>(level - first));
        }
    }

    /// Codes in nibbles from `byte` on, column j of `run` in the low and j + run in the high half of one byte; run after run.
    void setNibbles(GgmlLayout& layout, std::int64_t byte, std::int64_t run)
    {
        for (std::int64_t c = 0; c < layout.columns; ++c) {
            const std::int64_t pair = c / (2 * run), place = c % (2 * run);
            layout.codeFields[static_cast<std::size_t>(c)][0] = field(byte + pair * run + place % run, 4 * (place / run), 4);
        }
    }

    GgmlLayout smallBlock(ggml_type type, int bits, bool offset)
    {
        GgmlLayout layout = layoutOf(type, 32);
        const int half = offset ? 0 : 1 << (bits - 1);
        setLevels(layout, -half, (1 << bits) - 1 - half);
        layout.scaleByte = 0;
        layout.hasOffset = offset;
        if (offset)
            layout.offsetByte = 2;
        const std::int64_t codes = layout.bytes - 16;
        setNibbles(layout, codes, 16);
        if (bits == 5)
            for (std::int64_t c = 0; c < 32; ++c)
                layout.codeFields[static_cast<std::size_t>(c)][1] = field(codes - 4 + c / 8, c % 8, 1, 4);
        return layout;
    }

    GgmlLayout q8_0()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_Q8_0, 32);
        setLevels(layout, -127, 127);
        for (std::size_t q = 0; q < layout.storedCode.size(); ++q)
            layout.storedCode[q] = static_cast<std::uint8_t>(static_cast<int>(q) - 127);
        layout.scaleByte = 0;
        for (std::int64_t c = 0; c < 32; ++c)
            layout.codeFields[static_cast<std::size_t>(c)][0] = field(2 + c, 0, 8);
        return layout;
    }

    /// Two bits of each column, as Q2_K and Q3_K have them from `byte` on.
    void setPairsOfK(GgmlLayout& layout, std::int64_t byte)
    {
        for (std::int64_t c = 0; c < kValues; ++c)
            layout.codeFields[static_cast<std::size_t>(c)][0] = field(byte + c / 128 * 32 + c % 32, c % 128 / 32 * 2, 2);
    }

    void setIntegers(GgmlLayout& layout, int smallest, int largest, int largestOffset = 0)
    {
        layout.scale = GgmlScale::Integers;
        layout.smallestScale = smallest;
        layout.largestScale = largest;
        layout.scaleBias = smallest < 0 ? -smallest : 0;
        layout.hasOffset = largestOffset > 0;
        layout.largestOffset = largestOffset;
        layout.scaleFields.resize(static_cast<std::size_t>(layout.subBlocks()));
        if (largestOffset > 0)
            layout.offsetFields.resize(layout.scaleFields.size());
    }

    GgmlLayout q2_K()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_Q2_K, 16);
        setLevels(layout, 0, 3);
        setPairsOfK(layout, 16);
        setIntegers(layout, 0, 15, 15);
        for (std::int64_t s = 0; s < 16; ++s) {
            layout.scaleFields[static_cast<std::size_t>(s)][0] = field(s, 0, 4);
            layout.offsetFields[static_cast<std::size_t>(s)][0] = field(s, 4, 4);
        }
        layout.scaleByte = 80;
        layout.offsetByte = 82;
        return layout;
    }

    GgmlLayout q3_K()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_Q3_K, 16);
        setLevels(layout, -4, 3);
        setPairsOfK(layout, 32);
        for (std::int64_t c = 0; c < kValues; ++c)
            layout.codeFields[static_cast<std::size_t>(c)][1] = field(c % 32, c / 32, 1, 2);
        setIntegers(layout, -32, 31);
        for (std::int64_t s = 0; s < 16; ++s)
            layout.scaleFields[static_cast<std::size_t>(s)] = { field(96 + s % 8, s / 8 * 4, 4), field(104 + s % 4, s / 4 * 2, 2, 4) };
        layout.scaleByte = 108;
        return layout;
    }

    GgmlLayout q45_K(ggml_type type, int bits)
    {
        GgmlLayout layout = layoutOf(type, 32);
        setLevels(layout, 0, (1 << bits) - 1);
        setNibbles(layout, layout.bytes - 128, 32);
        if (bits == 5)
            for (std::int64_t c = 0; c < kValues; ++c)
                layout.codeFields[static_cast<std::size_t>(c)][1] = field(16 + c % 32, c / 32, 1, 4);
        setIntegers(layout, 0, 63, 63);
        for (std::int64_t s = 0; s < 4; ++s) {
            layout.scaleFields[static_cast<std::size_t>(s)][0] = field(4 + s, 0, 6);
            layout.offsetFields[static_cast<std::size_t>(s)][0] = field(8 + s, 0, 6);
            layout.scaleFields[static_cast<std::size_t>(s + 4)] = { field(12 + s, 0, 4), field(4 + s, 6, 2, 4) };
            layout.offsetFields[static_cast<std::size_t>(s + 4)] = { field(12 + s, 4, 4), field(8 + s, 6, 2, 4) };
        }
        layout.scaleByte = 0;
        layout.offsetByte = 2;
        return layout;
    }

    GgmlLayout q6_K()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_Q6_K, 16);
        setLevels(layout, -32, 31);
        for (std::int64_t c = 0; c < kValues; ++c) {
            const std::int64_t half = c / 128, quarter = c % 128 / 32, place = c % 32;
            layout.codeFields[static_cast<std::size_t>(c)]
                = { field(64 * half + 32 * (quarter % 2) + place, quarter / 2 * 4, 4), field(128 + 32 * half + place, quarter * 2, 2, 4) };
        }
        setIntegers(layout, -128, 127);
        layout.scaleBias = 0; // two's complement
        for (std::int64_t s = 0; s < 16; ++s)
            layout.scaleFields[static_cast<std::size_t>(s)][0] = field(192 + s, 0, 8);
        layout.scaleByte = 208;
        return layout;
    }

    constexpr int nonLinearLevels[] = { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113 };

    void setNonLinearLevels(GgmlLayout& layout)
    {
        layout.evenlySpaced = false;
        for (const int level : nonLinearLevels) {
            layout.storedCode.push_back(static_cast<std::uint8_t>(layout.levels.size()));
            layout.levels.push_back(static_cast<float>(level));
        }
    }

    GgmlLayout iq4_NL()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_IQ4_NL, 32);
        setNonLinearLevels(layout);
        layout.scaleByte = 0;
        setNibbles(layout, 2, 16);
        return layout;
    }

    GgmlLayout iq4_XS()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_IQ4_XS, 32);
        setNonLinearLevels(layout);
        setNibbles(layout, 8, 16);
        setIntegers(layout, -32, 31);
        for (std::int64_t s = 0; s < 8; ++s)
            layout.scaleFields[static_cast<std::size_t>(s)] = { field(4 + s / 2, s % 2 * 4, 4), field(2 + s / 4, s % 4 * 2, 2, 4) };
        layout.scaleByte = 0;
        return layout;
    }

    /// E2M1 numbers, doubled as ggml keeps them; code 8, the negative zero, is read but never written.
    void setFloatLevels(GgmlLayout& layout)
    {
        constexpr int magnitudes[] = { 0, 1, 2, 3, 4, 6, 8, 12 };
        layout.evenlySpaced = false;
        for (int q = 7; q > 0; --q) {
            layout.levels.push_back(static_cast<float>(-magnitudes[q]));
            layout.storedCode.push_back(static_cast<std::uint8_t>(8 + q));
        }
        for (int q = 0; q < 8; ++q) {
            layout.levels.push_back(static_cast<float>(magnitudes[q]));
            layout.storedCode.push_back(static_cast<std::uint8_t>(q));
        }
    }

    /// What each byte from 0 on means as a scale, asked from ggml by decoding blocks in which all codes are `one`, the code of level 1.
    void setScaleTable(GgmlLayout& layout, int count, std::int64_t scaleBytes)
    {
        layout.scale = GgmlScale::Table;
        std::vector<std::uint8_t> block(static_cast<std::size_t>(layout.bytes), 0x11);
        std::vector<float> values(static_cast<std::size_t>(layout.columns));
        for (int byte = 0; byte < count; ++byte) {
            std::fill_n(block.begin(), scaleBytes, static_cast<std::uint8_t>(byte));
            ggml_get_type_traits(static_cast<ggml_type>(layout.type))->to_float(block.data(), values.data(), layout.columns);
            layout.scaleTable.push_back(values.front());
        }
        for (std::int64_t s = 0; s < layout.subBlocks(); ++s)
            layout.scaleFields.push_back({ field(s, 0, 8), {} });
    }

    GgmlLayout mxfp4()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_MXFP4, 32);
        setFloatLevels(layout);
        setNibbles(layout, 1, 16);
        setScaleTable(layout, 248, 1); // larger ones leave f16's range and soon f32's
        return layout;
    }

    GgmlLayout nvfp4()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_NVFP4, 16);
        setFloatLevels(layout);
        setNibbles(layout, 4, 8);
        setScaleTable(layout, 127, 4); // the byte after these means 0 again, and then the sign repeats them
        return layout;
    }

    /// Codes of `bits` bits, neighbours beside each other, from byte 2 on.
    GgmlLayout denseBlock(ggml_type type, int bits)
    {
        GgmlLayout layout = layoutOf(type, ggml_blck_size(type));
        for (std::int64_t c = 0; c < layout.columns; ++c)
            layout.codeFields[static_cast<std::size_t>(c)][0] = field(2 + c * bits / 8, c * bits % 8, bits);
        layout.scaleByte = 0;
        return layout;
    }

    GgmlLayout q1_0()
    {
        GgmlLayout layout = denseBlock(GGML_TYPE_Q1_0, 1);
        layout.evenlySpaced = false; // by 2
        layout.levels = { -1, 1 };
        layout.storedCode = { 0, 1 };
        return layout;
    }

    GgmlLayout q2_0()
    {
        GgmlLayout layout = denseBlock(GGML_TYPE_Q2_0, 2);
        setLevels(layout, -1, 2);
        return layout;
    }

    GgmlLayout tq2_0()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_TQ2_0, kValues);
        setLevels(layout, -1, 1);
        setPairsOfK(layout, 0);
        layout.scaleByte = 64;
        return layout;
    }

    GgmlLayout tq1_0()
    {
        GgmlLayout layout = layoutOf(GGML_TYPE_TQ1_0, kValues);
        setLevels(layout, -1, 1);
        layout.codeFields.clear();
        layout.scaleByte = 52;
        return layout;
    }

    /// Codes that are never written are read as the level beside them: E2M1's negative zero, -128 of Q8_0, the fourth code of three levels.
    std::uint8_t levelOf(const GgmlLayout& layout, std::uint8_t code)
    {
        const auto found = std::find(layout.storedCode.begin(), layout.storedCode.end(), code);
        if (found != layout.storedCode.end())
            return static_cast<std::uint8_t>(found - layout.storedCode.begin());
        const auto zero = std::find(layout.storedCode.begin(), layout.storedCode.end(), std::uint8_t { 0 });
        if (layout.scale == GgmlScale::Table)
            return static_cast<std::uint8_t>(zero - layout.storedCode.begin());
        return static_cast<std::uint8_t>(layout.type == GGML_TYPE_Q8_0 ? 0 : layout.levels.size() - 1);
    }

    std::map<int, GgmlLayout> makeLayouts()
    {
        std::map<int, GgmlLayout> layouts;
        for (GgmlLayout layout : { smallBlock(GGML_TYPE_Q4_0, 4, false), smallBlock(GGML_TYPE_Q4_1, 4, true), smallBlock(GGML_TYPE_Q5_0, 5, false),
                 smallBlock(GGML_TYPE_Q5_1, 5, true), q8_0(), q2_K(), q3_K(), q45_K(GGML_TYPE_Q4_K, 4), q45_K(GGML_TYPE_Q5_K, 5), q6_K(), iq4_NL(), iq4_XS(),
                 mxfp4(), nvfp4(), q1_0(), q2_0(), tq2_0(), tq1_0() }) {
            for (int code = 0; code < 256; ++code)
                layout.levelOfCode.push_back(levelOf(layout, static_cast<std::uint8_t>(code)));
            layouts.emplace(layout.type, std::move(layout));
        }
        return layouts;
    }

    const std::map<int, GgmlLayout>& layouts()
    {
        static const std::map<int, GgmlLayout> all = makeLayouts();
        return all;
    }

    int read(const std::uint8_t* block, const GgmlFields& fields)
    {
        int value = 0;
        for (const GgmlField& part : fields)
            value |= ((block[part.byte] >> part.shift) & ((1 << part.width) - 1)) << part.to;
        return value;
    }

    /// Into bits that are 0.
    void write(std::uint8_t* block, const GgmlFields& fields, int value)
    {
        for (const GgmlField& part : fields)
            block[part.byte] = static_cast<std::uint8_t>(block[part.byte] | (((value >> part.to) & ((1 << part.width) - 1)) << part.shift));
    }

    float readHalf(const std::uint8_t* from)
    {
        ggml_fp16_t half = 0;
        std::memcpy(&half, from, sizeof half);
        return ggml_fp16_to_fp32(half);
    }

    void writeHalf(std::uint8_t* to, float value)
    {
        const ggml_fp16_t half = ggml_fp32_to_fp16(value);
        std::memcpy(to, &half, sizeof half);
    }

    /// TQ1_0: the column that digit n of a byte holds.
    std::int64_t ternaryColumn(std::int64_t byte, int digit)
    {
        if (byte < 32)
            return 32 * digit + byte;
        return byte < 48 ? 160 + 16 * digit + byte - 32 : 240 + 4 * digit + byte - 48;
    }

    void unpackTernary(const std::uint8_t* block, std::uint8_t* codes)
    {
        constexpr int powers[] = { 1, 3, 9, 27, 81 };
        for (std::int64_t byte = 0; byte < 52; ++byte)
            for (int digit = 0; digit < (byte < 48 ? 5 : 4); ++digit)
                codes[ternaryColumn(byte, digit)] = static_cast<std::uint8_t>((block[byte] * powers[digit] & 255) * 3 >> 8);
    }

    void packTernary(const std::uint8_t* codes, std::uint8_t* block)
    {
        for (std::int64_t byte = 0; byte < 52; ++byte) {
            int number = 0;
            for (int digit = 0; digit < 5; ++digit)
                number = number * 3 + (byte < 48 || digit < 4 ? codes[ternaryColumn(byte, digit)] : 0);
            block[byte] = static_cast<std::uint8_t>((number * 256 + 242) / 243); // a fraction of 3^5, rounded up
        }
    }

}

float GgmlLayout::storable(float value) const
{
    if (scale != GgmlScale::Table)
        return ggml_fp16_to_fp32(ggml_fp32_to_fp16(std::clamp(value, -65504.0F, 65504.0F)));
    const auto above = std::lower_bound(scaleTable.begin(), scaleTable.end(), value);
    if (above == scaleTable.begin())
        return *above;
    if (above == scaleTable.end() || value - *(above - 1) <= *above - value)
        return *(above - 1);
    return *above;
}

const GgmlLayout* ggmlLayout(int type)
{
    const auto found = layouts().find(type);
    return found == layouts().end() ? nullptr : &found->second;
}

std::span<const int> ggmlGridTypes()
{
    static const std::vector<int> types = [] {
        std::vector<int> all;
        for (const auto& [type, layout] : layouts())
            all.push_back(type);
        return all;
    }();
    return types;
}

void unpackGgmlRow(const GgmlLayout& layout, const std::uint8_t* bytes, std::int64_t columns, const GgmlRow& row)
{
    const std::int64_t subs = layout.subBlocks();
    for (std::int64_t b = 0; b < columns / layout.columns; ++b) {
        const std::uint8_t* block = bytes + b * layout.bytes;
        std::uint8_t* codes = row.codes + b * layout.columns;
        if (layout.codeFields.empty())
            unpackTernary(block, codes);
        for (std::size_t c = 0; c < layout.codeFields.size(); ++c)
            codes[c] = layout.levelOfCode[static_cast<std::size_t>(read(block, layout.codeFields[c]))];
        const float blockScale = layout.scaleByte != none ? readHalf(block + layout.scaleByte) : 0;
        const float blockOffset = layout.offsetByte != none ? readHalf(block + layout.offsetByte) : 0;
        for (std::int64_t s = 0; s < subs; ++s) {
            const std::int64_t sub = b * subs + s;
            const auto fields = static_cast<std::size_t>(s);
            row.offset[sub] = 0;
            switch (layout.scale) {
            case GgmlScale::Half:
                row.scale[sub] = blockScale;
                if (layout.hasOffset)
                    row.offset[sub] = -blockOffset;
                break;
            case GgmlScale::Table:
                row.scale[sub] = layout.scaleTable[std::min(layout.scaleTable.size() - 1, static_cast<std::size_t>(read(block, layout.scaleFields[fields])))];
                break;
            case GgmlScale::Integers:
                const int stored = read(block, layout.scaleFields[fields]);
                const int integer = layout.smallestScale == -128 ? static_cast<std::int8_t>(stored) : stored - layout.scaleBias;
                row.scaleInteger[sub] = static_cast<std::int16_t>(integer);
                row.scale[sub] = blockScale * static_cast<float>(integer);
                row.offsetInteger[sub] = 0;
                if (layout.hasOffset) {
                    row.offsetInteger[sub] = static_cast<std::int16_t>(read(block, layout.offsetFields[fields]));
                    row.offset[sub] = blockOffset * static_cast<float>(row.offsetInteger[sub]);
                }
                break;
            }
        }
        if (layout.scale == GgmlScale::Integers) {
            row.blockScale[b] = blockScale;
            row.blockOffset[b] = blockOffset;
        }
    }
}

void packGgmlRow(const GgmlLayout& layout, const GgmlRow& row, std::int64_t columns, std::uint8_t* bytes)
{
    const std::int64_t subs = layout.subBlocks();
    for (std::int64_t b = 0; b < columns / layout.columns; ++b) {
        std::uint8_t* block = bytes + b * layout.bytes;
        std::fill_n(block, layout.bytes, std::uint8_t { 0 });
        const std::uint8_t* codes = row.codes + b * layout.columns;
        if (layout.codeFields.empty())
            packTernary(codes, block);
        for (std::size_t c = 0; c < layout.codeFields.size(); ++c)
            write(block, layout.codeFields[c], layout.storedCode[codes[c]]);
        for (std::int64_t s = 0; s < static_cast<std::int64_t>(layout.scaleFields.size()); ++s) {
            const std::int64_t sub = b * subs + s;
            const auto fields = static_cast<std::size_t>(s);
            if (layout.scale == GgmlScale::Table) {
                const auto entry = std::lower_bound(layout.scaleTable.begin(), layout.scaleTable.end(), row.scale[sub]);
                write(block, layout.scaleFields[fields], static_cast<int>(entry - layout.scaleTable.begin()));
                continue;
            }
            write(block, layout.scaleFields[fields], row.scaleInteger[sub] + layout.scaleBias);
            if (layout.hasOffset)
                write(block, layout.offsetFields[fields], row.offsetInteger[sub]);
        }
        const bool integers = layout.scale == GgmlScale::Integers;
        if (layout.scaleByte != none)
            writeHalf(block + layout.scaleByte, integers ? row.blockScale[b] : row.scale[b]);
        if (layout.offsetByte != none)
            writeHalf(block + layout.offsetByte, integers ? row.blockOffset[b] : -row.offset[b]);
    }
}

} // namespace bitloom
