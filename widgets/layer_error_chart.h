// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/plot_view.h"

#include <QStringList>
#include <vector>

namespace bitloom {

/// Relative error of every quantized layer as a bar, in the model's order, coloured by module; a tick on the bar marks the
/// held-out error.
class LayerErrorChart : public PlotView
{
    Q_OBJECT
public:
    explicit LayerErrorChart(QWidget* parent = nullptr);

    void setLayers(const std::vector<LayerReport>& layers);
    void setLogarithmic(bool logarithmic);
    [[nodiscard]] bool isEmpty() const override { return m_bars.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void layerActivated(const QString& layer);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    void activateCursor() override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;

private:
    struct Bar
    {
        QString layer, module;
        int block = -1, moduleIndex = 0;
        double error = 0, heldOut = 0, bits = 0; ///< heldOut is NaN where it was not measured
    };
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] QString describe(int bar) const;
    [[nodiscard]] double bottomValue() const;

    std::vector<Bar> m_bars;
    QStringList m_modules;
    QAction* m_logAction;
    bool m_logarithmic = true;
    int m_cursor = -1;
};

} // namespace bitloom
