// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace bitloom {
namespace {

constexpr double width = 760, height = 360, left = 78, right = 20, top = 40, bottom = 52;
constexpr int colors = 8;

/// A range of values over a range of pixels.
struct Scale
{
    double from = 0, to = 1, first = 0, last = 1;
    bool logarithmic = false;

    [[nodiscard]] bool shows(double value) const { return std::isfinite(value) && (!logarithmic || value > 0); }
    [[nodiscard]] double pixel(double value) const
    {
        const double part = logarithmic ? std::log(value / from) / std::log(to / from) : (value - from) / (to - from);
        return first + std::clamp(part, -0.02, 1.02) * (last - first);
    }
};

Scale scaleFor(const std::vector<double>& values, bool logarithmic, double first, double last)
{
    Scale scale { 0, 0, first, last, logarithmic };
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const double value : values)
        if (scale.shows(value)) {
            least = std::min(least, value);
            most = std::max(most, value);
        }
    if (!(least <= most)) {
        least = logarithmic ? 0.1 : 0;
        most = 1;
    }
    if (logarithmic) {
        scale.from = least / 1.25;
        scale.to = most * 1.25;
    } else {
        const double margin = most > least ? 0.05 * (most - least) : std::max(0.5, 0.05 * std::abs(most));
        scale.from = least - margin;
        scale.to = most + margin;
        if (least >= 0 && scale.from < 0)
            scale.from = 0;
    }
    return scale;
}

std::vector<double> roundValues(const Scale& scale, int wanted)
{
    std::vector<double> ticks;
    if (scale.logarithmic) {
        const int decades = static_cast<int>(std::floor(std::log10(scale.to)) - std::floor(std::log10(scale.from))) + 1;
        for (double power = std::pow(10, std::floor(std::log10(scale.from))); power <= scale.to; power *= 10)
            for (const double factor : { 1.0, 2.0, 5.0 })
                if (factor * power >= scale.from && factor * power <= scale.to && (factor == 1 || decades <= wanted))
                    ticks.push_back(factor * power);
        return ticks;
    }
    const double rough = (scale.to - scale.from) / wanted, power = std::pow(10, std::floor(std::log10(rough)));
    const double step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
    for (double value = std::ceil(scale.from / step) * step; value <= scale.to + 1e-9 * step; value += step)
        ticks.push_back(std::abs(value) < 1e-9 * step ? 0 : value);
    return ticks;
}

std::vector<std::pair<double, std::string>> ticksOf(const SvgAxis& axis, const Scale& scale, int wanted)
{
    if (!axis.ticks.empty())
        return axis.ticks;
    std::vector<std::pair<double, std::string>> ticks;
    for (const double value : roundValues(scale, wanted))
        ticks.emplace_back(value, fmt::format("{:.4g}", value));
    return ticks;
}

std::string text(double x, double y, const char* anchor, const std::string& content, const std::string& more = {})
{
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, more, escapedMarkup(content));
}

std::string axes(const SvgAxis& horizontal, const SvgAxis& vertical, const Scale& x, const Scale& y)
{
    std::string svg;
    for (const auto& [value, name] : ticksOf(vertical, y, 6)) {
        const double at = y.pixel(value);
        svg += fmt::format("<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", x.first, x.last, at, at);
        svg += text(x.first - 7, at + 4, "end", name);
    }
    double free = -1e9;
    for (const auto& [value, name] : ticksOf(horizontal, x, 8)) {
        const double at = x.pixel(value), half = 3.6 * static_cast<double>(name.size());
        svg += fmt::format("<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", at, at, y.first, y.first + 4);
        if (at - half < free)
            continue;
        free = at + half;
        svg += text(at, y.first + 18, "middle", name);
    }
    svg += fmt::format("<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", x.first, x.last, y.first, y.first);
    svg += text((x.first + x.last) / 2, height - 12, "middle", horizontal.label);
    const double middle = (y.first + y.last) / 2;
    svg += text(16, middle, "middle", vertical.label, fmt::format(" transform=\"rotate(-90 16 {:.1f})\"", middle));
    return svg;
}

