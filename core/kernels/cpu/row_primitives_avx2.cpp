// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/row_primitives_body.h"

namespace bitloom::kernels {
extern const RowPrimitives avx2RowPrimitives;
const RowPrimitives avx2RowPrimitives = primitives;
}
