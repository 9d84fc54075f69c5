// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/cpu/row_primitives.h"

#include <vector>

namespace bitloom::kernels {

/// What a row's descent changed in one block of columns, and the row's gradient [n].
struct RowChanges
{
    const CodeChange* changes = nullptr;
    int count = 0;
    float* gradient = nullptr;
};

/// Carries the changes in columns [begin, end) on to each row's gradient in all other columns; the block's own are right already. hessian [n, n].
void carryOn(const RowPrimitives& primitives, const float* hessian, std::int64_t n, std::int64_t begin, std::int64_t end, const std::vector<RowChanges>& rows);

} // namespace bitloom::kernels
