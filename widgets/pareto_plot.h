// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/item_plot.h"
#include "widgets/plot_axes.h"

#include <optional>
#include <vector>

namespace bitloom {

/// A size, and what the end loss is expected to rise by at that size.
struct ParetoPoint
{
    double bitsPerWeight = 0;
    std::int64_t bytes = 0; ///< of the file; 0: not known
    double loss = 0;
    QString name; ///< of a mix or a file; empty for a point of the front
};

/// Size against predicted loss: the front of what the best choice of types reaches, named mixes beside it, and the size that is
/// chosen. A size is picked with Enter or a double click.
class ParetoPlot : public ItemPlot
{
    Q_OBJECT
public:
    explicit ParetoPlot(QWidget* parent = nullptr);

    /// Points that are not finite or not positive in size are left out. `front` in any order.
    void setPoints(std::vector<ParetoPoint> front, std::vector<ParetoPoint> named = {});
    /// The size that is asked for, in bits per weight; 0: none.
    void setBudget(double bitsPerWeight);
    /// The point of the front that fits under the budget; -1 where none does or there is no budget.
    [[nodiscard]] int chosen() const;
    [[nodiscard]] bool isEmpty() const override { return m_points.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void budgetPicked(double bitsPerWeight);

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    void activateCursor() override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_points.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;
    [[nodiscard]] int firstItem() const override { return std::max(0, chosen()); }

private:
    struct Frame
    {
        QRectF area;
        Axis horizontal, vertical;
        [[nodiscard]] QPointF place(const ParetoPoint& point) const;
    };
    [[nodiscard]] Frame frame(const QSizeF& size) const;

    std::vector<ParetoPoint> m_points; ///< the front by size, then the named ones
    int m_frontCount = 0;
    double m_budget = 0;
};

} // namespace bitloom
