// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/settings.h"

#include <QAction>
#include <QObject>
#include <functional>
#include <vector>

namespace bitloom {

/// Every action of the window under a name that stays the same in all languages, with the shortcut that it comes with and
/// the one that a person gave to it. Shortcuts page, command palette and tests read it.
class ActionList : public QObject
{
    Q_OBJECT
public:
    struct Entry
    {
        QString id; ///< "file.open"
        QString group; ///< the menu's title without mnemonic
        QAction* action = nullptr;
        QKeySequence standard, current;
        /// Puts the shortcut where it works; empty: it is the action's own.
        std::function<void(const QKeySequence&)> apply;
        [[nodiscard]] QString title() const; ///< the action's text without mnemonic and dots
    };

    explicit ActionList(Settings& settings, QObject* parent = nullptr);

    /// Takes the action's present shortcut (or `standard`, where `apply` is given) as its standard and puts the person's in its place.
    void add(const QString& id, const QString& group, QAction* action, const QKeySequence& standard = {},
        std::function<void(const QKeySequence&)> apply = {});

    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }
    [[nodiscard]] const Entry* find(const QString& id) const;
    /// The entry other than `id` that already has this shortcut, or whose shortcut begins like it; null if it is free.
    [[nodiscard]] const Entry* conflict(const QString& id, const QKeySequence& shortcut) const;
    /// Gives and keeps; whoever had it loses it. An empty sequence takes the shortcut away.
    void setShortcut(const QString& id, const QKeySequence& shortcut);
    void resetShortcuts();

Q_SIGNALS:
    void changed();

private:
    void put(Entry& entry, const QKeySequence& shortcut);

    Settings& m_settings;
    std::vector<Entry> m_entries;
};

/// A menu text without the mnemonic's ampersand and the dots at its end.
[[nodiscard]] QString plainText(QString menuText);

} // namespace bitloom
