// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

namespace bitloom {

/// Lies over a window and draws a frame around one of its widgets; with the rest darkened if wished. Lets the mouse through
/// unless it is darkened.
class Spotlight : public QWidget
{
    Q_OBJECT
public:
    explicit Spotlight(QWidget* window);

    /// Null: the whole window is meant.
    void aimAt(QWidget* target);
    void setDarkens(bool darkens);
    [[nodiscard]] QRect hole() const; ///< the target in this widget's coordinates; empty without one

Q_SIGNALS:
    void moved(); ///< the hole is elsewhere

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();

    QPointer<QWidget> m_target;
    bool m_darkens = false;
};

} // namespace bitloom
