// SPDX-License-Identifier: GPL-3.0-or-later
// The device code of PackedAttentionKernels. Launched by packed_attention_cuda.cu, and run on the CPU by tests/core/kv/tst_cuda_attention.cpp.
//
// Neither keys nor values are unpacked. Codes become f16 without arithmetic: as the lowest bits of a half they are code · 2^-24 exactly, and tensor cores take
// such subnormals as they are. They are one factor of a matrix product over up to 8 query heads at once; the other one, queries or weights times a page's
// scales, is the sum of two f16, which keeps 22 bits of each number.
#pragma once

#include "core/kernels/cuda/warp.cuh"
#include "core/kernels/packed_attention.h"
#ifdef __CUDACC__
#include "core/kernels/cuda/tensor_core.cuh"
#endif

namespace bitloom::kernels::cuda {

constexpr int attentionWarps = 4; ///< of a block; each takes tiles of its own and meets the others only at the end
constexpr int weightStride = slabRows + 4; ///< floats between two queries' weights, so that they lie in different banks
constexpr float coefficientRange = 8192; ///< coefficients are below 4 times this, which f16 can hold
constexpr float codeUnit = 16777216 / coefficientRange; ///< what a sum of products has to be multiplied by

__host__ __device__ constexpr int queryStride(int headSize)
{
    return headSize + 4;
}

/// Scales (or minima) of one tile.
__host__ __device__ constexpr int stagedGroups(const PackedHalf& half, int headSize, int tile)
{
    return half.bits == 0 ? 0 : half.perChannel != 0 ? headSize : tile * (headSize / half.group);
}

__host__ __device__ constexpr int tileOf(const PackedAttentionBatch& batch)
{
    return tilePositions(batch.keys.block, batch.values.block);
}

__host__ __device__ constexpr int stagedRoom(const PackedAttentionBatch& batch)
{
    const int keys = stagedGroups(batch.keys, batch.headSize, tileOf(batch)), values = stagedGroups(batch.values, batch.headSize, tileOf(batch));
    const int groups = keys > values ? keys : values;
    return groups > batch.headSize ? groups : batch.headSize; // a row has to fit as well
}

/// Floats of shared memory that a block of attendSplit() needs: the queries and, for each warp, a tile's scales, minima and weights; later the warps' outputs. 8.8 KiB for
/// heads of 64, 16.3 KiB for heads of 128, with keys per channel and values per token.
__host__ __device__ constexpr int attentionSharedFloats(const PackedAttentionBatch& batch)
{
    const int working = queriesPerPass * (queryStride(batch.headSize) + 1) + 32 + attentionWarps * (2 * stagedRoom(batch) + queriesPerPass * weightStride);
    const int merging = attentionWarps * queriesPerPass * (batch.headSize + 2);
    return working > merging ? working : merging;
}

template <class T>
__device__ inline T loadAs(const void* from)
{
    return *static_cast<const T*>(from);
}

/// A power of two within a factor of two below `largest`, and its inverse; far enough from where f32 ends.
struct PowerOfTwo
{
    float power, inverse;
};
__device__ inline PowerOfTwo powerBelow(float largest)
{
    int bits = __float_as_int(largest) & 0x7f800000;
    bits = bits < 16 << 23 ? 16 << 23 : bits > 240 << 23 ? 240 << 23 : bits; // so that both may be multiplied by coefficientRange
    return { __int_as_float(bits), __int_as_float((254 << 23) - bits) };
}

__device__ inline float minusInfinity()
{
    return __int_as_float(static_cast<int>(0xff800000U));
}

__device__ inline void readGroup(const PackedHalf& half, const std::byte* page, int group, float& scale, float& minimum)
{
    const std::byte* const scales = page + half.scaleOffset;
    const std::byte* const minima = page + half.minimumOffset;
    switch (half.metadata) {
    case MetadataForm::HalfPair:
        scale = halfToFloat(loadAs<std::uint16_t>(scales + 2 * group));
        minimum = halfToFloat(loadAs<std::uint16_t>(minima + 2 * group));
        break;
    case MetadataForm::HalfZero:
        scale = halfToFloat(loadAs<std::uint16_t>(scales + 2 * group));
        minimum = -scale * static_cast<float>(loadAs<std::int8_t>(minima + group));
        break;
    case MetadataForm::FloatZero:
        scale = loadAs<float>(scales + 4 * group);
        minimum = -scale * static_cast<float>(loadAs<std::int8_t>(minima + group));
        break;
    case MetadataForm::HalfScale:
        scale = halfToFloat(loadAs<std::uint16_t>(scales + 2 * group));
        minimum = half.impliedMinimum * scale;
        break;
    case MetadataForm::Bytes:
        scale = halfToFloat(loadAs<std::uint16_t>(scales - 4)) * exp2f(-0.0625F * static_cast<float>(loadAs<std::uint8_t>(scales + group)));
        minimum = 0.5F * scale * static_cast<float>(loadAs<std::int8_t>(minima + group));
        break;
    }
    minimum += half.firstLevel * scale;
}

/// Level(code) · 2^-24 as a half.
__device__ inline unsigned levelBits(const PackedHalf& half, int code)
{
    const int level = half.levels[code];
    return level < 0 ? 0x8000U | static_cast<unsigned>(-level) : static_cast<unsigned>(level);
}

/// One number out of a page: for the few positions of which only one half is exact.
__device__ inline float packedNumber(const PackedHalf& half, const unsigned* levels, const std::byte* page, int position, int channel, bool ofKeys)
{
    const int lane = ofKeys ? position : channel, step = ofKeys ? channel : position;
    const auto* words = reinterpret_cast<const std::uint32_t*>(page);
    const auto bitsAt = [&](const std::uint32_t* plane, int width) {
        const int place = step * width;
        return plane[(lane / laneWidth * planeWords(width, half.steps) + place / 32) * laneWidth + lane % laneWidth] >> static_cast<unsigned>(place % 32) & ((1U << width) - 1U);
    };
    unsigned code = bitsAt(words, lowPlaneBits(half.bits));
    if (half.bits == 3)
        code |= bitsAt(words + half.lanes * planeWords(2, half.steps), 1) << 2U;
    float scale = 0, minimum = 0;
    readGroup(half, page, half.perChannel != 0 ? channel : channel / half.group * half.block + position, scale, minimum);
    float level = static_cast<float>(code);
    if (half.table != 0) {
        const unsigned bits = levels[code];
        level = (bits & 0x8000U) != 0 ? -static_cast<float>(bits & 0x3ffU) : static_cast<float>(bits & 0x3ffU);
    }
    return scale * level + minimum;
}

/// Codes of two neighbouring lanes, four steps (a unit) at a time, steps ascending. The number of bits is no template parameter: a shift by a register costs what any
/// other costs, and one body for all keeps the kernel small.
class LanePair
{
public:
    /// `lane` is even.
    __device__ void begin(const PackedHalf& half, const std::byte* page, int lane)
    {
        const auto* words = reinterpret_cast<const std::uint32_t*>(page);
        m_bits = half.bits;
        m_width = lowPlaneBits(half.bits);
        m_plane = words + lane / laneWidth * planeWords(m_width, half.steps) * laneWidth + lane % laneWidth;
        m_highPlane = words + half.lanes * planeWords(2, half.steps) + lane / laneWidth * planeWords(1, half.steps) * laneWidth + lane % laneWidth;
        m_first = true;
    }

