// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/panel.h"

#include "widgets/model_summary_panel.h"
#include "widgets/objective_view.h"
#include "widgets/plot_view.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>

namespace bitloom {

Panel::Panel(const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(title))
    , m_subtitle(quietLabel({}))
    , m_header(new QHBoxLayout)
    , m_body(new QVBoxLayout)
{
    QFont font = m_title->font();
    font.setWeight(QFont::DemiBold);
    m_title->setFont(font);
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_subtitle->setTextFormat(Qt::PlainText);

    m_header->setSpacing(8);
    m_header->addWidget(m_title);
    m_header->addWidget(m_subtitle, 1);
    m_body->setSpacing(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 12);
    layout->setSpacing(8);
    if (!title.isEmpty()) {
        layout->addLayout(m_header);
    } else {
        delete m_title;
        delete m_subtitle;
        delete m_header;
        m_title = m_subtitle = nullptr;
        m_header = nullptr;
    }
    layout->addLayout(m_body, 1);
    takeColors();
    // Later once more: when the style sheet changes, the style puts back palettes that it had kept.
    connect(&Theme::instance(), &Theme::changed, this, &Panel::takeColors, Qt::QueuedConnection);
}

QFormLayout* Panel::addForm()
{
    auto* rows = new QFormLayout;
    rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    rows->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    rows->setHorizontalSpacing(14);
    rows->setVerticalSpacing(9);
    m_body->addLayout(rows);
    return rows;
}

/// Everything inside stands on the panel's own, lighter ground.
void Panel::takeColors()
{
    if (m_takingColors)
        return;
    m_takingColors = true;
    QPalette colors;
    colors.setColor(QPalette::Window, QApplication::palette().color(QPalette::Base));
    setPalette(colors);
    // A style sheet keeps palettes from being inherited, so those that paint their own ground are told.
    for (QWidget* child : findChildren<QWidget*>()) {
        if (qobject_cast<PlotView*>(child) != nullptr || qobject_cast<ObjectiveView*>(child) != nullptr || qobject_cast<ModelSummaryPanel*>(child) != nullptr)
            child->setPalette(colors);
    }
    m_takingColors = false;
}

void Panel::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange || event->type() == QEvent::ApplicationPaletteChange)
        takeColors();
}

void Panel::showEvent(QShowEvent* event)
{
    QFrame::showEvent(event);
    takeColors();
}

void Panel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette().color(QPalette::Midlight));
    painter.setBrush(palette().color(QPalette::Window));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

void Panel::setSubtitle(const QString& subtitle)
{
    if (m_subtitle == nullptr)
        return;
    m_subtitle->setText(subtitle);
    m_subtitle->setToolTip(subtitle);
}

void Panel::addHeaderWidget(QWidget* widget)
{
    if (m_header != nullptr)
        m_header->addWidget(widget);
}

QLabel* quietLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setWordWrap(false);
    return label;
}

QLabel* headline(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * 1.6);
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace bitloom
