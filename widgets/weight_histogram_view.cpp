// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/weight_histogram_view.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>

namespace bitloom {

WeightHistogramView::WeightHistogramView(QWidget* parent)
    : ItemPlot(tr("Weights"), tr("Select a tensor in the table to see how its weights are spread."), parent)
{
    setObjectName(QStringLiteral("weightHistogram"));
    addLogarithmicAxis(tr("&Logarithmic counts"), false);
}

void WeightHistogramView::setHistogram(const WeightHistogram& histogram)
{
    m_histogram = histogram;
    clearCursor();
    contentChanged();
}

void WeightHistogramView::clear()
{
    setHistogram({});
}

QString WeightHistogramView::plotTitle() const
{
    if (m_histogram.tensor.empty())
        return tr("Weights");
    const QString name = QString::fromStdString(m_histogram.tensor);
    return m_histogram.row < 0 ? tr("Weights of %1").arg(name) : tr("Weights of %1, row %2").arg(name).arg(m_histogram.row);
}

QSize WeightHistogramView::sizeHint() const
{
    return { 420, 260 };
}

QRectF WeightHistogramView::plotArea(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("000000")));
    area.setTop(area.top() + metrics.height() + 4); // mean and deviation
    return area;
}

double WeightHistogramView::binStart(int bin) const
{
    return m_histogram.minimum
        + bin * (m_histogram.maximum - m_histogram.minimum) / static_cast<double>(m_histogram.counts.size());
}

void WeightHistogramView::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF area = plotArea(size);
    Axis horizontal;
    horizontal.minimum = m_histogram.minimum;
    horizontal.maximum = m_histogram.maximum > m_histogram.minimum ? m_histogram.maximum : m_histogram.minimum + 1e-6;
    horizontal.label = tr("weight");
    Axis vertical;
    vertical.logarithmic = isLogarithmic();
    vertical.minimum = isLogarithmic() ? 0.5 : 0;
    vertical.maximum = 1;
    vertical.label = isLogarithmic() ? tr("weights per bin, log") : tr("weights per bin");
    for (const float count : m_histogram.counts)
        vertical.maximum = std::max<double>(vertical.maximum, (isLogarithmic() ? 1.5 : 1.06) * count);
    paintAxes(painter, area, horizontal, vertical, style);

    painter.setRenderHint(QPainter::Antialiasing, false);
    const int bins = static_cast<int>(m_histogram.counts.size());
    const double width = area.width() / bins;
    for (int bin = 0; bin < bins; ++bin) {
        const double count = m_histogram.counts[static_cast<std::size_t>(bin)];
        const double height = std::max(0.0, vertical.part(count)) * area.height();
        if (count <= 0)
            continue;
        const QColor color = paintsCursor() && bin == cursor() ? style.series[1] : style.series[0];
        painter.fillRect(QRectF(area.left() + bin * width, area.bottom() - height, std::max(1.0, width - (width > 4 ? 1 : 0)), height), color);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);

    const auto toX = [&](double value) { return area.left() + horizontal.part(value) * area.width(); };
    const double mean = m_histogram.mean, deviation = m_histogram.standardDeviation;
    const double from = std::clamp(toX(mean - deviation), area.left(), area.right()),
                 to = std::clamp(toX(mean + deviation), area.left(), area.right());
    painter.setPen(QPen(style.text, 1.6));
    painter.drawLine(QPointF(toX(mean), area.top()), QPointF(toX(mean), area.bottom()));
    painter.setPen(QPen(style.text, 1.2, Qt::DashLine));
    for (const double x : { from, to })
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));

    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    painter.setPen(style.mutedText);
    const QString figures = tr("mean %1 (solid), standard deviation %2 (dashed), from %3 to %4")
                                .arg(numberText(mean, 3), numberText(deviation, 3), numberText(m_histogram.minimum, 3),
                                    numberText(m_histogram.maximum, 3));
    painter.drawText(QRectF(area.left(), area.top() - metrics.height() - 3, area.width(), metrics.height()),
        Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(figures, Qt::ElideRight, area.width()));
}

int WeightHistogramView::itemAt(const QPointF& position) const
{
    const QRectF area = plotArea(size());
    if (!area.contains(position) || itemCount() == 0)
        return -1;
    return std::clamp(static_cast<int>((position.x() - area.left()) / area.width() * itemCount()), 0, itemCount() - 1);
}

QString WeightHistogramView::describe(int bin) const
{
    return tr("%1 weights from %2 to %3")
        .arg(numberText(m_histogram.counts[static_cast<std::size_t>(bin)], 9), numberText(binStart(bin)), numberText(binStart(bin + 1)));
}

QString WeightHistogramView::csv() const
{
    QString text = QStringLiteral("tensor,row,bin_start,bin_end,count\r\n");
    for (int bin = 0; bin < static_cast<int>(m_histogram.counts.size()); ++bin) {
        text += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                    .arg(csvField(QString::fromStdString(m_histogram.tensor)),
                        m_histogram.row < 0 ? QString() : QString::number(m_histogram.row), csvNumber(binStart(bin)),
                        csvNumber(binStart(bin + 1)), csvNumber(m_histogram.counts[static_cast<std::size_t>(bin)]));
    }
    return text;
}

} // namespace bitloom
