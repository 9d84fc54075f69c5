// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/evaluation_options.h"
#include "core/engine/measured_quality.h"
#include "core/io/atomic_file.h"

#include <filesystem>
#include <fmt/format.h>

namespace bitloom::cli {
namespace {

struct ReportArguments : EvaluationArguments
{
    std::vector<std::string> runs;
    std::string output;
    int speedRounds = 5;
};

Result<QualityReport> readReport(const std::string& file)
{
    BITLOOM_TRY(const auto text, readTextFile(file));
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object())
        return fail(ErrorCode::InvalidInput, "{}: is not JSON", file);
    return reportFromJson(json, file);
}

/// Measures the GGUF files together, the first against all others.
Result<QualityReport> measure(ReportArguments arguments, std::vector<std::string> files, CommandContext& context)
{
    if (arguments.text.empty())
        return fail(ErrorCode::Usage, "--text is missing: {} is to be measured on it", files.front());
    arguments.model = files.front();
    files.erase(files.begin());
    BITLOOM_TRY(const auto report, measureInLlama(arguments, files, arguments.speedRounds, false, context));
    return measuredQuality(report, arguments.text);
}

Result<QualityReport> gather(const ReportArguments& arguments, CommandContext& context)
{
    QualityReport report;
    std::vector<std::string> files;
    for (const auto& run : arguments.runs) {
        if (std::filesystem::path(run).extension() != ".json") {
            files.push_back(run);
            continue;
        }
        BITLOOM_TRY(auto earlier, readReport(run));
        BITLOOM_CHECK(addReport(report, std::move(earlier), run));
    }
    if (!files.empty()) {
        BITLOOM_TRY(auto measured, measure(arguments, files, context));
        BITLOOM_CHECK(addReport(report, std::move(measured), files.front()));
    }
    return report;
}

} // namespace

void addReportCommand(CLI::App& app, CommandContext& context)
{
    auto arguments = std::make_shared<ReportArguments>();
    auto* command = addCommand(app, context, "report",
        "Write a quality report of GGUF files, measured in llama.cpp: size, perplexity, KL divergence, speed, as JSON, Markdown and HTML with plots",
        "bitloom-cli report ours.gguf theirs.gguf --reference demo --text test.txt --chunks 8 -o report");
    command->add_option("RUN", arguments->runs, ".gguf files to measure, and report.json files of earlier reports on the same text")->required();
    command->add_option("-o,--output", arguments->output, "Folder for report.json, report.md and report.html")->required();
    addSpeedOption(*command, arguments->speedRounds);
    addEvaluationOptions(*command, *arguments)->required(false);
    command->callback([arguments, &context] {
        context.action = [arguments, &context]() -> Result<nlohmann::json> {
            BITLOOM_TRY(const auto report, gather(*arguments, context));
            BITLOOM_CHECK(writeReport(report, arguments->output));
            if (!context.json)
                fmt::print("{}\n", (std::filesystem::path(arguments->output) / "report.html").string());
            return reportToJson(report);
        };
    });
}

} // namespace bitloom::cli
