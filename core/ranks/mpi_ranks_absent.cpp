// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/mpi_ranks.h"

namespace bitloom {

Result<std::unique_ptr<Ranks>> joinMpiRanks(JobControl&)
{
    return fail(ErrorCode::Unsupported, "{} processes were started to share this job, but this Bitloom was built without MPI", launchedPlace().count);
}

} // namespace bitloom
