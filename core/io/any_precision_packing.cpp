// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/any_precision_packing.h"

#include <cstring>
#include <limits>

namespace bitloom {
namespace {

constexpr std::int64_t columnsPerChunk = 1024; // what the 32 lanes of a warp read at a time

struct BitPosition
{
    std::uint32_t word, shift;
};

/// Where a row's columns lie: a chunk of S lanes (32, fewer in the last one) has four slices of 8 S columns; lane t keeps eight neighbouring
/// columns of each slice in one byte, the first column in the byte's high bit and the first slice in the word's high byte.
std::vector<BitPosition> bitPositions(std::int64_t columns)
{
    std::vector<BitPosition> positions(static_cast<std::size_t>(columns));
    for (std::int64_t begin = 0; begin < columns; begin += columnsPerChunk) {
        const auto length = std::min(columnsPerChunk, columns - begin);
        const auto lanes = length / 32;
        for (std::int64_t column = 0; column < length; ++column) {
            const auto byte = column / 8, slice = byte / lanes, lane = byte % lanes;
            positions[static_cast<std::size_t>(begin + column)]
                = { static_cast<std::uint32_t>(begin / 32 + lane), static_cast<std::uint32_t>(31 - 8 * slice - column % 8) };
        }
    }
    return positions;
}

Result<void> checkShape(std::int64_t rows, std::int64_t columns, int bits)
{
    if (bits < 1 || bits > 8)
        return fail(ErrorCode::InvalidInput, "Any-Precision bit planes: {} bits, expected 1 to 8", bits);
    if (rows < 1 || columns < 32 || columns % 32 != 0 || rows > std::numeric_limits<std::int64_t>::max() / 8 / columns)
        return fail(ErrorCode::InvalidInput,
            "Any-Precision bit planes: a {} x {} matrix, expected a number of columns that is a multiple of 32", rows, columns);
    return {};
}

} // namespace

Result<std::vector<std::uint32_t>> packBitPlanes(std::span<const std::uint8_t> codes, std::int64_t rows, std::int64_t columns, int bits)
{
    BITLOOM_CHECK(checkShape(rows, columns, bits));
    if (codes.size() != static_cast<std::size_t>(rows * columns))
        return fail(ErrorCode::Internal, "Any-Precision bit planes: {} codes for a {} x {} matrix", codes.size(), rows, columns);
    const auto positions = bitPositions(columns);
    const auto words = columns / 32;
    std::vector<std::uint32_t> planes(static_cast<std::size_t>(bits * rows * words));
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto* rowCodes = codes.data() + row * columns;
        std::uint32_t seen = 0;
        for (std::int64_t column = 0; column < columns; ++column)
            seen |= rowCodes[column];
        if (seen >> bits != 0)
            return fail(ErrorCode::Internal, "Any-Precision bit planes: row {} has a code that does not fit {} bits", row, bits);
        for (int plane = 0; plane < bits; ++plane) {
            auto* rowWords = planes.data() + (plane * rows + row) * words;
            const int codeBit = bits - 1 - plane;
            for (std::int64_t column = 0; column < columns; ++column) {
                const auto [word, shift] = positions[static_cast<std::size_t>(column)];
                rowWords[word] |= ((static_cast<std::uint32_t>(rowCodes[column]) >> codeBit) & 1u) << shift;
            }
        }
    }
    return planes;
}

Result<std::vector<std::uint8_t>> unpackBitPlanes(
    std::span<const std::byte> qweight, int planes, std::int64_t rows, std::int64_t columns, int bits)
{
    BITLOOM_CHECK(checkShape(rows, columns, planes));
    if (bits < 1 || bits > planes)
        return fail(ErrorCode::InvalidInput, "Any-Precision bit planes: {} bits asked of {} planes", bits, planes);
    const auto words = columns / 32;
    if (qweight.size() / 4 / static_cast<std::size_t>(planes) / static_cast<std::size_t>(words) != static_cast<std::size_t>(rows)
        || qweight.size() != static_cast<std::size_t>(planes * rows * words * 4))
        return fail(ErrorCode::InvalidInput, "Any-Precision bit planes: {} bytes, expected {} planes of {} x {} words", qweight.size(),
            planes, rows, words);
    const auto positions = bitPositions(columns);
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(rows * columns));
    std::vector<std::uint32_t> rowWords(static_cast<std::size_t>(words));
    for (std::int64_t row = 0; row < rows; ++row) {
        auto* rowCodes = codes.data() + row * columns;
        for (int plane = 0; plane < bits; ++plane) {
            std::memcpy(rowWords.data(), qweight.data() + (plane * rows + row) * words * 4, static_cast<std::size_t>(words * 4));
            for (std::int64_t column = 0; column < columns; ++column) {
                const auto [word, shift] = positions[static_cast<std::size_t>(column)];
                rowCodes[column] = static_cast<std::uint8_t>(rowCodes[column] << 1 | (rowWords[word] >> shift & 1u));
            }
        }
    }
    return codes;
}

} // namespace bitloom