    /// The lanes' codes as the `a` of multiplyAdd(): rows are the lanes; columns the unit's steps 0, 2 and, 8 columns on, 1, 3. `levels`: null where codes are their own.
    __device__ void read(int unit, const unsigned* levels, unsigned (&a)[4])
    {
        // 16 lanes' words follow each other, so a pair is 8 aligned bytes, and a quarter of a warp reads 64 that follow each other.
        if (m_first || unit * m_width % 8 == 0)
            m_low = loadAs<std::uint64_t>(m_plane + unit * m_width / 8 * laneWidth);
        if (m_bits == 3 && (m_first || unit % 8 == 0))
            m_high = loadAs<std::uint64_t>(m_highPlane + unit / 8 * laneWidth);
        m_first = false;
#pragma unroll
        for (int lane = 0; lane < 2; ++lane) {
            unsigned even, odd;
            split(static_cast<std::uint32_t>(m_low >> (32 * lane)), m_width, unit, even, odd);
            if (m_bits == 3) {
                unsigned highEven, highOdd;
                split(static_cast<std::uint32_t>(m_high >> (32 * lane)), 1, unit, highEven, highOdd);
                even |= highEven << 2U;
                odd |= highOdd << 2U;
            }
            if (levels != nullptr) {
                even = levels[even & 15U] | levels[even >> 16U] << 16U;
                odd = levels[odd & 15U] | levels[odd >> 16U] << 16U;
            }
            a[lane] = even;
            a[2 + lane] = odd;
        }
    }

private:
    /// Codes 0 and 2 of the unit in the lower bits of two halves, and 1 and 3.
    __device__ static void split(std::uint32_t word, int width, int unit, unsigned& even, unsigned& odd)
    {
        const unsigned mask = ((1U << width) - 1U) * 0x10001U, field = word >> static_cast<unsigned>(unit * 4 * width % 32) & 0xffffffffU >> (32 - 4 * width);
        const unsigned spread = field | field << (16 - 2 * width);
        even = spread & mask;
        odd = spread >> width & mask;
    }

