// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/tour.h"

#include "app/studio/panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

namespace bitloom {

namespace {
    constexpr int bubbleWidth = 360, gap = 14;
}

Tour::Tour(QWidget* window, std::vector<TourStop> stops)
    : QObject(window)
    , m_stops(std::move(stops))
    , m_spotlight(new Spotlight(window))
    , m_bubble(new QFrame(window))
    , m_title(new QLabel)
    , m_text(new QLabel)
    , m_count(quietLabel({}))
    , m_back(new QPushButton(tr("&Back")))
    , m_next(new QPushButton)
    , m_skip(new QPushButton(tr("&Skip the tour")))
{
    m_spotlight->setDarkens(true);
    m_spotlight->hide();
    m_bubble->setObjectName(QStringLiteral("tourBubble"));
    m_bubble->setFrameShape(QFrame::StyledPanel);
    m_bubble->setAutoFillBackground(true);
    m_bubble->setBackgroundRole(QPalette::Base);
    m_bubble->setFixedWidth(bubbleWidth);
    m_bubble->hide();
    QFont font = m_title->font();
    font.setWeight(QFont::DemiBold);
    font.setPointSizeF(font.pointSizeF() * 1.2);
    m_title->setFont(font);
    m_title->setWordWrap(true);
    m_text->setWordWrap(true);
    m_next->setObjectName(QStringLiteral("tourNext"));
    m_skip->setObjectName(QStringLiteral("tourSkip"));
    m_next->setProperty("primary", true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_skip);
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* layout = new QVBoxLayout(m_bubble);
    layout->setContentsMargins(18, 14, 18, 14);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addWidget(m_count);
    layout->addSpacing(4);
    layout->addLayout(buttons);
    connect(m_back, &QPushButton::clicked, this, [this] { goTo(m_stop - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { goTo(m_stop + 1); });
    connect(m_skip, &QPushButton::clicked, this, [this] { end(false); });
    connect(m_spotlight, &Spotlight::moved, this, &Tour::place);
    for (QWidget* widget : { static_cast<QWidget*>(m_back), static_cast<QWidget*>(m_next), static_cast<QWidget*>(m_skip) })
        widget->installEventFilter(this);
}

Tour::~Tour() = default;

void Tour::start()
{
    m_spotlight->show();
    m_bubble->show();
    goTo(0);
}

void Tour::goTo(int stop)
{
    if (stop < 0)
        return;
    if (stop >= static_cast<int>(m_stops.size())) {
        end(true);
        return;
    }
    m_stop = stop;
    const TourStop& here = m_stops[static_cast<std::size_t>(stop)];
    m_title->setText(here.title);
    m_text->setText(here.text);
    m_count->setText(tr("%1 of %2").arg(stop + 1).arg(m_stops.size()));
    m_back->setEnabled(stop > 0);
    const bool last = stop + 1 == static_cast<int>(m_stops.size());
    m_next->setText(last ? tr("&Done") : tr("&Next"));
    m_skip->setVisible(!last);
    m_bubble->setAccessibleName(here.title);
    m_bubble->setAccessibleDescription(here.text);
    m_spotlight->aimAt(here.show ? here.show() : nullptr);
    place();
    m_next->setFocus();
}

void Tour::place()
{
    if (m_stop < 0)
        return;
    m_bubble->adjustSize();
    m_bubble->raise();
    const QRect room = m_bubble->parentWidget()->rect().adjusted(gap, gap, -gap, -gap);
    const QRect hole = m_spotlight->hole();
    const QSize size = m_bubble->size();
    QPoint at = room.center() - QPoint(size.width() / 2, size.height() / 2);
    if (hole.isValid()) {
        // Beside it where there is room: right, left, below, above; else in its middle.
        if (hole.right() + gap + size.width() <= room.right())
            at = { hole.right() + gap, hole.top() };
        else if (hole.left() - gap - size.width() >= room.left())
            at = { hole.left() - gap - size.width(), hole.top() };
        else if (hole.bottom() + gap + size.height() <= room.bottom())
            at = { hole.left(), hole.bottom() + gap };
        else if (hole.top() - gap - size.height() >= room.top())
            at = { hole.left(), hole.top() - gap - size.height() };
        else
            at = hole.center() - QPoint(size.width() / 2, size.height() / 2);
    }
    at.setX(qBound(room.left(), at.x(), qMax(room.left(), room.right() - size.width())));
    at.setY(qBound(room.top(), at.y(), qMax(room.top(), room.bottom() - size.height())));
    m_bubble->move(at);
}

void Tour::end(bool completed)
{
    m_stop = -1;
    m_spotlight->hide();
    m_spotlight->deleteLater();
    m_bubble->hide();
    m_bubble->deleteLater();
    Q_EMIT ended(completed);
    deleteLater();
}

bool Tour::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && m_stop >= 0) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Escape:
            end(false);
            return true;
        case Qt::Key_Right:
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (watched == m_next) {
                goTo(m_stop + 1);
                return true;
            }
            break;
        case Qt::Key_Left:
            goTo(m_stop - 1);
            return true;
        default:
            break;
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace bitloom
