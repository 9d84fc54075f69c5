// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace bitloom {

/// Text as it may stand in HTML or SVG.
[[nodiscard]] std::string escapedMarkup(const std::string& text);

struct SvgPoint
{
    double x = 0, y = 0;
    double error = 0; ///< half the length of a bar through the point; 0: none
    std::string label; ///< beside the point; may be empty
    std::string tip; ///< when the mouse rests on it; may be empty
};

struct SvgSeries
{
    std::string name; ///< in the legend; empty: not there
    std::vector<SvgPoint> points;
    int color = 0; ///< number of the colour, class "sN" of the style sheet
    bool line = true, marks = false, dashed = false;
};

struct SvgAxis
{
    std::string label;
    bool logarithmic = false;
    std::vector<std::pair<double, std::string>> ticks; ///< empty: round values
};

/// A plot of lines and points as an <svg> element. Values that are not finite, and those not positive on a logarithmic axis, are left out. Colours
/// come from the page's style sheet (svgPlotStyle), so that it follows light and dark.
[[nodiscard]] std::string svgPlot(const std::string& title, const SvgAxis& horizontal, const SvgAxis& vertical, const std::vector<SvgSeries>& series);

/// What svgPlot needs in the page's <style>.
[[nodiscard]] const char* svgPlotStyle();

} // namespace bitloom