    const std::uint32_t *m_plane = nullptr, *m_highPlane = nullptr;
    std::uint64_t m_low = 0, m_high = 0;
    int m_bits = 0, m_width = 0;
    bool m_first = true;
};

/// Four coefficients as the `b` of two products whose sum is theirs: f16 and what f16 leaves over, in the order of LanePair::read().
struct Coefficients
{
    unsigned large[2], small[2];
};

__device__ inline Coefficients splitCoefficients(const float (&values)[4])
{
    float large[4], small[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        large[i] = __int_as_float(__float_as_int(values[i]) & static_cast<int>(0xffffe000U));
        small[i] = values[i] - large[i];
    }
    return { { packHalves(large[0], large[2]), packHalves(large[1], large[3]) }, { packHalves(small[0], small[2]), packHalves(small[1], small[3]) } };
}

/// What the threads of one warp know of their work.
struct WarpView
{
    const PackedAttentionBatch& batch;
    int head;
    HeadExtent extent;
    int queries; ///< of this pass
    const float* queryRows; ///< [queriesPerPass, queryStride], scaled to below 2 by powers of two
    const float* queryUnits; ///< [queriesPerPass] these powers
    const unsigned *keyLevels, *valueLevels; ///< [16], or null
    float *scales, *minima, *weights; ///< this warp's
    int quad, place; ///< lane / 4: of positions or channels 2 quad and 2 quad + 1, and of query `quad`; lane % 4: of queries 2 place and 2 place + 1

    [[nodiscard]] __device__ const std::byte* keyPage(int position) const { return batch.keyPages[head * batch.keyPageStride + position / batch.keys.block]; }
    [[nodiscard]] __device__ const std::byte* valuePage(int position) const { return batch.valuePages[head * batch.valuePageStride + position / batch.values.block]; }
};

/// Largest exponents and sums of the queries 2 place and 2 place + 1 so far, of base 2; the sums only of this lane's positions.
struct RunningSoftmax
{
    float maximum[2], sum[2];
};

/// For columns 2 place and 2 place + 1, what the quads have found for the queries of their numbers.
__device__ inline void toColumns(float ofQuad, int place, float (&columns)[2])
{
    ofQuad += __shfl_xor_sync(everyLane, ofQuad, 1);
    ofQuad += __shfl_xor_sync(everyLane, ofQuad, 2);
    columns[0] = __shfl_sync(everyLane, ofQuad, 8 * place);
    columns[1] = __shfl_sync(everyLane, ofQuad, 8 * place + 4);
}

/// A tile's scales and minima, into shared memory; returns the largest magnitude of the scales. Per token they lie as [part, tile].
__device__ inline float stageGroups(const WarpView& view, const PackedHalf& half, const std::byte* page, int positionInPage, int tile)
{
    const int lane = 4 * view.quad + view.place, count = stagedGroups(half, view.batch.headSize, tile);
    float largest = 0;
    __syncwarp(); // nobody reads the last ones any longer
    for (int at = lane; at < count; at += warp) {
        float scale = 0, minimum = 0;
        readGroup(half, page, half.perChannel != 0 ? at : at / tile * half.block + positionInPage + at % tile, scale, minimum);
        view.scales[at] = scale;
        view.minima[at] = minimum;
        largest = fmaxf(largest, fabsf(scale));
    }
    __syncwarp();
    return __int_as_float(static_cast<int>(__reduce_max_sync(everyLane, static_cast<unsigned>(__float_as_int(largest)))));
}

/// sums[m] += codes of positions 16 m + ... x this part's channels of the queries, `base` the same with minima instead of codes. Without scales, both 1.
__device__ inline void multiplyKeys(const WarpView& view, const std::byte* page, int positionInPage, int tile, int firstChannel, int channels, const float* scales, const float* minima,
    float unit, float (&sums)[2][4], float& base)
{
    const PackedHalf& half = view.batch.keys;
    const int units = channels / 4, span = (units + 3) / 4;
    const float* const query = view.queryRows + view.quad * queryStride(view.batch.headSize);
    LanePair lanes[2];
#pragma unroll
    for (int m = 0; m < 2; ++m) {
        const int lane = positionInPage + 16 * m + 2 * view.quad;
        lanes[m].begin(half, page, lane < half.lanes ? lane : half.lanes - 2);
    }
    const unsigned* const levels = half.table != 0 ? view.keyLevels : nullptr;
#pragma unroll 2
    for (int s = 0; s < span; ++s) {
        const int wanted = view.place * span + s;
        const bool inside = wanted < units;
        const int unitInHead = firstChannel / 4 + (inside ? wanted : units - 1);
        float values[4];
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int channel = 4 * unitInHead + i;
            const float number = inside ? query[channel] : 0.0F;
            values[i] = scales != nullptr ? number * unit * scales[channel] : number * unit;
            base += scales != nullptr ? number * minima[channel] : number;
        }
        const Coefficients coefficients = splitCoefficients(values);
#pragma unroll
        for (int m = 0; m < 2; ++m)
            if (16 * m < tile) {
                unsigned a[4];
                lanes[m].read(unitInHead, levels, a);
                multiplyAdd(sums[m], a, coefficients.large);
                multiplyAdd(sums[m], a, coefficients.small);
            }
    }
}

