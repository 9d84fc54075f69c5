// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_strip.h"

#include "widgets/color_map.h"
#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QMouseEvent>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr int rowHeightPreferred = 24;
    constexpr double largestCellWidth = 72;

    QString shortModule(const QString& module)
    {
        return module.section(QLatin1Char('.'), -1);
    }

    quint64 placeKey(int block, int module)
    {
        return (static_cast<quint64>(static_cast<quint32>(block)) << 32) | static_cast<quint32>(module);
    }

    double errorOf(const LayerEvent& layer)
    {
        return layer.state == LayerState::Done && layer.relativeError ? *layer.relativeError
                                                                      : std::numeric_limits<double>::quiet_NaN();
    }
}

LayerStrip::LayerStrip(QWidget* parent)
    : PlotView(tr("Layers"), tr("No layers yet. Start a quantization or open a project, and every linear layer shows its state here."),
        parent)
{
    setObjectName(QStringLiteral("layerStrip"));
}

QString LayerStrip::stateName(LayerState state)
{
    switch (state) {
    case LayerState::Waiting:
        return tr("waiting");
    case LayerState::Calibrating:
        return tr("calibrating");
    case LayerState::Solving:
        return tr("solving");
    case LayerState::Done:
        return tr("done");
    case LayerState::Failed:
        return tr("failed");
    }
    return {};
}

void LayerStrip::setLayers(const std::vector<LayerEvent>& layers)
{
    clear();
    for (const LayerEvent& layer : layers)
        put(layer);
    contentChanged();
}

void LayerStrip::setLayer(const LayerEvent& event)
{
    const QString runningBefore = m_running;
    put(event);
    if (m_running != runningBefore)
        Q_EMIT runningLayerChanged(m_running);
    contentChanged();
}

void LayerStrip::put(const LayerEvent& event)
{
    const QString name = QString::fromStdString(event.layer);
    auto found = m_indexOfLayer.constFind(name);
    if (found == m_indexOfLayer.constEnd()) {
        const QString module = QString::fromStdString(event.module);
        auto row = m_modules.indexOf(module);
        if (row < 0) {
            row = m_modules.size();
            m_modules.append(module);
        }
        const int index = static_cast<int>(m_cells.size());
        m_cells.push_back(event);
        m_indexOfPlace.insert(placeKey(event.block, static_cast<int>(row)), index);
        m_blocks = std::max(m_blocks, std::min(event.block, 1 << 20) + 1);
        found = m_indexOfLayer.insert(name, index);
    } else {
        m_cells[static_cast<std::size_t>(*found)] = event;
    }
    if (event.state == LayerState::Solving)
        m_running = name;
    const double error = errorOf(event);
    if (error > 0) {
        m_smallestError = m_smallestError > 0 ? std::min(m_smallestError, error) : error;
        m_largestError = std::max(m_largestError, error);
    }
}

void LayerStrip::clear()
{
    m_cells.clear();
    m_indexOfLayer.clear();
    m_indexOfPlace.clear();
    m_modules.clear();
    m_blocks = 0;
    m_cursor = -1;
    m_selected.clear();
    m_running.clear();
    m_smallestError = m_largestError = 0;
    contentChanged();
}

void LayerStrip::setSelectedLayer(const QString& layer)
{
    m_selected = layer;
    m_cursor = m_indexOfLayer.value(layer, m_cursor);
    contentChanged();
}

int LayerStrip::count(LayerState state) const
{
    return static_cast<int>(std::count_if(m_cells.begin(), m_cells.end(),
        [state](const LayerEvent& layer) { return layer.state == state; }));
}

QSize LayerStrip::sizeHint() const
{
    const double rows = m_modules.isEmpty() ? 7 : static_cast<double>(m_modules.size());
    return { 720, static_cast<int>(titleHeight(font()) + rows * rowHeightPreferred + 4.2 * fontMetrics().height()) };
}

LayerStrip::Geometry LayerStrip::geometryFor(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    double labels = 0;
    for (const QString& module : m_modules)
        labels = std::max(labels, metrics.horizontalAdvance(shortModule(module)));
    const double left = 12 + labels + 8, top = titleHeight(font());
    const double below = 2 * metrics.height() + 16;
    const double rows = std::max(1.0, static_cast<double>(m_modules.size()));
    Geometry geometry;
    geometry.cellWidth = std::min(largestCellWidth, (size.width() - left - 12) / std::max(1, m_blocks));
    geometry.cellHeight = std::clamp((size.height() - top - below) / rows, 4.0, 40.0);
    geometry.cells = { left, top, geometry.cellWidth * m_blocks, geometry.cellHeight * rows };
    return geometry;
}

