// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_plot.h"

#include <QAction>
#include <algorithm>

namespace bitloom {

int ItemPlot::itemsPerPage() const
{
    return std::max(1, itemCount() / 10);
}

void ItemPlot::keepCursorInside()
{
    m_cursor = std::min(m_cursor, itemCount() - 1);
}

void ItemPlot::addLogarithmicAxis(const QString& text, bool logarithmic)
{
    m_logarithmic = logarithmic;
    m_logAction = addLeadingSwitch(text, Qt::Key_L, logarithmic);
    connect(m_logAction, &QAction::toggled, this, &ItemPlot::setLogarithmic);
}

void ItemPlot::setLogarithmic(bool logarithmic)
{
    m_logarithmic = logarithmic;
    if (m_logAction != nullptr)
        m_logAction->setChecked(logarithmic);
    contentChanged();
}

bool ItemPlot::moveCursor(CursorMove move)
{
    const int last = itemCount() - 1, before = m_cursor;
    if (last < 0)
        return false;
    const auto by = [&](int items) { return before < 0 ? firstItem() : before + items; };
    switch (move) {
    case CursorMove::Left:
        m_cursor = by(-1);
        break;
    case CursorMove::Right:
        m_cursor = by(1);
        break;
    case CursorMove::Up:
        m_cursor = by(itemsUpward());
        break;
    case CursorMove::Down:
        m_cursor = by(-itemsUpward());
        break;
    case CursorMove::PageForward:
        m_cursor = by(itemsPerPage());
        break;
    case CursorMove::PageBack:
        m_cursor = by(-itemsPerPage());
        break;
    case CursorMove::First:
        m_cursor = 0;
        break;
    case CursorMove::Last:
        m_cursor = last;
        break;
    }
    m_cursor = std::clamp(m_cursor, 0, last);
    return m_cursor != before;
}

bool ItemPlot::moveCursorTo(const QPointF& position)
{
    const int item = itemAt(position);
    if (item < 0)
        return false;
    m_cursor = item;
    return true;
}

QString ItemPlot::describeCursor() const
{
    return m_cursor >= 0 && m_cursor < itemCount() ? describe(m_cursor) : QString();
}

QString ItemPlot::tooltipAt(const QPointF& position) const
{
    const int item = itemAt(position);
    return item < 0 ? QString() : describe(item);
}

} // namespace bitloom