/// logits[m][i]: position 16 m + 2 quad + i / 2 of the tile for query 2 place + i % 2, in powers of two.
__device__ inline void packedLogits(const WarpView& view, const std::byte* page, int positionInPage, int tile, float (&logits)[2][4])
{
    const PackedHalf& half = view.batch.keys;
    const float largest = stageGroups(view, half, page, positionInPage, tile);
    float columns[2];
    if (half.perChannel != 0) {
        const PowerOfTwo unit = powerBelow(largest);
        float base = 0;
        multiplyKeys(view, page, positionInPage, tile, 0, view.batch.headSize, view.scales, view.minima, unit.inverse * coefficientRange, logits, base);
        toColumns(base, view.place, columns);
#pragma unroll
        for (int m = 0; m < 2; ++m)
#pragma unroll
            for (int i = 0; i < 4; ++i)
                logits[m][i] = logits[m][i] * (unit.power * codeUnit) + columns[i % 2];
    } else {
        for (int part = 0; part < view.batch.headSize / half.group; ++part) {
            float sums[2][4] = {}, base = 0;
            multiplyKeys(view, page, positionInPage, tile, part * half.group, half.group, nullptr, nullptr, coefficientRange, sums, base);
            toColumns(base, view.place, columns);
#pragma unroll
            for (int m = 0; m < 2; ++m)
#pragma unroll
                for (int i = 0; i < 4; ++i) {
                    const int position = 16 * m + 2 * view.quad + i / 2;
                    if (position < tile)
                        logits[m][i] += view.scales[part * tile + position] * (sums[m][i] * codeUnit) + view.minima[part * tile + position] * columns[i % 2];
                }
        }
    }
#pragma unroll
    for (int m = 0; m < 2; ++m)
#pragma unroll
        for (int i = 0; i < 4; ++i)
            logits[m][i] *= view.queryUnits[2 * view.place + i % 2];
}

/// Takes logits as packedLogits() makes them, minus infinity where nothing is to be seen, of which at least one is finite for each query. Writes the weights
/// [queriesPerPass, weightStride] of the 32 positions and returns in `factor` what earlier sums are to be multiplied by.
__device__ inline void advanceSoftmax(const WarpView& view, const float (&logits)[2][4], RunningSoftmax& softmax, float (&factor)[2])
{
    __syncwarp();
#pragma unroll
    for (int j = 0; j < 2; ++j) {
        float most = fmaxf(fmaxf(logits[0][j], logits[0][2 + j]), fmaxf(logits[1][j], logits[1][2 + j]));
        for (int reach = 4; reach < warp; reach *= 2)
            most = fmaxf(most, __shfl_xor_sync(everyLane, most, reach));
        most = fmaxf(most, softmax.maximum[j]);
        factor[j] = exp2f(softmax.maximum[j] - most);
        softmax.maximum[j] = most;
        softmax.sum[j] *= factor[j];
#pragma unroll
        for (int m = 0; m < 2; ++m)
#pragma unroll
            for (int pair = 0; pair < 2; ++pair) {
                const float weight = exp2f(logits[m][2 * pair + j] - most);
                softmax.sum[j] += weight;
                view.weights[(2 * view.place + j) * weightStride + 16 * m + 2 * view.quad + pair] = weight;
            }
    }
    __syncwarp();
}

