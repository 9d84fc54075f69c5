// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/job_control.h"
#include "core/base/progress.h"
#include "core/base/result.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace bitloom::cli {

/// Options that every subcommand has, and what it needs to run: progress on stderr, cancellation by Ctrl-C, the one JSON object on stdout.
struct CommandContext
{
    bool json = false;
    std::string device = "auto";
    int threads = 0; ///< 0: all processors
    std::uint64_t seed = 1;

    JobControl control; ///< cancelled by SIGINT or SIGTERM
    ProgressSink& progress() const; ///< a bar with rate and ETA on a terminal, plain lines otherwise; on stderr

    bool quiet = false; ///< another process tells the result and the error

    /// What the chosen subcommand does after parsing. It returns the object for --json; a person's text goes to stdout by itself
    /// only when json is false. An Error becomes one sentence on stderr and the exit status (2 Usage, 130 Cancelled, else 1).
    std::function<Result<nlohmann::json>()> action;
};

/// Adds a subcommand with the common options (--json --device --threads --seed) and an example in its --help.
CLI::App* addCommand(CLI::App& app, CommandContext& context, const std::string& name, const std::string& description, const std::string& example);

void addInspectCommand(CLI::App& app, CommandContext& context);
void addQuantizeCommand(CLI::App& app, CommandContext& context);
void addEvaluateCommand(CLI::App& app, CommandContext& context);
void addGenerateCommand(CLI::App& app, CommandContext& context);
void addImatrixCommand(CLI::App& app, CommandContext& context);
void addSolveCommand(CLI::App& app, CommandContext& context);
void addConvertCommand(CLI::App& app, CommandContext& context);
void addVerifyCommand(CLI::App& app, CommandContext& context);
void addReportCommand(CLI::App& app, CommandContext& context);
void addPluginsCommand(CLI::App& app, CommandContext& context);
void addBenchCommand(CLI::App& app, CommandContext& context);
void addKvCommand(CLI::App& app, CommandContext& context);
void addServeCommand(CLI::App& app, CommandContext& context);

} // namespace bitloom::cli
