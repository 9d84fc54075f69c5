// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/quality_table.h"

#include <algorithm>

namespace bitloom {
namespace {

/// On one line, and never the end of a table's cell.
std::string cell(const std::string& text)
{
    std::string escaped;
    for (const char character : text) {
        if (character == '|' || character == '\\' || character == '`' || character == '*' || character == '_' || character == '<')
            escaped += '\\';
        escaped += character == '\n' || character == '\r' ? ' ' : character;
    }
    return escaped;
}

std::string rows(const QualityTable& table)
{
    std::string text;
    const auto line = [&](const std::vector<std::string>& cells) {
        for (const auto& each : cells)
            text += "| " + cell(each) + " ";
        text += "|\n";
    };
    line(table.header);
    for (std::size_t i = 0; i < table.header.size(); ++i)
        text += i == 0 ? "| --- " : "| ---: ";
    text += "|\n";
    std::for_each(table.rows.begin(), table.rows.end(), line);
    return text + "\n";
}

std::string layersOf(const QuantizeReport& quantization)
{
    double before = 0, after = 0;
    for (const auto& layer : quantization.layers) {
        before += layer.objectiveInitial;
        after += layer.objectiveFinal;
    }
    return fmt::format("method {}, {:.3f} bits per weight in {} layers, {:.0f} s, guided objective {:.4g} of the start's", quantization.method,
        quantization.bitsPerWeight, quantization.layers.size(), quantization.seconds(), before > 0 ? after / before : 1);
}

} // namespace

std::string reportToMarkdown(const QualityReport& report)
{
    std::string text = "# Quality of quantized files\n\nMeasured in llama.cpp on " + cell(measuredOn(report)) + ".\n";
    if (report.original)
        text += "KL divergence and the other differences are from the original, " + cell(report.original->file) + ", run with float weights.\n";
    text += "\n## Size, perplexity, KL divergence, speed\n\n" + rows(qualityTable(report));
    if (const auto quantiles = quantileTable(report); !quantiles.rows.empty())
        text += "## KL divergence of single tokens\n\n" + rows(quantiles);
    text += "## Files\n\n";
    const auto names = shortNames(report);
    for (std::size_t i = 0; i < report.files.size(); ++i) {
        const auto& file = report.files[i];
        text += "- " + cell(names[i]) + ": " + cell(file.measurement.types);
        if (file.quantization)
            text += "; " + cell(layersOf(*file.quantization));
        text += "\n";
    }
    text += "\n## What they write, most likely token first\n\n";
    const auto texts = [&](const std::string& name, const LlamaMeasurement& measured) {
        for (const auto& made : measured.texts) {
            const auto common = made.commonTokens ? fmt::format(" ({} of {} tokens as the original)", *made.commonTokens, made.tokens) : std::string();
            text += "- " + cell(name) + common + ": " + cell(made.prompt + made.text) + "\n";
        }
    };
    if (report.original)
        texts("original", *report.original);
    for (std::size_t i = 0; i < report.files.size(); ++i)
        texts(names[i], report.files[i].measurement);
    return text;
}

} // namespace bitloom
