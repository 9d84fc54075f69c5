// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/cli/terminal_progress.h"

namespace bitloom::cli {

ProgressSink& CommandContext::progress() const
{
    static TerminalProgress sink;
    return sink;
}

CLI::App* addCommand(CLI::App& app, CommandContext& context, const std::string& name, const std::string& description, const std::string& example)
{
    CLI::App* command = app.add_subcommand(name, description);
    command->footer("Example:\n  " + example);
    command->add_flag("--json", context.json, "Print one JSON object on stdout at the end");
    command->add_option("--device", context.device, "auto, cpu, cuda or cuda:N")->check([](const std::string& device) {
        const bool known = device == "auto" || device == "cpu" || device == "cuda" || (device.starts_with("cuda:") && device.size() > 5 && device.find_first_not_of("0123456789", 5) == std::string::npos);
        return known ? std::string() : "'" + device + "' is not auto, cpu, cuda or cuda:N";
    });
    command->add_option("--threads", context.threads, "Number of threads (default: all processors)")->check(CLI::Range(1, 4096));
    command->add_option("--seed", context.seed, "Seed of everything random");
    return command;
}

} // namespace bitloom::cli
