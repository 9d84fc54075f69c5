// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/kv_primitives.h"

#include <cstddef>
#include <cstdint>

/// Attention of one new token of each sequence over packed pages of keys and values, on a GPU: what its kernels read, and how they are started.
/// Scheme: flash decoding (Dao, Haziza, Massa, Sizov, "Flash-Decoding for long-context inference", 2023). The context of each head is cut into
/// splits; a split's blocks sum an online softmax over their share, and a second kernel merges the splits by log-sum-exp.
namespace bitloom::kernels {

/// How the groups' scales and minima follow a page's codes (kv::Metadata, with what a rounding implies already resolved).
enum class MetadataForm : std::uint8_t {
    HalfPair, ///< f16 scales, then f16 minima
    HalfZero, ///< f16 scales, then 8-bit integer zeros: the minimum is -scale · zero
    FloatZero, ///< f32 scales, then 8-bit integer zeros
    HalfScale, ///< f16 scales; the minimum is scale · impliedMinimum
    Bytes, ///< f16 of the largest scale 4 bytes before; 8-bit sixteenths of octaves below it; then 8-bit minima in half scales
};

/// Where one half (keys or values) of a page has what. Codes lie as in CodeMatrix: keys have a lane for each position, values one for each channel.
struct PackedHalf
{
    std::int32_t bits = 0; ///< 1, 2, 3, 4, 8; 0: nothing is packed, all that is not exact was dropped
    std::int32_t block = 0, lanes = 0, steps = 0; ///< positions of a page; of the code matrix
    std::int32_t perChannel = 0; ///< 1: groups are channels; 0: group `channel / group * block + position`
    std::int32_t group = 0; ///< channels that share a scale, a multiple of 4 that divides the head size
    std::int32_t scaleOffset = 0, minimumOffset = 0, bytes = 0; ///< in a page
    MetadataForm metadata = MetadataForm::HalfPair;
    float impliedMinimum = 0;
    float firstLevel = 0; ///< x = scale · (firstLevel + code) + minimum, or, with a table, scale · level(code) + minimum
    std::int32_t table = 0; ///< 1: codes of 4 bits have the levels below
    std::int8_t levels[16] = {};
};

/// A row that is kept exactly, in a slab of `slabRows`: entries [slabRows], keys [slabRows, headSize], values [slabRows, headSize].
struct ExactEntry
{
    std::int32_t position = -1; ///< negative: the row is free
    std::uint32_t halves = 0; ///< exactKey, exactValue; the other half, if it is only one, is read from its page
};
constexpr std::uint32_t exactKey = 1, exactValue = 2;
constexpr int slabRows = 32;

[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr std::size_t deviceSlabBytes(ElementType type, int headSize)
{
    return static_cast<std::size_t>(slabRows) * (sizeof(ExactEntry) + 2 * static_cast<std::size_t>(headSize) * elementBytes(type));
}

/// How far one sequence's head has come.
struct HeadExtent
{
    std::int32_t length = 0, firstVisible = 0, slabs = 0;
};

/// Query heads that one block of threads serves with one read of the cache.
constexpr int queriesPerPass = 8;
/// Sizes that the kernels can do: the head size is a multiple of 4 up to this, each group a multiple of 4.
constexpr int mostHeadSize = 256;
constexpr int mostSplits = 128;

/// Positions [0, length) of each of `heads` (sequences x key-value heads) heads; each position is counted once: by the slabs where it is exact in
/// either half (its bit in `exact`), else by the pages. All pointers are the device's.
struct PackedAttentionBatch
{
    PackedHalf keys, values;
    ElementType exactType = ElementType::F16;
    std::int32_t headSize = 0, queriesPerHead = 0, heads = 0, splits = 1;
    float scale = 1; ///< of the logits: 1 / sqrt(headSize)
    const HeadExtent* extents = nullptr; ///< [heads]
    const std::byte* const* keyPages = nullptr; ///< [heads, keyPageStride]; null where nothing of the page is packed
    const std::byte* const* valuePages = nullptr;
    const std::byte* const* slabs = nullptr; ///< [heads, slabStride]
    const std::uint32_t* exact = nullptr; ///< [heads, exactStride], a bit for each position
    std::int64_t keyPageStride = 0, valuePageStride = 0, slabStride = 0, exactStride = 0;
    const float* queries = nullptr; ///< [heads, queriesPerHead, headSize]
    float* partials = nullptr; ///< room for partialFloats()
    float* out = nullptr; ///< [heads, queriesPerHead, headSize], written
};

[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr std::int64_t partialFloats(std::int64_t heads, std::int64_t queriesPerHead, std::int64_t headSize, std::int64_t splits)
{
    return heads * queriesPerHead * splits * (headSize + 2);
}

/// Positions that a warp takes at a time.
[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr int tilePositions(int keyBlock, int valueBlock)
{
    const int block = keyBlock < valueBlock ? keyBlock : valueBlock;
    return block < 32 ? block : 32;
}

/// So many splits that all multiprocessors have several blocks, but no more than leave each block some tiles.
/// `blocks`: heads x passes over their queries; `items`: tiles and slabs of the longest head.
[[nodiscard]] int attentionSplits(std::int64_t blocks, std::int64_t items, int multiprocessors);

/// Bytes that are to lie elsewhere; a multiple of 4, both ends aligned to 4.
struct ScatterPiece
{
    std::byte* to = nullptr;
    std::uint32_t from = 0, bytes = 0; ///< offset into Scatter::bytes
};
struct Scatter
{
    const ScatterPiece* pieces = nullptr;
    const std::byte* bytes = nullptr;
    std::int64_t count = 0;
};

/// A GPU's memory and kernels. `stream` is a cudaStream_t in whose order things happen. Each function returns nullptr, or why it could not be done.
struct PackedAttentionKernels
{
    const char* (*allocate)(std::size_t bytes, void** memory); ///< aligned to 256
    void (*release)(void* memory);
    const char* (*upload)(void* to, const void* from, std::size_t bytes, void* stream); ///< `from` may be changed at once
    const char* (*download)(void* to, const void* from, std::size_t bytes, void* stream); ///< waits for it
    const char* (*scatter)(const Scatter& scatter, void* stream);
    const char* (*attend)(const PackedAttentionBatch& batch, void* stream);
    const char* (*multiprocessors)(int* count); ///< of the current device
};

/// nullptr: built without CUDA.
[[nodiscard]] const PackedAttentionKernels* cudaPackedAttentionKernels();

} // namespace bitloom::kernels
