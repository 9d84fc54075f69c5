// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/saliency_heatmap.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QAction>
#include <QActionGroup>
#include <QKeyEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    constexpr double dynamicRange = 1e8; ///< of the logarithmic scale; smaller values look alike
    constexpr double legendBarWidth = 14;
}

SaliencyHeatmap::SaliencyHeatmap(QWidget* parent)
    : PlotView(tr("End-loss saliency"),
        tr("No saliency yet. It is measured while a quantization calibrates: start one on the Quantize page."), parent)
{
    setObjectName(QStringLiteral("saliencyHeatmap"));
    m_logAction = new QAction(tr("&Logarithmic colours"), this);
    m_logAction->setCheckable(true);
    m_logAction->setChecked(true);
    m_logAction->setShortcut(Qt::Key_L);
    m_upAction = new QAction(tr("&Back to the whole model"), this);
    m_upAction->setEnabled(false);
    auto* closer = new QAction(tr("Zoom &in along the channels"), this);
    auto* farther = new QAction(tr("Zoom &out"), this);
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    const QList<QAction*> before = actions();
    QAction* first = before.isEmpty() ? nullptr : before.front();
    for (QAction* action : { m_upAction, closer, farther, m_logAction }) {
        action->setShortcutContext(Qt::WidgetShortcut);
        insertAction(first, action);
    }
    auto* maps = new QActionGroup(this);
    for (const auto kind : { ColorMap::Kind::Viridis, ColorMap::Kind::Cividis, ColorMap::Kind::Magma }) {
        auto* action = new QAction(tr("Colours: %1").arg(ColorMap::name(kind)), maps);
        action->setCheckable(true);
        action->setChecked(kind == m_colors.kind());
        insertAction(first, action);
        connect(action, &QAction::triggered, this, [this, kind] { setColorMap(kind); });
    }
    insertAction(first, separator);
    connect(m_logAction, &QAction::toggled, this, &SaliencyHeatmap::setLogarithmic);
    connect(m_upAction, &QAction::triggered, this, [this] { showLevel({}); });
    connect(closer, &QAction::triggered, this, [this] { zoom(2); });
    connect(farther, &QAction::triggered, this, [this] { zoom(0.5); });
}

float SaliencyHeatmap::Grid::at(int x, int y) const
{
    const int row = transposed ? x : y, column = transposed ? y : x;
    return event.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(event.columns)
        + static_cast<std::size_t>(column)];
}

std::optional<SaliencyHeatmap::Grid> SaliencyHeatmap::makeGrid(const SaliencyEvent& event)
{
    if (event.rows < 1 || event.columns < 1
        || event.values.size() != static_cast<std::size_t>(event.rows) * static_cast<std::size_t>(event.columns))
        return std::nullopt;
    Grid grid { event, event.layer.empty(), {}, {} };
    double smallest = std::numeric_limits<double>::infinity(), largest = -smallest, smallestPositive = smallest;
    for (const float value : event.values) {
        if (!std::isfinite(value))
            continue;
        smallest = std::min<double>(smallest, value);
        largest = std::max<double>(largest, value);
        if (value > 0)
            smallestPositive = std::min<double>(smallestPositive, value);
    }
    if (!std::isfinite(smallest)) // all still to come
        return grid;
    grid.linear = { std::min(0.0, smallest), largest, false };
    if (largest > 0)
        grid.logarithmic = { std::max(smallestPositive, largest / dynamicRange), largest, true };
    return grid;
}

void SaliencyHeatmap::setMap(const SaliencyEvent& event, bool show)
{
    const QString layer = QString::fromStdString(event.layer);
    auto grid = makeGrid(event);
    if (!grid)
        return;
    if (layer.isEmpty()) {
        m_overview = std::move(grid);
    } else {
        if (!show && m_level != layer)
            return;
        m_layer = std::move(grid);
    }
    if (show && m_level != layer)
        showLevel(layer);
    contentChanged();
}

void SaliencyHeatmap::clear()
{
    m_overview.reset();
    m_layer.reset();
    m_cursorX = m_cursorY = -1;
    m_selected.clear();
    showLevel({});
    contentChanged();
}

