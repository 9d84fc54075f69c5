// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/item_plot.h"
#include "widgets/plot_axes.h"

#include <optional>
#include <vector>

namespace bitloom {

/// How far a model's predictions are from the original's, over the tokens of a text; nats.
struct Divergence
{
    QString name;
    double mean = 0;
    std::optional<double> standardError; ///< of the mean
    std::vector<std::pair<double, double>> quantiles; ///< share of the tokens below, and the value there; ascending
};

/// KL divergence of several models: the mean with its standard error as a diamond, the quantiles over the tokens as ticks on a line.
class DivergencePlot : public ItemPlot
{
    Q_OBJECT
public:
    explicit DivergencePlot(QWidget* parent = nullptr);

    /// Those whose mean is not a number of at least 0 are left out.
    void setDivergences(std::vector<Divergence> divergences);
    [[nodiscard]] bool isEmpty() const override { return m_divergences.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override { return { 560, 300 }; }

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_divergences.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;

private:
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] Axis vertical() const;

    std::vector<Divergence> m_divergences;
};

} // namespace bitloom