/// outputs[t]: channels 16 t + 2 quad and + 1 for queries 2 place and + 1, to which the tile's weighted values are added.
template <int Tiles>
__device__ void addPackedValues(const WarpView& view, const std::byte* page, int positionInPage, int tile, float (&outputs)[Tiles][4])
{
    const PackedHalf& half = view.batch.values;
    const int headSize = view.batch.headSize, units = tile / 4, span = (units + 3) / 4;
    const bool perChannel = half.perChannel != 0;
    const int partSize = perChannel ? headSize : half.group;
    const float largest = stageGroups(view, half, page, positionInPage, tile);
    const PowerOfTwo unit = perChannel ? PowerOfTwo { 1, 1 } : powerBelow(largest);
    const unsigned* const levels = half.table != 0 ? view.valueLevels : nullptr;
#pragma unroll 1
    for (int begin = 0, part = 0; begin < headSize; begin += partSize, ++part) {
        Coefficients coefficients[2];
        float base = 0, columns[2]; // sums of weights times minima, or of weights
#pragma unroll
        for (int s = 0; s < 2; ++s) {
            const int wanted = view.place * span + s;
            const bool inside = s < span && wanted < units;
            float values[4];
#pragma unroll
            for (int i = 0; i < 4; ++i) {
                const int position = inside ? 4 * wanted + i : 0;
                const float weight = inside ? view.weights[view.quad * weightStride + position] : 0.0F;
                values[i] = weight * coefficientRange;
                if (!perChannel)
                    values[i] *= view.scales[part * tile + position] * unit.inverse;
                base += perChannel ? weight : weight * view.minima[part * tile + position];
            }
            coefficients[s] = splitCoefficients(values);
        }
        toColumns(base, view.place, columns);
#pragma unroll
        for (int t = 0; t < Tiles; ++t) {
            if (16 * t + 16 <= begin || 16 * t >= begin + partSize)
                continue;
            const int channel = 16 * t + 2 * view.quad;
            LanePair lanes;
            lanes.begin(half, page, channel);
            float sums[4] = {};
#pragma unroll
            for (int s = 0; s < 2; ++s)
                if (s < span) {
                    const int wanted = view.place * span + s;
                    unsigned a[4];
                    lanes.read(positionInPage / 4 + (wanted < units ? wanted : units - 1), levels, a);
                    multiplyAdd(sums, a, coefficients[s].large);
                    multiplyAdd(sums, a, coefficients[s].small);
                }
            // Only where groups are no multiple of 16 do some of these channels belong to another part.
            if (channel < begin || channel >= begin + partSize)
                continue;
#pragma unroll
            for (int i = 0; i < 4; ++i)
                outputs[t][i] += perChannel ? view.scales[channel + i / 2] * (sums[i] * codeUnit) + view.minima[channel + i / 2] * columns[i % 2]
                                            : sums[i] * (unit.power * codeUnit) + columns[i % 2];
        }
    }
}

__device__ inline unsigned lowestOnes(int count)
{
    return count >= 32 ? everyLane : (1U << static_cast<unsigned>(count)) - 1U;
}

template <int Tiles>
__device__ void rescale(float (&outputs)[Tiles][4], const float (&factor)[2])
{
#pragma unroll
    for (int t = 0; t < Tiles; ++t)
#pragma unroll
        for (int i = 0; i < 4; ++i)
            outputs[t][i] *= factor[i % 2];
}

/// Positions [first, first + tile) as far as they are packed in both halves.
template <int Tiles>
__device__ void addPages(const WarpView& view, int first, int tile, RunningSoftmax& softmax, float (&outputs)[Tiles][4])
{
    const PackedHalf &keys = view.batch.keys, &values = view.batch.values;
    unsigned active = ~(view.batch.exact[view.head * view.batch.exactStride + first / 32] >> static_cast<unsigned>(first % 32)) & lowestOnes(view.extent.length - first < tile ? view.extent.length - first : tile);
    if (view.extent.firstVisible > first)
        active &= view.extent.firstVisible - first >= 32 ? 0U : ~lowestOnes(view.extent.firstVisible - first);
    const std::byte* const keyPage = view.keyPage(first);
    const std::byte* const valuePage = view.valuePage(first);
    if (active == 0 || keyPage == nullptr || valuePage == nullptr)
        return;
    const int inKeys = first % keys.block, inValues = first % values.block;
    float logits[2][4] = {};
    packedLogits(view, keyPage, inKeys, tile, logits);
#pragma unroll
    for (int m = 0; m < 2; ++m)
#pragma unroll
        for (int i = 0; i < 4; ++i)
            if ((active >> static_cast<unsigned>(16 * m + 2 * view.quad + i / 2) & 1U) == 0)
                logits[m][i] = minusInfinity();
    float factor[2];
    advanceSoftmax(view, logits, softmax, factor);
    rescale(outputs, factor);
    addPackedValues(view, valuePage, inValues, tile, outputs);
}

