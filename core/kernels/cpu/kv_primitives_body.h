// SPDX-License-Identifier: GPL-3.0-or-later
// Included once by each kv_primitives_*.cpp, which are compiled with different processor flags. As in row_primitives_body.h, everything is in
// an unnamed namespace and nothing of the standard library is called. Products are fused with sums where the processor can.
#include "core/kernels/cpu/kv_code_products.h"

namespace bitloom::kernels {
namespace {

#define BITLOOM_INLINE inline __attribute__((always_inline))

    static_assert(width == laneWidth);
    /// table[the lowest Bits bits of each lane]; table repeats its 2^Bits levels. For 3 bits, lanes hold nothing above them.
    template <int Bits>
    BITLOOM_INLINE Floats lookUp(Floats table, Words index)
    {
#if defined(__AVX512F__)
        if constexpr (Bits <= 2)
            return reinterpret_cast<Floats>(_mm512_permutevar_ps(reinterpret_cast<__m512>(table), reinterpret_cast<__m512i>(index)));
        else
            return reinterpret_cast<Floats>(_mm512_permutexvar_ps(reinterpret_cast<__m512i>(index), reinterpret_cast<__m512>(table)));
#elif defined(__AVX2__)
        union Halves {
            Floats floats;
            Words words;
            __m256 half[2];
            __m256i integers[2];
        };
        Halves from, at, result;
        from.floats = table;
        at.words = index;
        for (int i = 0; i < 2; ++i) {
            if constexpr (Bits <= 2) {
                result.half[i] = _mm256_permutevar_ps(from.half[i], at.integers[i]);
            } else if constexpr (Bits == 3) {
                result.half[i] = _mm256_permutevar8x32_ps(from.half[0], at.integers[i]);
            } else {
                const __m256 lower = _mm256_permutevar8x32_ps(from.half[0], at.integers[i]), upper = _mm256_permutevar8x32_ps(from.half[1], at.integers[i]);
                result.half[i] = _mm256_blendv_ps(lower, upper, _mm256_castsi256_ps(_mm256_slli_epi32(at.integers[i], 28)));
            }
        }
        return result.floats;
#else
        Floats result;
        for (int lane = 0; lane < laneWidth; ++lane)
            result[lane] = table[static_cast<int>(index[lane] & ((1U << Bits) - 1))];
        return result;
#endif
    }

    /// One step's levels from a word of the low plane shifted so that the step's bits are lowest, and, for 3 bits, one of the upper plane.
    template <int Bits>
    BITLOOM_INLINE Floats levelsOf(Floats table, Words low, Words high)
    {
        if constexpr (Bits == 8)
            return __builtin_convertvector(reinterpret_cast<Integers>(low & 255U), Floats);
        else if constexpr (Bits == 3)
            return lookUp<3>(table, (low & 3U) | ((high << 2U) & 4U));
        else
            return lookUp<Bits>(table, low);
    }

