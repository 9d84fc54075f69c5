// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/row_batch.h"

namespace bitloom::kernels {

const RowBatchKernels* cudaRowBatchKernels()
{
    return nullptr;
}

} // namespace bitloom::kernels
