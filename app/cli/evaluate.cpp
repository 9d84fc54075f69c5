// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"

#include <fmt/format.h>

namespace bitloom::cli {
namespace {

nlohmann::json toJson(const EvaluationReport& report)
{
    nlohmann::json json { { "model", report.model }, { "perplexity", report.perplexity }, { "perplexity_stderr", report.perplexityStandardError },
        { "tokens", report.tokens }, { "chunks", report.chunks }, { "context", report.context }, { "seconds", report.seconds } };
    if (!report.klMean)
        return json;
    json["reference"] = report.reference;
    json["reference_perplexity"] = *report.referencePerplexity;
    json["kl_divergence"] = { { "mean", *report.klMean }, { "stderr", *report.klStandardError }, { "median", *report.klMedian },
        { "p99", *report.klP99 } };
    json["top1_agreement"] = *report.top1Agreement;
    json["top1_agreement_stderr"] = *report.top1StandardError;
    return json;
}

void print(const EvaluationReport& report)
{
    fmt::print("perplexity       {:.4f} ± {:.4f}  ({} tokens scored in {} windows of {})\n", report.perplexity,
        report.perplexityStandardError, report.tokens, report.chunks, report.context);
    if (!report.klMean)
        return;
    fmt::print("reference        {:.4f}  ({})\n", *report.referencePerplexity, report.reference);
    fmt::print("KL divergence    {:.6f} ± {:.6f}  (median {:.6f}, 99 % below {:.6f})\n", *report.klMean, *report.klStandardError,
        *report.klMedian, *report.klP99);
    fmt::print("top-1 agreement  {:.2f} ± {:.2f} %\n", 100 * *report.top1Agreement, 100 * *report.top1StandardError);
}

} // namespace

void addEvaluateCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<EvaluationArguments>();
    auto* command = addCommand(app, context, "evaluate", "Measure perplexity, and against a reference KL divergence and top-1 agreement",
        "bitloom-cli evaluate out/model --reference demo --text test.txt --chunks 20");
    command->add_option("MODEL", arguments->model, "Hugging Face folder, .gguf file or demo")->required();
    addEvaluationOptions(*command, *arguments);
    command->callback([arguments, &context] {
        context.action = [arguments, &context]() -> Result<nlohmann::json> {
            BITLOOM_TRY(const auto input, openEvaluationInput(*arguments, context));
            BITLOOM_TRY(const auto report,
                evaluate(input.model, input.referencePointer(), input.text, arguments->text, input.options, context.progress(), context.control));
            if (!context.json)
                print(report);
            return toJson(report);
        };
    });
}

} // namespace bitloom::cli