int LayerStrip::indexOf(int block, int module) const
{
    return m_indexOfPlace.value(placeKey(block, module), -1);
}

int LayerStrip::cellAt(const QPointF& position, const QSizeF& size) const
{
    const Geometry geometry = geometryFor(size);
    if (!geometry.cells.contains(position))
        return -1;
    return indexOf(static_cast<int>((position.x() - geometry.cells.left()) / geometry.cellWidth),
        static_cast<int>((position.y() - geometry.cells.top()) / geometry.cellHeight));
}

double LayerStrip::errorPosition(double error) const
{
    if (!(m_largestError > m_smallestError * 1.0001))
        return 0.6;
    return ValueScale { m_smallestError, m_largestError, true }.position(error);
}

void LayerStrip::paintCell(QPainter& painter, const QRectF& cell, const LayerEvent& layer, const PlotStyle& style) const
{
    const double gap = cell.width() > 9 ? 1.0 : 0.5;
    const QRectF box = cell.adjusted(gap, gap, -gap, -gap);
    const double radius = std::min(3.0, box.width() / 4);
    const double shorter = std::min(box.width(), box.height());
    const QPointF center = box.center();
    painter.setPen(Qt::NoPen);
    switch (layer.state) {
    case LayerState::Waiting: {
        painter.setBrush(style.panel);
        painter.setPen(QPen(style.grid, 1));
        painter.drawRoundedRect(box, radius, radius);
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.axis);
        const double dot = std::clamp(shorter * 0.1, 0.8, 2.0);
        painter.drawEllipse(center, dot, dot);
        break;
    }
    case LayerState::Calibrating:
        painter.setBrush(style.panel);
        painter.drawRoundedRect(box, radius, radius);
        painter.setPen(QPen(style.series[0], 1));
        painter.setBrush(hatch(style.series[0]));
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
        break;
    case LayerState::Solving: {
        painter.setBrush(style.accent);
        painter.drawRoundedRect(box, radius, radius);
        painter.setBrush(style.accentText);
        const double half = std::clamp(shorter * 0.25, 1.5, 6.0);
        painter.drawPolygon(QPolygonF({ center + QPointF(-0.8 * half, -half), center + QPointF(-0.8 * half, half),
            center + QPointF(1.1 * half, 0) }));
        break;
    }
    case LayerState::Done: {
        const double error = errorOf(layer);
        const QColor fill = std::isnan(error) ? style.good : ColorMap(ColorMap::Kind::Viridis).color(errorPosition(error));
        painter.setBrush(fill);
        painter.drawRoundedRect(box, radius, radius);
        const QColor ink = readableOn(fill);
        QFont font = tickFont(this->font());
        const QString text = std::isnan(error) ? QString() : numberText(100 * error, 100 * error < 10 ? 2 : 3);
        const QFontMetricsF metrics(font);
        if (!text.isEmpty() && metrics.horizontalAdvance(text) < box.width() - 2 && metrics.height() < box.height() + 4) {
            painter.setFont(font);
            painter.setPen(ink);
            painter.drawText(box, Qt::AlignCenter, text);
        } else if (shorter > 10) {
            painter.setPen(QPen(ink, std::clamp(shorter * 0.1, 1.0, 2.0), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.setBrush(Qt::NoBrush);
            const double unit = std::min(shorter * 0.22, 4.5);
            painter.drawPolyline(QPolygonF({ center + QPointF(-unit, 0), center + QPointF(-0.25 * unit, 0.75 * unit),
                center + QPointF(unit, -0.75 * unit) }));
        }
        break;
    }
    case LayerState::Failed: {
        painter.setPen(QPen(style.bad, 1.5));
        painter.setBrush(style.panel);
        painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), radius, radius);
        const double unit = std::clamp(shorter * 0.25, 1.5, 6.0);
        painter.setPen(QPen(style.bad, 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(center + QPointF(-unit, -unit), center + QPointF(unit, unit));
        painter.drawLine(center + QPointF(-unit, unit), center + QPointF(unit, -unit));
        break;
    }
    }
}

void LayerStrip::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const Geometry geometry = geometryFor(size);
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    painter.setPen(style.mutedText);
    for (qsizetype row = 0; row < m_modules.size(); ++row) {
        const QRectF label(8, geometry.cells.top() + static_cast<double>(row) * geometry.cellHeight,
            geometry.cells.left() - 16, geometry.cellHeight);
        painter.drawText(label, Qt::AlignRight | Qt::AlignVCenter, shortModule(m_modules[row]));
    }
    const auto rectOf = [&](const LayerEvent& layer) {
        const auto row = static_cast<double>(m_modules.indexOf(QString::fromStdString(layer.module)));
        return QRectF(geometry.cells.left() + layer.block * geometry.cellWidth, geometry.cells.top() + row * geometry.cellHeight,
            geometry.cellWidth, geometry.cellHeight);
    };
    for (const LayerEvent& layer : m_cells)
        paintCell(painter, rectOf(layer), layer, style);

    painter.setFont(small);
    const double widest = metrics.horizontalAdvance(QString::number(m_blocks)) + 8;
    const int stride = std::max(1, static_cast<int>(std::ceil(widest / geometry.cellWidth)));
    painter.setPen(style.mutedText);
    for (int block = 0; block < m_blocks; block += stride) {
        painter.drawText(QRectF(geometry.cells.left() + block * geometry.cellWidth - 20, geometry.cells.bottom() + 2,
                             geometry.cellWidth + 40, metrics.height()),
            Qt::AlignHCenter, QString::number(block));
    }
    painter.drawText(QRectF(8, geometry.cells.bottom() + 2, geometry.cells.left() - 16, metrics.height()), Qt::AlignRight,
        tr("block"));

    painter.setBrush(Qt::NoBrush);
    const auto mark = [&](int index, const QColor& color, double width, double grow) {
        painter.setPen(QPen(color, width));
        painter.drawRoundedRect(rectOf(m_cells[static_cast<std::size_t>(index)]).adjusted(-grow, -grow, grow, grow), 3, 3);
    };
    if (const int selected = m_indexOfLayer.value(m_selected, -1); selected >= 0)
        mark(selected, style.text, 2, 0.5);
    if (paintsCursor() && hasFocus() && m_cursor >= 0)
        mark(m_cursor, style.accent, 2, 2);
    paintLegend(painter, QRectF(geometry.cells.left(), geometry.cells.bottom() + metrics.height() + 8,
                             size.width() - geometry.cells.left() - 12, metrics.height()),
        style);
}

