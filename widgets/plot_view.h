// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot_actions.h"
#include "widgets/theme.h"

#include <QWidget>

namespace bitloom {

/// What all painted views share: throttled repaints, an empty state, a cursor moved with the arrow keys whose read-out is the
/// accessible description, tooltips, and PlotActions.
class PlotView : public QWidget, public PlotSource
{
    Q_OBJECT
public:
    /// `name` is the accessible name, `emptyText` says what to do next while there is nothing to show.
    PlotView(const QString& name, const QString& emptyText, QWidget* parent);

    void paint(QPainter& painter, QSize size) final;
    [[nodiscard]] QString plotTitle() const override;
    /// The value under the cursor in one sentence; empty without a cursor.
    [[nodiscard]] QString readout() const { return m_readout; }
    void setEmptyText(const QString& text);
    [[nodiscard]] QString emptyText() const { return m_emptyText; }
    [[nodiscard]] virtual bool isEmpty() const = 0;
    [[nodiscard]] PlotActions& plotActions() { return *m_actions; }
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void readoutChanged(const QString& readout);

protected:
    enum class CursorMove { Left, Right, Up, Down, First, Last, PageBack, PageForward };

    virtual void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) = 0;
    /// True when the cursor moved.
    virtual bool moveCursor(CursorMove move) = 0;
    virtual bool moveCursorTo(const QPointF& position) = 0;
    /// Enter, Return, or a double click at the cursor.
    virtual void activateCursor() { }
    [[nodiscard]] virtual QString describeCursor() const = 0;
    [[nodiscard]] virtual QString tooltipAt(const QPointF& position) const = 0;

    /// Puts a switch before the view's own actions, with a line between them. It does nothing yet.
    [[nodiscard]] QAction* addLeadingSwitch(const QString& text, const QKeySequence& key, bool on);

    void contentChanged(); ///< repaints at the next beat and refreshes the read-out
    void refreshReadout();
    /// False while a picture is exported: it shows the data only.
    [[nodiscard]] bool paintsCursor() const { return m_paintsCursor; }

    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QString m_emptyText, m_readout;
    PlotActions* m_actions;
    bool m_paintsCursor = false;
};

} // namespace bitloom
