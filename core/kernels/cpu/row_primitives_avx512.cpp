// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/row_primitives_body.h"

namespace bitloom::kernels {
extern const RowPrimitives avx512RowPrimitives;
const RowPrimitives avx512RowPrimitives = primitives;
}
