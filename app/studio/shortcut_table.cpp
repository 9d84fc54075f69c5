// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/shortcut_table.h"

#include "app/studio/panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace bitloom {

namespace {
    enum Column { ActionColumn, ShortcutColumn, ColumnCount };
    constexpr int idRole = Qt::UserRole;
}

ShortcutTable::ShortcutTable(ActionList& actions, QWidget* parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_search(new QLineEdit)
    , m_list(new QTreeWidget)
    , m_editor(new QKeySequenceEdit)
    , m_conflict(new QLabel)
    , m_assign(new QPushButton(tr("&Assign")))
    , m_clear(new QPushButton(tr("&No shortcut")))
    , m_reset(new QPushButton(tr("&Standard")))
{
    setObjectName(QStringLiteral("shortcutTable"));
    for (const ActionList::Entry& entry : actions.entries())
        m_shortcuts.insert(entry.id, entry.current);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search actions"));
    m_search->setClearButtonEnabled(true);
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderLabels({ tr("Action"), tr("Shortcut") });
    m_list->setAccessibleName(tr("Actions and their shortcuts"));
    m_list->setRootIsDecorated(true);
    m_list->setUniformRowHeights(true);
    m_list->header()->setSectionResizeMode(ActionColumn, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(ShortcutColumn, QHeaderView::ResizeToContents);
    m_list->header()->setStretchLastSection(false);
    m_editor->setAccessibleName(tr("New shortcut"));
    m_editor->setObjectName(QStringLiteral("shortcutEditor"));
    // The inner line edit takes the focus; a screen reader reads its name.
    if (auto* inner = m_editor->findChild<QLineEdit*>()) {
        inner->setAccessibleName(tr("New shortcut"));
        inner->setPlaceholderText(tr("Press the keys"));
    }
    m_conflict->setWordWrap(true);
    m_conflict->setObjectName(QStringLiteral("shortcutConflict"));
    m_assign->setObjectName(QStringLiteral("assignShortcut"));
    auto* resetAll = new QPushButton(tr("All &back to standard"));
    resetAll->setObjectName(QStringLiteral("resetShortcuts"));

    auto* line = new QHBoxLayout;
    auto* label = new QLabel(tr("New &shortcut"));
    label->setBuddy(m_editor);
    line->addWidget(label);
    line->addWidget(m_editor, 1);
    line->addWidget(m_assign);
    line->addWidget(m_clear);
    line->addWidget(m_reset);
    auto* top = new QHBoxLayout;
    top->addWidget(m_search, 1);
    top->addWidget(resetAll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 14, 6, 6);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    layout->addLayout(line);
    layout->addWidget(m_conflict);

    connect(m_search, &QLineEdit::textChanged, this, &ShortcutTable::filter);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &ShortcutTable::showSelected);
    connect(m_editor, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutTable::refreshConflict);
    connect(m_assign, &QPushButton::clicked, this, [this] { assign(m_editor->keySequence()); });
    connect(m_clear, &QPushButton::clicked, this, [this] { assign({}); });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        if (const auto* entry = m_actions.find(selectedId()))
            assign(entry->standard);
    });
    connect(resetAll, &QPushButton::clicked, this, [this] {
        for (const ActionList::Entry& entry : m_actions.entries())
            m_shortcuts.insert(entry.id, entry.standard);
        fill();
    });
    fill();
}