/// Two elements from an even one on, with one load.
__device__ inline void loadTwo(ElementType type, const std::byte* elements, int at, float (&two)[2])
{
    if (type == ElementType::F32) {
        two[0] = loadAs<float>(elements + 4 * at);
        two[1] = loadAs<float>(elements + 4 * at + 4);
        return;
    }
    const auto loaded = loadAs<std::uint32_t>(elements + 2 * at);
#pragma unroll
    for (int i = 0; i < 2; ++i) {
        const unsigned narrow = loaded >> (16 * i) & 0xffffU;
        two[i] = type == ElementType::F16 ? halfToFloat(static_cast<std::uint16_t>(narrow)) : __int_as_float(static_cast<int>(narrow << 16U));
    }
}

/// The rows of a slab; of those that are exact in one half only, the other half is read from its page.
template <int Tiles>
__device__ void addSlab(const WarpView& view, const std::byte* slab, RunningSoftmax& softmax, float (&outputs)[Tiles][4])
{
    const PackedAttentionBatch& batch = view.batch;
    const ElementType type = batch.exactType;
    const int headSize = batch.headSize, lane = 4 * view.quad + view.place, rowBytes = headSize * static_cast<int>(elementBytes(type));
    const auto entry = loadAs<ExactEntry>(slab + static_cast<std::size_t>(lane) * sizeof(ExactEntry));
    const bool seen = entry.position >= 0 && entry.position >= view.extent.firstVisible;
    const unsigned active = __ballot_sync(everyLane, seen);
    if (active == 0)
        return;
    const std::byte* const keyRows = slab + slabRows * sizeof(ExactEntry);
    const std::byte* const valueRows = keyRows + slabRows * rowBytes;

    float own[queriesPerPass] = {};
    if (seen) {
        const bool exact = (entry.halves & exactKey) != 0;
        const std::byte* const row = keyRows + lane * rowBytes;
        const std::byte* const page = exact ? nullptr : view.keyPage(entry.position);
#pragma unroll 1
        for (int channel = 0; channel < headSize; channel += 4) {
            float key[4];
            if (exact) {
                float two[2];
#pragma unroll
                for (int pair = 0; pair < 4; pair += 2) {
                    loadTwo(type, row, channel + pair, two);
                    key[pair] = two[0];
                    key[pair + 1] = two[1];
                }
            } else {
                for (int i = 0; i < 4; ++i)
                    key[i] = packedNumber(batch.keys, view.keyLevels, page, entry.position % batch.keys.block, channel + i, true);
            }
#pragma unroll
            for (int g = 0; g < queriesPerPass; ++g)
                if (g < view.queries)
#pragma unroll
                    for (int i = 0; i < 4; ++i)
                        own[g] += view.queryRows[g * queryStride(headSize) + channel + i] * key[i];
        }
    }
    // From a lane for each row to the order that products have.
    __syncwarp();
#pragma unroll
    for (int g = 0; g < queriesPerPass; ++g)
        view.weights[g * weightStride + lane] = own[g] * view.queryUnits[g];
    __syncwarp();
    float logits[2][4], factor[2];
#pragma unroll
    for (int m = 0; m < 2; ++m)
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int row = 16 * m + 2 * view.quad + i / 2;
            logits[m][i] = (active >> static_cast<unsigned>(row) & 1U) != 0 ? view.weights[(2 * view.place + i % 2) * weightStride + row] : minusInfinity();
        }
    advanceSoftmax(view, logits, softmax, factor);

    rescale(outputs, factor);
