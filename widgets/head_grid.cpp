// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/head_grid.h"

#include "widgets/plot_axes.h"
#include "widgets/position_style.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr double barWidth = 12;
    /// Errors of 8 bits and of dropped positions are three powers of ten apart.
    constexpr ValueScale errorScale { 0.001, 1, true };
}

HeadGrid::HeadGrid(QWidget* parent)
    : PlotView(tr("Attention by what is kept"),
        tr("While a model writes, every head of every layer is shown here. Pick one to see its positions."), parent)
{
    setObjectName(QStringLiteral("headGrid"));
}

void HeadGrid::setMap(const CacheMapEvent& map)
{
    if (map.layers < 1 || map.heads < 1
        || map.mass.size()
            != static_cast<std::size_t>(map.layers) * static_cast<std::size_t>(map.heads) * positionClassCount)
        return;
    const bool measured
        = map.errors && map.errors->size() == static_cast<std::size_t>(map.layers) * static_cast<std::size_t>(map.heads);
    m_mass = map.mass;
    m_errors = measured ? *map.errors : std::vector<float>();
    m_layers = map.layers;
    m_heads = map.heads;
    m_keyBits = map.keyBits;
    m_length = static_cast<int>(map.length);
    m_cursorLayer = std::min(m_cursorLayer, m_layers - 1);
    m_cursorHead = std::min(m_cursorHead, m_heads - 1);
    contentChanged();
}

void HeadGrid::clear()
{
    m_layers = m_heads = 0;
    m_cursorLayer = m_cursorHead = -1;
    m_mass.clear();
    m_errors.clear();
    contentChanged();
}

void HeadGrid::setShownClass(std::optional<PositionClass> shown)
{
    m_shown = shown;
    contentChanged();
}

void HeadGrid::setShowsErrors(bool errors)
{
    m_showsErrors = errors;
    contentChanged();
}

void HeadGrid::setSelected(int layer, int head)
{
    m_selectedLayer = layer;
    m_selectedHead = head;
    contentChanged();
}

float HeadGrid::classMass(int layer, int head, int of) const
{
    return m_mass[static_cast<std::size_t>((layer * m_heads + head) * positionClassCount + of)];
}

double HeadGrid::mass(int layer, int head) const
{
    if (m_shown)
        return classMass(layer, head, static_cast<int>(*m_shown));
    double exact = 0;
    for (int of = 0; of < positionClassCount; ++of)
        exact += isExact(static_cast<PositionClass>(of)) ? classMass(layer, head, of) : 0;
    return exact;
}

double HeadGrid::error(int layer, int head) const
{
    return m_errors.empty() ? std::numeric_limits<double>::quiet_NaN()
                            : static_cast<double>(m_errors[static_cast<std::size_t>(layer * m_heads + head)]);
}

double HeadGrid::colorPosition(int layer, int head) const
{
    if (!m_showsErrors)
        return mass(layer, head);
    const double value = error(layer, head);
    return std::isnan(value) ? value : errorScale.position(std::max(value, errorScale.minimum));
}

QString HeadGrid::figure(int layer, int head) const
{
    if (!m_showsErrors)
        return QString::number(std::lround(100 * mass(layer, head)));
    const double percent = 100 * error(layer, head);
    return std::isnan(percent) ? QString() : percent < 9.95 ? QString::number(percent, 'f', 1) : QString::number(std::lround(percent));
}

std::vector<HeadGrid::Tick> HeadGrid::ticks() const
{
    std::vector<Tick> marks;
    for (const double value : m_showsErrors ? std::vector { 0.001, 0.01, 0.1, 1.0 } : std::vector { 0.0, 1.0 })
        marks.push_back({ m_showsErrors ? errorScale.position(value) : value, percentText(value) });
    return marks;
}