void SaliencyHeatmap::showLevel(const QString& layer)
{
    if (m_level == layer)
        return;
    m_level = layer;
    m_cursorX = m_cursorY = -1;
    m_viewStart = 0;
    m_viewEnd = 1;
    m_upAction->setEnabled(!layer.isEmpty());
    setEmptyText(layer.isEmpty()
            ? tr("No saliency yet. It is measured while a quantization calibrates: start one on the Quantize page.")
            : tr("The map of %1 has not come yet. It is sent while the layer is solved. Escape goes back to the whole model.")
                  .arg(layer));
    Q_EMIT levelChanged(layer);
    contentChanged();
}

void SaliencyHeatmap::setSelectedLayer(const QString& layer)
{
    m_selected = layer;
    contentChanged();
}

void SaliencyHeatmap::setLogarithmic(bool logarithmic)
{
    m_logarithmic = logarithmic;
    m_logAction->setChecked(logarithmic);
    contentChanged();
}

void SaliencyHeatmap::setColorMap(ColorMap::Kind kind)
{
    m_colors = ColorMap(kind);
    contentChanged();
}

const SaliencyHeatmap::Grid* SaliencyHeatmap::shown() const
{
    if (m_level.isEmpty())
        return m_overview ? &*m_overview : nullptr;
    return m_layer && QString::fromStdString(m_layer->event.layer) == m_level ? &*m_layer : nullptr;
}

bool SaliencyHeatmap::isEmpty() const
{
    return shown() == nullptr;
}

QString SaliencyHeatmap::plotTitle() const
{
    return m_level.isEmpty() ? tr("End-loss saliency") : tr("End-loss saliency of %1").arg(m_level);
}

QSize SaliencyHeatmap::sizeHint() const
{
    return { 720, 240 };
}

void SaliencyHeatmap::zoom(double factor, double center)
{
    const Grid* grid = shown();
    if (!grid || !(factor > 0))
        return;
    const double width = m_viewEnd - m_viewStart;
    const double smallest = std::min(1.0, 8.0 / grid->columns());
    const double newWidth = std::clamp(width / factor, smallest, 1.0);
    const double anchor = m_viewStart + std::clamp(center, 0.0, 1.0) * width;
    m_viewStart = std::clamp(anchor - std::clamp(center, 0.0, 1.0) * newWidth, 0.0, 1.0 - newWidth);
    m_viewEnd = m_viewStart + newWidth;
    contentChanged();
}

void SaliencyHeatmap::resetZoom()
{
    m_viewStart = 0;
    m_viewEnd = 1;
    contentChanged();
}

void SaliencyHeatmap::keepCursorVisible()
{
    const Grid* grid = shown();
    if (!grid || m_cursorX < 0)
        return;
    const double width = m_viewEnd - m_viewStart;
    const double left = static_cast<double>(m_cursorX) / grid->columns(),
                 right = static_cast<double>(m_cursorX + 1) / grid->columns();
    if (left < m_viewStart)
        m_viewStart = left;
    else if (right > m_viewEnd)
        m_viewStart = right - width;
    m_viewStart = std::clamp(m_viewStart, 0.0, 1.0 - width);
    m_viewEnd = m_viewStart + width;
}

QString SaliencyHeatmap::rowLabel(const Grid& grid, int y) const
{
    const auto& labels = grid.transposed ? grid.event.columnLabels : grid.event.rowLabels;
    return static_cast<std::size_t>(y) < labels.size() ? QString::fromStdString(labels[static_cast<std::size_t>(y)])
                                                       : QString::number(y);
}

QString SaliencyHeatmap::columnLabel(const Grid& grid, int x) const
{
    const auto& labels = grid.transposed ? grid.event.rowLabels : grid.event.columnLabels;
    if (static_cast<std::size_t>(x) < labels.size())
        return QString::fromStdString(labels[static_cast<std::size_t>(x)]);
    const auto stride = grid.transposed ? 1 : std::max<std::int64_t>(1, grid.event.columnStride);
    const std::int64_t first = x * stride;
    return stride == 1 ? QString::number(first) : QStringLiteral("%1–%2").arg(first).arg(first + stride - 1);
}

