// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"
#include "core/engine/measured_quality.h"

#include <fmt/format.h>

namespace bitloom::cli {
namespace {

struct VerifyArguments : EvaluationArguments
{
    std::vector<std::string> others;
    std::string report;
    int speedRounds = 5;
};

/// One column for each file: what llama.cpp does with it.
void printMeasurement(const LlamaMeasurement& measured)
{
    const auto& evaluation = measured.evaluation;
    fmt::print("\n{}\n  size             {:.2f} MiB, {:.3f} bits per weight ({})\n", measured.file, static_cast<double>(measured.bytes) / (1 << 20),
        measured.bitsPerWeight, measured.types);
    fmt::print("  perplexity       {:.4f} ± {:.4f}", evaluation.perplexity, evaluation.perplexityStandardError);
    if (evaluation.klMean) {
        fmt::print(", {:.4f} ± {:.4f} of the original's\n", *evaluation.perplexityRatio, *evaluation.perplexityRatioStandardError);
        fmt::print("  KL divergence    {:.6f} ± {:.6f} (median {:.6f}, 99 % below {:.4f}, largest {:.4f})\n", *evaluation.klMean,
            *evaluation.klStandardError, *evaluation.klMedian, *evaluation.klP99, *evaluation.klMaximum);
        fmt::print("  top-1 agreement  {:.2f} ± {:.2f} %, change of p {:.3f} % root mean square", 100 * *evaluation.top1Agreement,
            100 * *evaluation.top1StandardError, 100 * *evaluation.probabilityChangeRms);
    }
    fmt::print("\n");
    if (measured.promptTokensPerSecond)
        fmt::print("  tokens/s         {:.1f} prompt, {:.1f} generation\n", *measured.promptTokensPerSecond, *measured.generatedTokensPerSecond);
    for (const auto& text : measured.texts) {
        const auto common = text.commonTokens ? fmt::format(" [{} of {} tokens as the original]", *text.commonTokens, text.tokens) : std::string();
        fmt::print("  writes{}: {}{}\n", common, text.prompt, text.text);
    }
}

void print(const VerificationReport& report)
{
    fmt::print("llama.cpp loads {}; its perplexity is {:.4f}, the engine's {:.4f}\n", report.file, report.perplexity, report.enginePerplexity);
    fmt::print("llama.cpp against the engine: KL divergence {:.3e}, largest difference between logits {:.6f}, {} tokens\n", report.klDivergence,
        report.maximumLogitDifference, report.tokens);
    if (report.original)
        printMeasurement(*report.original);
    for (const auto& file : report.files)
        printMeasurement(file);
}

/// The report itself with the file's own figures at the top. `kl_divergence` is the file's against the reference in llama.cpp; without a reference, llama.cpp's
/// against the engine's.
nlohmann::json toJson(const VerificationReport& report)
{
    nlohmann::json json = report;
    json["engine"] = { { "perplexity", report.enginePerplexity }, { "kl_divergence", report.klDivergence },
        { "max_logit_difference", report.maximumLogitDifference } };
    if (report.original)
        json.update(nlohmann::json(report.files.front().evaluation));
    else
        json["kl_divergence"] = { { "mean", report.klDivergence } };
    json["tokens_per_second"] = nlohmann::json(report.files.front()).value("tokens_per_second", nlohmann::json());
    return json;
}

} // namespace

void addVerifyCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<VerifyArguments>();
    auto* command = addCommand(app, context, "verify",
        "Load a GGUF file in llama.cpp itself: perplexity, KL divergence against the original, speed, text, and its logits against the engine's",
        "bitloom-cli verify out.gguf --reference demo --compare theirs.gguf --text test.txt --chunks 8");
    command->add_option("FILE", arguments->model, "The .gguf file")->required();
    command->add_option("--compare", arguments->others, "Other .gguf files, measured in the same way beside it");
    command->add_option("--report", arguments->report, "Folder for report.json, report.md and report.html with all figures and plots");
    addSpeedOption(*command, arguments->speedRounds);
    addEvaluationOptions(*command, *arguments);
    command->callback([arguments, &context] {
        context.action = [arguments, &context]() -> Result<nlohmann::json> {
            BITLOOM_TRY(const auto report, measureInLlama(*arguments, arguments->others, arguments->speedRounds, true, context));
            if (!arguments->report.empty()) {
                BITLOOM_CHECK(writeReport(measuredQuality(report, arguments->text), arguments->report));
            }
            if (!context.json)
                print(report);
            return toJson(report);
        };
    });
}

} // namespace bitloom::cli
