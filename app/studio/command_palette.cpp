// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/command_palette.h"

#include <algorithm>
#include <numeric>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace bitloom {

namespace {
    constexpr int wide = 620, high = 420;
    enum Role { IndexRole = Qt::UserRole, GroupRole, ShortcutRole };

    class CommandDelegate : public QStyledItemDelegate
    {
    public:
        using QStyledItemDelegate::QStyledItemDelegate;

        [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override
        {
            return { 200, option.fontMetrics.height() + 12 };
        }

        void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
        {
            QStyleOptionViewItem background = option;
            initStyleOption(&background, index);
            background.text.clear();
            option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &background, painter, option.widget);
            const bool selected = option.state & QStyle::State_Selected, enabled = option.state & QStyle::State_Enabled;
            const auto group = enabled ? QPalette::Active : QPalette::Disabled;
            const QColor strong = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
            const QColor quiet = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::PlaceholderText);
            QRect area = option.rect.adjusted(10, 0, -10, 0);
            painter->setFont(option.font);
            const QString shortcut = index.data(ShortcutRole).toString();
            painter->setPen(quiet);
            painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, shortcut);
            area.setRight(area.right() - option.fontMetrics.horizontalAdvance(shortcut) - 12);
            const QString before = index.data(GroupRole).toString() + QStringLiteral("  ");
            painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter, before);
            area.setLeft(area.left() + option.fontMetrics.horizontalAdvance(before));
            painter->setPen(strong);
            painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter, option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, area.width()));
        }
    };
}

int fuzzyScore(const QString& typed, const QString& text)
{
    const QString wanted = typed.simplified().toCaseFolded(), offered = text.toCaseFolded();
    if (wanted.isEmpty())
        return 1;
    // Whole text, then every word somewhere, then the letters in order.
    if (const qsizetype at = offered.indexOf(wanted); at >= 0)
        return 4000 - static_cast<int>(qMin<qsizetype>(at, 500)) + (at == 0 || !offered[at - 1].isLetterOrNumber() ? 1000 : 0);
    const QStringList words = wanted.split(QLatin1Char(' '));
    if (words.size() > 1 && std::all_of(words.begin(), words.end(), [&](const QString& word) { return offered.contains(word); }))
        return 2500;
    qsizetype position = 0;
    int score = 1000, gaps = 0;
    for (const QChar letter : wanted) {
        if (letter.isSpace())
            continue;
        const qsizetype found = offered.indexOf(letter, position);
        if (found < 0)
            return 0;
        if (found > 0 && !offered[found - 1].isLetterOrNumber())
            score += 40; // the beginning of a word
        gaps += static_cast<int>(found - position);
        position = found + 1;
    }
    return qMax(1, score - gaps * 8);
}

CommandPalette::CommandPalette(std::vector<PaletteCommand> commands, QWidget* parent)
    : QDialog(parent, Qt::Popup)
    , m_commands(std::move(commands))
    , m_search(new QLineEdit)
    , m_list(new QListWidget)
{
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Commands"));
    setAccessibleName(tr("Commands"));
    setAutoFillBackground(true);
    m_search->setPlaceholderText(tr("Type what you want to do"));
    m_search->setAccessibleName(tr("Search commands"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumHeight(34);
    m_search->installEventFilter(this);
    m_list->setAccessibleName(tr("Matching commands"));
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::refill);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::choose);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
    refill();
    const QRect around = parent != nullptr ? parent->geometry() : QRect(0, 0, wide, high);
    setGeometry(around.center().x() - wide / 2, around.top() + 70, wide, qMin(high, around.height() - 90));
    m_search->setFocus();
}

void CommandPalette::refill()
{
    std::vector<std::pair<int, int>> scored; // score, index
    for (int i = 0; i < static_cast<int>(m_commands.size()); ++i) {
        const PaletteCommand& command = m_commands[static_cast<std::size_t>(i)];
        const int title = fuzzyScore(m_search->text(), command.title);
        const int both = fuzzyScore(m_search->text(), command.group + QLatin1Char(' ') + command.title) / 2;
        if (const int score = qMax(title, both); score > 0)
            scored.emplace_back(score - (command.enabled ? 0 : 600), i);
    }
    std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_list->clear();
    for (const auto& [score, index] : scored) {
        const PaletteCommand& command = m_commands[static_cast<std::size_t>(index)];
        auto* item = new QListWidgetItem(command.title, m_list);
        item->setData(IndexRole, index);
        item->setData(GroupRole, command.group);
        item->setData(ShortcutRole, command.shortcut);
        item->setData(Qt::AccessibleTextRole, QStringList { command.group, command.title, command.shortcut }.join(QStringLiteral(", ")));
        if (!command.enabled)
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    }
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->flags() & Qt::ItemIsEnabled) {
            m_list->setCurrentRow(row);
            break;
        }
    }
}

void CommandPalette::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr || !(item->flags() & Qt::ItemIsEnabled))
        return;
    m_chosen = m_commands[static_cast<std::size_t>(item->data(IndexRole).toInt())].run;
    accept();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    // The search line keeps the focus; keys that walk go to the list.
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QCoreApplication::sendEvent(m_list, key);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose();
            return true;
        default:
            break;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace bitloom
