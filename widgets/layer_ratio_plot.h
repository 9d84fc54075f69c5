// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/item_plot.h"
#include "widgets/plot_axes.h"

#include <QStringList>
#include <vector>

namespace bitloom {

/// A run's layers.
struct RunLayers
{
    QString name;
    std::vector<LayerReport> layers;
};

/// The relative error of every layer of some runs over that of the same layer in another run: 1 is the same, 0.5 half of it.
class LayerRatioPlot : public ItemPlot
{
    Q_OBJECT
public:
    explicit LayerRatioPlot(QWidget* parent = nullptr);

    /// Layers that `base` lacks, or whose error is zero there or not known, are left out.
    void setRuns(const RunLayers& base, const std::vector<RunLayers>& others);
    void clear() { setRuns({}, {}); }
    [[nodiscard]] bool isEmpty() const override { return m_points.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override { return { 720, 300 }; }

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_points.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;

private:
    struct Point
    {
        int layer = 0, run = 0; ///< places in m_layers and m_runs
        double error = 0, base = 0;
        [[nodiscard]] double ratio() const { return error / base; }
    };
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] Axis vertical() const;
    [[nodiscard]] QPointF place(const QRectF& area, const Axis& axis, const Point& point) const;

    QString m_base;
    QStringList m_layers, m_runs;
    std::vector<Point> m_points; ///< run by run, in the order of the layers
};

} // namespace bitloom