    /// Vectors of 16 lanes together, so that enough sums are in flight to hide the latency of each.
    template <int Bits, int Queries, int Vectors>
    BITLOOM_INLINE void addCodesTile(const CodeMatrix& matrix, const MatrixPart& part, Floats table, int lane, const CoefficientRows& coefficients, const SumRows& sums)
    {
        constexpr int bitsOfPlane = Bits == 3 ? 2 : Bits, perWord = 32 / bitsOfPlane;
        const int words = planeWords(bitsOfPlane, matrix.steps), highWords = Bits == 3 ? planeWords(1, matrix.steps) : 0;
        const std::uint32_t* const highPlane = matrix.words + matrix.lanes * words;
        const std::int64_t stride = coefficients.stride;
        Floats total[Vectors][Queries];
        float* const to = sums.values + (lane - part.laneBegin);
        for (int v = 0; v < Vectors; ++v)
            for (int g = 0; g < Queries; ++g)
                total[v][g] = load(to + g * sums.stride + v * laneWidth);
        const std::uint32_t* word = matrix.words + lane * words + part.stepBegin / perWord * laneWidth;
        const float* coefficient = coefficients.values;
        for (int step = 0; step < part.stepCount; step += perWord, word += laneWidth, coefficient += perWord) {
            Words low[Vectors], high[Vectors];
            for (int v = 0; v < Vectors; ++v) {
                low[v] = loadWords(word + v * words * laneWidth);
                if constexpr (Bits == 3) {
                    const int at = part.stepBegin + step;
                    high[v] = loadWords(highPlane + (lane + v * laneWidth) * highWords + at / 32 * laneWidth) >> static_cast<std::uint32_t>(at % 32);
                } else {
                    high[v] = Words {};
                }
            }
            const auto addStep = [&](int j) __attribute__((always_inline)) {
                for (int v = 0; v < Vectors; ++v) {
                    const Floats level = levelsOf<Bits>(table, low[v] >> static_cast<std::uint32_t>(j * bitsOfPlane), high[v] >> static_cast<std::uint32_t>(j));
                    for (int g = 0; g < Queries; ++g)
                        total[v][g] += level * coefficient[g * stride + j];
                }
            };
            if (step + perWord <= part.stepCount) {
#pragma GCC unroll 32
                for (int j = 0; j < perWord; ++j)
                    addStep(j);
            } else {
                for (int j = 0; j < part.stepCount - step; ++j)
                    addStep(j);
            }
        }
        for (int v = 0; v < Vectors; ++v)
            for (int g = 0; g < Queries; ++g)
                store(to + g * sums.stride + v * laneWidth, total[v][g]);
    }

    template <int Bits>
    BITLOOM_INLINE bool areOwnLevels(const float* levels)
    {
        for (int i = 0; Bits < 8 && i < 1 << Bits; ++i)
            if (levels[i] != static_cast<float>(i))
                return false;
        return true;
    }

    template <int Bits, int Queries>
    void addCodesOf(const CodeMatrix& matrix, const MatrixPart& part, const float* levels, const CoefficientRows& coefficients, const SumRows& sums)
    {
        if constexpr (hasWholeProducts<Bits>()) {
            if (areOwnLevels<Bits>(levels))
                return addWholeCodes<Bits, Queries>(matrix, part, coefficients, sums);
        }
        Floats table {};
        if constexpr (Bits < 8)
            for (int i = 0; i < laneWidth; ++i)
                table[i] = levels[i & ((1 << Bits) - 1)];
        int lane = part.laneBegin;
        const int end = part.laneBegin + part.laneCount;
#if defined(__AVX512F__)
        for (; lane + 2 * laneWidth <= end; lane += 2 * laneWidth)
            addCodesTile<Bits, Queries, 2>(matrix, part, table, lane, coefficients, sums);
#endif
        for (; lane < end; lane += laneWidth)
            addCodesTile<Bits, Queries, 1>(matrix, part, table, lane, coefficients, sums);
    }

    /// Calls work<4>, ..., work<1> for as many of `queries` rows at a time, moving on by rows.
    template <class Work>
    BITLOOM_INLINE void inGroups(CoefficientRows coefficients, SumRows sums, Work work)
    {
        while (coefficients.queries > 0) {
            const int now = coefficients.queries < 4 ? coefficients.queries : 4;
            work(now, coefficients, sums);
            coefficients.values += now * coefficients.stride;
            coefficients.queries -= now;
            sums.values += now * sums.stride;
        }
    }

    template <int Bits>
    void addCodesOfBits(const CodeMatrix& matrix, const MatrixPart& part, const float* levels, const CoefficientRows& coefficients, const SumRows& sums)
    {
        inGroups(coefficients, sums, [&](int now, const CoefficientRows& rows, const SumRows& to) {
            switch (now) {
            case 1: return addCodesOf<Bits, 1>(matrix, part, levels, rows, to);
            case 2: return addCodesOf<Bits, 2>(matrix, part, levels, rows, to);
            case 3: return addCodesOf<Bits, 3>(matrix, part, levels, rows, to);
            default: return addCodesOf<Bits, 4>(matrix, part, levels, rows, to);
            }
        });
    }

