// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/control_style.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <algorithm>

namespace bitloom {
namespace {
    /// Fusion makes its edges by darkening the window's colour; this palette's comes out as our edge.
    QPalette withVisibleEdges(QPalette palette)
    {
        const QColor edge = palette.color(QPalette::Mid);
        palette.setColor(QPalette::Window, QColor::fromHsv(edge.hue(), edge.saturation(), std::min(255, edge.value() * 140 / 100)));
        return palette;
    }

    /// Fusion's own marks of the focus can hardly be told on a dark ground.
    void paintFocusRing(const QStyleOption* option, QPainter* painter)
    {
        if (!(option->state & QStyle::State_HasFocus) || !(option->state & QStyle::State_Enabled))
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(option->palette.color(QPalette::Active, QPalette::Link), 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(1, 1, -1, -1), 3, 3);
        painter->restore();
    }
}

ControlStyle::ControlStyle()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{
}

void ControlStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const
{
    if (element == PE_IndicatorCheckBox) {
        const bool enabled = option->state & State_Enabled, checked = option->state & State_On, partly = option->state & State_NoChange;
        const QPalette& palette = option->palette;
        const QRectF box = QRectF(option->rect).adjusted(1, 1, -1, -1);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QColor fill = !enabled          ? palette.color(QPalette::Disabled, QPalette::Window)
            : checked || partly               ? palette.color(QPalette::Active, QPalette::Highlight)
            : option->state & State_MouseOver ? palette.color(QPalette::Light)
                                              : palette.color(QPalette::Base);
        const QColor edge = enabled && (checked || partly || option->state & State_HasFocus) ? palette.color(QPalette::Active, QPalette::Link)
                                                                                             : palette.color(QPalette::Active, QPalette::PlaceholderText);
        painter->setPen(QPen(edge, 1.2));
        painter->setBrush(fill);
        painter->drawRoundedRect(box, 3, 3);
        painter->setPen(QPen(enabled ? QColor(Qt::white) : palette.color(QPalette::Disabled, QPalette::Text), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
        const double w = box.width(), h = box.height();
        if (checked)
            painter->drawPolyline(QPolygonF({ box.topLeft() + QPointF(0.24 * w, 0.53 * h), box.topLeft() + QPointF(0.43 * w, 0.72 * h),
                box.topLeft() + QPointF(0.77 * w, 0.3 * h) }));
        else if (partly)
            painter->drawLine(box.topLeft() + QPointF(0.28 * w, 0.5 * h), box.topLeft() + QPointF(0.72 * w, 0.5 * h));
        painter->restore();
        return;
    }
    if (element == PE_FrameLineEdit) {
        QStyleOption copy(*option);
        copy.palette = withVisibleEdges(option->palette);
        return QProxyStyle::drawPrimitive(element, &copy, painter, widget);
    }
    if (element == PE_PanelLineEdit) {
        if (const auto* panel = qstyleoption_cast<const QStyleOptionFrame*>(option)) {
            QStyleOptionFrame copy(*panel);
            copy.palette = withVisibleEdges(option->palette);
            QProxyStyle::drawPrimitive(element, &copy, painter, widget);
            if (panel->lineWidth > 0)
                paintFocusRing(option, painter);
            return;
        }
    }
    if (element == PE_FrameFocusRect) {
        QStyleOption copy(*option);
        copy.state |= State_HasFocus | State_Enabled;
        return paintFocusRing(&copy, painter);
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void ControlStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const
{
    if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option); spin && control == CC_SpinBox) {
        QStyleOptionSpinBox copy(*spin);
        copy.palette = withVisibleEdges(option->palette);
        QProxyStyle::drawComplexControl(control, &copy, painter, widget);
        return paintFocusRing(option, painter);
    }
    if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option); combo && control == CC_ComboBox) {
        QStyleOptionComboBox copy(*combo);
        copy.palette = withVisibleEdges(option->palette);
        QProxyStyle::drawComplexControl(control, &copy, painter, widget);
        return paintFocusRing(option, painter);
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace bitloom
