// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/navigation_bar.h"

#include <algorithm>
#include <QAction>
#include <QKeyEvent>

namespace bitloom {

NavigationBar::NavigationBar(QWidget* parent)
    : QFrame(parent)
    , m_pages(new QVBoxLayout)
    , m_bottom(new QVBoxLayout)
{
    setObjectName(QStringLiteral("navigation"));
    setAccessibleName(tr("Pages"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 10, 8, 10);
    m_pages->setSpacing(4);
    m_bottom->setSpacing(4);
    layout->addLayout(m_pages);
    layout->addStretch(1);
    layout->addLayout(m_bottom);
}

QToolButton* NavigationBar::makeButton(QAction* action)
{
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize({ 24, 24 });
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(action->iconText());
    m_buttons.push_back(button);
    fitNames();
    return button;
}

void NavigationBar::fitNames()
{
    constexpr int least = 88, height = 56, room = 20;
    int width = least;
    for (const QToolButton* button : m_buttons)
        width = std::max(width, button->fontMetrics().horizontalAdvance(button->text()) + room);
    for (QToolButton* button : m_buttons)
        button->setFixedSize(width, height);
    const QMargins margins = layout()->contentsMargins();
    setFixedWidth(width + margins.left() + margins.right());
}

void NavigationBar::addPage(QAction* action)
{
    m_pages->addWidget(makeButton(action));
}

void NavigationBar::addAtBottom(QAction* action)
{
    m_bottom->addWidget(makeButton(action));
}

void NavigationBar::focusFollows(int page)
{
    if (std::any_of(m_buttons.begin(), m_buttons.end(), [](const QToolButton* button) { return button->hasFocus(); }))
        m_buttons[static_cast<std::size_t>(page)]->setFocus();
}

void NavigationBar::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const auto focused = std::find_if(m_buttons.begin(), m_buttons.end(), [](const QToolButton* button) { return button->hasFocus(); });
    if (step == 0 || focused == m_buttons.end())
        return QFrame::keyPressEvent(event);
    const auto count = static_cast<std::ptrdiff_t>(m_buttons.size());
    const auto next = (focused - m_buttons.begin() + step + count) % count;
    m_buttons[static_cast<std::size_t>(next)]->setFocus(Qt::TabFocusReason);
}

} // namespace bitloom