    void addCodes(const CodeMatrix& matrix, const MatrixPart& part, const float* levels, const CoefficientRows& coefficients, const SumRows& sums)
    {
        switch (matrix.bits) {
        case 1: return addCodesOfBits<1>(matrix, part, levels, coefficients, sums);
        case 2: return addCodesOfBits<2>(matrix, part, levels, coefficients, sums);
        case 3: return addCodesOfBits<3>(matrix, part, levels, coefficients, sums);
        case 4: return addCodesOfBits<4>(matrix, part, levels, coefficients, sums);
        default: return addCodesOfBits<8>(matrix, part, levels, coefficients, sums);
        }
    }

    /// IEEE binary16 -> binary32, subnormals too.
    BITLOOM_INLINE float halfToFloat(std::uint16_t half)
    {
        union {
            std::uint32_t bits;
            float value;
        } result, magic;
        magic.bits = 113U << 23U;
        const std::uint32_t exponent = half & 0x7c00U;
        result.bits = (half & 0x7fffU) << 13U;
        if (exponent == 0x7c00U)
            result.bits += 224U << 23U;
        else if (exponent != 0)
            result.bits += 112U << 23U;
        else {
            result.bits += 113U << 23U;
            result.value -= magic.value;
        }
        result.bits |= (half & 0x8000U) << 16U;
        return result.value;
    }

