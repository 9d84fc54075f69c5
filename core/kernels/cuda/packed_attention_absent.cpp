// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/packed_attention.h"

namespace bitloom::kernels {

const PackedAttentionKernels* cudaPackedAttentionKernels()
{
    return nullptr;
}

} // namespace bitloom::kernels
