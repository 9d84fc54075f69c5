// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/kv_primitives.h"

#include "core/kernels/cpu/compiled_for.h"

namespace bitloom::kernels {

extern const KvPrimitives portableKvPrimitives;
#if defined(__x86_64__)
extern const KvPrimitives avx2KvPrimitives;
extern const KvPrimitives avx512KvPrimitives;
extern const KvPrimitives avx512VnniKvPrimitives;
#endif

namespace {
    struct Place
    {
        std::size_t word;
        unsigned shift;
    };

    Place placeIn(int width, int steps, int lane, int step)
    {
        const int perWord = 32 / width;
        const int word = lane / laneWidth * planeWords(width, steps) + step / perWord;
        return { static_cast<std::size_t>(word * laneWidth + lane % laneWidth), static_cast<unsigned>(step % perWord * width) };
    }

    void put(std::uint32_t* plane, int width, int steps, int lane, int step, unsigned code)
    {
        const Place place = placeIn(width, steps, lane, step);
        const std::uint32_t mask = ((1U << static_cast<unsigned>(width)) - 1U) << place.shift;
        plane[place.word] = (plane[place.word] & ~mask) | (code << place.shift & mask);
    }

    unsigned get(const std::uint32_t* plane, int width, int steps, int lane, int step)
    {
        const Place place = placeIn(width, steps, lane, step);
        return plane[place.word] >> place.shift & ((1U << static_cast<unsigned>(width)) - 1U);
    }
}

void putCode(std::uint32_t* words, int bits, int lanes, int steps, int lane, int step, unsigned code)
{
    put(words, lowPlaneBits(bits), steps, lane, step, code);
    if (bits == 3)
        put(words + lanes * planeWords(2, steps), 1, steps, lane, step, code >> 2U);
}

unsigned getCode(const CodeMatrix& matrix, int lane, int step)
{
    const unsigned low = get(matrix.words, lowPlaneBits(matrix.bits), matrix.steps, lane, step);
    if (matrix.bits != 3)
        return low;
    return low | get(matrix.words + matrix.lanes * planeWords(2, matrix.steps), 1, matrix.steps, lane, step) << 2U;
}

const KvPrimitives& kvPrimitives(InstructionSet set)
{
#if defined(__x86_64__)
    if (set == InstructionSet::Avx2 && !__builtin_cpu_supports("f16c")) // a virtual processor may hide it
        set = InstructionSet::Portable;
#endif
#if defined(__x86_64__)
    if (set == InstructionSet::Avx512 && __builtin_cpu_supports("avx512vnni"))
        return avx512VnniKvPrimitives;
#endif
    return BITLOOM_COMPILED_FOR(set, KvPrimitives);
}

} // namespace bitloom::kernels
