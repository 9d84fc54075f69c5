// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bitloom::kernels {

/// The inner loops of decoder_rows.h for one instruction set and one type of stored values.
struct DecoderPrimitives
{
    void (*normalize)(const void* in, const float* weight, std::int64_t rows, std::int64_t n, float epsilon, void* out, float* scale);
    void (*normalizeBackward)(
        const void* gradient, const void* in, const float* weight, const float* scale, std::int64_t rows, std::int64_t n, void* out);
    void (*gate)(const void* gate, const void* up, std::int64_t count, void* out);
    void (*gateBackward)(const void* gradient, const void* gate, const void* up, std::int64_t count, void* gateGradient, void* upGradient);
    void (*rotate)(const void* in, const float* cosine, const float* sine, float direction, std::int64_t heads, std::int64_t half, void* out);
};

extern const DecoderPrimitives portableDecoderPrimitives[2]; ///< of f32, of bf16
extern const DecoderPrimitives avx2DecoderPrimitives[2];
extern const DecoderPrimitives avx512DecoderPrimitives[2];

} // namespace bitloom::kernels
