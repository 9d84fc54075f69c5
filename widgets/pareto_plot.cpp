// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pareto_plot.h"

#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr double markRadius = 4, reach = 14; ///< pixels
}

std::pair<std::vector<ParetoPoint>, std::vector<ParetoPoint>> splitFront(std::vector<ParetoPoint> points, ParetoSize by)
{
    const auto size = [by](const ParetoPoint& point) { return by == ParetoSize::Bytes ? static_cast<double>(point.bytes) : point.bitsPerWeight; };
    std::stable_sort(points.begin(), points.end(), [size](const ParetoPoint& a, const ParetoPoint& b) { return size(a) != size(b) ? size(a) < size(b) : a.loss < b.loss; });
    std::vector<ParetoPoint> front, others;
    double best = std::numeric_limits<double>::infinity();
    for (ParetoPoint& point : points) {
        const bool better = point.loss < best;
        best = std::min(best, point.loss);
        (better ? front : others).push_back(std::move(point));
    }
    return { std::move(front), std::move(others) };
}

ParetoPlot::ParetoPlot(QWidget* parent)
    : ParetoPlot({ tr("Size against predicted loss"),
                     tr("No error curves are measured yet. When the model has been calibrated for GGUF types, every size and what it is expected to cost are shown here."),
                     tr("predicted rise of the loss, nats per token"), tr("best types of each size"), tr("llama.cpp's mixes"), tr("predicted rise of the loss %1"),
                     QStringLiteral("predicted_loss") },
        parent)
{
}

ParetoPlot::ParetoPlot(ParetoWords words, QWidget* parent)
    : ItemPlot(words.title, words.emptyText, parent)
    , m_words(std::move(words))
{
    setObjectName(QStringLiteral("paretoPlot"));
    addLogarithmicAxis(tr("&Logarithmic loss"), true);
}

void ParetoPlot::setPoints(std::vector<ParetoPoint> front, std::vector<ParetoPoint> named)
{
    const auto unusable = [this](const ParetoPoint& point) {
        return !std::isfinite(sizeOf(point)) || sizeOf(point) <= 0 || !std::isfinite(point.loss) || point.loss < 0;
    };
    std::erase_if(front, unusable);
    std::erase_if(named, unusable);
    std::stable_sort(front.begin(), front.end(), [this](const ParetoPoint& a, const ParetoPoint& b) { return sizeOf(a) < sizeOf(b); });
    m_frontCount = static_cast<int>(front.size());
    m_points = std::move(front);
    m_points.insert(m_points.end(), std::make_move_iterator(named.begin()), std::make_move_iterator(named.end()));
    keepCursorInside();
    contentChanged();
}

void ParetoPlot::setSize(ParetoSize size)
{
    m_size = size;
    contentChanged();
}

void ParetoPlot::setBudget(double bitsPerWeight)
{
    if (bitsPerWeight == m_budget)
        return;
    m_budget = bitsPerWeight;
    contentChanged();
}

int ParetoPlot::chosen() const
{
    if (m_budget <= 0)
        return -1;
    int best = -1;
    for (int i = 0; i < m_frontCount; ++i) {
        // a size that was read from this plot must not fall below itself through rounding in a form
        if (m_points[static_cast<std::size_t>(i)].bitsPerWeight <= m_budget + 0.005)
            best = i;
    }
    return best;
}

QSize ParetoPlot::sizeHint() const
{
    return { 460, 280 };
}

QPointF ParetoPlot::Frame::place(double size, double loss) const
{
    return { area.left() + horizontal.part(size) * area.width(), area.bottom() - std::clamp(vertical.part(loss), 0.0, 1.0) * area.height() };
}

double ParetoPlot::sizeOf(const ParetoPoint& point) const
{
    return m_size == ParetoSize::Bytes ? static_cast<double>(point.bytes) / (1 << 20) : point.bitsPerWeight;
}

ParetoPlot::Frame ParetoPlot::frame(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    Frame frame;
    frame.area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("0.0000")));
    frame.area.setTop(frame.area.top() + metrics.height() + 6); // legend
    double least = std::numeric_limits<double>::infinity(), most = 0, narrow = least, wide = 0;
    for (const ParetoPoint& point : m_points) {
        narrow = std::min(narrow, sizeOf(point));
        wide = std::max(wide, sizeOf(point));
        most = std::max(most, point.loss + point.standardError);
        if (point.loss > 0)
            least = std::min(least, point.loss);
    }
    const double margin = wide > narrow ? 0.04 * (wide - narrow) : 0.05 * wide + 0.5;
    frame.horizontal.minimum = narrow - margin;
    frame.horizontal.maximum = wide + margin;
    frame.horizontal.label = m_size == ParetoSize::Bytes ? tr("size of the file, MiB") : tr("bits per weight");
    frame.vertical.logarithmic = isLogarithmic() && most > 0;
    frame.vertical.minimum = frame.vertical.logarithmic ? least / 1.3 : 0;
    frame.vertical.maximum = most > 0 ? most * (frame.vertical.logarithmic ? 1.3 : 1.06) : 1;
    frame.vertical.label = m_words.verticalAxis;
    return frame;
}

void ParetoPlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const Frame frame = this->frame(size);
    const auto placeOf = [&](const ParetoPoint& point) { return frame.place(sizeOf(point), point.loss); };
    const QRectF& area = frame.area;
    paintAxes(painter, area, frame.horizontal, frame.vertical, style);
    painter.save();
    painter.setClipRect(area.adjusted(-6, -6, 6, 6));
    const int selected = chosen();
    if (m_budget > 0 && frame.horizontal.part(m_budget) >= 0 && frame.horizontal.part(m_budget) <= 1) {
        const double x = area.left() + frame.horizontal.part(m_budget) * area.width();
        painter.setPen(QPen(style.accent, 1.5, Qt::DashLine));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    QPolygonF line;
    for (int i = 0; i < m_frontCount; ++i)
        line.append(placeOf(m_points[static_cast<std::size_t>(i)]));
    painter.setPen(QPen(style.seriesColor(0), 2));
    painter.drawPolyline(line);
    const bool marks = m_frontCount <= 60;
    for (int i = 0; i < itemCount(); ++i) {
        const ParetoPoint& point = m_points[static_cast<std::size_t>(i)];
        const QPointF place = placeOf(point);
        if (point.standardError > 0) {
            painter.setPen(QPen(style.text, 1.2));
            const double low = frame.place(sizeOf(point), std::max(frame.vertical.minimum, point.loss - point.standardError)).y();
            const double high = frame.place(sizeOf(point), point.loss + point.standardError).y();
            painter.drawLine(QPointF(place.x(), low), QPointF(place.x(), high));
            for (const double y : { low, high })
                painter.drawLine(QPointF(place.x() - 4, y), QPointF(place.x() + 4, y));
        }
        if (i < m_frontCount) {
            if (!marks && i != selected)
                continue;
            painter.setPen(QPen(i == selected ? style.accent : style.seriesColor(0), 1.5));
            painter.setBrush(i == selected ? style.accent : style.panel);
            const double radius = i == selected ? markRadius + 2 : markRadius - 1;
            painter.drawEllipse(place, radius, radius);
        } else {
            painter.setPen(QPen(style.seriesColor(1), 1.5));
            painter.setBrush(style.panel);
            painter.drawRect(QRectF(place - QPointF(markRadius, markRadius), QSizeF(2 * markRadius, 2 * markRadius)));
        }
    }
    painter.setBrush(Qt::NoBrush);
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    painter.setPen(style.mutedText);
    std::vector<QRectF> taken;
    for (int i = 0; i < itemCount(); ++i) {
        const ParetoPoint& point = m_points[static_cast<std::size_t>(i)];
        if (point.name.isEmpty())
            continue;
        const QPointF place = placeOf(point);
        const double width = metrics.horizontalAdvance(point.name) + 2;
        QRectF label(place.x() + markRadius + 4, place.y() - metrics.height() / 2, width, metrics.height());
        if (label.right() > area.right())
            label.moveRight(place.x() - markRadius - 4);
        const bool covered = std::any_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(label); });
        if (covered)
            continue;
        taken.push_back(label);
        painter.drawText(label, Qt::AlignCenter, point.name);
    }
    if (paintsCursor() && cursor() >= 0 && cursor() < itemCount()) {
        painter.setPen(QPen(style.cursor, 2));
        painter.drawEllipse(placeOf(m_points[static_cast<std::size_t>(cursor())]), markRadius + 5, markRadius + 5);
    }
    painter.restore();
    painter.setFont(small);
    double x = area.left();
    const double y = area.top() - metrics.height() - 5;
    x = paintLegendEntry(painter, x, y, style.seriesColor(0), Qt::NoPen, m_words.front, style);
    if (m_frontCount < itemCount())
        x = paintLegendEntry(painter, x, y, style.panel, QPen(style.seriesColor(1), 1.5), m_words.named, style);
    if (selected >= 0)
        paintLegendEntry(painter, x, y, style.accent, Qt::NoPen, tr("chosen"), style);
}

int ParetoPlot::itemAt(const QPointF& position) const
{
    if (m_points.empty())
        return -1;
    const Frame frame = this->frame(size());
    int nearest = -1;
    double best = reach;
    for (int i = 0; i < itemCount(); ++i) {
        const ParetoPoint& point = m_points[static_cast<std::size_t>(i)];
        const double distance = QLineF(position, frame.place(sizeOf(point), point.loss)).length();
        if (distance < best) {
            best = distance;
            nearest = i;
        }
    }
    return nearest;
}

void ParetoPlot::activateCursor()
{
    if (cursor() >= 0 && cursor() < itemCount())
        Q_EMIT budgetPicked(m_points[static_cast<std::size_t>(cursor())].bitsPerWeight);
}

QString ParetoPlot::describe(int item) const
{
    const ParetoPoint& point = m_points[static_cast<std::size_t>(item)];
    QString text = point.name.isEmpty() ? QString() : point.name + QStringLiteral(": ");
    QStringList sizes;
    if (point.bitsPerWeight > 0)
        sizes << tr("%1 bits per weight").arg(numberText(point.bitsPerWeight, 4));
    if (point.bytes > 0)
        sizes << bytesText(point.bytes);
    text += sizes.join(QStringLiteral(", "));
    text += QStringLiteral(", ") + m_words.described.arg(point.standardError > 0 ? uncertainText(point.loss, point.standardError) : numberText(point.loss, 3));
    if (item < m_frontCount && !point.name.isEmpty())
        text += tr(", on the front");
    if (item == chosen())
        text += tr(" (chosen)");
    return text;
}

QString ParetoPlot::csv() const
{
    QString text = QStringLiteral("name,bits_per_weight,bytes,%1,chosen\r\n").arg(m_words.column);
    for (int i = 0; i < itemCount(); ++i) {
        const ParetoPoint& point = m_points[static_cast<std::size_t>(i)];
        text += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                    .arg(csvField(point.name), csvNumber(point.bitsPerWeight), point.bytes > 0 ? QString::number(point.bytes) : QString(),
                        csvNumber(point.loss), i == chosen() ? QStringLiteral("1") : QStringLiteral("0"));
    }
    return text;
}

} // namespace bitloom
