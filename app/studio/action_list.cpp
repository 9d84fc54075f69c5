// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/action_list.h"

#include <algorithm>
#include <QRegularExpression>

namespace bitloom {

QString plainText(QString menuText)
{
    // Languages without Latin letters write the mnemonic behind the text: "열기(&O)…".
    static const QRegularExpression behind(QStringLiteral("\\s*\\(&[^&]\\)"));
    menuText.remove(behind);
    menuText = menuText.section(QLatin1Char('\t'), 0, 0);
    menuText.replace(QStringLiteral("&&"), QStringLiteral("\x01")).remove(QLatin1Char('&')).replace(QLatin1Char('\x01'), QLatin1Char('&'));
    while (menuText.endsWith(QLatin1Char('.')) || menuText.endsWith(QChar(0x2026)))
        menuText.chop(1);
    return menuText;
}

QString ActionList::Entry::title() const
{
    return plainText(action->text());
}

ActionList::ActionList(Settings& settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings)
{
}

void ActionList::add(const QString& id, const QString& group, QAction* action, const QKeySequence& standard,
    std::function<void(const QKeySequence&)> apply)
{
    Q_ASSERT(find(id) == nullptr);
    action->setObjectName(id);
    Entry entry { id, plainText(group), action, apply ? standard : action->shortcut(), {}, std::move(apply) };
    put(entry, m_settings.shortcut(id).value_or(entry.standard));
    m_entries.push_back(std::move(entry));
}

const ActionList::Entry* ActionList::find(const QString& id) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

const ActionList::Entry* ActionList::conflict(const QString& id, const QKeySequence& shortcut) const
{
    if (shortcut.isEmpty())
        return nullptr;
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return entry.id != id && !entry.current.isEmpty()
            && (entry.current.matches(shortcut) != QKeySequence::NoMatch || shortcut.matches(entry.current) != QKeySequence::NoMatch);
    });
    return found == m_entries.end() ? nullptr : &*found;
}

void ActionList::put(Entry& entry, const QKeySequence& shortcut)
{
    entry.current = shortcut;
    if (entry.apply)
        entry.apply(shortcut);
    else
        entry.action->setShortcut(shortcut);
}

void ActionList::setShortcut(const QString& id, const QKeySequence& shortcut)
{
    const auto give = [this](Entry& entry, const QKeySequence& sequence) {
        put(entry, sequence);
        m_settings.setShortcut(entry.id, sequence == entry.standard ? std::nullopt : std::optional(sequence));
    };
    while (const Entry* other = conflict(id, shortcut))
        give(const_cast<Entry&>(*other), {});
    for (Entry& entry : m_entries) {
        if (entry.id == id)
            give(entry, shortcut);
    }
    Q_EMIT changed();
}

void ActionList::resetShortcuts()
{
    for (Entry& entry : m_entries) {
        put(entry, entry.standard);
        m_settings.setShortcut(entry.id, std::nullopt);
    }
    Q_EMIT changed();
}

} // namespace bitloom
