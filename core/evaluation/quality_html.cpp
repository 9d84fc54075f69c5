// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/quality_table.h"
#include "core/evaluation/svg_plot.h"

#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {

std::string rows(const QualityTable& table)
{
    std::string html = "<div class=\"wide\"><table>\n<thead><tr>";
    for (const auto& name : table.header)
        html += "<th scope=\"col\">" + escapedMarkup(name) + "</th>";
    html += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            html += (i == 0 ? "<th scope=\"row\">" : "<td>") + escapedMarkup(row[i]) + (i == 0 ? "</th>" : "</td>");
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string sizeAgainstDivergence(const QualityReport& report, const std::vector<std::string>& names)
{
    SvgSeries front { "no file is smaller and better", {}, 6, true, false, true };
    const auto pointOf = [&](std::size_t i) {
        const auto& measured = report.files[i].measurement;
        const double mebibytes = static_cast<double>(measured.bytes) / (1 << 20);
        return SvgPoint { mebibytes, *measured.evaluation.klMean, measured.evaluation.klStandardError.value_or(0), names[i],
            fmt::format("{}: {:.2f} MiB, {:.3f} bits per weight, mean KL divergence {:.5f}", names[i], mebibytes, measured.bitsPerWeight,
                *measured.evaluation.klMean) };
    };
    for (const auto i : paretoFront(report)) {
        auto point = pointOf(i);
        front.points.push_back({ point.x, point.y, 0, {}, {} });
    }
    std::vector<SvgSeries> series { std::move(front) };
    for (std::size_t i = 0; i < report.files.size(); ++i)
        if (report.files[i].measurement.evaluation.klMean)
            series.push_back({ {}, { pointOf(i) }, static_cast<int>(i), false, true, false });
    return svgPlot("Size against KL divergence", { "size of the file, MiB", false, {} }, { "mean KL divergence, nats", true, {} }, series);
}

std::string divergenceOfWindows(const QualityReport& report, const std::vector<std::string>& names)
{
    std::vector<SvgSeries> series;
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        SvgSeries one { names[i], {}, static_cast<int>(i), true, true, false };
        const auto& chunks = report.files[i].measurement.klOfChunk;
        for (std::size_t chunk = 0; chunk < chunks.size(); ++chunk)
            one.points.push_back({ static_cast<double>(chunk + 1), chunks[chunk], 0, {}, fmt::format("{}, window {}: {:.5f}", names[i], chunk + 1, chunks[chunk]) });
        series.push_back(std::move(one));
    }
    return svgPlot("KL divergence of each window", { "window of the text", false, {} }, { "mean KL divergence, nats", false, {} }, series);
}

std::string divergenceQuantiles(const QualityReport& report, const std::vector<std::string>& names)
{
    std::vector<SvgSeries> series;
    SvgAxis horizontal { "share of the tokens with a smaller KL divergence", false, {} };
    // Stretched at both ends, as the normal distribution does it: the tail is what a reader looks for.
    const auto place = [](double fraction) { return std::log(std::clamp(fraction, 0.002, 0.9998) / (1 - std::clamp(fraction, 0.002, 0.9998))); };
    for (const double fraction : klQuantileFractions)
        horizontal.ticks.emplace_back(place(fraction), fraction == 0 ? "min" : fraction == 1 ? "max" : fmt::format("{:g} %", 100 * fraction));
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        SvgSeries one { names[i], {}, static_cast<int>(i), true, true, false };
        const auto& quantiles = report.files[i].measurement.klQuantiles;
        for (std::size_t q = 0; q < std::min(quantiles.size(), klQuantileFractions.size()); ++q)
            one.points.push_back({ place(klQuantileFractions[q]), quantiles[q], 0, {},
                fmt::format("{}: {:g} % of the tokens below {:.4g}", names[i], 100 * klQuantileFractions[q], quantiles[q]) });
        series.push_back(std::move(one));
    }
    return svgPlot("KL divergence of single tokens", horizontal, { "KL divergence, nats", true, {} }, series);
}

