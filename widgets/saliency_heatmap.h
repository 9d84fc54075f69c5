// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/color_map.h"
#include "widgets/plot_view.h"

#include <optional>

namespace bitloom {

/// What the end loss cares about. Two levels: the whole model (decoder blocks from left to right, modules from top to
/// bottom) and one layer (input channels from left to right, output groups from top to bottom). Enter or a double click drills
/// down, Escape or Backspace goes up; +, - and 0 or the wheel zoom along the channels.
class SaliencyHeatmap : public PlotView
{
    Q_OBJECT
public:
    explicit SaliencyHeatmap(QWidget* parent = nullptr);

    /// Takes an overview (event.layer empty) or a layer's map. A layer's map is shown at once when the layer level is
    /// open for that layer, or opens it if `show` is true.
    void setMap(const SaliencyEvent& event, bool show = false);
    void clear();
    /// "" is the overview. A layer whose map has not come yet shows the empty state.
    void showLevel(const QString& layer);
    [[nodiscard]] QString level() const { return m_level; }
    /// The layer that is marked in the overview.
    void setSelectedLayer(const QString& layer);
    [[nodiscard]] QString selectedLayer() const { return m_selected; }

    void setLogarithmic(bool logarithmic);
    [[nodiscard]] bool isLogarithmic() const { return m_logarithmic; }
    void setColorMap(ColorMap::Kind kind);
    void zoom(double factor, double center = 0.5); ///< factor > 1: closer; center in 0…1 of what is visible
    void resetZoom();
    [[nodiscard]] double zoomFactor() const { return 1 / (m_viewEnd - m_viewStart); }

    [[nodiscard]] bool isEmpty() const override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    /// Somebody drilled down into a layer of the overview: fetch its map (protocol: watch) and give it to setMap.
    void layerActivated(const QString& layer);
    void levelChanged(const QString& layer);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    void activateCursor() override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    /// A map as painted: x runs over blocks or channels, y over modules or groups.
    struct Grid
    {
        SaliencyEvent event;
        bool transposed = false;
        ValueScale linear, logarithmic;
        [[nodiscard]] int columns() const { return transposed ? event.rows : event.columns; }
        [[nodiscard]] int rows() const { return transposed ? event.columns : event.rows; }
        [[nodiscard]] float at(int x, int y) const;
    };
    struct Geometry
    {
        QRectF cells, legend;
    };
    [[nodiscard]] static std::optional<Grid> makeGrid(const SaliencyEvent& event);
    [[nodiscard]] const Grid* shown() const;
    [[nodiscard]] Geometry geometryFor(const QSizeF& size) const;
    [[nodiscard]] QString columnLabel(const Grid& grid, int x) const;
    [[nodiscard]] QString rowLabel(const Grid& grid, int y) const;
    [[nodiscard]] QString layerAt(int x, int y) const;
    [[nodiscard]] QString describe(int x, int y) const;
    [[nodiscard]] bool cellAt(const QPointF& position, int* x, int* y) const;
    void keepCursorVisible();

    std::optional<Grid> m_overview, m_layer;
    QString m_level, m_selected;
    ColorMap m_colors;
    bool m_logarithmic = true;
    double m_viewStart = 0, m_viewEnd = 1; ///< visible part of the columns
    int m_cursorX = -1, m_cursorY = -1;
    QAction *m_logAction, *m_upAction;
};

} // namespace bitloom
