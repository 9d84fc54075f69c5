// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/item_plot.h"

#include <QStringList>
#include <vector>

namespace bitloom {

/// Relative error of every quantized layer as a bar, in the model's order, coloured by module; a tick on the bar marks the
/// held-out error.
class LayerErrorChart : public ItemPlot
{
    Q_OBJECT
public:
    explicit LayerErrorChart(QWidget* parent = nullptr);

    void setLayers(const std::vector<LayerReport>& layers);
    [[nodiscard]] bool isEmpty() const override { return m_bars.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void layerActivated(const QString& layer);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    void activateCursor() override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_bars.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int index) const override;
    [[nodiscard]] int itemsUpward() const override; ///< one block: bars stand in the order of the layers
    [[nodiscard]] int itemsPerPage() const override { return itemsUpward(); }

private:
    struct Bar
    {
        QString layer, module;
        int block = -1, moduleIndex = 0;
        double error = 0, heldOut = 0, bits = 0; ///< heldOut is NaN where it was not measured
    };
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] double bottomValue() const;

    std::vector<Bar> m_bars;
    QStringList m_modules;
};

} // namespace bitloom