SaliencyHeatmap::Geometry SaliencyHeatmap::geometryFor(const QSizeF& size) const
{
    const Grid* grid = shown();
    const QFontMetricsF metrics(tickFont(font()));
    double labels = metrics.horizontalAdvance(QStringLiteral("00"));
    for (int y = 0; grid && y < std::min(grid->rows(), 256); ++y)
        labels = std::max(labels, metrics.horizontalAdvance(rowLabel(*grid, y).section(QLatin1Char('.'), -1)));
    const double left = 12 + labels + 8 + (m_level.isEmpty() ? 0 : metrics.height());
    const double top = titleHeight(font());
    const double right = legendBarWidth + metrics.horizontalAdvance(QStringLiteral("0.0000e-7")) + 28;
    Geometry geometry;
    geometry.cells = { left, top, std::max(20.0, size.width() - left - right),
        std::max(12.0, size.height() - top - 2 * metrics.height() - 12) };
    geometry.legend = { geometry.cells.right() + 14, top + metrics.height() / 2, legendBarWidth,
        std::max(8.0, geometry.cells.height() - metrics.height()) };
    return geometry;
}

bool SaliencyHeatmap::cellAt(const QPointF& position, int* x, int* y) const
{
    const Grid* grid = shown();
    const QRectF cells = geometryFor(size()).cells;
    if (!grid || !cells.contains(position))
        return false;
    const double part = m_viewStart + (position.x() - cells.left()) / cells.width() * (m_viewEnd - m_viewStart);
    *x = std::clamp(static_cast<int>(part * grid->columns()), 0, grid->columns() - 1);
    *y = std::clamp(static_cast<int>((position.y() - cells.top()) / cells.height() * grid->rows()), 0, grid->rows() - 1);
    return true;
}

