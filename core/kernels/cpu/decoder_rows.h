// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/instruction_set.h"

#include <cstdint>

/// What a decoder block does beside its products, one pass over the values each, forward and back. Values are stored as f32 or bf16 (rounded once, to nearest);
/// all arithmetic is f32.
namespace bitloom::kernels {

enum class StoredValues { Float32, BFloat16 };

struct DecoderPrimitives;

class DecoderRows
{
public:
    /// The processor must support the instruction set.
    explicit DecoderRows(StoredValues stored, InstructionSet set = bestInstructionSet());

    /// RMS norm of each row: out = in · scale · weight, scale[r] = (mean of in[r]² + epsilon)^(-1/2). in, out [rows, n], weight [n].
    void normalize(const void* in, const float* weight, std::int64_t rows, std::int64_t n, float epsilon, void* out, float* scale) const;
    /// The gradient at `in` from the one at `out`.
    void normalizeBackward(const void* gradient, const void* in, const float* weight, const float* scale, std::int64_t rows, std::int64_t n, void* out) const;
    /// out = silu(gate) · up, of `count` values.
    void gate(const void* gate, const void* up, std::int64_t count, void* out) const;
    void gateBackward(const void* gradient, const void* gate, const void* up, std::int64_t count, void* gateGradient, void* upGradient) const;
    /// Rotates pairs (i, i + half) of one token's heads [heads, 2 · half] by angles given as cosine and sine [half]; `back` by the negative angles, which is
    /// also how gradients go back.
    void rotate(const void* in, const float* cosine, const float* sine, bool back, std::int64_t heads, std::int64_t half, void* out) const;

private:
    const DecoderPrimitives& m_primitives;
};

} // namespace bitloom::kernels
