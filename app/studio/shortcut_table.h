// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/action_list.h"

#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPushButton>
#include <QTreeWidget>

namespace bitloom {

/// Every action with its shortcut, to be searched, changed and put back. Changes count once apply() is called.
class ShortcutTable : public QWidget
{
    Q_OBJECT
public:
    explicit ShortcutTable(ActionList& actions, QWidget* parent = nullptr);

    void apply();
    [[nodiscard]] QTreeWidget& list() { return *m_list; }
    [[nodiscard]] QKeySequenceEdit& editor() { return *m_editor; }
    /// Whose shortcut the entered one is, in a sentence; empty if it is free.
    [[nodiscard]] QString conflict() const;
    void select(const QString& id);

private:
    void fill();
    void filter();
    void showSelected();
    void assign(const QKeySequence& shortcut);
    void refreshConflict();
    [[nodiscard]] QString selectedId() const;
    [[nodiscard]] QString holder(const QString& id, const QKeySequence& shortcut) const;

    ActionList& m_actions;
    QMap<QString, QKeySequence> m_shortcuts; ///< of every action, with what was changed here
    QLineEdit* m_search;
    QTreeWidget* m_list;
    QKeySequenceEdit* m_editor;
    QLabel* m_conflict;
    QPushButton *m_assign, *m_clear, *m_reset;
};

} // namespace bitloom
