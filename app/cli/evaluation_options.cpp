// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"

#include "core/engine/device.h"
#include "core/io/atomic_file.h"

namespace bitloom::cli {

CLI::Option* addEvaluationOptions(CLI::App& command, EvaluationArguments& arguments)
{
    command.add_option("--reference", arguments.reference, "Model to compare with: folder, .gguf file or demo");
    auto* text = command.add_option("--text", arguments.text, "UTF-8 text file to predict")->required();
    command.add_option("--context", arguments.context, "Tokens in a window; the second half of each is scored")
        ->check(CLI::Range(4, 1 << 20))
        ->capture_default_str();
    command.add_option("--chunks", arguments.chunks, "Number of windows from the start of the text, 0 for all of it")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_option("--dtype", arguments.dtype, "What the engine computes in: f32 or bf16")
        ->check(CLI::IsMember({ "f32", "bf16" }))
        ->capture_default_str();
    return text;
}

void addSpeedOption(CLI::App& command, int& rounds)
{
    command.add_option("--speed-rounds", rounds, "Timings of each file, of which the fastest counts; 0 for none")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
}

Result<EvaluationInput> openEvaluationInput(const EvaluationArguments& arguments, const CommandContext& context)
{
    EvaluationInput input;
    BITLOOM_TRY(input.options.device, parseDevice(context.device));
    input.options.dtype = arguments.dtype == "bf16" ? torch::kBFloat16 : torch::kFloat32;
    input.options.context = arguments.context;
    input.options.chunks = arguments.chunks;
    BITLOOM_TRY(input.text, readTextFile(arguments.text));
    BITLOOM_TRY(input.model, openModel(arguments.model));
    if (!arguments.reference.empty()) {
        BITLOOM_TRY(input.reference, openModel(arguments.reference));
    }
    return input;
}

Result<std::optional<LlamaOriginal>> originalForLlama(const EvaluationInput& input, CommandContext& context)
{
    if (!input.reference)
        return std::nullopt;
    BITLOOM_TRY(auto original, LlamaOriginal::prepare(*input.reference, context.progress(), context.control));
    return std::optional(std::move(original));
}

Result<VerificationReport> measureInLlama(
    const EvaluationArguments& arguments, const std::vector<std::string>& others, int speedRounds, bool engine, CommandContext& context)
{
    BITLOOM_TRY(const auto input, openEvaluationInput(arguments, context));
    VerificationInput verification;
    verification.speedRounds = speedRounds;
    verification.engine = engine;
    for (const auto& file : others) {
        BITLOOM_TRY(auto opened, openModel(file));
        verification.others.push_back(std::move(opened));
    }
    BITLOOM_TRY(const auto original, originalForLlama(input, context));
    if (original)
        verification.reference = original->reference();
    return verifyInLlama(input.model, verification, input.text, arguments.text, input.options, context.progress(), context.control);
}

} // namespace bitloom::cli
