// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QString>
#include <QWidget>
#include <vector>

namespace bitloom {

class MainWindow;

struct LessonStep
{
    QString text; ///< what to do and what to look at, rich text
    std::function<QWidget*()> show; ///< brings what it is about into view; null: nothing is framed
    QString actionText; ///< of the button that does it for the person; empty: there is nothing to do
    std::function<void()> act;
    std::function<bool()> done; ///< null: reading is enough
};

/// Some steps on the demo model that drive the real views.
struct Lesson
{
    QString id, title, summary;
    std::vector<LessonStep> steps;
};

/// The lessons that the window's views can carry, in the order in which they build on each other.
[[nodiscard]] std::vector<Lesson> lessons(MainWindow& window);

} // namespace bitloom