QString HeadGrid::plotTitle() const
{
    if (m_showsErrors)
        return m_errors.empty() && !isEmpty() ? tr("Error of the attention's output (not measured: nobody watched when the text began)")
                                              : tr("Error of the attention's output");
    return m_shown ? tr("Attention on: %1").arg(positionClassName(*m_shown, m_keyBits))
                   : tr("Attention on what is kept exactly");
}

QRectF HeadGrid::cellsFor(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    const double left = metrics.height() + metrics.horizontalAdvance(QStringLiteral("00")) + 20,
                 top = titleHeight(font()) + 2;
    const double right = barWidth + metrics.horizontalAdvance(QStringLiteral("100 %")) + 28;
    return { left, top, std::max(20.0, size.width() - left - right),
        std::max(12.0, size.height() - top - 2 * metrics.height() - 12) };
}

bool HeadGrid::cellAt(const QPointF& position, int* layer, int* head) const
{
    const QRectF cells = cellsFor(size());
    if (isEmpty() || !cells.contains(position))
        return false;
    *layer = std::min(static_cast<int>((position.x() - cells.left()) / cells.width() * m_layers), m_layers - 1);
    *head = std::min(static_cast<int>((position.y() - cells.top()) / cells.height() * m_heads), m_heads - 1);
    return true;
}

void HeadGrid::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF cells = cellsFor(size);
    const double width = cells.width() / m_layers, height = cells.height() / m_heads;
    const auto rectOf = [&](int layer, int head) {
        return QRectF(cells.left() + layer * width, cells.top() + head * height, width, height);
    };
    const double gapX = width > 6 ? 1 : 0, gapY = height > 6 ? 1 : 0;
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    painter.fillRect(cells, style.panel);
    for (int layer = 0; layer < m_layers; ++layer) {
        for (int head = 0; head < m_heads; ++head) {
            const QRectF cell = rectOf(layer, head).adjusted(0, 0, -gapX, -gapY);
            const QColor color = m_colors.color(colorPosition(layer, head));
            painter.fillRect(cell, color);
            if (cell.width() > metrics.horizontalAdvance(QStringLiteral("100")) && cell.height() > metrics.height()) {
                painter.setPen(readableOn(color));
                painter.drawText(cell, Qt::AlignCenter, figure(layer, head));
            }
        }
    }

    painter.setPen(style.mutedText);
    const int rowStep = std::max(1, static_cast<int>(std::ceil(metrics.height() / height)));
    for (int head = 0; head < m_heads; head += rowStep)
        painter.drawText(QRectF(0, cells.top() + head * height - 10, cells.left() - 6, height + 20),
            Qt::AlignRight | Qt::AlignVCenter, QString::number(head));
    const int columnStep
        = std::max(1, static_cast<int>(std::ceil((metrics.horizontalAdvance(QString::number(m_layers)) + 8) / width)));
    for (int layer = 0; layer < m_layers; layer += columnStep)
        painter.drawText(QRectF(cells.left() + layer * width - 30, cells.bottom() + 3, width + 60, metrics.height()),
            Qt::AlignHCenter, QString::number(layer));
    painter.drawText(QRectF(cells.left(), cells.bottom() + 5 + metrics.height(), cells.width(), metrics.height() + 2),
        Qt::AlignHCenter, tr("layer"));
    painter.save();
    painter.translate(8, cells.center().y());
    painter.rotate(-90);
    painter.drawText(QRectF(-cells.height() / 2, -2, cells.height(), metrics.height()), Qt::AlignCenter,
        metrics.elidedText(tr("head"), Qt::ElideRight, cells.height()));
    painter.restore();

    const QRectF bar(cells.right() + 12, cells.top() + 2, barWidth, std::max(8.0, cells.height() - 4));
    QImage colors(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        colors.setPixel(0, i, m_colors.at(1 - i / 255.0));
    painter.drawImage(bar, colors);
    for (const Tick& tick : ticks())
        painter.drawText(QRectF(bar.right() + 6, bar.bottom() - tick.position * bar.height() - metrics.height() / 2, 80,
                             metrics.height()),
            Qt::AlignVCenter, tick.text);

    const auto mark = [&](int layer, int head, const QColor& color) {
        if (layer < 0 || head < 0 || layer >= m_layers || head >= m_heads)
            return;
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(style.surface, 4));
        painter.drawRect(rectOf(layer, head));
        painter.setPen(QPen(color, 2));
        painter.drawRect(rectOf(layer, head));
    };
    mark(m_selectedLayer, m_selectedHead, style.text);
    if (paintsCursor())
        mark(m_cursorLayer, m_cursorHead, style.accent);
}

