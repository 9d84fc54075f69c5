// SPDX-License-Identifier: GPL-3.0-or-later
// Products of codes and coefficients in whole numbers. Included only by kv_primitives_body.h, once for each instruction set: everything is in an unnamed
// namespace.
#pragma once

#include "core/kernels/cpu/kv_primitives.h"
#include "core/kernels/cpu/vector_lanes.h"

namespace bitloom::kernels {
namespace {

    using Words = std::uint32_t __attribute__((vector_size(64)));
    using LooseWords = std::uint32_t __attribute__((vector_size(64), aligned(4), may_alias));
    using CoefficientBytes = std::int8_t __attribute__((vector_size(32)));

    inline __attribute__((always_inline)) Words loadWords(const std::uint32_t* from) { return *reinterpret_cast<const LooseWords*>(from); }

    /// Whether codes of so many bits have products in whole numbers here. AVX2's maddubs adds pairs in 16 bits, which codes of 8 bits overflow; with AVX-512 but
    /// without its VNNI instructions, looking levels up is as fast.
    template <int Bits>
    constexpr bool hasWholeProducts()
    {
#if defined(__AVX512VNNI__) || !defined(__AVX2__)
        return Bits != 3;
#elif defined(__AVX512F__)
        return false;
#else
        return Bits != 3 && Bits != 8;
#endif
    }

    /// sums[lane] += Σ over four bytes of codes[lane] (unsigned) and coefficients[lane] (signed).
    inline __attribute__((always_inline)) Integers addFourProducts(Integers sums, Words codes, std::int32_t coefficients)
    {
#if defined(__AVX512VNNI__)
        return reinterpret_cast<Integers>(
            _mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sums), reinterpret_cast<__m512i>(codes), _mm512_set1_epi32(coefficients)));
#elif defined(__AVX2__)
        union Halves {
            Integers whole;
            Words words;
            __m256i half[2];
        };
        Halves from, result;
        from.words = codes;
        for (int i = 0; i < 2; ++i)
            result.half[i] = _mm256_madd_epi16(_mm256_maddubs_epi16(from.half[i], _mm256_set1_epi32(coefficients)), _mm256_set1_epi16(1));
        return sums + result.whole;
#else
        for (int byte = 0; byte < 4; ++byte)
            sums += reinterpret_cast<Integers>(codes >> static_cast<std::uint32_t>(8 * byte) & 255U)
                * static_cast<std::int32_t>(static_cast<std::int8_t>(static_cast<std::uint32_t>(coefficients) >> (8 * byte)));
        return sums;
#endif
    }

    constexpr int wholeSteps = 256; ///< at a time: sums of one digit's products with 8-bit codes stay below 2^24, where floats hold every whole number
    constexpr int digits = 3; ///< two would be off by 2^-15 of the largest coefficient, which shows beside published outputs

    /// A row of coefficients as unit · Σ 128^d digit[d], right to 2^-22 of the largest.
    /// Bytes lie as codes of Bits bits come out of a word that is shifted by Bits again and again and masked to the lowest bits of its bytes.
    struct WholeCoefficients
    {
        float unit = 0;
        alignas(64) std::int8_t digit[digits][wholeSteps];
    };

    /// Where byte i of 32 comes from.
    template <int Bits>
    constexpr int stepOfByte(int i)
    {
        constexpr int perWord = 32 / Bits, shifts = 8 / Bits;
        const int inWord = i % perWord;
        return i - inWord + inWord % 4 * shifts + inWord / 4;
    }

    template <int Bits>
    inline __attribute__((always_inline)) CoefficientBytes inOrderOfShifts(CoefficientBytes steps)
    {
        return __builtin_shuffle(steps, CoefficientBytes { stepOfByte<Bits>(0), stepOfByte<Bits>(1), stepOfByte<Bits>(2), stepOfByte<Bits>(3), stepOfByte<Bits>(4),
            stepOfByte<Bits>(5), stepOfByte<Bits>(6), stepOfByte<Bits>(7), stepOfByte<Bits>(8), stepOfByte<Bits>(9), stepOfByte<Bits>(10), stepOfByte<Bits>(11),
            stepOfByte<Bits>(12), stepOfByte<Bits>(13), stepOfByte<Bits>(14), stepOfByte<Bits>(15), stepOfByte<Bits>(16), stepOfByte<Bits>(17), stepOfByte<Bits>(18),
            stepOfByte<Bits>(19), stepOfByte<Bits>(20), stepOfByte<Bits>(21), stepOfByte<Bits>(22), stepOfByte<Bits>(23), stepOfByte<Bits>(24), stepOfByte<Bits>(25),
            stepOfByte<Bits>(26), stepOfByte<Bits>(27), stepOfByte<Bits>(28), stepOfByte<Bits>(29), stepOfByte<Bits>(30), stepOfByte<Bits>(31) });
    }

    /// The lowest bytes of 32 lanes.
    inline __attribute__((always_inline)) CoefficientBytes lowestBytes(Integers first, Integers second)
    {
#if defined(__AVX512F__)
        return reinterpret_cast<CoefficientBytes>(
            _mm256_set_m128i(_mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(second)), _mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(first))));
