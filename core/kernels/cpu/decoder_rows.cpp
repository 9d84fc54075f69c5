// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/decoder_rows.h"

#include "core/kernels/cpu/compiled_for.h"
#include "core/kernels/cpu/decoder_primitives.h"

namespace bitloom::kernels {

DecoderRows::DecoderRows(StoredValues stored, InstructionSet set)
    : m_primitives(BITLOOM_COMPILED_FOR(set, DecoderPrimitives)[stored == StoredValues::BFloat16 ? 1 : 0])
{
}

void DecoderRows::normalize(const void* in, const float* weight, std::int64_t rows, std::int64_t n, float epsilon, void* out, float* scale) const
{
    m_primitives.normalize(in, weight, rows, n, epsilon, out, scale);
}

void DecoderRows::normalizeBackward(
    const void* gradient, const void* in, const float* weight, const float* scale, std::int64_t rows, std::int64_t n, void* out) const
{
    m_primitives.normalizeBackward(gradient, in, weight, scale, rows, n, out);
}

void DecoderRows::gate(const void* gate, const void* up, std::int64_t count, void* out) const
{
    m_primitives.gate(gate, up, count, out);
}

void DecoderRows::gateBackward(
    const void* gradient, const void* gate, const void* up, std::int64_t count, void* gateGradient, void* upGradient) const
{
    m_primitives.gateBackward(gradient, gate, up, count, gateGradient, upGradient);
}

void DecoderRows::rotate(const void* in, const float* cosine, const float* sine, bool back, std::int64_t heads, std::int64_t half, void* out) const
{
    m_primitives.rotate(in, cosine, sine, back ? -1.0F : 1.0F, heads, half, out);
}

} // namespace bitloom::kernels
