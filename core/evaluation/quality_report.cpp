// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/quality_report.h"

#include "core/io/atomic_file.h"

#include <algorithm>
#include <map>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;
    using nlohmann::json;
    constexpr int reportVersion = 1;
}

json reportToJson(const QualityReport& report)
{
    json files = json::array();
    for (const auto& file : report.files) {
        json one = file.measurement;
        if (file.quantization)
            one["quantization"] = *file.quantization;
        files.push_back(std::move(one));
    }
    json all { { "version", reportVersion }, { "bitloom", BITLOOM_VERSION }, { "text", report.text }, { "kl_quantile_fractions", klQuantileFractions },
        { "files", std::move(files) } };
    if (report.original)
        all["original"] = *report.original;
    return all;
}

Result<QualityReport> reportFromJson(const json& all, const std::string& source)
{
    QualityReport report;
    try {
        if (const int version = all.at("version").get<int>(); version != reportVersion)
            return fail(ErrorCode::Unsupported, "{}: version is {}, expected {}", source, version, reportVersion);
        all.at("text").get_to(report.text);
        if (all.contains("original"))
            report.original = all.at("original").get<LlamaMeasurement>();
        for (const auto& one : all.at("files")) {
            ReportedFile file { one.get<LlamaMeasurement>(), {} };
            if (one.contains("quantization"))
                file.quantization = one.at("quantization").get<QuantizeReport>();
            report.files.push_back(std::move(file));
        }
    } catch (const json::exception& exception) {
        return fail(ErrorCode::InvalidInput, "{}: is not a report that Bitloom wrote: {}", source, exception.what());
    }
    return report;
}

Result<void> addReport(QualityReport& report, QualityReport other, const std::string& source)
{
    if (report.files.empty()) {
        report = std::move(other);
        return {};
    }
    const auto& ours = report.files.front().measurement.evaluation;
    if (other.text != report.text)
        return fail(ErrorCode::InvalidInput, "{}: was measured on '{}', expected '{}' as the others", source, other.text, report.text);
    for (const auto& file : other.files) {
        const auto& theirs = file.measurement.evaluation;
        if (theirs.context != ours.context || theirs.chunks != ours.chunks)
            return fail(ErrorCode::InvalidInput, "{}: was measured on {} windows of {} tokens, expected {} of {} as the others", source, theirs.chunks, theirs.context,
                ours.chunks, ours.context);
        if (theirs.reference != ours.reference)
            return fail(ErrorCode::InvalidInput, "{}: was measured against '{}', expected '{}' as the others", source, theirs.reference, ours.reference);
    }
    for (auto& file : other.files)
        report.files.push_back(std::move(file));
    return {};
}

std::vector<std::string> shortNames(const QualityReport& report)
{
    std::vector<std::string> names;
    std::map<std::string, int> seen;
    for (const auto& file : report.files) {
        auto name = fs::path(file.measurement.file).stem().string();
        if (const int count = ++seen[name]; count > 1)
            name = fmt::format("{} ({})", name, count);
        names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::size_t> paretoFront(const QualityReport& report)
{
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < report.files.size(); ++i)
        if (report.files[i].measurement.evaluation.klMean)
            order.push_back(i);
    const auto kl = [&](std::size_t i) { return *report.files[i].measurement.evaluation.klMean; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const auto left = report.files[a].measurement.bytes, right = report.files[b].measurement.bytes;
        return left != right ? left < right : kl(a) < kl(b);
    });
    std::vector<std::size_t> front;
    for (const auto i : order)
        if (front.empty() || kl(i) < kl(front.back()))
            front.push_back(i);
    return front;
}

Result<void> writeReport(const QualityReport& report, const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io, "{}: cannot be made: {}", folder.string(), error.message());
    BITLOOM_CHECK(writeTextFile(folder / "report.json", reportToJson(report).dump(1, ' ', false, json::error_handler_t::replace) + "\n"));
    BITLOOM_CHECK(writeTextFile(folder / "report.md", reportToMarkdown(report)));
    return writeTextFile(folder / "report.html", reportToHtml(report));
}

} // namespace bitloom