#pragma unroll 1
    for (unsigned left = active; left != 0; left &= left - 1) {
        const int row = __ffs(static_cast<int>(left)) - 1;
        const std::int32_t position = __shfl_sync(everyLane, entry.position, row);
        const bool exact = (__shfl_sync(everyLane, entry.halves, row) & exactValue) != 0;
        if (!exact) {
            const std::byte* const page = view.valuePage(position);
            __syncwarp();
#pragma unroll 1
            for (int channel = lane; channel < headSize; channel += warp)
                view.scales[channel] = packedNumber(batch.values, view.valueLevels, page, position % batch.values.block, channel, false);
            __syncwarp();
        }
        const float first = view.weights[2 * view.place * weightStride + row], second = view.weights[(2 * view.place + 1) * weightStride + row];
#pragma unroll
        for (int t = 0; t < Tiles; ++t) {
            const int channel = 16 * t + 2 * view.quad;
            if (channel >= headSize)
                continue;
            float value[2];
            if (exact) {
                loadTwo(type, valueRows + row * rowBytes, channel, value);
            } else {
                value[0] = view.scales[channel];
                value[1] = view.scales[channel + 1];
            }
            outputs[t][0] += first * value[0];
            outputs[t][1] += second * value[0];
            outputs[t][2] += first * value[1];
            outputs[t][3] += second * value[1];
        }
    }
}

/// blockIdx.x counts heads and, inside, passes over their queries; blockIdx.y counts splits. Tiles: at least headSize / 16.
/// A block's items are its share of the slabs and tiles of the head, one after another for each warp.
template <int Tiles>
__device__ void attendSplit(const PackedAttentionBatch& batch, float* shared)
{
    const int lane = static_cast<int>(threadIdx.x) % warp, slot = static_cast<int>(threadIdx.x) / warp;
    const int headSize = batch.headSize, stride = queryStride(headSize), room = stagedRoom(batch), tile = tileOf(batch);
    const int passes = (batch.queriesPerHead + queriesPerPass - 1) / queriesPerPass;
    const int head = static_cast<int>(blockIdx.x) / passes, firstQuery = static_cast<int>(blockIdx.x) % passes * queriesPerPass, split = static_cast<int>(blockIdx.y);
    const int queries = batch.queriesPerHead - firstQuery < queriesPerPass ? batch.queriesPerHead - firstQuery : queriesPerPass;
    float* const queryRows = shared;
    float* const queryUnits = queryRows + queriesPerPass * stride;
    auto* const levels = reinterpret_cast<unsigned*>(queryUnits + queriesPerPass);
    float* const own = queryUnits + queriesPerPass + 32 + slot * (2 * room + queriesPerPass * weightStride);

    if (threadIdx.x < 32)
        levels[threadIdx.x] = levelBits(threadIdx.x < 16 ? batch.keys : batch.values, static_cast<int>(threadIdx.x) % 16);
    constexpr float toPowersOfTwo = 1.44269504088896341F;
    for (int query = slot; query < queriesPerPass; query += attentionWarps) {
        const float* const from = batch.queries + (static_cast<std::int64_t>(head) * batch.queriesPerHead + firstQuery + query) * headSize;
        float largest = 0;
        for (int channel = lane; channel < headSize; channel += warp) {
            const float number = query < queries ? from[channel] * (batch.scale * toPowersOfTwo) : 0.0F;
            queryRows[query * stride + channel] = number;
            largest = fmaxf(largest, fabsf(number));
        }
        const PowerOfTwo unit = powerBelow(__int_as_float(static_cast<int>(__reduce_max_sync(everyLane, static_cast<unsigned>(__float_as_int(largest))))));
        for (int channel = lane; channel < headSize; channel += warp)
            queryRows[query * stride + channel] *= unit.inverse;
        if (lane == 0)
            queryUnits[query] = unit.power;
    }
    __syncthreads();

    const WarpView view { batch, head, batch.extents[head], queries, queryRows, queryUnits, levels, levels + 16, own, own + room, own + 2 * room, lane / 4, lane % 4 };
    RunningSoftmax softmax { { minusInfinity(), minusInfinity() }, { 0, 0 } };
    float outputs[Tiles][4] = {};
    const int tiles = batch.keys.bits == 0 ? 0 : (view.extent.length + tile - 1) / tile, items = view.extent.slabs + tiles;
    const auto begin = static_cast<int>(static_cast<std::int64_t>(items) * split / batch.splits);
    const auto end = static_cast<int>(static_cast<std::int64_t>(items) * (split + 1) / batch.splits);
    for (int item = begin + slot; item < end; item += attentionWarps) {
        // What this warp reads next is on its way while it computes.
        if (const int next = (item + attentionWarps - view.extent.slabs) * tile; next >= 0 && item + attentionWarps < end) {
            const std::byte* const keyPage = view.keyPage(next);
            const std::byte* const valuePage = view.valuePage(next);
            if (keyPage != nullptr && 128 * lane < batch.keys.bytes)
                prefetchLine(keyPage + 128 * lane);
            if (valuePage != nullptr && 128 * lane < batch.values.bytes)
                prefetchLine(valuePage + 128 * lane);
        }
        if (item >= view.extent.slabs)
            addPages(view, (item - view.extent.slabs) * tile, tile, softmax, outputs);
        else
            addSlab(view, batch.slabs[head * batch.slabStride + item], softmax, outputs);
    }

    __syncthreads(); // the queries are not needed any longer
    float* const warpMaxima = shared + attentionWarps * queriesPerPass * headSize;
    float* const warpSums = warpMaxima + attentionWarps * queriesPerPass;
#pragma unroll
    for (int j = 0; j < 2; ++j) {
        float sum = softmax.sum[j];
        for (int reach = 4; reach < warp; reach *= 2)
            sum += __shfl_xor_sync(everyLane, sum, reach);
        if (view.quad == 0) {
            warpMaxima[slot * queriesPerPass + 2 * view.place + j] = softmax.maximum[j];
            warpSums[slot * queriesPerPass + 2 * view.place + j] = sum;
        }
    }
#pragma unroll
    for (int t = 0; t < Tiles; ++t)
#pragma unroll
        for (int i = 0; i < 4; ++i) {
            const int channel = 16 * t + 2 * view.quad + i / 2;
            if (channel < headSize)
                shared[(slot * queriesPerPass + 2 * view.place + i % 2) * headSize + channel] = outputs[t][i];
        }
    __syncthreads();
    const std::int64_t rows = static_cast<std::int64_t>(batch.heads) * batch.queriesPerHead;
    float* const ends = batch.partials + rows * batch.splits * headSize; // [rows, splits, 2]
    for (int at = static_cast<int>(threadIdx.x); at < queries * headSize; at += warp * attentionWarps) {
        const int query = at / headSize, channel = at % headSize;
        float maximum = warpMaxima[query], sum = 0, output = 0;
#pragma unroll
        for (int w = 1; w < attentionWarps; ++w)
            maximum = fmaxf(maximum, warpMaxima[w * queriesPerPass + query]);
        if (maximum > minusInfinity())
#pragma unroll
            for (int w = 0; w < attentionWarps; ++w) {
                const float factor = exp2f(warpMaxima[w * queriesPerPass + query] - maximum);
                sum += factor * warpSums[w * queriesPerPass + query];
                output += factor * shared[(w * queriesPerPass + query) * headSize + channel];
            }
        const std::int64_t row = (static_cast<std::int64_t>(head) * batch.queriesPerHead + firstQuery + query) * batch.splits + split;
        batch.partials[row * headSize + channel] = output;
        if (channel == 0) {
            ends[2 * row] = maximum;
            ends[2 * row + 1] = sum;
        }
    }
}

