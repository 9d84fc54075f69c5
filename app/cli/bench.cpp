// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_suites.h"
#include "app/cli/command.h"

namespace bitloom::cli {

void addBenchCommand(CLI::App& app, CommandContext& context)
{
    struct Options
    {
        std::string suite = "solve", model = "demo";
        std::vector<std::string> shapes { "1536x576x4x3" };
        int repeats = 3;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = addCommand(app, context, "bench", "Times the kernels and compares the CPU's with the tensor path's and CUDA's",
        "bitloom-cli bench --suite solve --shapes 1536x576x4x3,576x1536x4x2 --threads 1");
    command->add_option("--suite", options->suite, "solve or calibrate")->check(CLI::IsMember({ "solve", "calibrate" }))->capture_default_str();
    command->add_option("--shapes", options->shapes, "Problems of suite solve: OUTxINxGROUPSxBITS, separated by commas")->delimiter(',');
    command->add_option("--repeats", options->repeats, "Runs of each; the fastest counts")->check(CLI::Range(1, 1000))->capture_default_str();
    command->add_option("--model", options->model, "Model of suite calibrate")->capture_default_str();
    command->callback([options, &context] {
        context.action = [options, &context]() -> Result<nlohmann::json> {
            if (options->suite == "calibrate")
                return benchCalibrate(context, options->model);
            return benchSolve(context, options->shapes, options->repeats);
        };
    });
}

} // namespace bitloom::cli
