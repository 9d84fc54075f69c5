// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bitloom {

/// A few bits of a block that hold some bits of a number.
struct GgmlField
{
    std::uint16_t byte = 0;
    std::uint8_t shift = 0; ///< of the lowest bit in its byte
    std::uint8_t width = 0; ///< 0: nothing
    std::uint8_t to = 0; ///< place of the lowest bit in the number
};
using GgmlFields = std::array<GgmlField, 2>;

/// How the scale of each sub-block is stored.
enum class GgmlScale {
    Half, ///< an f16 of its own
    Table, ///< a byte of its own that stands for one of GgmlLayout::scaleTable
    Integers, ///< the block's f16 times an integer of the sub-block
};

/// What one of ggml's block types can represent, and where its bytes keep it: weight = scale * levels[code] - offset, one scale (and offset)
/// for each `subColumns` columns. All types but those on lattices (IQ1_*, IQ2_*, IQ3_*) are of this form.
struct GgmlLayout
{
    int type = 0; ///< enum ggml_type
    std::int64_t columns = 0, bytes = 0; ///< of a block
    std::int64_t subColumns = 0;
    std::vector<float> levels; ///< ascending
    bool evenlySpaced = true; ///< levels by 1
    GgmlScale scale = GgmlScale::Half;
    int smallestScale = 1, largestScale = 1; ///< the integers
    bool hasOffset = false; ///< stored as the scale is: an f16 (negated), or an f16 times an integer from 0
    int largestOffset = 0;
    std::vector<float> scaleTable; ///< by its byte, ascending

    std::vector<GgmlFields> codeFields; ///< [columns]; empty for TQ1_0, whose codes are base 3
    std::vector<std::uint8_t> storedCode; ///< [levels] what stands for a level
    std::vector<std::uint8_t> levelOfCode; ///< the other way round
    std::vector<GgmlFields> scaleFields, offsetFields; ///< [sub-blocks of a block]; Integers: stored plus scaleBias; Table: the byte
    int scaleBias = 0; ///< stored integer minus what it means
    std::uint16_t scaleByte = 0, offsetByte = 0; ///< where the block's f16s are

    [[nodiscard]] std::int64_t subBlocks() const { return columns / subColumns; }
    /// The number nearest to `scale` that the type can store as a scale of its own (Half and Table), or as a block's f16.
    [[nodiscard]] float storable(float scale) const;
};

/// nullptr for types that are not blocks of this form.
[[nodiscard]] const GgmlLayout* ggmlLayout(int type);
/// The types that have a layout.
[[nodiscard]] std::span<const int> ggmlGridTypes();

/// One row's content: `blocks` = columns / layout.columns, `subs` = columns / layout.subColumns.
struct GgmlRow
{
    std::uint8_t* codes = nullptr; ///< [columns] places in layout.levels
    float* scale = nullptr; ///< [subs]; with Integers scaleInteger * blockScale, rounded to f32
    float* offset = nullptr; ///< [subs], 0 where the type has none
    float* blockScale = nullptr; ///< [blocks], Integers alone, as the next three
    float* blockOffset = nullptr; ///< [blocks]
    std::int16_t* scaleInteger = nullptr; ///< [subs]
    std::int16_t* offsetInteger = nullptr; ///< [subs]
};

/// Reads a row that ggml quantized. Codes that no level stands for become the nearest code below.
void unpackGgmlRow(const GgmlLayout& layout, const std::uint8_t* bytes, std::int64_t columns, const GgmlRow& row);
/// Writes a row; numbers are storable already.
void packGgmlRow(const GgmlLayout& layout, const GgmlRow& row, std::int64_t columns, std::uint8_t* bytes);

} // namespace bitloom