void ShortcutTable::fill()
{
    const QString selected = selectedId();
    m_list->clear();
    QMap<QString, QTreeWidgetItem*> groups;
    for (const ActionList::Entry& entry : m_actions.entries()) {
        QTreeWidgetItem*& group = groups[entry.group];
        if (group == nullptr) {
            group = new QTreeWidgetItem(m_list, { entry.group });
            group->setFlags(Qt::ItemIsEnabled);
            QFont font = group->font(ActionColumn);
            font.setWeight(QFont::DemiBold);
            group->setFont(ActionColumn, font);
        }
        const QKeySequence shortcut = m_shortcuts.value(entry.id);
        auto* item = new QTreeWidgetItem(group, { entry.title(), shortcut.toString(QKeySequence::NativeText) });
        item->setData(ActionColumn, idRole, entry.id);
        if (shortcut != entry.standard)
            item->setText(ShortcutColumn, tr("%1 (changed)").arg(shortcut.isEmpty() ? tr("none") : item->text(ShortcutColumn)));
    }
    m_list->expandAll();
    filter();
    select(selected);
    showSelected();
}

void ShortcutTable::filter()
{
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        QTreeWidgetItem* group = m_list->topLevelItem(i);
        bool any = false;
        for (int j = 0; j < group->childCount(); ++j) {
            QTreeWidgetItem* item = group->child(j);
            const bool fits = (group->text(ActionColumn) + QLatin1Char(' ') + item->text(ActionColumn) + QLatin1Char(' ') + item->text(ShortcutColumn))
                                  .contains(m_search->text().trimmed(), Qt::CaseInsensitive);
            item->setHidden(!fits);
            any = any || fits;
        }
        group->setHidden(!any);
    }
}

QString ShortcutTable::selectedId() const
{
    const QTreeWidgetItem* item = m_list->currentItem();
    return item == nullptr ? QString() : item->data(ActionColumn, idRole).toString();
}

void ShortcutTable::select(const QString& id)
{
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        for (int j = 0; j < m_list->topLevelItem(i)->childCount(); ++j) {
            if (QTreeWidgetItem* item = m_list->topLevelItem(i)->child(j); item->data(ActionColumn, idRole).toString() == id)
                m_list->setCurrentItem(item);
        }
    }
}

void ShortcutTable::showSelected()
{
    const QString id = selectedId();
    m_editor->setKeySequence(m_shortcuts.value(id));
    for (QWidget* widget : { static_cast<QWidget*>(m_editor), static_cast<QWidget*>(m_clear), static_cast<QWidget*>(m_reset) })
        widget->setEnabled(!id.isEmpty());
    refreshConflict();
}

QString ShortcutTable::holder(const QString& id, const QKeySequence& shortcut) const
{
    if (shortcut.isEmpty())
        return {};
    for (auto it = m_shortcuts.begin(); it != m_shortcuts.end(); ++it) {
        if (it.key() != id && !it->isEmpty() && (it->matches(shortcut) != QKeySequence::NoMatch || shortcut.matches(*it) != QKeySequence::NoMatch))
            return it.key();
    }
    return {};
}

QString ShortcutTable::conflict() const
{
    const auto* other = m_actions.find(holder(selectedId(), m_editor->keySequence()));
    return other == nullptr ? QString()
                            : tr("⚠ “%1” has this shortcut; assigning takes it away from there.").arg(other->group + QStringLiteral(" → ") + other->title());
}

void ShortcutTable::refreshConflict()
{
    m_conflict->setText(conflict());
    m_assign->setEnabled(!selectedId().isEmpty() && m_editor->keySequence() != m_shortcuts.value(selectedId()));
}

void ShortcutTable::assign(const QKeySequence& shortcut)
{
    const QString id = selectedId();
    if (id.isEmpty())
        return;
    for (QString other = holder(id, shortcut); !other.isEmpty(); other = holder(id, shortcut))
        m_shortcuts.insert(other, {});
    m_shortcuts.insert(id, shortcut);
    fill();
}

void ShortcutTable::apply()
{
    // First what loses its shortcut, so that nothing new is taken away again.
    for (const bool empty : { true, false }) {
        for (auto it = m_shortcuts.begin(); it != m_shortcuts.end(); ++it) {
            const auto* entry = m_actions.find(it.key());
            if (entry != nullptr && it->isEmpty() == empty && entry->current != *it)
                m_actions.setShortcut(it.key(), *it);
        }
    }
}

} // namespace bitloom
