// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cache_bytes_plot.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <algorithm>

namespace bitloom {
namespace {
    constexpr double kibibyte = 1024, mebibyte = 1024 * kibibyte;
}

CacheBytesPlot::CacheBytesPlot(QWidget* parent)
    : ItemPlot(tr("Bytes of the caches"),
        tr("The bytes of each cache that writes are drawn here against the length of the text."), parent)
{
    setObjectName(QStringLiteral("cacheBytes"));
}

void CacheBytesPlot::begin(const QString& name)
{
    if (!m_caches.empty() && m_caches.back().samples.empty()) { // it never wrote
        m_caches.pop_back();
        --m_begun;
    }
    m_caches.push_back({ ++m_begun, name, {} });
    if (m_caches.size() > mostCaches)
        m_caches.erase(m_caches.begin());
    findLengths();
    contentChanged();
}

void CacheBytesPlot::append(qint64 length, qint64 keyBytes, qint64 valueBytes)
{
    if (m_caches.empty())
        return;
    auto& samples = m_caches.back().samples;
    samples[length] = { keyBytes, valueBytes };
    if (samples.size() > mostSamples)
        for (auto each = std::next(samples.begin()); each != samples.end() && std::next(each) != samples.end(); ++each)
            each = samples.erase(each);
    findLengths();
    contentChanged();
}

void CacheBytesPlot::clear()
{
    m_caches.clear();
    m_begun = 0;
    clearCursor();
    findLengths();
    contentChanged();
}

void CacheBytesPlot::findLengths()
{
    m_lengths.clear();
    for (const Cache& cache : m_caches)
        for (const auto& [length, held] : cache.samples)
            m_lengths.push_back(length);
    std::sort(m_lengths.begin(), m_lengths.end());
    m_lengths.erase(std::unique(m_lengths.begin(), m_lengths.end()), m_lengths.end());
    keepCursorInside();
}

QString CacheBytesPlot::title(const Cache& cache) const { return tr("%1: %2").arg(cache.number).arg(cache.name); }

QRectF CacheBytesPlot::area(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF inside = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("00000")));
    inside.setTop(inside.top()
        + (static_cast<double>(m_caches.size()) + 1)
            * (metrics.height() + 1)); // the legend: what lines mean, and a line for each cache
    inside.setRight(inside.right() - 10);
    inside.setHeight(std::max(10.0, inside.height()));
    return inside;
}

void CacheBytesPlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF inside = area(size);
    qint64 most = 0;
    for (const Cache& cache : m_caches)
        for (const auto& [length, held] : cache.samples)
            most = std::max({ most, held.keys, held.values });
    const double unit = static_cast<double>(most) >= mebibyte ? mebibyte : kibibyte;
    const Axis horizontal { 0, static_cast<double>(m_lengths.back()), false, tr("tokens in the cache") };
    const Axis vertical { 0, std::max(1e-9, static_cast<double>(most) / unit * 1.06), false,
        unit == mebibyte ? tr("MiB") : tr("KiB") };
    paintAxes(painter, inside, horizontal, vertical, style);
    const auto at = [&](qint64 length, qint64 bytes) {
        return QPointF(inside.left() + inside.width() * horizontal.part(static_cast<double>(length)),
            inside.bottom() - inside.height() * vertical.part(static_cast<double>(bytes) / unit));
    };

    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    double y = titleHeight(font()) + 2;
    double x = inside.left();
    for (const bool values : { false, true }) {
        painter.setPen(QPen(style.text, 2, values ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(x, y + metrics.height() / 2), QPointF(x + 26, y + metrics.height() / 2));
        const QString name = values ? tr("values") : tr("keys");
        painter.setPen(style.mutedText);
        painter.drawText(QPointF(x + 31, y + metrics.ascent()), name);
        x += 31 + metrics.horizontalAdvance(name) + 18;
    }
    for (const Cache& cache : m_caches) {
        y += metrics.height() + 1;
        const QColor color = style.seriesColor(cache.number - 1);
        if (cache.samples.empty())
            continue;
        for (const bool values : { false, true }) {
            QPolygonF line;
            for (const auto& [length, held] : cache.samples)
                line << at(length, values ? held.values : held.keys);
            painter.setPen(QPen(color, 2, values ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap));
            painter.setBrush(Qt::NoBrush);
            painter.drawPolyline(line);
            // The number at its end tells lines apart without their colours.
            painter.setPen(style.text);
            painter.drawText(
                line.back() + QPointF(2, values ? metrics.ascent() * 0.8 : -2), QString::number(cache.number));
        }
        const auto& [length, held] = *cache.samples.rbegin();
        const QString entry = tr("%1, at %2 tokens %3 and %4")
                                  .arg(title(cache))
                                  .arg(length)
                                  .arg(bytesText(held.keys), bytesText(held.values));
        painter.fillRect(QRectF(inside.left(), y + 2, metrics.ascent(), metrics.ascent()), color);
        painter.setPen(style.mutedText);
        const double left = inside.left() + metrics.ascent() + 6;
        painter.drawText(QRectF(left, y, size.width() - left - 8, metrics.height()), Qt::AlignVCenter,
            metrics.elidedText(entry, Qt::ElideMiddle, size.width() - left - 8));
    }
    if (paintsCursor() && cursor() >= 0) {
        const double line = at(m_lengths[static_cast<std::size_t>(cursor())], 0).x();
        painter.setPen(QPen(style.cursor, 1));
        painter.drawLine(QPointF(line, inside.top()), QPointF(line, inside.bottom()));
    }
}

int CacheBytesPlot::itemAt(const QPointF& position) const
{
    const QRectF inside = area(size());
    if (isEmpty() || !inside.contains(position))
        return -1;
    const auto length
        = static_cast<qint64>((position.x() - inside.left()) / inside.width() * static_cast<double>(m_lengths.back()));
    const auto after = std::lower_bound(m_lengths.begin(), m_lengths.end(), length);
    return static_cast<int>(std::min(after, m_lengths.end() - 1) - m_lengths.begin());
}

QString CacheBytesPlot::describe(int item) const
{
    const qint64 length = m_lengths[static_cast<std::size_t>(item)];
    QStringList parts;
    for (const Cache& cache : m_caches)
        if (const auto found = cache.samples.find(length); found != cache.samples.end())
            parts << tr("%1 keys %2, values %3")
                         .arg(title(cache), bytesText(found->second.keys), bytesText(found->second.values));
    return tr("%1 tokens: %2").arg(length).arg(parts.join(QStringLiteral("; ")));
}

QString CacheBytesPlot::csv() const
{
    QString table = QStringLiteral("cache,tokens,key_bytes,value_bytes\r\n");
    for (const Cache& cache : m_caches)
        for (const auto& [length, held] : cache.samples)
            table += QStringLiteral("%1,%2,%3,%4\r\n")
                         .arg(csvField(title(cache)))
                         .arg(length)
                         .arg(held.keys)
                         .arg(held.values);
    return table;
}

} // namespace bitloom
