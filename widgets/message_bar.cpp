// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/message_bar.h"

#include "widgets/theme.h"

#include <QAccessible>
#include <QEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace bitloom {
namespace {
    constexpr int iconSide = 20;

    QColor severityColor(MessageBar::Severity severity, const PlotStyle& style)
    {
        switch (severity) {
        case MessageBar::Severity::Information:
            return style.accent;
        case MessageBar::Severity::Success:
            return style.good;
        case MessageBar::Severity::Warning:
            return style.warning;
        case MessageBar::Severity::Error:
            return style.bad;
        }
        return style.text;
    }

    QString severityWord(MessageBar::Severity severity)
    {
        switch (severity) {
        case MessageBar::Severity::Information:
            return MessageBar::tr("Information");
        case MessageBar::Severity::Success:
            return MessageBar::tr("Success");
        case MessageBar::Severity::Warning:
            return MessageBar::tr("Warning");
        case MessageBar::Severity::Error:
            return MessageBar::tr("Error");
        }
        return {};
    }

    QPixmap severityIcon(MessageBar::Severity severity, const QColor& color, qreal ratio)
    {
        QPixmap pixmap(QSize(iconSide, iconSide) * ratio);
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        if (severity == MessageBar::Severity::Warning)
            painter.drawPolygon(QPolygonF({ { 10, 1.5 }, { 19.5, 18.5 }, { 0.5, 18.5 } }));
        else if (severity == MessageBar::Severity::Error)
            painter.drawPolygon(QPolygonF({ { 6, 0.5 }, { 14, 0.5 }, { 19.5, 6 }, { 19.5, 14 }, { 14, 19.5 }, { 6, 19.5 }, { 0.5, 14 }, { 0.5, 6 } }));
        else
            painter.drawEllipse(QRectF(0.5, 0.5, 19, 19));
        painter.setPen(QPen(readableOn(color), 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        switch (severity) {
        case MessageBar::Severity::Information:
            painter.drawPoint(QPointF(10, 5.5));
            painter.drawLine(QPointF(10, 9.5), QPointF(10, 14.5));
            break;
        case MessageBar::Severity::Success:
            painter.drawPolyline(QPolygonF({ { 5.5, 10.5 }, { 8.7, 13.7 }, { 14.5, 6.8 } }));
            break;
        case MessageBar::Severity::Warning:
            painter.drawLine(QPointF(10, 7.5), QPointF(10, 12));
            painter.drawPoint(QPointF(10, 15.8));
            break;
        case MessageBar::Severity::Error:
            painter.drawLine(QPointF(6.8, 6.8), QPointF(13.2, 13.2));
            painter.drawLine(QPointF(13.2, 6.8), QPointF(6.8, 13.2));
            break;
        }
        return pixmap;
    }
}

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
{
    setObjectName(QStringLiteral("messageBar"));
    m_icon = new QLabel(this);
    m_icon->setFixedSize(iconSide, iconSide);
    m_text = new QLabel(this);
    m_text->setObjectName(QStringLiteral("messageText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details = new QLabel(this);
    m_details->setObjectName(QStringLiteral("messageDetails"));
    m_details->setTextFormat(Qt::PlainText);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_details->setAccessibleName(tr("Details of the message"));
    m_details->setForegroundRole(QPalette::PlaceholderText);
    m_more = new QToolButton(this);
    m_more->setText(tr("Details"));
    m_more->setCheckable(true);
    m_more->setAccessibleName(tr("Show details of the message"));
    m_close = new QToolButton(this);
    m_close->setObjectName(QStringLiteral("messageClose"));
    m_close->setText(QStringLiteral("✕"));
    m_close->setAccessibleName(tr("Close the message"));
    m_close->setToolTip(tr("Close"));
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(6);
    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    line->addWidget(m_icon, 0, Qt::AlignVCenter);
    line->addWidget(m_text, 1);
    line->addLayout(m_buttons);
    line->addWidget(m_more);
    line->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 8, 8, 8);
    layout->addLayout(line);
    layout->addWidget(m_details);
    connect(m_more, &QToolButton::toggled, m_details, &QLabel::setVisible);
    connect(m_close, &QToolButton::clicked, this, [this] {
        dismiss();
        Q_EMIT dismissed();
    });
    hide();
}

void MessageBar::showMessage(Severity severity, const QString& sentence, const QList<Action>& actions, const QString& details)
{
    m_severity = severity;
    m_sentence = sentence;
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        // A button's own click may have led here, so it goes later.
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const Action& action : actions) {
        auto* button = new QPushButton(action.text, this);
        button->setObjectName(action.id);
        connect(button, &QPushButton::clicked, this, [this, id = action.id] { Q_EMIT actionTriggered(id); });
        m_buttons->addWidget(button);
    }
    m_text->setText(sentence);
    m_details->setText(details);
    m_more->setChecked(false);
    m_more->setVisible(!details.isEmpty());
    m_details->hide();
    m_icon->setPixmap(severityIcon(severity, severityColor(severity, PlotStyle::of(palette())), devicePixelRatioF()));
    m_icon->setAccessibleName(severityWord(severity));
    setAccessibleName(QStringLiteral("%1: %2").arg(severityWord(severity), sentence));
    setVisible(true);
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    update();
}

void MessageBar::dismiss()
{
    m_sentence.clear();
    hide();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const PlotStyle style = PlotStyle::of(palette());
    const QColor color = severityColor(m_severity, style);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1));
    painter.setBrush(style.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(0, 0, 5, height()), 2.5, 2.5);
}

void MessageBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && !m_sentence.isEmpty())
        m_icon->setPixmap(severityIcon(m_severity, severityColor(m_severity, PlotStyle::of(palette())), devicePixelRatioF()));
    QFrame::changeEvent(event);
}

} // namespace bitloom