void SaliencyHeatmap::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const Grid& grid = *shown();
    const Geometry geometry = geometryFor(size);
    const QRectF& cells = geometry.cells;
    const ValueScale& scale = m_logarithmic ? grid.logarithmic : grid.linear;
    const bool scaled = scale.maximum > 0 && (!m_logarithmic || scale.logarithmic);
    const int firstColumn = std::clamp(static_cast<int>(m_viewStart * grid.columns()), 0, grid.columns() - 1);
    const int lastColumn = std::clamp(static_cast<int>(std::ceil(m_viewEnd * grid.columns())), firstColumn + 1, grid.columns());
    const double columnWidth = cells.width() / ((m_viewEnd - m_viewStart) * grid.columns());
    const double rowHeight = cells.height() / grid.rows();
    const auto left = [&](int x) { return cells.left() + (x - m_viewStart * grid.columns()) * columnWidth; };

    painter.fillRect(cells, style.panel);
    painter.save();
    painter.setClipRect(cells);
    painter.setRenderHint(QPainter::Antialiasing, false);
    QColor faint = style.axis;
    faint.setAlpha(110);
    painter.fillRect(cells, hatch(faint)); // shows through where nothing was measured
    // Where several channels share a pixel the largest is painted: a salient channel never vanishes by zooming out.
    const int pixels = columnWidth >= 1 ? lastColumn - firstColumn : std::max(1, static_cast<int>(cells.width()));
    QImage image(pixels, grid.rows(), QImage::Format_ARGB32);
    for (int y = 0; y < grid.rows(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int pixel = 0; pixel < pixels; ++pixel) {
            const int from = columnWidth >= 1 ? firstColumn + pixel
                                              : firstColumn + static_cast<int>(static_cast<qint64>(pixel) * (lastColumn - firstColumn) / pixels);
            const int to = columnWidth >= 1 ? from + 1
                                            : std::max(from + 1, firstColumn + static_cast<int>(static_cast<qint64>(pixel + 1) * (lastColumn - firstColumn) / pixels));
            float value = std::numeric_limits<float>::quiet_NaN();
            for (int x = from; x < to; ++x) {
                const float here = grid.at(x, y);
                value = std::isnan(value) || here > value ? here : value;
            }
            const bool known = std::isfinite(value) && scaled;
            line[pixel] = !known ? qRgba(0, 0, 0, 0) : m_logarithmic && value <= 0 ? m_colors.at(0) : m_colors.at(scale.position(value));
        }
    }
    const double imageLeft = columnWidth >= 1 ? left(firstColumn) : cells.left();
    const double imageWidth = columnWidth >= 1 ? (lastColumn - firstColumn) * columnWidth : cells.width();
    painter.drawImage(QRectF(imageLeft, cells.top(), imageWidth, cells.height()), image);
    if (columnWidth >= 7 && rowHeight >= 7) { // the loom's threads between cells
        painter.setPen(QPen(style.surface, 1));
        for (int x = firstColumn; x <= lastColumn; ++x)
            painter.drawLine(QPointF(left(x), cells.top()), QPointF(left(x), cells.bottom()));
    }
    if (rowHeight >= 5) {
        painter.setPen(QPen(style.surface, 1));
        for (int y = 1; y < grid.rows(); ++y)
            painter.drawLine(QPointF(cells.left(), cells.top() + y * rowHeight), QPointF(cells.right(), cells.top() + y * rowHeight));
    }
    painter.restore();

    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    painter.setFont(small);
    painter.setPen(style.mutedText);
    const int rowStride = std::max(1, static_cast<int>(std::ceil(metrics.height() / rowHeight)));
    for (int y = 0; y < grid.rows(); y += rowStride) {
        painter.drawText(QRectF(0, cells.top() + y * rowHeight - 10, cells.left() - 7, rowHeight + 20),
            Qt::AlignRight | Qt::AlignVCenter, rowLabel(grid, y).section(QLatin1Char('.'), -1));
    }
    const double stride = grid.transposed ? 1.0 : static_cast<double>(std::max<std::int64_t>(1, grid.event.columnStride));
    const QString horizontalLabel = grid.transposed ? tr("decoder block") : tr("input channel");
    if (grid.transposed) {
        const double widest = metrics.horizontalAdvance(columnLabel(grid, grid.columns() - 1)) + 8;
        const int columnStep = std::max(1, static_cast<int>(std::ceil(widest / columnWidth)));
        for (int x = firstColumn; x < lastColumn; ++x) {
            if (x % columnStep == 0)
                painter.drawText(QRectF(left(x) - 30, cells.bottom() + 4, columnWidth + 60, metrics.height()), Qt::AlignHCenter,
                    columnLabel(grid, x));
        }
        painter.drawText(QRectF(cells.left(), cells.bottom() + 6 + metrics.height(), cells.width(), metrics.height()),
            Qt::AlignHCenter, horizontalLabel);
    } else {
        Axis axis;
        axis.minimum = m_viewStart * grid.columns() * stride;
        axis.maximum = m_viewEnd * grid.columns() * stride;
        axis.label = zoomFactor() > 1.001 ? tr("input channel (%1× zoom)").arg(zoomFactor(), 0, 'g', 3) : horizontalLabel;
        painter.setFont(font());
        paintBottomAxis(painter, cells, axis, style, false);
        painter.setFont(small);
        painter.save();
        painter.setPen(style.mutedText);
        painter.translate(10, cells.center().y());
        painter.rotate(-90);
        painter.drawText(QRectF(-cells.height() / 2, -2, cells.height(), metrics.height()), Qt::AlignCenter,
            metrics.elidedText(tr("output group"), Qt::ElideRight, cells.height()));
        painter.restore();
    }

    // The numeric legend.
    if (scaled) {
        QImage bar(1, 256, QImage::Format_RGB32);
        for (int i = 0; i < 256; ++i)
            bar.setPixel(0, i, m_colors.at(1 - i / 255.0));
        painter.drawImage(geometry.legend, bar);
        painter.setPen(QPen(style.axis, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(geometry.legend);
        std::vector<double> ticks = axisTicks(scale.minimum, scale.maximum, std::max(2, static_cast<int>(geometry.legend.height() / 34)),
            m_logarithmic);
        const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 0;
        const double maximumY = geometry.legend.top(), minimumY = geometry.legend.bottom();
        const auto label = [&](double value, double y, const QString& text) {
            Q_UNUSED(value)
            painter.setPen(QPen(style.axis, 1));
            painter.drawLine(QPointF(geometry.legend.right(), y), QPointF(geometry.legend.right() + 4, y));
            painter.setPen(style.mutedText);
            painter.drawText(QRectF(geometry.legend.right() + 7, y - metrics.height() / 2, 120, metrics.height()),
                Qt::AlignVCenter, text);
        };
        label(scale.maximum, maximumY, numberText(scale.maximum, 3));
        label(scale.minimum, minimumY, numberText(scale.minimum, 3));
        for (const double tick : ticks) {
            const double y = minimumY - scale.position(tick) * (minimumY - maximumY);
            if (y - maximumY > metrics.height() && minimumY - y > metrics.height())
                label(tick, y, tickText(tick, m_logarithmic ? tick : step));
        }
    }
    if (std::any_of(grid.event.values.begin(), grid.event.values.end(), [](float value) { return std::isnan(value); }))
        paintLegendEntry(painter, cells.left(), cells.bottom() + 6 + metrics.height(), hatch(style.axis), QPen(style.axis, 1), tr("not measured yet"), style);
    const QString unit = grid.transposed ? tr("mean curvature, %1") : tr("diagonal of H, %1");
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(cells.right() - 140, cells.bottom() + 6 + metrics.height(), size.width() - cells.right() + 132,
                         metrics.height()),
        Qt::AlignRight, unit.arg(m_logarithmic ? tr("log") : tr("linear")));

    const auto mark = [&](int x, int y, const QColor& color) {
        QRectF cell(left(x), cells.top() + y * rowHeight, std::max(3.0, columnWidth), rowHeight);
        if (!cell.intersects(cells))
            return;
        cell = cell.intersected(cells);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(style.surface, 4));
        painter.drawRect(cell);
        painter.setPen(QPen(color, 2));
        painter.drawRect(cell);
    };
    if (grid.transposed && !m_selected.isEmpty()) {
        for (int x = 0; x < grid.columns(); ++x) {
            for (int y = 0; y < grid.rows(); ++y) {
                if (layerAt(x, y) == m_selected)
                    mark(x, y, style.text);
            }
        }
    }
    if (paintsCursor() && m_cursorX >= 0)
        mark(m_cursorX, m_cursorY, style.accent);
}

