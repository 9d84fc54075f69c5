// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"
#include "core/evaluation/llama_verify.h"

#include <fmt/format.h>

namespace bitloom::cli {

void addVerifyCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<EvaluationArguments>();
    auto* command = addCommand(app, context, "verify", "Load a GGUF file in llama.cpp itself and compare its predictions with the engine's",
        "bitloom-cli verify out.gguf --text test.txt --chunks 8");
    command->add_option("FILE", arguments->model, "The .gguf file")->required();
    addEvaluationOptions(*command, *arguments);
    command->callback([arguments, &context] {
        context.action = [arguments, &context]() -> Result<nlohmann::json> {
            BITLOOM_TRY(const auto input, openEvaluationInput(*arguments, context));
            BITLOOM_TRY(const auto report,
                verifyInLlama(input.model, input.referencePointer(), input.text, arguments->text, input.options, context.progress(), context.control));
            if (!context.json) {
                fmt::print("perplexity            {:.4f} in llama.cpp, {:.4f} in the engine{}\n", report.perplexity, report.enginePerplexity,
                    report.reference.empty() ? "" : " for " + report.reference);
                fmt::print("largest difference    {:.6f} between logits\n", report.maximumLogitDifference);
                fmt::print("KL divergence         {:.3e} over {} tokens\n", report.klDivergence, report.tokens);
                fmt::print("llama.cpp writes      Once upon a time, there was{}\n", report.text);
            }
            return nlohmann::json { { "file", report.file }, { "reference", report.reference }, { "perplexity", report.perplexity },
                { "engine_perplexity", report.enginePerplexity }, { "max_logit_difference", report.maximumLogitDifference },
                { "kl_divergence", report.klDivergence }, { "tokens", report.tokens }, { "text", report.text } };
        };
    });
}

} // namespace bitloom::cli
