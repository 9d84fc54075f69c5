// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/kv_primitives_body.h"

namespace bitloom::kernels {
extern const KvPrimitives avx512VnniKvPrimitives;
const KvPrimitives avx512VnniKvPrimitives = primitives;
}