#else
        CoefficientBytes bytes;
        for (int lane = 0; lane < width; ++lane) {
            bytes[lane] = static_cast<std::int8_t>(first[lane]);
            bytes[width + lane] = static_cast<std::int8_t>(second[lane]);
        }
        return bytes;
#endif
    }

    inline __attribute__((always_inline)) std::int32_t largestLane(Integers lanes)
    {
#if defined(__AVX512F__)
        return _mm512_reduce_max_epi32(reinterpret_cast<__m512i>(lanes));
#else
        std::int32_t largest = lanes[0];
        for (int lane = 1; lane < width; ++lane)
            largest = lanes[lane] > largest ? lanes[lane] : largest;
        return largest;
#endif
    }

    /// steps is at most wholeSteps. Coefficients that are not finite make unit NaN, and so every sum.
    template <int Bits>
    inline __attribute__((always_inline)) void makeWhole(const float* coefficients, int steps, WholeCoefficients& whole)
    {
        constexpr int most = (127 * 128 + 63) * 128 + 63;
        constexpr float rounder = 12582912.0F; // 1.5 · 2^23: adding it rounds to the nearest whole number
        alignas(64) float padded[wholeSteps];
        const int chunks = (steps + 31) / 32;
        const float* from = coefficients;
        if (steps % 32 != 0) {
            for (int i = 0; i < steps; ++i)
                padded[i] = coefficients[i];
            for (int i = steps; i < 32 * chunks; ++i)
                padded[i] = 0;
            from = padded;
        }
        // Without their sign, floats are in the order of their bits, with infinity and NaN above all numbers.
        constexpr std::int32_t infinity = 0x7f800000;
        Integers largest {};
        for (int i = 0; i < 32 * chunks; i += width) {
            const Integers size = reinterpret_cast<Integers>(load(from + i)) & 0x7fffffff;
            largest = size > largest ? size : largest;
        }
        union {
            std::int32_t bits;
            float value;
        } maximum;
        maximum.bits = largestLane(largest);
        const float inverse = maximum.bits < infinity && maximum.value > 1e-30F ? most / maximum.value : 0; // what is smaller adds nothing to any sum
        whole.unit = maximum.bits < infinity ? maximum.value * (1.0F / most) : __builtin_nanf("");
        for (int chunk = 0; chunk < chunks; ++chunk) {
            Integers digit[digits][2];
            for (int part = 0; part < 2; ++part) {
                const Floats shifted = load(from + 32 * chunk + width * part) * inverse + rounder;
                Integers number = reinterpret_cast<Integers>(shifted) - 0x4B400000; // the bits of rounder
                for (int d = 0; d < digits - 1; ++d) {
                    const Integers rest = (number + 64) >> 7;
                    digit[d][part] = number - (rest << 7);
                    number = rest;
                }
                digit[digits - 1][part] = number;
            }
            for (int d = 0; d < digits; ++d)
                *reinterpret_cast<CoefficientBytes*>(whole.digit[d] + 32 * chunk) = inOrderOfShifts<Bits>(lowestBytes(digit[d][0], digit[d][1]));
        }
    }

    inline __attribute__((always_inline)) std::int32_t fourBytes(const std::int8_t* from)
    {
        std::int32_t four;
        __builtin_memcpy(&four, from, sizeof four);
        return four;
    }

    /// Vectors of 16 lanes from `lane` on; steps [begin, begin + steps) of the matrix, begin the first of a word.
    template <int Bits, int Queries, int Vectors>
    inline __attribute__((always_inline)) void addWholeTile(
        const CodeMatrix& matrix, int begin, int steps, int lane, const WholeCoefficients* coefficients, float* to, std::int64_t stride)
    {
        constexpr int perWord = 32 / Bits, shifts = 8 / Bits;
        constexpr std::uint32_t lowest = Bits == 8 ? 0xffffffffU : Bits == 4 ? 0x0f0f0f0fU : Bits == 2 ? 0x03030303U : 0x01010101U;
        const int words = planeWords(Bits, matrix.steps);
        const std::uint32_t* word = matrix.words + lane * words + begin / perWord * laneWidth;
        Integers total[Vectors][Queries][digits] {};
        for (int step = 0; step < steps; step += perWord, word += laneWidth) {
            Words rest[Vectors];
            for (int v = 0; v < Vectors; ++v)
                rest[v] = loadWords(word + v * words * laneWidth);
#pragma GCC unroll 8
            for (int shift = 0; shift < shifts; ++shift) {
                Words codes[Vectors];
                for (int v = 0; v < Vectors; ++v)
                    codes[v] = (rest[v] >> static_cast<std::uint32_t>(shift * Bits)) & lowest;
                for (int g = 0; g < Queries; ++g)
                    for (int d = 0; d < digits; ++d) {
                        const std::int32_t four = fourBytes(coefficients[g].digit[d] + step + 4 * shift);
                        for (int v = 0; v < Vectors; ++v)
                            total[v][g][d] = addFourProducts(total[v][g][d], codes[v], four);
                    }
            }
        }
        for (int v = 0; v < Vectors; ++v)
            for (int g = 0; g < Queries; ++g) {
                float* const sums = to + g * stride + v * laneWidth;
                const float unit = coefficients[g].unit;
                Floats sum = load(sums);
                for (int d = 0; d < digits; ++d)
                    sum += __builtin_convertvector(total[v][g][d], Floats) * (unit * static_cast<float>(1 << 7 * d));
                store(sums, sum);
            }
    }

    /// addCodes() for codes that are their own levels.
    template <int Bits, int Queries>
    inline __attribute__((always_inline)) void addWholeCodes(const CodeMatrix& matrix, const MatrixPart& part, const CoefficientRows& coefficients, const SumRows& sums)
    {
        WholeCoefficients whole[Queries];
        for (int done = 0; done < part.stepCount; done += wholeSteps) {
            const int steps = part.stepCount - done < wholeSteps ? part.stepCount - done : wholeSteps;
            for (int g = 0; g < Queries; ++g)
                makeWhole<Bits>(coefficients.values + g * coefficients.stride + done, steps, whole[g]);
            int lane = 0;
#if defined(__AVX512F__)
            for (; lane + 2 * laneWidth <= part.laneCount; lane += 2 * laneWidth)
                addWholeTile<Bits, Queries, 2>(matrix, part.stepBegin + done, steps, part.laneBegin + lane, whole, sums.values + lane, sums.stride);
#endif
            for (; lane < part.laneCount; lane += laneWidth)
                addWholeTile<Bits, Queries, 1>(matrix, part.stepBegin + done, steps, part.laneBegin + lane, whole, sums.values + lane, sums.stride);
        }
    }

}
} // namespace bitloom::kernels
