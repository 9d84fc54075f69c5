// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/log_view.h"

#include "widgets/repaint_throttle.h"
#include "widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPalette>
#include <QScrollBar>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>

namespace bitloom {
namespace {
    QString levelName(LogLevel level)
    {
        switch (level) {
        case LogLevel::Debug:
            return LogModel::tr("debug");
        case LogLevel::Info:
            return LogModel::tr("info");
        case LogLevel::Warning:
            return LogModel::tr("warning");
        case LogLevel::Error:
            return LogModel::tr("error");
        }
        return {};
    }
}

LogLevel logLevelFromName(const std::string& name)
{
    if (name == "debug" || name == "trace")
        return LogLevel::Debug;
    if (name == "warning" || name == "warn")
        return LogLevel::Warning;
    if (name == "error" || name == "critical")
        return LogLevel::Error;
    return LogLevel::Info;
}

LogModel::LogModel(int capacity, QObject* parent)
    : QAbstractListModel(parent)
    , m_capacity(std::max(1, capacity))
{
}

void LogModel::append(const std::vector<LogLine>& lines)
{
    if (lines.empty())
        return;
    // Of a burst longer than the capacity only the end can stay.
    const std::size_t first = lines.size() > static_cast<std::size_t>(m_capacity) ? lines.size() - static_cast<std::size_t>(m_capacity) : 0;
    const int added = static_cast<int>(lines.size() - first);
    const int surplus = static_cast<int>(m_lines.size()) + added - m_capacity;
    if (surplus > 0) {
        beginRemoveRows({}, 0, surplus - 1);
        m_lines.erase(m_lines.begin(), m_lines.begin() + surplus);
        endRemoveRows();
    }
    const int row = static_cast<int>(m_lines.size());
    beginInsertRows({}, row, row + added - 1);
    for (std::size_t i = first; i < lines.size(); ++i) {
        QString text = QString::fromStdString(lines[i].event.message);
        text.replace(QLatin1Char('\n'), QStringLiteral(" ↵ "));
        m_lines.push_back({ lines[i].time, logLevelFromName(lines[i].event.level), text });
    }
    endInsertRows();
}

void LogModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    // Views and screen readers ask for an item that is not there, too.
    if (!index.isValid() || !checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Line& line = m_lines[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return QStringLiteral("%1  %2  %3").arg(line.time.toString(QStringLiteral("HH:mm:ss")), levelName(line.level).leftJustified(7), line.text);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1: %2").arg(levelName(line.level), line.text);
    case Qt::ToolTipRole:
        return line.text;
    case Qt::ForegroundRole: {
        const PlotStyle style = PlotStyle::of(QApplication::palette());
        if (line.level == LogLevel::Error)
            return style.bad;
        if (line.level == LogLevel::Warning)
            return style.warning;
        return line.level == LogLevel::Debug ? style.mutedText : style.text;
    }
    case LevelRole:
        return static_cast<int>(line.level);
    case TimeRole:
        return line.time;
    default:
        return {};
    }
}

void LogFilter::setMinimumLevel(LogLevel level)
{
    m_level = level;
    invalidateFilter();
}

void LogFilter::setText(const QString& text)
{
    m_text = text;
    invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    return index.data(LogModel::LevelRole).toInt() >= static_cast<int>(m_level)
        && (m_text.isEmpty() || index.data().toString().contains(m_text, Qt::CaseInsensitive));
}

LogView::LogView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("logView"));
    m_model = new LogModel(20000, this);
    m_filter = new LogFilter(this);
    m_filter->setSourceModel(m_model);
    m_level = new QComboBox(this);
    m_level->setObjectName(QStringLiteral("logLevel"));
    m_level->setAccessibleName(tr("Lowest level shown"));
    m_level->addItems({ tr("All"), tr("Info and above"), tr("Warnings and errors"), tr("Errors") });
    m_level->setCurrentIndex(static_cast<int>(LogLevel::Info));
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("logSearch"));
    m_search->setAccessibleName(tr("Search the log"));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_count = new QLabel(this);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    auto* copy = new QToolButton(this);
    copy->setObjectName(QStringLiteral("logCopy"));
    copy->setText(tr("Copy"));
    copy->setAccessibleName(tr("Copy the log"));
    copy->setToolTip(tr("Copies the selected lines, or all visible ones"));
    auto* clearButton = new QToolButton(this);
    clearButton->setText(tr("Clear"));
    clearButton->setAccessibleName(tr("Clear the log"));
    m_list = new QListView(this);
    m_list->setObjectName(QStringLiteral("logList"));
    m_list->setAccessibleName(tr("Log"));
    m_list->setModel(m_filter);
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_list->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);

    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addWidget(m_level);
    top->addWidget(m_search, 1);
    top->addWidget(m_count);
    top->addWidget(copy);
    top->addWidget(clearButton);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);

    connect(m_level, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter->setMinimumLevel(static_cast<LogLevel>(index));
        updateEmpty();
    });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setText(text);
        updateEmpty();
    });
    connect(copy, &QToolButton::clicked, this, &LogView::copySelection);
    connect(clearButton, &QToolButton::clicked, this, &LogView::clear);
    auto* copyAction = new QAction(tr("&Copy"), m_list);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(copyAction);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(copyAction, &QAction::triggered, this, &LogView::copySelection);
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
    updateEmpty();
}

void LogView::append(LogLine line)
{
    m_pending.push_back(std::move(line));
    RepaintThrottle::shared().schedule(this, [this] { takePending(); });
}

void LogView::takePending()
{
    const QScrollBar* bar = m_list->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 1;
    m_model->append(std::exchange(m_pending, {}));
    if (atEnd)
        m_list->scrollToBottom();
    updateEmpty();
}

void LogView::clear()
{
    m_pending.clear();
    m_model->clear();
    updateEmpty();
}

void LogView::setMinimumLevel(LogLevel level)
{
    m_level->setCurrentIndex(static_cast<int>(level));
}

QString LogView::text() const
{
    QStringList lines;
    for (int row = 0; row < m_filter->rowCount(); ++row)
        lines.append(m_filter->index(row, 0).data().toString());
    return lines.join(QLatin1Char('\n'));
}

void LogView::copySelection()
{
    QModelIndexList selected = m_list->selectionModel()->selectedIndexes();
    std::sort(selected.begin(), selected.end());
    QStringList lines;
    for (const QModelIndex& index : selected)
        lines.append(index.data().toString());
    QApplication::clipboard()->setText(lines.isEmpty() ? text() : lines.join(QLatin1Char('\n')));
}

void LogView::updateEmpty()
{
    const int shown = m_filter->rowCount(), all = m_model->rowCount();
    m_count->setText(all == 0  ? tr("Nothing logged yet")
            : shown == all ? tr("%1 lines").arg(all)
                           : tr("%1 of %2 lines").arg(shown).arg(all));
}

} // namespace bitloom
