// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison as a web page in one file.
#include "app/studio/compare_page.h"

#include "app/studio/text.h"
#include "widgets/saved_file.h"

#include <QLocale>

namespace bitloom {
namespace {
    constexpr QSize pictureSize { 960, 400 };

    QString picture(PlotView& plot)
    {
        if (plot.isEmpty())
            return QStringLiteral("<h2>%1</h2>\n<p>%2</p>\n").arg(plot.plotTitle().toHtmlEscaped(), plot.emptyText().toHtmlEscaped());
        const QByteArray svg = plotSvg(plot, pictureSize);
        return QStringLiteral("<h2>%1</h2>\n<figure><img alt=\"%1\" width=\"%2\" height=\"%3\" src=\"data:image/svg+xml;base64,%4\"></figure>\n")
            .arg(plot.plotTitle().toHtmlEscaped()).arg(pictureSize.width()).arg(pictureSize.height()).arg(QString::fromLatin1(svg.toBase64()));
    }
}

QString ComparePage::reportHtml() const
{
    const std::vector<ComparedRun> shown = columns();
    const PlotStyle style = PlotStyle::of(m_sizes->palette()); // of the pictures, so that both stand on the same ground
    QString html = QStringLiteral("<!DOCTYPE html>\n<html lang=\"%1\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%2</title>\n<style>\n")
                       .arg(QLocale().bcp47Name(), tr("Comparison of quantized models").toHtmlEscaped());
    html += QStringLiteral("body { background: %1; color: %2; font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1.5rem; }\n"
                           "h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } figure { margin: 0; } img { max-width: 100%; height: auto; }\n"
                           ".wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; }\n"
                           "th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid %3; white-space: nowrap; } th[scope=row], thead th:first-child { text-align: left; }\n"
                           "</style>\n</head>\n<body>\n")
                .arg(style.surface.name(), style.text.name(), style.grid.name());
    html += QStringLiteral("<h1>%1</h1>\n<p>%2</p>\n").arg(tr("Comparison of quantized models").toHtmlEscaped(), QStringLiteral("Bitloom " BITLOOM_VERSION));
    if (const QString different = differentTexts(shown); !different.isEmpty())
        html += QStringLiteral("<p>%1</p>\n").arg(different.toHtmlEscaped());
    html += QStringLiteral("<div class=\"wide\"><table>\n<thead><tr>");
    for (const QString& name : header(shown))
        html += QStringLiteral("<th scope=\"col\">%1</th>").arg(name.toHtmlEscaped());
    html += QStringLiteral("</tr></thead>\n<tbody>\n");
    for (const FigureTable::Line& line : lines(shown)) {
        html += QStringLiteral("<tr><th scope=\"row\" title=\"%1\">%2</th>").arg(line.explanation.toHtmlEscaped(), line.cells.front().toHtmlEscaped());
        for (const QString& cell : line.cells.mid(1))
            html += QStringLiteral("<td>%1</td>").arg(cell.toHtmlEscaped());
        html += QStringLiteral("</tr>\n");
    }
    html += QStringLiteral("</tbody></table></div>\n");
    html += picture(*m_sizes) + picture(*m_divergences) + picture(*m_layers);
    html += QStringLiteral("<h2>%1</h2>\n<ul>\n").arg(tr("As commands").toHtmlEscaped());
    for (const ComparedRun& run : shown) {
        if (!run.original)
            html += QStringLiteral("<li>%1: <code>%2</code></li>\n").arg(run.name.toHtmlEscaped(), text(recipeToCommand(run.run.recipe, run.run.output)).toHtmlEscaped());
    }
    return html + QStringLiteral("</ul>\n</body>\n</html>\n");
}

Result<void> ComparePage::writeReport(const QString& path) const
{
    return saveFile(path, reportHtml().toUtf8());
}

} // namespace bitloom