std::string errorsOfLayers(const QuantizeReport& quantization, const std::string& name)
{
    SvgSeries before { "where it started", {}, 1, true, false, true }, after { "in the file", {}, 0, true, false, false };
    for (std::size_t i = 0; i < quantization.layers.size(); ++i) {
        const auto& layer = quantization.layers[i];
        if (!layer.relativeError || layer.objectiveFinal <= 0)
            continue;
        const double start = *layer.relativeError * layer.objectiveInitial / layer.objectiveFinal;
        before.points.push_back({ static_cast<double>(i), start, 0, {}, {} });
        after.points.push_back({ static_cast<double>(i), *layer.relativeError, 0, {}, {} });
    }
    if (after.points.empty())
        return {};
    return svgPlot("Relative guided error of each layer: " + name, { "layer, in the model's order", false, {} }, { "error over that of no weights", true, {} },
        { std::move(before), std::move(after) });
}

std::string texts(const std::string& name, const LlamaMeasurement& measured)
{
    std::string html;
    for (const auto& made : measured.texts) {
        html += "<tr><th scope=\"row\">" + escapedMarkup(name) + "</th><td class=\"text\"><b>" + escapedMarkup(made.prompt) + "</b>" + escapedMarkup(made.text) + "</td><td>";
        html += made.commonTokens ? fmt::format("{} of {}", *made.commonTokens, made.tokens) : "";
        html += "</td></tr>\n";
    }
    return html;
}

constexpr const char* pageStyle = ":root { --surface: #ffffff; --text: #1a1d21; --muted: #5b6470; --grid: #dfe3e8; }\n"
                                  "@media (prefers-color-scheme: dark) { :root { --surface: #16191d; --text: #eceff2; --muted: #a3adb8; --grid: #333a42; } }\n"
                                  "body { background: var(--surface); color: var(--text); font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem; }\n"
                                  "h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }\n"
                                  ".wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; }\n"
                                  "th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap; }\n"
                                  "th[scope=row], th:first-child { text-align: left; } td.text { text-align: left; white-space: pre-wrap; min-width: 30rem; }\n";

} // namespace

std::string reportToHtml(const QualityReport& report)
{
    const auto names = shortNames(report);
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<title>Quality of quantized files</title>\n<style>\n";
    html += pageStyle;
    html += svgPlotStyle();
    html += "</style>\n</head>\n<body>\n<h1>Quality of quantized files</h1>\n<p>Measured in llama.cpp on " + escapedMarkup(measuredOn(report)) + ".";
    if (report.original)
        html += " Differences are from the original, " + escapedMarkup(report.original->file) + ", run with float weights.";
    html += "</p>\n<h2>Size, perplexity, KL divergence, speed</h2>\n" + rows(qualityTable(report));
    const bool divergences = std::any_of(report.files.begin(), report.files.end(), [](const ReportedFile& file) { return !file.measurement.klOfChunk.empty(); });
    if (divergences) {
        html += sizeAgainstDivergence(report, names);
        html += divergenceOfWindows(report, names);
        html += divergenceQuantiles(report, names);
        html += "<h2>KL divergence of single tokens</h2>\n" + rows(quantileTable(report));
    }
    for (std::size_t i = 0; i < report.files.size(); ++i)
        if (report.files[i].quantization)
            html += errorsOfLayers(*report.files[i].quantization, names[i]);
    html += "<h2>What they write, most likely token first</h2>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">file</th><th scope=\"col\">text</th>"
            "<th scope=\"col\">tokens as the original</th></tr></thead><tbody>\n";
    if (report.original)
        html += texts("original", *report.original);
    for (std::size_t i = 0; i < report.files.size(); ++i)
        html += texts(names[i], report.files[i].measurement);
    html += "</tbody></table></div>\n<h2>Types</h2>\n<ul>\n";
    for (std::size_t i = 0; i < report.files.size(); ++i)
        html += "<li>" + escapedMarkup(names[i]) + ": " + escapedMarkup(report.files[i].measurement.types) + "</li>\n";
    return html + "</ul>\n</body>\n</html>\n";
}

} // namespace bitloom
