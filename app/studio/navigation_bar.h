// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QActionGroup>
#include <QFrame>
#include <QToolButton>
#include <QVBoxLayout>
#include <vector>

namespace bitloom {

/// The pages' names at the left, from top to bottom in the order of the work; the arrow keys walk through them.
class NavigationBar : public QFrame
{
    Q_OBJECT
public:
    explicit NavigationBar(QWidget* parent = nullptr);

    /// Adds a page; `action` is checkable and lives in the menu too.
    void addPage(QAction* action);
    void addAtBottom(QAction* action);
    /// When a button of this bar has the focus, the focus goes to this page's.
    void focusFollows(int page);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QToolButton* makeButton(QAction* action);
    void fitNames(); ///< languages differ in the length of words

    QVBoxLayout* m_pages;
    QVBoxLayout* m_bottom;
    std::vector<QToolButton*> m_buttons;
};

} // namespace bitloom
