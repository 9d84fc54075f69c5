// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/cpu/trailing_update.h"

#include <algorithm>

namespace bitloom::kernels {
namespace {
    /// Columns of the Hessian's rows that the update touches at a time, for all rows of a call: 128 rows of them stay in a 256 KiB cache.
    constexpr std::int64_t panelColumns = 512;
}

void carryOn(const RowPrimitives& primitives, const float* hessian, std::int64_t n, std::int64_t begin, std::int64_t end, const std::vector<RowChanges>& rows)
{
    const auto apply = [&](const RowChanges& row, std::int64_t from, std::int64_t to) {
        if (from < to)
            primitives.applyChanges(hessian + from, n, row.changes, row.count, to - from, row.gradient + from);
    };
    for (std::int64_t panel = 0; panel < n && !rows.empty(); panel += panelColumns) {
        const std::int64_t panelEnd = std::min(n, panel + panelColumns);
        for (const RowChanges& row : rows) {
            apply(row, panel, std::min(begin, panelEnd));
            apply(row, std::max(end, panel), panelEnd);
        }
    }
}

} // namespace bitloom::kernels
