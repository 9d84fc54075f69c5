// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bitloom {

/// A file in a report: what llama.cpp makes of it and, where Bitloom made the file and its project is still there, how.
struct ReportedFile
{
    LlamaMeasurement measurement;
    std::optional<QuantizeReport> quantization;
};

/// What llama.cpp asks of whoever proposes a quantization: size in bits per weight, perplexity beside Q8_0 and its neighbours, KL divergence statistics, and
/// speed of prompt and generation on a CPU, all on the same text (ggml-org/llama.cpp, CONTRIBUTING.md).
struct QualityReport
{
    std::string text; ///< that was predicted
    std::optional<LlamaMeasurement> original;
    std::vector<ReportedFile> files;
};

[[nodiscard]] nlohmann::json reportToJson(const QualityReport& report);
/// A report.json; `source` begins the error's sentence.
[[nodiscard]] Result<QualityReport> reportFromJson(const nlohmann::json& json, const std::string& source);
/// Adds the files of another report on the same text, context and windows, and of the same original; an Error where these differ.
[[nodiscard]] Result<void> addReport(QualityReport& report, QualityReport other, const std::string& source);

/// Short names of the files, all different.
[[nodiscard]] std::vector<std::string> shortNames(const QualityReport& report);
/// Which files no other one beats in both size and mean KL divergence, from the smallest on.
[[nodiscard]] std::vector<std::size_t> paretoFront(const QualityReport& report);

[[nodiscard]] std::string reportToMarkdown(const QualityReport& report);
/// One page that needs nothing else: tables, and plots as SVG.
[[nodiscard]] std::string reportToHtml(const QualityReport& report);

/// report.json, report.md and report.html in `folder`, which is made where needed.
[[nodiscard]] Result<void> writeReport(const QualityReport& report, const std::filesystem::path& folder);

} // namespace bitloom