void LayerStrip::paintLegend(QPainter& painter, const QRectF& area, const PlotStyle& style) const
{
    const QFontMetricsF metrics(painter.font());
    const double side = std::round(metrics.ascent()) + 2;
    double x = area.left();
    for (const LayerState state :
        { LayerState::Waiting, LayerState::Calibrating, LayerState::Solving, LayerState::Done, LayerState::Failed }) {
        const int cells = count(state);
        if (cells == 0 && (state == LayerState::Failed || state == LayerState::Calibrating))
            continue;
        LayerEvent sample;
        sample.state = state;
        const QRectF swatch(x, area.top() + (metrics.height() - side) / 2, side, side);
        paintCell(painter, swatch, sample, style);
        const QString text = QStringLiteral("%1 %2").arg(cells).arg(stateName(state));
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(x + side + 5, area.top(), 400, metrics.height()), Qt::AlignVCenter, text);
        x += side + 5 + metrics.horizontalAdvance(text) + 16;
    }
    if (!(m_largestError > 0))
        return;
    const QString caption = tr("relative error, %");
    const QString low = numberText(100 * m_smallestError, 2), high = numberText(100 * m_largestError, 2);
    constexpr double bar = 90;
    const double needed = metrics.horizontalAdvance(caption + low + high) + bar + 30;
    double start = area.right() - needed;
    if (start < x + 8)
        return; // the figures in the cells and the read-out say the same
    painter.setPen(style.mutedText);
    const auto say = [&](const QString& text) {
        painter.drawText(QRectF(start, area.top(), 400, metrics.height()), Qt::AlignVCenter, text);
        start += metrics.horizontalAdvance(text) + 8;
    };
    say(caption);
    say(low);
    QLinearGradient gradient(start, 0, start + bar, 0);
    for (int i = 0; i <= 16; ++i)
        gradient.setColorAt(i / 16.0, ColorMap(ColorMap::Kind::Viridis).color(i / 16.0));
    painter.setPen(Qt::NoPen);
    painter.setBrush(gradient);
    painter.drawRoundedRect(QRectF(start, area.top() + 3, bar, metrics.height() - 6), 2, 2);
    start += bar + 8;
    painter.setPen(style.mutedText);
    say(high);
}

