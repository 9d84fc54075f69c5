// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/io/imatrix.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bitloom {

struct ImatrixRequest
{
    std::string model;
    std::vector<std::string> calibration; ///< text files, one at least
    std::int64_t sequences = 128, sequenceLength = 512;
    bool guided = false; ///< the diagonal of the guided Hessians, averaged over groups, instead of the sum of squared inputs
    std::int64_t groups = 4; ///< guided only
    std::string computeDtype = "auto", device = "auto";
};

/// Measures the importance of each column of every linear layer: what llama-imatrix does, with windows that do not overlap and no first token of
/// their own, or its guided counterpart.
[[nodiscard]] Result<Imatrix> measureImatrix(const ImatrixRequest& request, ProgressSink& progress, JobControl& control);

} // namespace bitloom
