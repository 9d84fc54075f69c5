// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/quality_table.h"

namespace bitloom {
namespace {

constexpr const char* none = "–";

std::string uncertain(const std::optional<double>& value, const std::optional<double>& error, int digits, double factor = 1)
{
    if (!value)
        return none;
    return error ? fmt::format("{:.{}f} ± {:.{}f}", factor * *value, digits, factor * *error, digits) : fmt::format("{:.{}f}", factor * *value, digits);
}

std::string number(const std::optional<double>& value, int digits)
{
    return value ? fmt::format("{:.{}f}", *value, digits) : none;
}

std::vector<std::string> row(const std::string& name, const LlamaMeasurement& measured)
{
    const auto& evaluation = measured.evaluation;
    return { name, fmt::format("{:.2f}", static_cast<double>(measured.bytes) / (1 << 20)), fmt::format("{:.3f}", measured.bitsPerWeight),
        uncertain(evaluation.perplexity, evaluation.perplexityStandardError, 4),
        uncertain(evaluation.perplexityRatio, evaluation.perplexityRatioStandardError, 4), uncertain(evaluation.klMean, evaluation.klStandardError, 5),
        number(evaluation.klMedian, 5), number(evaluation.klP99, 4), number(evaluation.klMaximum, 3),
        evaluation.probabilityChangeRms ? fmt::format("{:.2f}", 100 * *evaluation.probabilityChangeRms) : none,
        uncertain(evaluation.top1Agreement, evaluation.top1StandardError, 2, 100), number(measured.promptTokensPerSecond, 1),
        number(measured.generatedTokensPerSecond, 1) };
}

} // namespace

QualityTable qualityTable(const QualityReport& report)
{
    QualityTable table { { "file", "MiB", "bits/weight", "perplexity", "PPL(Q)/PPL(base)", "mean KLD", "median KLD", "99 % KLD", "max KLD", "RMS Δp %", "same top p %",
                             "prompt t/s", "generation t/s" },
        {} };
    if (report.original)
        table.rows.push_back(row("original", *report.original));
    const auto names = shortNames(report);
    for (std::size_t i = 0; i < report.files.size(); ++i)
        table.rows.push_back(row(names[i], report.files[i].measurement));
    return table;
}

QualityTable quantileTable(const QualityReport& report)
{
    QualityTable table { { "file" }, {} };
    for (const double fraction : klQuantileFractions)
        table.header.push_back(fraction == 0 ? "min" : fraction == 1 ? "max" : fmt::format("{:g} %", 100 * fraction));
    const auto names = shortNames(report);
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        const auto& quantiles = report.files[i].measurement.klQuantiles;
        if (quantiles.empty())
            continue;
        std::vector<std::string> row { names[i] };
        for (const double value : quantiles)
            row.push_back(fmt::format("{:.3g}", value));
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string measuredOn(const QualityReport& report)
{
    if (report.files.empty())
        return "nothing";
    const auto& evaluation = report.files.front().measurement.evaluation;
    return fmt::format("{} windows of {} tokens ({} scored, the second half of each) of {}", evaluation.chunks, evaluation.context, evaluation.tokens,
        std::filesystem::path(report.text).filename().string());
}

} // namespace bitloom
