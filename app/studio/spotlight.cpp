// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/spotlight.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

namespace bitloom {

namespace {
    constexpr int margin = 4;
    constexpr double roundness = 9;
    constexpr int darkness = 150;
}

Spotlight::Spotlight(QWidget* window)
    : QWidget(window)
{
    setObjectName(QStringLiteral("spotlight"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setGeometry(window->rect());
    window->installEventFilter(this);
}

void Spotlight::setDarkens(bool darkens)
{
    m_darkens = darkens;
    setAttribute(Qt::WA_TransparentForMouseEvents, !darkens);
    update();
}

void Spotlight::aimAt(QWidget* target)
{
    if (m_target)
        m_target->removeEventFilter(this);
    m_target = target;
    if (m_target && m_target != parentWidget())
        m_target->installEventFilter(this);
    follow();
}

QRect Spotlight::hole() const
{
    if (!m_target || !m_target->isVisible())
        return {};
    const QRect area(m_target->mapTo(parentWidget(), QPoint()), m_target->size());
    return area.adjusted(-margin, -margin, margin, margin) & rect();
}

void Spotlight::follow()
{
    setGeometry(parentWidget()->rect());
    raise();
    update();
    Q_EMIT moved();
}

bool Spotlight::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Resize:
    case QEvent::Move:
    case QEvent::Show:
    case QEvent::Hide:
        // Later: layouts move a widget while its neighbours still have their old places.
        QMetaObject::invokeMethod(this, [this] { follow(); }, Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void Spotlight::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(hole()).adjusted(1, 1, -1, -1);
    if (m_darkens) {
        QPainterPath around;
        around.addRect(rect());
        if (frame.isValid())
            around.addRoundedRect(frame, roundness, roundness);
        around.setFillRule(Qt::OddEvenFill);
        painter.fillPath(around, QColor(0, 0, 0, darkness));
    }
    if (frame.isValid()) {
        painter.setPen(QPen(palette().color(QPalette::Link), 3));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame, roundness, roundness);
    }
}

} // namespace bitloom
