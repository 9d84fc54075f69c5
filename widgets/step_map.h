// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/cache_history.h"
#include "widgets/plot_view.h"

#include <array>
#include <memory>

namespace bitloom {

/// A map of one head of a key-value cache: positions from left to right, steps of writing from bottom to top. A step
/// that nobody looked at is drawn like the next one that somebody did. Left and Right go through positions, Up and Down
/// through steps.
class StepMap : public PlotView
{
    Q_OBJECT
public:
    void setHistory(std::shared_ptr<const CacheHistory> history);
    /// The history has grown or begun anew. A cursor on the newest step stays on the newest.
    void historyChanged();
    void setShowsValues(bool values); ///< else keys
    [[nodiscard]] bool showsValues() const { return m_values; }
    /// Puts the cursor on a step of so many positions; without a signal.
    void showCursor(qint64 length, qint64 position);
    [[nodiscard]] qint64 cursorPosition() const { return m_position; } ///< -1: none
    [[nodiscard]] qint64 cursorLength() const; ///< of the cursor's step; 0: none

    [[nodiscard]] bool isEmpty() const override { return !m_history || m_history->steps().empty(); }
    [[nodiscard]] QSize sizeHint() const override { return { 420, 260 }; }

Q_SIGNALS:
    void cursorMoved(qint64 length, qint64 position);

protected:
    using PlotView::PlotView;
    using Step = CacheHistory::Step;

    /// The colour of positions [from, to) at a step, which share a pixel.
    [[nodiscard]] virtual QRgb colorOf(const Step& step, std::int64_t from, std::int64_t to) const = 0;
    /// One position at a step, in words.
    [[nodiscard]] virtual QString describe(const Step& step, std::int64_t position) const = 0;
    /// What belongs on a cell that is large enough to be marked; empty: nothing.
    virtual void paintCell(QPainter& painter, const QRectF& cell, const Step& step, std::int64_t position) const;
    /// Above the cells, in the line at `y`, and right of them.
    virtual void paintLegend(QPainter& painter, const QRectF& cells, double y, const PlotStyle& style) const = 0;
    [[nodiscard]] virtual double roomAtRight() const { return 14; } ///< pixels
    [[nodiscard]] virtual double roomAbove() const { return 0; } ///< pixels between legend and cells

    [[nodiscard]] const CacheHistory& history() const { return *m_history; }
    /// The step under the cursor, the newest without one.
    [[nodiscard]] const Step& shownStep() const;
    [[nodiscard]] std::array<bool, positionClassCount> seenClasses() const; ///< in any step, of the half that is shown
    [[nodiscard]] QString positionText(std::int64_t position) const; ///< "position 17 “the”"

    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    bool moveCursor(CursorMove move) override;
    bool moveCursorTo(const QPointF& position) override;
    [[nodiscard]] QString describeCursor() const override;
    [[nodiscard]] QString tooltipAt(const QPointF& position) const override;

private:
    [[nodiscard]] QRectF cellsFor(const QSizeF& size) const;
    [[nodiscard]] bool cellAt(const QPointF& position, std::size_t* step, std::int64_t* column) const;
    [[nodiscard]] QRectF cellRect(const QRectF& cells, std::size_t step, std::int64_t position) const;
    [[nodiscard]] std::int64_t firstLength() const { return m_history->steps().front().length; }
    [[nodiscard]] std::int64_t span() const
    {
        return m_history->length() - firstLength() + 1;
    } ///< steps from bottom to top
    void place(std::size_t step, std::int64_t position);

    std::shared_ptr<const CacheHistory> m_history;
    bool m_values = false, m_onNewest = true;
    std::int64_t m_length = 0; ///< of the cursor's step
    qint64 m_position = -1;
};

} // namespace bitloom
