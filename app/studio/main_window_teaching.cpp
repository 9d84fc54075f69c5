// SPDX-License-Identifier: GPL-3.0-or-later
// The window as a teacher: tour, lessons, terms.
#include "app/studio/main_window.h"

#include "app/studio/dock_area.h"
#include "app/studio/kv_page.h"
#include "app/studio/lesson_panel.h"
#include "app/studio/model_page.h"
#include "app/studio/navigation_bar.h"
#include "app/studio/panel.h"
#include "app/studio/quantize_page.h"
#include "app/studio/queue_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/start_page.h"
#include "app/studio/term_card.h"
#include "app/studio/tour.h"

#include <QMenu>

namespace bitloom {

void MainWindow::buildTeaching()
{
    m_lessonPanel = new LessonPanel(this);
    auto* panel = new Panel;
    panel->setContent(m_lessonPanel);
    m_lessonDock = new ViewDock(QStringLiteral("lessonDock"), tr("Lesson"), panel, this);
    addDockWidget(Qt::RightDockWidgetArea, m_lessonDock);
    m_lessonDock->hide();
    connect(m_lessonPanel, &LessonPanel::closed, m_lessonDock, &QDockWidget::hide);
    connect(m_lessonDock, &QDockWidget::visibilityChanged, m_lessonPanel, [this] {
        // Hidden by its own button: the frame around what it talked about goes too.
        if (!m_lessonDock->isVisibleTo(this) && !m_lessonPanel->lesson().isEmpty())
            m_lessonPanel->close();
    });

    QMenu* lessonMenu = new QMenu(tr("&Lessons"), m_helpMenu);
    addCommand(m_helpMenu, "help.tour", "", tr("&Take the tour"), {}, [this] { startTour(); });
    m_helpMenu->addMenu(lessonMenu);
    for (const Lesson& lesson : lessons(*this)) {
        QAction* action = addCommand(lessonMenu, qPrintable(QStringLiteral("lesson.") + lesson.id), "", lesson.title, {}, [this, lesson] { startLesson(lesson); });
        action->setToolTip(lesson.summary);
        action->setStatusTip(lesson.summary);
    }
    addCommand(m_helpMenu, "help.terms", "help", tr("Terms &explained…"), QKeySequence(Qt::Key_F1), [this] { GlossaryDialog(this).exec(); });
}

void MainWindow::startLesson(const Lesson& lesson)
{
    m_lessonDock->show();
    m_lessonPanel->begin(lesson);
}

void MainWindow::startTour()
{
    if (m_tour)
        return;
    const auto on = [this](Page page, QWidget* widget) {
        return [this, page, widget = QPointer<QWidget>(widget)]() -> QWidget* {
            showPage(page);
            return widget;
        };
    };
    std::vector<TourStop> stops {
        { tr("Welcome to Bitloom"),
            tr("It makes language models several times smaller and shows what is kept. This tour takes a minute; you can leave it with Escape."), {} },
        { tr("Begin here"),
            tr("Drop a model folder or a GGUF file anywhere on the window, or open the demo model, which came with the program. Files stay where they are."),
            on(Start, &m_startPage->dropZone()) },
        { tr("The order of the work"), tr("Model, Quantize, Run, Result: the pages at the left follow the way from a model to a smaller one. Ctrl and a number take you there."),
            on(Start, m_navigation) },
        { tr("What is inside"), tr("Architecture, every tensor with its size, and a histogram of its weights."), on(Model, m_modelPage) },
        { tr("Plan before you run"), tr("Choose method and bits. Size, time and memory are estimated at once; nothing is computed before you say so."),
            on(Quantize, m_quantizePage) },
        { tr("Watch it happen"), tr("Layers, saliency, codebooks and objectives are drawn while the engine works. Views can be moved, stacked and torn off. Pause at any time."),
            on(Run, m_runPage) },
        { tr("Line up several"), tr("More outputs of a model wait in the queue and run one after another. They share one calibration, and the queue outlives the studio."),
            on(Queue, m_queuePage) },
        { tr("Judge the result"), tr("Original and quantized model beside each other: size, perplexity, KL divergence, every layer's error."),
            on(Results, m_resultPage) },
        { tr("See what a cache keeps"), tr("Let the model write and watch which tokens its key-value cache keeps exactly, packs into few bits, or drops."),
            on(KvCache, m_kvPage) },
        { tr("When you look for something"),
            tr("Ctrl+K finds every command by a few letters. The small question marks explain terms, and Help has lessons on the demo model."), {} },
    };
    m_tour = new Tour(this, std::move(stops));
    connect(m_tour, &Tour::ended, this, [this, before = page()] {
        m_settings.setTourSeen(true);
        showPage(before);
    });
    m_tour->start();
}

std::vector<PaletteCommand> MainWindow::moreCommands()
{
    std::vector<PaletteCommand> commands;
    for (const Term& term : glossary()) {
        commands.push_back({ term.title, tr("Explain"), {}, true, [this, id = term.id] {
            GlossaryDialog dialog(this);
            dialog.showTerm(id);
            dialog.exec();
        } });
    }
    return commands;
}

} // namespace bitloom
