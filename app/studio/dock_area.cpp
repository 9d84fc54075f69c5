// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/dock_area.h"

#include "app/studio/line_icon.h"
#include "app/studio/term_card.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace bitloom {

namespace {
    constexpr int barHeight = 18, buttonSide = 14;

    /// Dots to drag by, and two small buttons. Everything it does is in the View menu too, for the keyboard.
    class DragBar : public QWidget
    {
    public:
        DragBar(QDockWidget* dock, const char* term)
            : QWidget(dock)
        {
            setFixedHeight(barHeight);
            setToolTip(ViewDock::tr("Drag to move this view; double-click to tear it off"));
            auto* layout = new QHBoxLayout(this);
            layout->setContentsMargins(0, 0, 6, 0);
            layout->setSpacing(4);
            layout->addStretch(1);
            const auto addButton = [&](const char* icon, const QString& name, auto slot) {
                auto* button = new QToolButton;
                button->setIcon(lineIcon(icon));
                button->setIconSize({ buttonSide - 4, buttonSide - 4 });
                button->setStyleSheet(QStringLiteral("QToolButton { padding: 0; border: 0; }"));
                button->setFixedSize(buttonSide, buttonSide);
                button->setAutoRaise(true);
                button->setFocusPolicy(Qt::NoFocus);
                button->setToolTip(name);
                button->setAccessibleName(QStringLiteral("%1: %2").arg(name, dock->windowTitle()));
                connect(button, &QToolButton::clicked, dock, slot);
                layout->addWidget(button);
            };
            if (*term != 0)
                layout->addWidget(helpButton(term));
            addButton("float", ViewDock::tr("Tear off, or put back"), [dock] { dock->setFloating(!dock->isFloating()); });
            addButton("close", ViewDock::tr("Hide this view"), [dock] { dock->close(); });
        }

    protected:
        void paintEvent(QPaintEvent*) override
        {
            QPainter painter(this);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette().color(QPalette::Mid));
            for (int i = -2; i <= 2; ++i)
                painter.drawEllipse(QPointF(width() / 2.0 + i * 7, height() / 2.0), 1.4, 1.4);
        }
    };
}

ViewDock::ViewDock(const QString& id, const QString& title, QWidget* view, QWidget* parent, const char* term)
    : QDockWidget(title, parent)
    , m_toggle(new QAction(title, this))
{
    m_toggle->setObjectName(id);
    m_toggle->setCheckable(true);
    m_toggle->setChecked(true);
    connect(m_toggle, &QAction::triggered, this, &QDockWidget::setVisible);
    setObjectName(id);
    setAccessibleName(title);
    setFeatures(DockWidgetClosable | DockWidgetMovable | DockWidgetFloatable);
    setTitleBarWidget(new DragBar(this, term));
    setWidget(view);
}

bool ViewDock::event(QEvent* event)
{
    if (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent)
        m_toggle->setChecked(!isHidden());
    return QDockWidget::event(event);
}

DockArea::DockArea(QWidget* parent)
    : QMainWindow(parent)
{
    setWindowFlags(Qt::Widget);
    setDockNestingEnabled(true);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
}

ViewDock* DockArea::add(const QString& id, const QString& title, QWidget* view, const char* term)
{
    auto* dock = new ViewDock(id, title, view, this, term);
    m_docks.push_back(dock);
    addDockWidget(Qt::TopDockWidgetArea, dock);
    return dock;
}

void DockArea::setStandard(std::function<void()> arrange)
{
    m_arrange = std::move(arrange);
    arrangeStandard();
}

void DockArea::arrangeStandard()
{
    for (ViewDock* dock : m_docks) {
        dock->setFloating(false);
        dock->show();
    }
    m_arrange();
}

QList<QAction*> DockArea::toggles() const
{
    QList<QAction*> actions;
    for (ViewDock* dock : m_docks)
        actions << dock->toggle();
    return actions;
}

} // namespace bitloom
