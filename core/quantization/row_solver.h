// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantization/lookup_table_solver.h"

namespace bitloom {

/// solveLookupTable() on the CPU kernels: a few rows at a time from start to end, so that everything but the Hessian stays in the processor's cache. `start`
/// is sorted, all on the CPU and contiguous. The observer is shown the start and the end with codes, of a large layer also the end of the first outer iteration,
/// and for the half steps between the objective alone.
[[nodiscard]] Result<LookupTableSolution> solveByRows(const torch::Tensor& weight, const GroupedHessian& hessian, const LookupTableStart& start,
    const LookupTableSolverOptions& options, StepObserver& observer, const std::stop_token& stop);

} // namespace bitloom