    template <ElementType Type>
    BITLOOM_INLINE Floats loadElements(const void* elements, std::int64_t at)
    {
        if constexpr (Type == ElementType::F32) {
            return load(static_cast<const float*>(elements) + at);
        } else {
            const std::uint16_t* from = static_cast<const std::uint16_t*>(elements) + at;
#if defined(__AVX512F__)
            const __m256i halves = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
            if constexpr (Type == ElementType::F16)
                return reinterpret_cast<Floats>(_mm512_cvtph_ps(halves));
            return reinterpret_cast<Floats>(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
#elif defined(__AVX2__)
            union {
                Floats whole;
                __m256 half[2];
                __m256i integers[2];
            } result;
            for (int i = 0; i < 2; ++i) {
                const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 8 * i));
                if constexpr (Type == ElementType::F16)
                    result.half[i] = _mm256_cvtph_ps(halves);
                else
                    result.integers[i] = _mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16);
            }
            return result.whole;
#else
            Floats result;
            for (int lane = 0; lane < laneWidth; ++lane) {
                if constexpr (Type == ElementType::F16) {
                    result[lane] = halfToFloat(from[lane]);
                } else {
                    union {
                        std::uint32_t bits;
                        float value;
                    } wide;
                    wide.bits = static_cast<std::uint32_t>(from[lane]) << 16U;
                    result[lane] = wide.value;
                }
            }
            return result;
#endif
        }
    }

    template <ElementType Type, int Queries>
    void addElementsOf(const void* elements, std::int64_t rowElements, int lanes, int steps, const CoefficientRows& coefficients, const SumRows& sums)
    {
        for (int lane = 0; lane < lanes; lane += laneWidth) {
            Floats total[Queries];
            for (int g = 0; g < Queries; ++g)
                total[g] = load(sums.values + g * sums.stride + lane);
            for (int step = 0; step < steps; ++step) {
                const Floats row = loadElements<Type>(elements, step * rowElements + lane);
                for (int g = 0; g < Queries; ++g)
                    total[g] += row * coefficients.values[g * coefficients.stride + step];
            }
            for (int g = 0; g < Queries; ++g)
                store(sums.values + g * sums.stride + lane, total[g]);
        }
    }

    template <ElementType Type>
    void addElementsOfType(const void* elements, std::int64_t rowElements, int lanes, int steps, const CoefficientRows& coefficients, const SumRows& sums)
    {
        inGroups(coefficients, sums, [&](int now, const CoefficientRows& rows, const SumRows& to) {
            switch (now) {
            case 1: return addElementsOf<Type, 1>(elements, rowElements, lanes, steps, rows, to);
            case 2: return addElementsOf<Type, 2>(elements, rowElements, lanes, steps, rows, to);
            case 3: return addElementsOf<Type, 3>(elements, rowElements, lanes, steps, rows, to);
            default: return addElementsOf<Type, 4>(elements, rowElements, lanes, steps, rows, to);
            }
        });
    }

    void addElements(const void* elements, ElementType type, std::int64_t rowElements, int lanes, int steps, const CoefficientRows& coefficients, const SumRows& sums)
    {
        switch (type) {
        case ElementType::F32: return addElementsOfType<ElementType::F32>(elements, rowElements, lanes, steps, coefficients, sums);
        case ElementType::F16: return addElementsOfType<ElementType::F16>(elements, rowElements, lanes, steps, coefficients, sums);
        case ElementType::BF16: return addElementsOfType<ElementType::BF16>(elements, rowElements, lanes, steps, coefficients, sums);
        }
    }

    float fold(const float* numbers, const float* scales, const float* minima, int n, float* coefficients)
    {
        Floats total {};
        int i = 0;
        for (; i + laneWidth <= n; i += laneWidth) {
            const Floats number = load(numbers + i);
            store(coefficients + i, number * load(scales + i));
            total += number * load(minima + i);
        }
        float sum = 0;
        for (int lane = 0; lane < laneWidth; ++lane)
            sum += total[lane];
        for (; i < n; ++i) {
            coefficients[i] = numbers[i] * scales[i];
            sum += numbers[i] * minima[i];
        }
        return sum;
    }

    float largest(const float* values, std::int64_t n)
    {
        Floats most = load(values);
        for (std::int64_t i = laneWidth; i < n; i += laneWidth) {
            const Floats now = load(values + i);
            most = now > most ? now : most;
        }
        float result = most[0];
        for (int lane = 1; lane < laneWidth; ++lane)
            result = most[lane] > result ? most[lane] : result;
        return result;
    }

    float exponentials(float* values, std::int64_t n, float maximum)
    {
        constexpr float log2e = 1.44269504F, upperLn2 = 0.693359375F, lowerLn2 = -2.12194440e-4F, rounder = 12582912.0F;
        Floats total {};
        for (std::int64_t i = 0; i < n; i += laneWidth) {
            const Floats x = load(values + i) - maximum;
            const Integers alive = x > splat(-87.0F);
            const Floats inRange = alive ? x : splat(0);
            const Floats shifted = inRange * log2e + rounder; // the integer part is now in the lowest bits
            const Floats whole = shifted - rounder;
            const Floats rest = inRange - whole * upperLn2 - whole * lowerLn2;
            Floats series = splat(1.0F / 720);
            series = series * rest + 1.0F / 120;
            series = series * rest + 1.0F / 24;
            series = series * rest + 1.0F / 6;
            series = series * rest + 0.5F;
            series = series * rest + 1.0F;
            series = series * rest + 1.0F;
            const Integers power = reinterpret_cast<Integers>(shifted) << 23; // what is above the integer part is shifted out
            const Floats scaled = reinterpret_cast<Floats>(reinterpret_cast<Integers>(series) + power);
            const Floats result = alive ? scaled : splat(0);
            store(values + i, result);
            total += result;
        }
        float sum = 0;
        for (int lane = 0; lane < laneWidth; ++lane)
            sum += total[lane];
        return sum;
    }

    void halvesToFloats(const std::uint16_t* halves, std::int64_t n, float* floats)
    {
        std::int64_t i = 0;
        for (; i + laneWidth <= n; i += laneWidth)
            store(floats + i, loadElements<ElementType::F16>(halves, i));
        for (; i < n; ++i)
            floats[i] = halfToFloat(halves[i]);
    }

#undef BITLOOM_INLINE

    const KvPrimitives primitives { addCodes, addElements, fold, largest, exponentials, halvesToFloats };

}
}
