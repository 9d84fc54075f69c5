// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <vector>

namespace bitloom {

/// A dock whose title is painted by the view inside, so that only a slim bar to drag it by stands above it.
class ViewDock : public QDockWidget
{
    Q_OBJECT
public:
    /// `id` names it in saved arrangements.
    /// `term`, if not empty, is explained by a "?" in the bar.
    ViewDock(const QString& id, const QString& title, QWidget* view, QWidget* parent = nullptr, const char* term = "");
    /// Shows or hides it; checked unless it was hidden, also while the page around it is not seen (toggleViewAction() is not).
    [[nodiscard]] QAction* toggle() { return m_toggle; }

protected:
    bool event(QEvent* event) override;

private:
    QAction* m_toggle;
};

/// A page made of views that can be moved, stacked as tabs, torn off and hidden; arrangements can be saved.
class DockArea : public QMainWindow
{
    Q_OBJECT
public:
    explicit DockArea(QWidget* parent = nullptr);

    ViewDock* add(const QString& id, const QString& title, QWidget* view, const char* term = "");
    /// Remembers how the docks are put by `arrange`, now and when arrangeStandard() is called.
    void setStandard(std::function<void()> arrange);
    void arrangeStandard();
    [[nodiscard]] QList<QAction*> toggles() const; ///< one checkable action for each view; its object name is the view's id

private:
    std::vector<ViewDock*> m_docks;
    std::function<void()> m_arrange;
};

} // namespace bitloom