bool LayerStrip::moveCursor(CursorMove move)
{
    if (m_cells.empty())
        return false;
    if (m_cursor < 0) {
        m_cursor = m_indexOfLayer.value(m_selected.isEmpty() ? m_running : m_selected, 0);
        return true;
    }
    const LayerEvent& at = m_cells[static_cast<std::size_t>(m_cursor)];
    int block = at.block, row = static_cast<int>(m_modules.indexOf(QString::fromStdString(at.module)));
    const int rows = static_cast<int>(m_modules.size());
    const auto step = [&](int byBlocks, int byRows) {
        int to = -1;
        int b = block + byBlocks, r = row + byRows;
        while (b >= 0 && b < m_blocks && r >= 0 && r < rows && (to = indexOf(b, r)) < 0) {
            b += byBlocks;
            r += byRows;
        }
        return to;
    };
    int next = -1;
    switch (move) {
    case CursorMove::Left:
        next = step(-1, 0);
        break;
    case CursorMove::Right:
        next = step(1, 0);
        break;
    case CursorMove::Up:
        next = step(0, -1);
        break;
    case CursorMove::Down:
        next = step(0, 1);
        break;
    case CursorMove::First:
        next = 0;
        break;
    case CursorMove::Last:
        next = static_cast<int>(m_cells.size()) - 1;
        break;
    case CursorMove::PageBack:
        next = indexOf(std::max(0, block - 8), row);
        break;
    case CursorMove::PageForward:
        next = indexOf(std::min(m_blocks - 1, block + 8), row);
        break;
    }
    if (next < 0 || next == m_cursor)
        return false;
    m_cursor = next;
    return true;
}

bool LayerStrip::moveCursorTo(const QPointF& position)
{
    const int index = cellAt(position, size());
    if (index < 0)
        return false;
    m_cursor = index;
    return true;
}

void LayerStrip::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && cellAt(event->position(), size()) == m_cursor && m_cursor >= 0)
        activateCursor();
    PlotView::mouseReleaseEvent(event);
}

void LayerStrip::activateCursor()
{
    if (m_cursor < 0)
        return;
    const QString layer = QString::fromStdString(m_cells[static_cast<std::size_t>(m_cursor)].layer);
    setSelectedLayer(layer);
    Q_EMIT layerActivated(layer);
}

QString LayerStrip::describe(int index) const
{
    const LayerEvent& layer = m_cells[static_cast<std::size_t>(index)];
    QString text = QStringLiteral("%1: %2").arg(QString::fromStdString(layer.layer), stateName(layer.state));
    if (layer.relativeError)
        text += tr(", relative error %1").arg(percentText(*layer.relativeError));
    if (layer.heldOutFinal)
        text += tr(", held-out %1").arg(percentText(*layer.heldOutFinal));
    if (layer.objectiveInitial && layer.objectiveFinal)
        text += tr(", objective %1 → %2").arg(numberText(*layer.objectiveInitial), numberText(*layer.objectiveFinal));
    if (layer.seconds > 0)
        text += tr(", %1").arg(durationText(layer.seconds));
    if (!layer.message.empty())
        text += QStringLiteral(". ") + QString::fromStdString(layer.message);
    return text;
}

QString LayerStrip::describeCursor() const
{
    return m_cursor >= 0 && m_cursor < static_cast<int>(m_cells.size()) ? describe(m_cursor) : QString();
}

QString LayerStrip::tooltipAt(const QPointF& position) const
{
    const int index = cellAt(position, size());
    return index < 0 ? QString() : describe(index);
}

QString LayerStrip::csv() const
{
    QString text = QStringLiteral("layer,block,module,state,relative_error,held_out_initial,held_out_final,objective_initial,"
                                  "objective_final,seconds\r\n");
    const auto number = [](const std::optional<double>& value) { return value ? csvNumber(*value) : QString(); };
    for (const LayerEvent& layer : m_cells) {
        text += QStringList { csvField(QString::fromStdString(layer.layer)), QString::number(layer.block),
            csvField(QString::fromStdString(layer.module)), stateName(layer.state), number(layer.relativeError),
            number(layer.heldOutInitial), number(layer.heldOutFinal), number(layer.objectiveInitial),
            number(layer.objectiveFinal), csvNumber(layer.seconds) }
                    .join(QLatin1Char(','))
            + QStringLiteral("\r\n");
    }
    return text;
}

} // namespace bitloom
