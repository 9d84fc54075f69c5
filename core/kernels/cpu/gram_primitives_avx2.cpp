// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/gram_primitives_body.h"

namespace bitloom::kernels {
extern const GramPrimitives avx2GramPrimitives;
const GramPrimitives avx2GramPrimitives = primitives;
}