QString SaliencyHeatmap::layerAt(int x, int y) const
{
    const Grid* grid = shown();
    if (!grid || !grid->transposed)
        return m_level;
    return QStringLiteral("model.layers.%1.%2").arg(x).arg(rowLabel(*grid, y));
}

QString SaliencyHeatmap::describe(int x, int y) const
{
    const Grid* grid = shown();
    if (!grid)
        return {};
    const float value = grid->at(x, y);
    const QString figure = std::isnan(value) ? tr("not measured yet") : numberText(value);
    if (grid->transposed)
        return tr("%1: mean end-loss curvature %2").arg(layerAt(x, y), figure);
    if (grid->event.columnStride > 1)
        return tr("Output group %1, input channels %2: largest diagonal %3").arg(rowLabel(*grid, y), columnLabel(*grid, x), figure);
    return tr("Output group %1, input channel %2: diagonal %3").arg(rowLabel(*grid, y), columnLabel(*grid, x), figure);
}

QString SaliencyHeatmap::describeCursor() const
{
    const Grid* grid = shown();
    if (!grid || m_cursorX < 0 || m_cursorX >= grid->columns() || m_cursorY >= grid->rows())
        return {};
    return describe(m_cursorX, m_cursorY);
}

QString SaliencyHeatmap::tooltipAt(const QPointF& position) const
{
    int x = 0, y = 0;
    return cellAt(position, &x, &y) ? describe(x, y) : QString();
}

