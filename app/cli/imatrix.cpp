// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "core/base/parallel_for.h"
#include "core/engine/imatrix_job.h"

#include <ATen/Parallel.h>
#include <filesystem>
#include <fmt/format.h>

namespace bitloom::cli {
namespace {

struct ImatrixArguments
{
    ImatrixRequest request;
    std::string output;
};

Result<nlohmann::json> imatrix(const ImatrixArguments& arguments, CommandContext& context)
{
    std::error_code ignored;
    if (std::filesystem::exists(arguments.output, ignored))
        return fail(ErrorCode::Io, "'{}' exists already; name another output or remove it first", arguments.output);
    ImatrixRequest request = arguments.request;
    request.device = context.device;
    at::set_num_threads(threadCount());
    BITLOOM_TRY(const Imatrix measured, measureImatrix(request, context.progress(), context.control));
    BITLOOM_CHECK(writeImatrix(arguments.output, measured));
    if (!context.json)
        fmt::print("{} written: {} importances of {} linear layers from {} tokens\n", arguments.output, request.guided ? "guided" : "plain", measured.entries.size(),
            request.sequences * request.sequenceLength);
    return nlohmann::json { { "output", arguments.output }, { "guided", request.guided }, { "entries", measured.entries.size() },
        { "tokens", request.sequences * request.sequenceLength } };
}

} // namespace

void addImatrixCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<ImatrixArguments>();
    ImatrixRequest& request = arguments->request;
    auto* command = addCommand(app, context, "imatrix", "Measure how much each column of the weights matters, as llama.cpp's tools read it",
        "bitloom-cli imatrix demo -o importances.gguf --calibration text.txt");
    command->add_option("MODEL", request.model, "Hugging Face folder, .gguf file or demo")->required();
    command->add_option("-o,--output", arguments->output, ".gguf file to write; must not exist")->required();
    command->add_option("--calibration", request.calibration, "Text files")->required();
    command->add_option("--sequences", request.sequences, "Sequences of the text")->capture_default_str()->check(CLI::Range(1, 1 << 20));
    command->add_option("--sequence-length", request.sequenceLength, "Tokens of a sequence")->capture_default_str()->check(CLI::Range(2, 1 << 20));
    command->add_flag("--guided", request.guided, "Weight inputs by what the end loss makes of the outputs (the diagonal of GuidedQuant's Hessians)");
    command->add_option("--groups", request.groups, "Output groups of the guided Hessians")->capture_default_str()->check(CLI::Range(1, 1 << 20));
    command->add_option("--compute-dtype", request.computeDtype, "auto, f32 or bf16: what forward and backward run in")->capture_default_str();
    command->callback([arguments, &context] {
        context.action = [arguments, &context] { return imatrix(*arguments, context); };
    });
}

} // namespace bitloom::cli