constexpr int mergeThreads = 64;

/// blockIdx.x counts heads x queries.
__device__ inline void mergeSplits(const PackedAttentionBatch& batch)
{
    const std::int64_t rows = static_cast<std::int64_t>(batch.heads) * batch.queriesPerHead, row = blockIdx.x;
    const float* const outputs = batch.partials + row * batch.splits * batch.headSize;
    const float* const ends = batch.partials + rows * batch.splits * batch.headSize + row * batch.splits * 2;
    float maximum = minusInfinity();
    for (int split = 0; split < batch.splits; ++split)
        maximum = fmaxf(maximum, ends[2 * split]);
    for (int channel = static_cast<int>(threadIdx.x); channel < batch.headSize; channel += mergeThreads) {
        float sum = 0, output = 0;
        if (maximum > minusInfinity())
            for (int split = 0; split < batch.splits; ++split) {
                const float factor = exp2f(ends[2 * split] - maximum);
                sum += factor * ends[2 * split + 1];
                output += factor * outputs[static_cast<std::int64_t>(split) * batch.headSize + channel];
            }
        batch.out[row * batch.headSize + channel] = sum > 0 ? output / sum : 0.0F;
    }
}

constexpr int scatterWarps = 4;

/// A warp for each piece.
__device__ inline void scatterPieces(const Scatter& scatter)
{
    const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * scatterWarps + threadIdx.x / warp;
    if (index >= scatter.count)
        return;
    const ScatterPiece piece = scatter.pieces[index];
    const auto* from = reinterpret_cast<const std::uint32_t*>(scatter.bytes + piece.from);
    auto* to = reinterpret_cast<std::uint32_t*>(piece.to);
    for (unsigned word = threadIdx.x % warp; word < piece.bytes / 4; word += warp)
        to[word] = from[word];
}

} // namespace bitloom::kernels::cuda
