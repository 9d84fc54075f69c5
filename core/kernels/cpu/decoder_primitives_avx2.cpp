// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/decoder_primitives_body.h"

namespace bitloom::kernels {
extern const DecoderPrimitives avx2DecoderPrimitives[2];
const DecoderPrimitives avx2DecoderPrimitives[2] { primitivesOf<float>, primitivesOf<BFloat16> };
}
