// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ranks/ranks.h"

namespace bitloom {

/// The ranks of an MPI job; an Error in a build without MPI.
[[nodiscard]] Result<std::unique_ptr<Ranks>> joinMpiRanks(JobControl& control);

} // namespace bitloom