QString HeadGrid::describe(int layer, int head) const
{
    QStringList parts;
    for (int of = 0; of < positionClassCount; ++of)
        if (classMass(layer, head, of) >= 0.0005F)
            parts << tr("%1 %2").arg(
                positionClassName(static_cast<PositionClass>(of), m_keyBits), percentText(classMass(layer, head, of)));
    if (!m_errors.empty())
        parts << tr("error of the output %1").arg(percentText(error(layer, head)));
    return tr("Layer %1, head %2: %3").arg(layer).arg(head).arg(parts.join(QStringLiteral(", ")));
}

QString HeadGrid::describeCursor() const
{
    return m_cursorLayer < 0 || m_cursorHead < 0 || isEmpty() ? QString() : describe(m_cursorLayer, m_cursorHead);
}

QString HeadGrid::tooltipAt(const QPointF& position) const
{
    int layer = 0, head = 0;
    return cellAt(position, &layer, &head) ? describe(layer, head) : QString();
}

bool HeadGrid::moveCursorTo(const QPointF& position) { return cellAt(position, &m_cursorLayer, &m_cursorHead); }

bool HeadGrid::moveCursor(CursorMove move)
{
    const auto before = std::pair(m_cursorLayer, m_cursorHead);
    if (m_cursorLayer < 0) {
        m_cursorLayer = std::clamp(m_selectedLayer, 0, m_layers - 1);
        m_cursorHead = std::clamp(m_selectedHead, 0, m_heads - 1);
        return true;
    }
    const int page = std::max(1, m_layers / 10);
    switch (move) {
    case CursorMove::Left:
        --m_cursorLayer;
        break;
    case CursorMove::Right:
        ++m_cursorLayer;
        break;
    case CursorMove::Up:
        --m_cursorHead;
        break;
    case CursorMove::Down:
        ++m_cursorHead;
        break;
    case CursorMove::PageForward:
        m_cursorLayer += page;
        break;
    case CursorMove::PageBack:
        m_cursorLayer -= page;
        break;
    case CursorMove::First:
        m_cursorLayer = 0;
        break;
    case CursorMove::Last:
        m_cursorLayer = m_layers - 1;
        break;
    }
    m_cursorLayer = std::clamp(m_cursorLayer, 0, m_layers - 1);
    m_cursorHead = std::clamp(m_cursorHead, 0, m_heads - 1);
    return before != std::pair(m_cursorLayer, m_cursorHead);
}

void HeadGrid::activateCursor()
{
    if (m_cursorLayer < 0)
        return;
    setSelected(m_cursorLayer, m_cursorHead);
    Q_EMIT headActivated(m_cursorLayer, m_cursorHead);
}

QString HeadGrid::csv() const
{
    QString table = QStringLiteral("layer,head,class,attention,output_error\r\n");
    for (int layer = 0; layer < m_layers; ++layer)
        for (int head = 0; head < m_heads; ++head)
            for (int of = 0; of < positionClassCount; ++of)
                table += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                             .arg(layer)
                             .arg(head)
                             .arg(csvField(positionClassName(static_cast<PositionClass>(of), m_keyBits)),
                                 csvNumber(classMass(layer, head, of)),
                                 m_errors.empty() ? QString() : csvNumber(error(layer, head)));
    return table;
}

} // namespace bitloom
