// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/engine/job_schedule.h"

namespace bitloom::cli {

/// --device-memory, --host-memory and --pipeline.
struct LimitArguments
{
    std::string deviceMemory, hostMemory, pipeline = "auto";
};

void addLimitOptions(CLI::App& command, LimitArguments& arguments);
[[nodiscard]] Result<ResourceLimits> limitsFrom(const LimitArguments& arguments);

} // namespace bitloom::cli
