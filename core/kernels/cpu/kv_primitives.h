// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/also_on_device.h"
#include "core/kernels/cpu/instruction_set.h"

#include <cstddef>
#include <cstdint>

/// The vectorised inner loops of attention over a key-value cache, compiled once for each instruction set from kv_primitives_body.h.
///
/// Everything that a cache holds is read as a matrix [steps, lanes] that a few rows of coefficients are multiplied by: keys have one lane for each
/// position and one step for each channel (sums are logits), values one lane for each channel and one step for each position (sums are outputs).
/// So no product ever needs a sum across lanes, and a grid's scales fold into coefficients (where they belong to steps) or into sums (lanes).
namespace bitloom::kernels {

/// Lanes are padded to a multiple of this.
constexpr int laneWidth = 16;

enum class ElementType : std::uint8_t { F32, F16, BF16 };
[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr std::size_t elementBytes(ElementType type) { return type == ElementType::F32 ? 4 : 2; }

/// Codes of 1, 2, 3, 4 or 8 bits. They are cut into planes of 1, 2, 4 or 8 bits (3 bits: the lower two, then the upper one); a plane holds, for 16
/// lanes after another, 32-bit words of these lanes, each with 32 / width consecutive steps, the first in the lowest bits.
struct CodeMatrix
{
    const std::uint32_t* words = nullptr;
    int bits = 0, lanes = 0, steps = 0;
};

[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr int lowPlaneBits(int bits) { return bits == 3 ? 2 : bits; }
/// 16-lane words that hold `steps` steps of a plane of `width` bits.
[[nodiscard]] BITLOOM_ALSO_ON_DEVICE constexpr int planeWords(int width, int steps) { return (steps * width + 31) / 32; }
/// 32-bit words of a whole matrix.
[[nodiscard]] constexpr int codeWords(int bits, int lanes, int steps)
{
    return lanes * (planeWords(lowPlaneBits(bits), steps) + (bits == 3 ? planeWords(1, steps) : 0));
}
/// Steps that a first step of a part must be a multiple of.
[[nodiscard]] constexpr int stepAlignment(int bits) { return 32 / lowPlaneBits(bits); }

void putCode(std::uint32_t* words, int bits, int lanes, int steps, int lane, int step, unsigned code);
[[nodiscard]] unsigned getCode(const CodeMatrix& matrix, int lane, int step);

/// A part of a matrix: lanes are multiples of 16, stepBegin of stepAlignment().
struct MatrixPart
{
    int laneBegin = 0, laneCount = 0, stepBegin = 0, stepCount = 0;
};

/// `queries` rows that start `stride` floats apart.
struct CoefficientRows
{
    const float* values = nullptr;
    std::int64_t stride = 0;
    int queries = 1;
};
struct SumRows
{
    float* values = nullptr;
    std::int64_t stride = 0;
};

struct KvPrimitives
{
    /// sums[g][lane] += Σ_step coefficients[g][step] levels[code(step, lane)], both counted from the part's begin. `levels` has 2^bits floats;
    /// codes of 8 bits are their own levels. Where codes are their own levels, coefficients may be rounded to 2^-22 of their row's
    /// largest.
    void (*addCodes)(const CodeMatrix& matrix, const MatrixPart& part, const float* levels, const CoefficientRows& coefficients, const SumRows& sums);
    /// The same for `steps` rows of `lanes` elements that start `rowElements` apart.
    void (*addElements)(const void* elements, ElementType type, std::int64_t rowElements, int lanes, int steps, const CoefficientRows& coefficients, const SumRows& sums);
    /// coefficients[i] = numbers[i] scales[i]; returns Σ numbers[i] minima[i].
    float (*fold)(const float* numbers, const float* scales, const float* minima, int n, float* coefficients);
    /// Largest of n floats, n a multiple of 16.
    float (*largest)(const float* values, std::int64_t n);
    /// values[i] = exp(values[i] - maximum) and their sum; n a multiple of 16, -infinity becomes 0.
    float (*exponentials)(float* values, std::int64_t n, float maximum);
    void (*halvesToFloats)(const std::uint16_t* halves, std::int64_t n, float* floats);
};

[[nodiscard]] const KvPrimitives& kvPrimitives(InstructionSet set = bestInstructionSet());

} // namespace bitloom::kernels
