// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"

#include <fmt/format.h>

namespace bitloom::cli {
namespace {

void print(const EvaluationReport& report)
{
    fmt::print("perplexity       {:.4f} ± {:.4f}  ({} tokens scored in {} windows of {})\n", report.perplexity,
        report.perplexityStandardError, report.tokens, report.chunks, report.context);
    if (!report.klMean)
        return;
    fmt::print("reference        {:.4f}  ({})\n", *report.referencePerplexity, report.reference);
    fmt::print("ratio            {:.4f} ± {:.4f}\n", *report.perplexityRatio, *report.perplexityRatioStandardError);
    fmt::print("KL divergence    {:.6f} ± {:.6f}  (median {:.6f}, 99 % below {:.6f}, largest {:.4f})\n", *report.klMean, *report.klStandardError,
        *report.klMedian, *report.klP99, *report.klMaximum);
    fmt::print("change of p      {:.3f} % root mean square, {:+.3f} % mean\n", 100 * *report.probabilityChangeRms, 100 * *report.probabilityChangeMean);
    fmt::print("top-1 agreement  {:.2f} ± {:.2f} %\n", 100 * *report.top1Agreement, 100 * *report.top1StandardError);
}

} // namespace

void addEvaluateCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<EvaluationArguments>();
    auto engine = std::make_shared<std::string>("bitloom");
    auto* command = addCommand(app, context, "evaluate", "Measure perplexity, and against a reference KL divergence and top-1 agreement",
        "bitloom-cli evaluate out/model --reference demo --text test.txt --chunks 20");
    command->add_option("MODEL", arguments->model, "Hugging Face folder, .gguf file or demo")->required();
    addEvaluationOptions(*command, *arguments);
    command
        ->add_option("--engine", *engine,
            "What runs both models: bitloom, or llama for GGUF files in llama.cpp itself (the reference expanded to F16), as llama-perplexity measures")
        ->check(CLI::IsMember({ "bitloom", "llama" }))
        ->capture_default_str();
    command->callback([arguments, engine, &context] {
        context.action = [arguments, engine, &context]() -> Result<nlohmann::json> {
            BITLOOM_TRY(const auto input, openEvaluationInput(*arguments, context));
            EvaluationReport report;
            if (*engine == "llama") {
                BITLOOM_TRY(const auto original, originalForLlama(input, context));
                const auto reference = original ? std::optional(original->reference()) : std::nullopt;
                BITLOOM_TRY(report, evaluateInLlama(input.model, reference, input.text, arguments->text, input.options, context.progress(), context.control));
            } else {
                BITLOOM_TRY(report,
                    evaluate(input.model, input.referencePointer(), input.text, arguments->text, input.options, context.progress(), context.control));
            }
            if (!context.json)
                print(report);
            return nlohmann::json(report);
        };
    });
}

} // namespace bitloom::cli
