// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_ratio_plot.h"

#include "widgets/text_format.h"

#include <QHash>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    constexpr double reach = 14; ///< of the mouse, pixels

    /// A mark that tells a run without its colour: four shapes, filled and then hollow.
    void paintMark(QPainter& painter, const QPointF& at, int run, double radius, const PlotStyle& style)
    {
        painter.setPen(QPen(style.seriesColor(run), 1.2));
        painter.setBrush(run % 8 < 4 ? style.seriesColor(run) : style.panel);
        switch (run % 4) {
        case 0:
            return painter.drawEllipse(at, radius, radius);
        case 1:
            return painter.drawRect(QRectF(at - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)));
        case 2:
            painter.drawPolygon(QPolygonF({ at + QPointF(0, -radius), at + QPointF(radius, radius), at + QPointF(-radius, radius) }));
            return;
        default:
            painter.drawPolygon(QPolygonF({ at + QPointF(0, -radius), at + QPointF(radius, 0), at + QPointF(0, radius), at + QPointF(-radius, 0) }));
        }
    }
}

LayerRatioPlot::LayerRatioPlot(QWidget* parent)
    : ItemPlot(tr("Layer errors against another run"), tr("Pick two runs of the same model whose layers were measured; how their errors differ is shown layer by layer."), parent)
{
    setObjectName(QStringLiteral("layerRatioPlot"));
    addLogarithmicAxis(tr("&Logarithmic ratio"), true);
}

void LayerRatioPlot::setRuns(const RunLayers& base, const std::vector<RunLayers>& others)
{
    m_base = base.name;
    m_layers.clear();
    m_runs.clear();
    m_points.clear();
    clearCursor();
    QHash<QString, std::pair<int, double>> errors;
    for (const LayerReport& layer : base.layers) {
        if (!layer.relativeError || !std::isfinite(*layer.relativeError) || *layer.relativeError <= 0)
            continue;
        const QString name = QString::fromStdString(layer.name);
        errors.insert(name, { static_cast<int>(m_layers.size()), *layer.relativeError });
        m_layers.append(name);
    }
    for (const RunLayers& run : others) {
        std::vector<Point> points;
        for (const LayerReport& layer : run.layers) {
            const auto known = errors.constFind(QString::fromStdString(layer.name));
            if (known != errors.constEnd() && layer.relativeError && std::isfinite(*layer.relativeError) && *layer.relativeError >= 0)
                points.push_back({ known->first, static_cast<int>(m_runs.size()), *layer.relativeError, known->second });
        }
        if (points.empty())
            continue;
        m_runs.append(run.name);
        std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.layer < b.layer; });
        m_points.insert(m_points.end(), points.begin(), points.end());
    }
    contentChanged();
}

QRectF LayerRatioPlot::plotArea(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("00.00")));
    area.setTop(area.top() + metrics.height() + 6); // legend
    return area;
}

Axis LayerRatioPlot::vertical() const
{
    double least = 1, most = 1;
    bool zero = false;
    for (const Point& point : m_points) {
        zero |= point.ratio() <= 0;
        most = std::max(most, point.ratio());
        if (point.ratio() > 0)
            least = std::min(least, point.ratio());
    }
    Axis axis;
    axis.logarithmic = isLogarithmic() && !zero;
    axis.minimum = axis.logarithmic ? least / 1.15 : 0;
    axis.maximum = most * (axis.logarithmic ? 1.15 : 1.06);
    axis.label = tr("error over that of %1").arg(m_base);
    return axis;
}

QPointF LayerRatioPlot::place(const QRectF& area, const Axis& axis, const Point& point) const
{
    return { area.left() + (point.layer + 0.5) * area.width() / static_cast<double>(m_layers.size()), area.bottom() - std::clamp(axis.part(point.ratio()), 0.0, 1.0) * area.height() };
}

void LayerRatioPlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    static const QRegularExpression blockOf(QStringLiteral("(?:^|\\.)(\\d+)\\."));
    const QRectF area = plotArea(size);
    const Axis axis = vertical();
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, axis, style, true);
    painter.setFont(small);
    const double width = area.width() / static_cast<double>(m_layers.size());
    QString lastBlock;
    double labelEnd = -1e9;
    for (qsizetype i = 0; i < m_layers.size(); ++i) {
        const QString block = blockOf.match(m_layers[i]).captured(1);
        if (block.isEmpty() || block == lastBlock)
            continue;
        lastBlock = block;
        const double x = area.left() + static_cast<double>(i) * width;
        painter.setPen(QPen(style.grid, 1));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 4));
        if (x > labelEnd) {
            painter.setPen(style.mutedText);
            painter.drawText(QPointF(x + 1, area.bottom() + 4 + metrics.ascent()), block);
            labelEnd = x + metrics.horizontalAdvance(block) + 6;
        }
    }
    const double same = area.bottom() - axis.part(1) * area.height();
    painter.setPen(QPen(style.text, 1.5, Qt::DashLine));
    painter.drawLine(QPointF(area.left(), same), QPointF(area.right(), same));
    const double radius = std::clamp(0.35 * width, 1.5, 4.0);
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const Point& point = m_points[i];
        const QColor color = style.seriesColor(point.run);
        painter.setPen(QPen(color, 1.2));
        if (i > 0 && m_points[i - 1].run == point.run)
            painter.drawLine(place(area, axis, m_points[i - 1]), place(area, axis, point));
    }
    for (const Point& point : m_points)
        paintMark(painter, place(area, axis, point), point.run, radius, style);
    painter.setBrush(Qt::NoBrush);
    if (paintsCursor() && cursor() >= 0 && cursor() < itemCount()) {
        painter.setPen(QPen(style.cursor, 2));
        painter.drawEllipse(place(area, axis, m_points[static_cast<std::size_t>(cursor())]), radius + 5, radius + 5);
    }
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(area.left(), area.bottom() + 6 + metrics.height(), area.width(), metrics.height()), Qt::AlignHCenter, tr("decoder block"));
    double x = area.left();
    const double y = area.top() - metrics.height() - 5;
    for (qsizetype run = 0; run < m_runs.size() && x < area.right() - 40; ++run) {
        paintMark(painter, QPointF(x + 5, y + metrics.height() / 2), static_cast<int>(run), 4, style);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(x + 15, y, area.right() - x - 15, metrics.height()), Qt::AlignVCenter, m_runs[run]);
        x += 15 + metrics.horizontalAdvance(m_runs[run]) + 14;
    }
}

int LayerRatioPlot::itemAt(const QPointF& position) const
{
    if (m_points.empty())
        return -1;
    const QRectF area = plotArea(size());
    const Axis axis = vertical();
    int nearest = -1;
    double best = reach;
    for (int i = 0; i < itemCount(); ++i) {
        const double distance = QLineF(position, place(area, axis, m_points[static_cast<std::size_t>(i)])).length();
        if (distance < best) {
            best = distance;
            nearest = i;
        }
    }
    return nearest;
}

QString LayerRatioPlot::describe(int item) const
{
    const Point& point = m_points[static_cast<std::size_t>(item)];
    return tr("%1, %2: relative error %3, %4 times that of %5 (%6)")
        .arg(m_runs[point.run], m_layers[point.layer], percentText(point.error), numberText(point.ratio(), 3), m_base, percentText(point.base));
}

QString LayerRatioPlot::plotTitle() const
{
    return m_base.isEmpty() ? accessibleName() : tr("Layer errors against %1").arg(m_base);
}

QString LayerRatioPlot::csv() const
{
    QString text = QStringLiteral("run,layer,relative_error,relative_error_of_base,ratio\r\n");
    for (const Point& point : m_points)
        text += QStringLiteral("%1,%2,%3,%4,%5\r\n").arg(csvField(m_runs[point.run]), csvField(m_layers[point.layer]), csvNumber(point.error), csvNumber(point.base), csvNumber(point.ratio()));
    return text;
}

} // namespace bitloom