bool SaliencyHeatmap::moveCursor(CursorMove move)
{
    const Grid* grid = shown();
    if (!grid)
        return false;
    if (m_cursorX < 0 || m_cursorX >= grid->columns() || m_cursorY >= grid->rows()) {
        m_cursorX = static_cast<int>(m_viewStart * grid->columns());
        m_cursorY = 0;
        if (move != CursorMove::First && move != CursorMove::Last)
            return true;
    }
    const int oldX = m_cursorX, oldY = m_cursorY;
    const int page = std::max(1, static_cast<int>((m_viewEnd - m_viewStart) * grid->columns() / 10));
    switch (move) {
    case CursorMove::Left:
        --m_cursorX;
        break;
    case CursorMove::Right:
        ++m_cursorX;
        break;
    case CursorMove::Up:
        --m_cursorY;
        break;
    case CursorMove::Down:
        ++m_cursorY;
        break;
    case CursorMove::First:
        m_cursorX = 0;
        break;
    case CursorMove::Last:
        m_cursorX = grid->columns() - 1;
        break;
    case CursorMove::PageBack:
        m_cursorX -= page;
        break;
    case CursorMove::PageForward:
        m_cursorX += page;
        break;
    }
    m_cursorX = std::clamp(m_cursorX, 0, grid->columns() - 1);
    m_cursorY = std::clamp(m_cursorY, 0, grid->rows() - 1);
    keepCursorVisible();
    return m_cursorX != oldX || m_cursorY != oldY || move == CursorMove::First || move == CursorMove::Last;
}

bool SaliencyHeatmap::moveCursorTo(const QPointF& position)
{
    return cellAt(position, &m_cursorX, &m_cursorY);
}

void SaliencyHeatmap::activateCursor()
{
    const Grid* grid = shown();
    if (!grid || !grid->transposed || m_cursorX < 0)
        return;
    const QString layer = layerAt(m_cursorX, m_cursorY);
    m_selected = layer;
    showLevel(layer);
    Q_EMIT layerActivated(layer);
}

void SaliencyHeatmap::keyPressEvent(QKeyEvent* event)
{
    if (!(event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier))) {
        const Grid* grid = shown();
        const double center = grid && m_cursorX >= 0
            ? ((m_cursorX + 0.5) / grid->columns() - m_viewStart) / (m_viewEnd - m_viewStart)
            : 0.5;
        switch (event->key()) {
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoom(2, center);
        case Qt::Key_Minus:
            return zoom(0.5, center);
        case Qt::Key_0:
            return resetZoom();
        case Qt::Key_Escape:
        case Qt::Key_Backspace:
            if (!m_level.isEmpty())
                return showLevel({});
            break;
        default:
            break;
        }
    }
    PlotView::keyPressEvent(event);
}

void SaliencyHeatmap::wheelEvent(QWheelEvent* event)
{
    const QRectF cells = geometryFor(size()).cells;
    if (isEmpty() || !cells.contains(event->position()) || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    zoom(std::pow(2.0, event->angleDelta().y() / 240.0), (event->position().x() - cells.left()) / cells.width());
    event->accept();
}

QString SaliencyHeatmap::csv() const
{
    const Grid* grid = shown();
    if (!grid)
        return {};
    QString text = grid->transposed ? QStringLiteral("layer,block,module,mean_curvature\r\n")
                                    : QStringLiteral("layer,output_group,first_input_channel,input_channels,hessian_diagonal\r\n");
    for (int y = 0; y < grid->rows(); ++y) {
        for (int x = 0; x < grid->columns(); ++x) {
            if (grid->transposed)
                text += QStringLiteral("%1,%2,%3,%4\r\n")
                            .arg(csvField(layerAt(x, y)))
                            .arg(x)
                            .arg(csvField(rowLabel(*grid, y)), csvNumber(grid->at(x, y)));
            else
                text += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                            .arg(csvField(m_level), csvField(rowLabel(*grid, y)))
                            .arg(x * std::max<std::int64_t>(1, grid->event.columnStride))
                            .arg(std::max<std::int64_t>(1, grid->event.columnStride))
                            .arg(csvNumber(grid->at(x, y)));
        }
    }
    return text;
}

} // namespace bitloom
