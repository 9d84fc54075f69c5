// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/time_series_plot.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>

namespace bitloom {

namespace {
    constexpr double shortestSpan = 60; ///< seconds
    constexpr double mebibyte = 1024.0 * 1024.0;
    const Qt::PenStyle dashes[] = { Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine };
}

TimeSeriesPlot::TimeSeriesPlot(const QString& name, Unit unit, QWidget* parent)
    : ItemPlot(name, tr("Nothing has been measured yet."), parent)
    , m_unit(unit)
{
}

void TimeSeriesPlot::setSeries(const QStringList& names)
{
    m_names = names;
    m_samples.clear();
    clearCursor();
    contentChanged();
}

void TimeSeriesPlot::append(double seconds, const std::vector<double>& values)
{
    if (values.size() != static_cast<std::size_t>(m_names.size()))
        return;
    m_samples.push_back({ seconds, values });
    if (m_samples.size() > capacity)
        m_samples.pop_front();
    contentChanged();
}

QString TimeSeriesPlot::valueText(double value) const
{
    if (std::isnan(value))
        return tr("none");
    return m_unit == Unit::Bytes ? bytesText(static_cast<std::int64_t>(value)) : tr("%1 %").arg(std::lround(value));
}

QString TimeSeriesPlot::csv() const
{
    QStringList header { QStringLiteral("seconds") };
    for (const QString& name : m_names)
        header << csvField(m_unit == Unit::Bytes ? name + QStringLiteral(" (bytes)") : name + QStringLiteral(" (%)"));
    QString table = header.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    for (const Sample& sample : m_samples) {
        table += csvNumber(sample.seconds);
        for (const double value : sample.values)
            table += QLatin1Char(',') + (std::isnan(value) ? QString() : csvNumber(value));
        table += QStringLiteral("\r\n");
    }
    return table;
}

QRectF TimeSeriesPlot::area(const QSizeF& size) const
{
    QRectF inside = areaInsideAxes(size, font(), QFontMetricsF(tickFont(font())).horizontalAdvance(QStringLiteral("00000")));
    inside.setTop(inside.top() + QFontMetricsF(font()).height() + 4); // the legend's line
    return inside;
}

double TimeSeriesPlot::span() const
{
    return std::max(shortestSpan, newest() - m_samples.front().seconds);
}

void TimeSeriesPlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF inside = area(size);
    double highest = m_unit == Unit::Percent ? 100 : 0;
    for (const Sample& sample : m_samples) {
        for (const double value : sample.values)
            highest = std::isnan(value) ? highest : std::max(highest, value);
    }
    const double scale = m_unit == Unit::Bytes ? mebibyte : 1;
    const Axis horizontal { -span(), 0, false, tr("seconds ago") };
    const Axis vertical { 0, std::max(1.0, highest / scale * (m_unit == Unit::Bytes ? 1.08 : 1)), false, m_unit == Unit::Bytes ? tr("MiB") : tr("%") };
    paintAxes(painter, inside, horizontal, vertical, style);

    const auto point = [&](const Sample& sample, double value) {
        return QPointF(inside.left() + inside.width() * horizontal.part(sample.seconds - newest()),
            inside.bottom() - inside.height() * vertical.part(value / scale));
    };
    double legend = inside.left();
    for (int line = 0; line < m_names.size(); ++line) {
        const QPen pen(style.seriesColor(line), 1.8, dashes[line % 4], Qt::FlatCap);
        QPolygonF path;
        const auto flush = [&] {
            painter.setPen(pen);
            painter.setBrush(Qt::NoBrush);
            painter.drawPolyline(path);
            path.clear();
        };
        for (const Sample& sample : m_samples) {
            const double value = sample.values[static_cast<std::size_t>(line)];
            if (std::isnan(value))
                flush();
            else
                path << point(sample, value);
        }
        flush();
        const double y = inside.top() - QFontMetricsF(font()).height() / 2 - 4;
        painter.setPen(pen);
        painter.drawLine(QPointF(legend, y), QPointF(legend + 24, y));
        const QString entry = QStringLiteral("%1 %2").arg(m_names[line], valueText(m_samples.back().values[static_cast<std::size_t>(line)]));
        painter.setPen(style.text);
        const QFontMetricsF metrics(font());
        painter.drawText(QPointF(legend + 30, y + metrics.ascent() / 2 - 1), entry);
        legend += 30 + metrics.horizontalAdvance(entry) + 18;
    }
    if (paintsCursor() && cursor() >= 0) {
        const Sample& sample = m_samples[static_cast<std::size_t>(cursor())];
        const double x = point(sample, 0).x();
        painter.setPen(QPen(style.cursor, 1));
        painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()));
    }
}

int TimeSeriesPlot::itemAt(const QPointF& position) const
{
    const QRectF inside = area(size());
    if (isEmpty() || !inside.contains(position))
        return -1;
    const double seconds = newest() - span() * (inside.right() - position.x()) / inside.width();
    const auto after = std::lower_bound(m_samples.begin(), m_samples.end(), seconds, [](const Sample& sample, double at) { return sample.seconds < at; });
    return after == m_samples.end() ? itemCount() - 1 : static_cast<int>(after - m_samples.begin());
}

QString TimeSeriesPlot::describe(int item) const
{
    const Sample& sample = m_samples[static_cast<std::size_t>(item)];
    QStringList parts;
    for (int line = 0; line < m_names.size(); ++line)
        parts << QStringLiteral("%1 %2").arg(m_names[line], valueText(sample.values[static_cast<std::size_t>(line)]));
    return tr("%1 s ago: %2").arg(std::lround(newest() - sample.seconds)).arg(parts.join(QStringLiteral(", ")));
}

} // namespace bitloom
