// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bitloom {

/// The bit planes of Any-Precision checkpoints, the layout that GuidedQuant's published models use for `qweight`.
/// codes: row-major [rows, columns], each below 2^bits. Returns row-major [bits, rows, columns / 32]; plane 0 holds the most significant
/// bit. Columns that are not a multiple of 32, bits outside 1..8 and a code that does not fit are Errors.
[[nodiscard]] Result<std::vector<std::uint32_t>> packBitPlanes(
    std::span<const std::uint8_t> codes, std::int64_t rows, std::int64_t columns, int bits);

/// The inverse, from the bytes of a stored `qweight` (little-endian words [planes, rows, columns / 32]): codes row-major [rows, columns].
/// Only the first `bits` planes are read, which gives the narrower model that is contained in a wider one (1 <= bits <= planes <= 8).
[[nodiscard]] Result<std::vector<std::uint8_t>> unpackBitPlanes(
    std::span<const std::byte> qweight, int planes, std::int64_t rows, std::int64_t columns, int bits);

} // namespace bitloom
