// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/plot_view.h"

#include <QHash>
#include <QStringList>
#include <vector>

namespace bitloom {

/// Every linear layer of the model as one cell, decoder blocks from left to right and modules from top to bottom. A cell's
/// shape and colour tell its state, its fill and figure the relative error once it is done.
class LayerStrip : public PlotView
{
    Q_OBJECT
public:
    explicit LayerStrip(QWidget* parent = nullptr);

    void setLayers(const std::vector<LayerEvent>& layers); ///< a new job or an opened project
    void setLayer(const LayerEvent& event); ///< adds it if it is new
    void clear();
    [[nodiscard]] QString selectedLayer() const { return m_selected; }
    /// Marks a layer without a signal; the cursor goes along.
    void setSelectedLayer(const QString& layer);
    [[nodiscard]] QString runningLayer() const { return m_running; } ///< the last one that started solving
    [[nodiscard]] int count(LayerState state) const;
    [[nodiscard]] static QString stateName(LayerState state);

    [[nodiscard]] bool isEmpty() const override { return m_cells.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void layerActivated(const QString& layer); ///< by a click, or Enter on the cursor's cell
    void runningLayerChanged(const QString& layer);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    void activateCursor() override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    struct Geometry
    {
        QRectF cells;
        double cellWidth = 0, cellHeight = 0;
    };
    [[nodiscard]] Geometry geometryFor(const QSizeF& size) const;
    [[nodiscard]] int cellAt(const QPointF& position, const QSizeF& size) const; ///< index into m_cells, or -1
    [[nodiscard]] int indexOf(int block, int module) const;
    [[nodiscard]] QString describe(int index) const;
    void put(const LayerEvent& event);
    void paintCell(QPainter& painter, const QRectF& cell, const LayerEvent& layer, const PlotStyle& style) const;
    void paintLegend(QPainter& painter, const QRectF& area, const PlotStyle& style) const;
    [[nodiscard]] double errorPosition(double error) const;

    std::vector<LayerEvent> m_cells;
    QHash<QString, int> m_indexOfLayer;
    QHash<quint64, int> m_indexOfPlace; ///< block and module row
    QStringList m_modules;
    int m_blocks = 0, m_cursor = -1;
    QString m_selected, m_running;
    double m_smallestError = 0, m_largestError = 0;
};

} // namespace bitloom
