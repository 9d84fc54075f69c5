// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lesson.h"
#include "app/studio/spotlight.h"

#include <QLabel>
#include <QPushButton>
#include <QTimer>

namespace bitloom {

/// A lesson beside the views: what to do, a button that does it, and a sign when it is done.
class LessonPanel : public QWidget
{
    Q_OBJECT
public:
    explicit LessonPanel(QWidget* window, QWidget* parent = nullptr);

    void begin(const Lesson& lesson);
    void close();
    [[nodiscard]] QString lesson() const { return m_lesson.id; } ///< empty: none
    [[nodiscard]] int step() const { return m_step; }
    [[nodiscard]] bool stepIsDone() const;

Q_SIGNALS:
    void closed();

private:
    void goTo(int step);
    void check();
    void reframe();

    Lesson m_lesson;
    int m_step = 0;
    bool m_wasDone = false;
    Spotlight* m_spotlight;
    QLabel *m_title, *m_count, *m_text, *m_state;
    QPushButton *m_act, *m_back, *m_next, *m_close;
    QTimer m_timer;
};

} // namespace bitloom
