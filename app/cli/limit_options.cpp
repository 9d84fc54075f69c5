// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/limit_options.h"

#include "core/base/byte_size.h"

namespace bitloom::cli {

void addLimitOptions(CLI::App& command, LimitArguments& arguments)
{
    command.add_option("--device-memory", arguments.deviceMemory, "GPU memory that may be used, such as 6GiB (on a CPU: memory of each process); the result stays the same");
    command.add_option("--host-memory", arguments.hostMemory, "Memory that each process may use, such as 2GiB; the result stays the same");
    command.add_option("--pipeline", arguments.pipeline, "Solve layers while others are calibrated: on, off or auto (where the device is a GPU)")
        ->check(CLI::IsMember({ "auto", "on", "off" }))
        ->capture_default_str();
}

Result<ResourceLimits> limitsFrom(const LimitArguments& arguments)
{
    ResourceLimits limits;
    if (!arguments.deviceMemory.empty()) {
        BITLOOM_TRY(limits.deviceBytes, parseByteSize(arguments.deviceMemory, "--device-memory"));
    }
    if (!arguments.hostMemory.empty()) {
        BITLOOM_TRY(limits.hostBytes, parseByteSize(arguments.hostMemory, "--host-memory"));
    }
    if (arguments.pipeline != "auto")
        limits.pipelined = arguments.pipeline == "on";
    return limits;
}

} // namespace bitloom::cli
