// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot_view.h"

namespace bitloom {

/// A plot of items side by side (bars, bins, levels), one of which is under the cursor.
class ItemPlot : public PlotView
{
    Q_OBJECT
public:
    void setLogarithmic(bool logarithmic); ///< the axis that addLogarithmicAxis() names
    [[nodiscard]] bool isLogarithmic() const { return m_logarithmic; }

protected:
    using PlotView::PlotView;

    /// Puts a switch for an axis before the plot's own actions; L is its key.
    void addLogarithmicAxis(const QString& text, bool logarithmic);

    [[nodiscard]] virtual int itemCount() const = 0;
    [[nodiscard]] virtual int itemAt(const QPointF& position) const = 0; ///< -1 where there is none
    [[nodiscard]] virtual QString describe(int item) const = 0; ///< 0 <= item < itemCount()
    [[nodiscard]] virtual int firstItem() const { return 0; } ///< that the arrow keys go to while there is no cursor
    [[nodiscard]] virtual int itemsUpward() const { return 1; } ///< that Up goes forward and Down back
    [[nodiscard]] virtual int itemsPerPage() const;

    [[nodiscard]] int cursor() const { return m_cursor; } ///< -1: none
    void clearCursor() { m_cursor = -1; }
    /// After items were taken away: the cursor stays where there still is one.
    void keepCursorInside();

private:
    bool moveCursor(CursorMove move) final;
    bool moveCursorTo(const QPointF& position) final;
    [[nodiscard]] QString describeCursor() const final;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const final;

    int m_cursor = -1;
    QAction* m_logAction = nullptr;
    bool m_logarithmic = false;
};

} // namespace bitloom
