// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cuda/descend_block.h"

namespace bitloom::kernels {

const char* descendBlockOnGpu(const GpuDescentBlock&)
{
    return "this build has no CUDA kernels";
}

} // namespace bitloom::kernels
