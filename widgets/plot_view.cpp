// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_view.h"

#include "widgets/plot_axes.h"
#include "widgets/repaint_throttle.h"

#include <QAccessible>
#include <QAction>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

namespace bitloom {

PlotView::PlotView(const QString& name, const QString& emptyText, QWidget* parent)
    : QWidget(parent)
    , m_emptyText(emptyText)
{
    setAccessibleName(name);
    setAccessibleDescription(emptyText);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_actions = new PlotActions(this, this);
}

QSize PlotView::minimumSizeHint() const
{
    return { 220, 120 };
}

QString PlotView::plotTitle() const
{
    return accessibleName();
}

void PlotView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    contentChanged();
}

void PlotView::paint(QPainter& painter, QSize size)
{
    const PlotStyle style = PlotStyle::of(palette());
    painter.save();
    painter.setFont(font());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRectF(QPointF(), QSizeF(size)), style.surface);
    const QRectF all { QPointF(), QSizeF(size) };

    QFont titleFont = font();
    titleFont.setWeight(QFont::DemiBold);
    painter.setFont(titleFont);
    painter.setPen(style.text);
    const QFontMetricsF titleMetrics(titleFont);
    const QRectF titleLine(10, 6, all.width() - 20, titleMetrics.height());
    const QString readoutText = m_paintsCursor ? m_readout : QString();
    const double titleRoom = readoutText.isEmpty() ? titleLine.width() : titleLine.width() * 0.5;
    const QString title = titleMetrics.elidedText(plotTitle(), Qt::ElideMiddle, titleRoom);
    painter.drawText(titleLine, Qt::AlignLeft | Qt::AlignVCenter, title);
    painter.setFont(font());
    if (isEmpty()) {
        painter.setPen(style.mutedText);
        painter.drawText(all.adjusted(24, titleLine.bottom() + 4, -24, -8), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    } else {
        if (!readoutText.isEmpty()) {
            const double used = titleMetrics.horizontalAdvance(title) + 20;
            const QFontMetricsF metrics(font());
            painter.setPen(style.mutedText);
            painter.drawText(titleLine.adjusted(used, 0, 0, 0), Qt::AlignRight | Qt::AlignVCenter,
                metrics.elidedText(readoutText, Qt::ElideRight, titleLine.width() - used));
        }
        painter.save();
        paintPlot(painter, QSizeF(size), style);
        painter.restore();
    }
    painter.restore();
}

QAction* PlotView::addLeadingSwitch(const QString& text, const QKeySequence& key, bool on)
{
    auto* action = new QAction(text, this);
    action->setCheckable(true);
    action->setChecked(on);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    auto* separator = new QAction(this);
    separator->setSeparator(true);
    QAction* first = actions().front();
    insertAction(first, action);
    insertAction(first, separator);
    return action;
}

void PlotView::contentChanged()
{
    RepaintThrottle::shared().schedule(this, [this] {
        refreshReadout();
        update();
    });
}

void PlotView::refreshReadout()
{
    const QString text = isEmpty() ? QString() : describeCursor();
    const QString description = text.isEmpty() ? (isEmpty() ? m_emptyText : tr("Use the arrow keys to read values.")) : text;
    if (description != accessibleDescription()) {
        setAccessibleDescription(description);
        QAccessibleEvent change(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&change);
    }
    if (text != m_readout) {
        m_readout = text;
        Q_EMIT readoutChanged(text);
    }
}

bool PlotView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !isEmpty()) {
        auto* help = static_cast<QHelpEvent*>(event);
        const QString text = tooltipAt(help->pos());
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

void PlotView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    m_paintsCursor = true;
    paint(painter, size());
    m_paintsCursor = false;
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(PlotStyle::of(palette()).accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

void PlotView::keyPressEvent(QKeyEvent* event)
{
    const auto move = [&](CursorMove where) {
        if (moveCursor(where)) {
            refreshReadout();
            contentChanged();
        }
    };
    if (isEmpty() || (event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier))) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
        return move(CursorMove::Left);
    case Qt::Key_Right:
        return move(CursorMove::Right);
    case Qt::Key_Up:
        return move(CursorMove::Up);
    case Qt::Key_Down:
        return move(CursorMove::Down);
    case Qt::Key_Home:
        return move(CursorMove::First);
    case Qt::Key_End:
        return move(CursorMove::Last);
    case Qt::Key_PageUp:
        return move(CursorMove::PageBack);
    case Qt::Key_PageDown:
        return move(CursorMove::PageForward);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return activateCursor();
    default:
        QWidget::keyPressEvent(event);
    }
}

void PlotView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !isEmpty() && moveCursorTo(event->position())) {
        refreshReadout();
        contentChanged();
    }
    QWidget::mousePressEvent(event);
}

void PlotView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !isEmpty() && !tooltipAt(event->position()).isEmpty())
        activateCursor();
}

void PlotView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    refreshReadout();
    update();
}

void PlotView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void PlotView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange
        || event->type() == QEvent::StyleChange)
        update();
    QWidget::changeEvent(event);
}

} // namespace bitloom
