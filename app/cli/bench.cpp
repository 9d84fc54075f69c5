// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_suites.h"
#include "app/cli/command.h"

namespace bitloom::cli {

void addBenchCommand(CLI::App& app, CommandContext& context)
{
    const auto options = std::make_shared<BenchOptions>();
    CLI::App* command = addCommand(app, context, "bench", "Times the engine's parts against this machine's matrix product and compares implementations",
        "bitloom-cli bench --suite solve --shapes 1536x576x4x3,576x1536x4x2 --threads 1");
    command->add_option("--suite", options->suite, "solve, hessian, calibrate, kv or generation")
        ->check(CLI::IsMember({ "solve", "hessian", "calibrate", "kv", "generation" }))
        ->capture_default_str();
    command->add_option("--shapes", options->shapes, "solve: OUTxINxGROUPSxBITS, hessian: TOKENSxINxGROUPS, kv: TOKENSxHEADSxKVHEADSxHEADSIZE, on a GPU followed by xBATCH, generation: TOKENS; separated by commas")->delimiter(',');
    command->add_option("--repeats", options->repeats, "Runs of each; the fastest counts")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_option("--model", options->model, "Model of suites calibrate and generation")->capture_default_str();
    command->add_flag("--growth,!--no-growth", options->growth, "Also time each problem with one of its sizes doubled (default: on)");
    command->add_flag("--parity,!--no-parity", options->parity, "Also compare implementations (default: on)");
    command->callback([options, &context] {
        context.action = [options, &context]() -> Result<nlohmann::json> {
            if (options->suite == "calibrate")
                return benchCalibrate(context, *options);
            if (options->suite == "kv")
                return benchKv(context, *options);
            if (options->suite == "generation")
                return benchGeneration(context, *options);
            if (options->suite == "hessian")
                return benchHessian(context, *options);
            return benchSolve(context, *options);
        };
    });
}

} // namespace bitloom::cli