std::string drawn(const SvgSeries& series, const Scale& x, const Scale& y)
{
    std::string svg, path;
    const int color = series.color % colors;
    for (const auto& point : series.points) {
        if (!x.shows(point.x) || !y.shows(point.y))
            continue;
        const double px = x.pixel(point.x), py = y.pixel(point.y);
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", px, py);
        if (point.error > 0) {
            const double low = y.logarithmic ? std::max(point.y - point.error, y.from) : point.y - point.error;
            svg += fmt::format("<line class=\"s{}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>\n", color, px, px, y.pixel(low),
                y.pixel(point.y + point.error));
        }
        if (series.marks)
            svg += fmt::format("<circle class=\"s{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"><title>{}</title></circle>\n", color, px, py,
                escapedMarkup(point.tip));
        if (!point.label.empty()) {
            const bool mirrored = px > width - right - 7.0 * static_cast<double>(point.label.size());
            svg += text(px + (mirrored ? -8 : 8), py - 5, mirrored ? "end" : "start", point.label);
        }
    }
    if (series.line && !path.empty())
        svg += fmt::format("<path class=\"s{}{}\" fill=\"none\" d=\"{}\"><title>{}</title></path>\n", color, series.dashed ? " dashed" : "", path,
            escapedMarkup(series.name));
    return svg;
}

} // namespace

std::string escapedMarkup(const std::string& text)
{
    std::string escaped;
    for (const char character : text) {
        switch (character) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            escaped += static_cast<unsigned char>(character) < 0x20 && character != '\n' && character != '\t' ? ' ' : character;
        }
    }
    return escaped;
}

std::string svgPlot(const std::string& title, const SvgAxis& horizontal, const SvgAxis& vertical, const std::vector<SvgSeries>& series)
{
    std::vector<double> xs, ys;
    for (const auto& one : series)
        for (const auto& point : one.points) {
            xs.push_back(point.x);
            ys.insert(ys.end(), { point.y, point.y + point.error });
        }
    const Scale x = scaleFor(xs, horizontal.logarithmic, left, width - right);
    const Scale y = scaleFor(ys, vertical.logarithmic, height - bottom, top);
    std::string svg = fmt::format("<svg class=\"plot\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">\n", width, height, escapedMarkup(title));
    svg += text(left, 18, "start", title, " class=\"title\"");
    svg += axes(horizontal, vertical, x, y);
    double legend = width - right;
    for (const auto& one : series)
        svg += drawn(one, x, y);
    for (auto one = series.rbegin(); one != series.rend(); ++one) {
        if (one->name.empty())
            continue;
        legend -= 7.0 * static_cast<double>(one->name.size()) + 8;
        svg += text(legend, 34, "start", one->name);
        svg += fmt::format("<line class=\"s{}{}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"30\" y2=\"30\"/>\n", one->color % colors, one->dashed ? " dashed" : "", legend - 24,
            legend - 5);
        legend -= 32;
    }
    return svg + "</svg>\n";
}

const char* svgPlotStyle()
{
    // Okabe and Ito's colours, which people with any colour vision tell apart.
    return ".plot { width: 100%; max-width: 60rem; font: 12px system-ui, sans-serif; }\n"
           ".plot text { fill: var(--muted); } .plot .title { fill: var(--text); font-weight: 600; font-size: 14px; }\n"
           ".plot .grid { stroke: var(--grid); } .plot .axis { stroke: var(--muted); }\n"
           ".plot path, .plot line { stroke-width: 2; } .plot .grid, .plot .axis { stroke-width: 1; } .plot .dashed { stroke-dasharray: 6 4; }\n"
           ".plot .s0 { stroke: #0072b2; } .plot .s1 { stroke: #d55e00; } .plot .s2 { stroke: #009e73; } .plot .s3 { stroke: #cc79a7; }\n"
           ".plot .s4 { stroke: #e69f00; } .plot .s5 { stroke: #56b4e9; } .plot .s6 { stroke: #8c8c8c; } .plot .s7 { stroke: #b3a300; }\n"
           ".plot circle { fill: var(--surface); stroke-width: 2; }\n";
}

} // namespace bitloom
