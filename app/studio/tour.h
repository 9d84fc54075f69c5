// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/spotlight.h"

#include <functional>
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <vector>

namespace bitloom {

struct TourStop
{
    QString title, text;
    /// Brings the widget that the stop is about into view and names it; null for the whole window.
    std::function<QWidget*()> show;
};

/// Leads somebody through the window, one stop after another; can be left at any time.
class Tour : public QObject
{
    Q_OBJECT
public:
    Tour(QWidget* window, std::vector<TourStop> stops);
    ~Tour() override;

    void start();
    [[nodiscard]] int stop() const { return m_stop; }
    [[nodiscard]] QFrame& bubble() { return *m_bubble; }

Q_SIGNALS:
    void ended(bool completed);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void goTo(int stop);
    void place();
    void end(bool completed);

    std::vector<TourStop> m_stops;
    int m_stop = -1;
    Spotlight* m_spotlight;
    QFrame* m_bubble;
    QLabel *m_title, *m_text, *m_count;
    QPushButton *m_back, *m_next, *m_skip;
};

} // namespace bitloom
