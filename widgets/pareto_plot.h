// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/item_plot.h"
#include "widgets/plot_axes.h"

#include <optional>
#include <vector>

namespace bitloom {

/// A size, and what quality costs there.
struct ParetoPoint
{
    double bitsPerWeight = 0;
    std::int64_t bytes = 0; ///< of the file; 0: not known
    double loss = 0;
    QString name; ///< of a mix or a file; may be empty for a point of the front
    double standardError = 0; ///< of the loss; 0: none is shown
};

/// What a plot of sizes says of its points.
struct ParetoWords
{
    QString title, emptyText;
    QString verticalAxis; ///< with its unit
    QString front, named; ///< legend
    QString described; ///< "predicted rise of the loss %1"
    QString column; ///< the loss in a table
};

/// What counts as a point's size.
enum class ParetoSize { BitsPerWeight, Bytes };

/// First those that no other one beats in both size and loss, from the smallest on; then the others.
[[nodiscard]] std::pair<std::vector<ParetoPoint>, std::vector<ParetoPoint>> splitFront(std::vector<ParetoPoint> points, ParetoSize by);

/// Size against loss: the front of what can be reached, named points beside it, and the size that is chosen. A size is picked with Enter or a double click.
class ParetoPlot : public ItemPlot
{
    Q_OBJECT
public:
    explicit ParetoPlot(QWidget* parent = nullptr); ///< of what a choice of types is predicted to cost
    explicit ParetoPlot(ParetoWords words, QWidget* parent = nullptr);

    void setSize(ParetoSize size); ///< bits per weight unless told otherwise; points that are there already stay, whatever their size
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
        [[nodiscard]] QPointF place(double size, double loss) const;
    };
    [[nodiscard]] Frame frame(const QSizeF& size) const;
    [[nodiscard]] double sizeOf(const ParetoPoint& point) const; ///< as the axis counts it: bits per weight, or MiB

    std::vector<ParetoPoint> m_points; ///< the front by size, then the named ones
    ParetoWords m_words;
    ParetoSize m_size = ParetoSize::BitsPerWeight;
    int m_frontCount = 0;
    double m_budget = 0;
};

} // namespace bitloom
