// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/ggml_row_primitives_body.h"

namespace bitloom::kernels {
extern const GgmlRowPrimitives avx2GgmlRowPrimitives;
const GgmlRowPrimitives avx2GgmlRowPrimitives = ggmlPrimitives;
}
