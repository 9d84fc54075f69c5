// SPDX-License-Identifier: GPL-3.0-or-later
// The window's menus: every action with its name, shortcut and what it does.
#include "app/studio/main_window.h"

#include "app/studio/about_dialog.h"
#include "app/studio/compare_page.h"
#include "app/studio/dock_area.h"
#include "app/studio/kv_page.h"
#include "app/studio/lesson_panel.h"
#include "app/studio/line_icon.h"
#include "app/studio/model_page.h"
#include "app/studio/playground_page.h"
#include "app/studio/quantize_page.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/text.h"
#include "widgets/plot_actions.h"

#include <QApplication>
#include <QClipboard>
#include <QInputDialog>
#include <QMenuBar>
#include <QStatusBar>

namespace bitloom {

namespace {
    constexpr int statusMilliseconds = 4000;

    QKeySequence keys(const char* portable)
    {
        return QKeySequence::fromString(QLatin1String(portable), QKeySequence::PortableText);
    }
}

QAction* MainWindow::addCommand(QMenu* menu, const char* id, const char* icon, const QString& name, const QKeySequence& shortcut, std::function<void()> run)
{
    auto* action = new QAction(name, this);
    if (*icon != 0)
        action->setIcon(lineIcon(icon));
    action->setShortcut(shortcut);
    if (run)
        connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    menu->addAction(action);
    m_actions->add(QLatin1String(id), menu->title(), action);
    return action;
}

void MainWindow::buildActions()
{
    buildFileMenu();
    buildJobMenu();
    buildViewMenu();

    QMenu* engine = menuBar()->addMenu(tr("&Engine"));
    addCommand(engine, "engine.restart", "refresh", tr("&Start anew"), keys("F5"), [this] {
        if (m_job->isActive())
            showError({ ErrorCode::Usage, tr("A job is running; cancel it before the engine is started anew").toStdString() });
        else
            startEngine();
    });
    addCommand(engine, "engine.log", "", tr("Show the &log"), keys("Ctrl+Shift+L"), [this] { messageAction(QStringLiteral("log")); });
    addCommand(engine, "engine.report", "copy", tr("&Copy report"), {}, [this] { copyReport(); });

    m_helpMenu = menuBar()->addMenu(tr("&Help"));
}

void MainWindow::buildHelpMenu()
{
    buildTeaching();
    m_helpMenu->addSeparator();
    addCommand(m_helpMenu, "help.shortcuts", "", tr("&Keyboard shortcuts…"), keys("Ctrl+F1"), [this] { showSettings(SettingsDialog::Shortcuts); });
    auto* about = addCommand(m_helpMenu, "help.about", "info", tr("&About Bitloom"), {}, [this] { AboutDialog(m_engine->info(), this).exec(); });
    about->setMenuRole(QAction::AboutRole);
}

void MainWindow::buildFileMenu()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    addCommand(file, "file.open", "file", tr("&Open file…"), QKeySequence::Open, [this] { chooseFile(); });
    addCommand(file, "file.openFolder", "folder", tr("Open model &folder…"), keys("Ctrl+Shift+O"), [this] { chooseFolder(); });
    addCommand(file, "file.openProject", "refresh", tr("Open &project…"), keys("Ctrl+P"), [this] { chooseProject(); });
    addCommand(file, "file.openPath", "", tr("Open by p&ath…"), keys("Ctrl+L"), [this] { typePath(); });
    addCommand(file, "file.openDemo", "demo", tr("Open the &demo model"), keys("Ctrl+D"), [this] { openDemo(); });
    m_recentMenu = file->addMenu(tr("&Recent"));
    connect(m_recentMenu, &QMenu::aboutToShow, this, &MainWindow::refreshRecentMenu);
    file->addSeparator();
    addCommand(file, "file.settings", "settings", tr("&Settings…"), keys("Ctrl+,"), [this] { showSettings(); });
    file->addSeparator();
    auto* quit = addCommand(file, "file.quit", "", tr("&Quit"), keys("Ctrl+Q"), [this] { close(); });
    quit->setMenuRole(QAction::QuitRole);
}

void MainWindow::buildJobMenu()
{
    QMenu* job = menuBar()->addMenu(tr("&Job"));
    m_start = addCommand(job, "job.quantize", "play", tr("&Quantize"), keys("Ctrl+R"), [this] {
        showPage(Quantize);
        if (m_job->isActive())
            offerQueue();
        else
            m_quantizePage->start();
    });
    m_pause = addCommand(job, "job.pause", "pause", tr("&Pause"), keys("Ctrl+Shift+P"), [this] { m_job->pause(); });
    m_resume = addCommand(job, "job.resume", "play", tr("&Resume"), keys("Ctrl+Shift+R"), [this] { m_job->resume(); });
    m_cancel = addCommand(job, "job.cancel", "stop", tr("&Cancel"), keys("Ctrl+."), [this] {
        const bool playing = m_playgroundPage->isBusy();
        if (playing && (page() == Playground || !(m_job->isActive() || m_kvPage->isBusy() || m_resultPage->isBusy() || m_comparePage->isBusy())))
            m_playgroundPage->stop();
        else if (m_job->isActive())
            m_job->cancel();
        else if (m_kvPage->isBusy())
            m_kvPage->stop();
        else if (m_comparePage->isBusy())
            m_comparePage->cancelJob();
        else
            m_resultPage->cancelJob();
    });
    m_queueMenu = job->addMenu(tr("Q&ueue"));
    job->addSeparator();
    m_evaluate = addCommand(job, "job.evaluate", "compare", tr("&Evaluate the result"), keys("Ctrl+E"), [this] {
        showPage(Results);
        m_resultPage->evaluate();
    });
    m_verify = addCommand(job, "job.verify", "check", tr("&Verify in llama.cpp"), keys("Ctrl+Shift+E"), [this] {
        showPage(Results);
        m_resultPage->verify();
    });
    job->addSeparator();
    m_write = addCommand(job, "job.write", "play", tr("&Write through the KV cache"), keys("Ctrl+W"), [this] {
        showPage(KvCache);
        m_kvPage->write();
    });
    addCommand(job, "job.playground", "playground", tr("Write in the pla&yground"), keys("Ctrl+Shift+W"), [this] {
        showPage(Playground);
        m_playgroundPage->write();
    });
    job->addSeparator();
    m_copyCommand = addCommand(job, "job.copyCommand", "terminal", tr("Copy as co&mmand"), keys("Ctrl+Alt+C"), [this] {
        const bool result = page() == Results && m_resultPage->hasReport();
        QApplication::clipboard()->setText(result ? m_resultPage->command() : m_quantizePage->command());
        statusBar()->showMessage(tr("The command line is on the clipboard."), statusMilliseconds);
    });
    m_showInFolder = addCommand(job, "job.showInFolder", "folder", tr("&Show the result in its folder"), keys("Ctrl+Shift+F"), [this] { m_resultPage->showInFolder(); });
}

void MainWindow::buildViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("&View"));
    addCommand(view, "view.commands", "", tr("&Commands…"), keys("Ctrl+K"), [this] { showCommands(); });
    view->addSeparator();
    m_pageActions = new QActionGroup(this);
    const std::array<std::tuple<const char*, const char*, QString>, PageCount> pages { { { "view.start", "start", tr("Start") },
        { "view.model", "model", tr("Model") }, { "view.quantize", "quantize", tr("Quantize") }, { "view.run", "run", tr("Run") },
        { "view.queue", "queue", tr("Queue") }, { "view.result", "result", tr("Result") }, { "view.kv", "cache", tr("KV cache") },
        { "view.playground", "playground", tr("Playground") }, { "view.compare", "runs", tr("Compare") } } };
    for (int i = 0; i < PageCount; ++i) {
        const auto& [id, icon, name] = pages[static_cast<std::size_t>(i)];
        auto* action = addCommand(view, id, icon, name, QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i)), [this, i] { showPage(static_cast<Page>(i)); });
        action->setCheckable(true);
        m_pageActions->addAction(action);
    }
    view->addSeparator();
    m_follow = addCommand(view, "view.follow", "follow", tr("&Follow"), keys("Ctrl+J"), {});
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("The views follow the layer that is being solved. Picking a layer switches this off."));
    m_panelMenu = view->addMenu(tr("P&anels"));
    m_workspaceMenu = view->addMenu(tr("&Workspaces"));
    connect(m_workspaceMenu, &QMenu::aboutToShow, this, &MainWindow::refreshWorkspaceMenu);
    buildPlotMenu(view->addMenu(tr("Pl&ot")));
    QMenu* theme = view->addMenu(lineIcon("theme"), tr("&Theme"));
    m_themeActions = new QActionGroup(this);
    const std::array<std::tuple<ThemeChoice, const char*, QString>, 3> themes { { { ThemeChoice::System, "view.theme.system", tr("Like the &system") },
        { ThemeChoice::Light, "view.theme.light", tr("&Light") }, { ThemeChoice::Dark, "view.theme.dark", tr("&Dark") } } };
    for (const auto& [choice, id, name] : themes) {
        auto* action = addCommand(theme, id, "", name, {}, [this, choice = choice] { setTheme(choice); });
        action->setCheckable(true);
        action->setData(static_cast<int>(choice));
        action->setChecked(m_settings.theme() == choice);
        m_themeActions->addAction(action);
    }
    addCommand(view, "view.switchTheme", "", tr("Switch &dark and light"), keys("Ctrl+T"),
        [this] { setTheme(Theme::instance().isDark() ? ThemeChoice::Light : ThemeChoice::Dark); });
    addCommand(view, "view.fullScreen", "", tr("F&ull screen"), QKeySequence(Qt::Key_F11),
        [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

/// What a plot's own context menu offers, for the plot that has the focus.
void MainWindow::buildPlotMenu(QMenu* menu)
{
    std::vector<QAction*> actions;
    for (const QString& name : PlotActions::names()) {
        auto* action = new QAction(PlotActions::title(name), this);
        menu->addAction(action);
        actions.push_back(action);
        connect(action, &QAction::triggered, this, [this, name] {
            if (PlotActions* plot = PlotActions::around(m_lastPlot))
                plot->named(name)->trigger();
            else
                statusBar()->showMessage(tr("Click into a plot first, or go to it with the Tab key."), statusMilliseconds);
        });
        // The shortcut works in the plots themselves; the menu only shows it.
        m_actions->add(QStringLiteral("plot.") + name, menu->title(), action, PlotActions::standardShortcut(name),
            [action, name](const QKeySequence& shortcut) {
                PlotActions::setShortcut(name, shortcut);
                const QString text = PlotActions::title(name);
                action->setText(shortcut.isEmpty() ? text : text + QLatin1Char('\t') + shortcut.toString(QKeySequence::NativeText));
            });
    }
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (now != nullptr && now->window() == this && PlotActions::around(now) != nullptr)
            m_lastPlot = now;
    });
    connect(menu, &QMenu::aboutToShow, this, [this, actions] {
        for (QAction* action : actions)
            action->setEnabled(PlotActions::around(m_lastPlot) != nullptr);
    });
    connect(menu, &QMenu::aboutToHide, this, [actions] {
        for (QAction* action : actions)
            action->setEnabled(true); // the command palette says what is missing
    });
}

/// The views of the Run page, to be shown and hidden one by one.
void MainWindow::buildPanelMenu()
{
    for (QAction* toggle : m_runPage->panelActions()) {
        m_panelMenu->addAction(toggle);
        m_actions->add(QStringLiteral("panel.") + toggle->objectName(), m_panelMenu->title(), toggle);
    }
    m_panelMenu->addSeparator();
    QAction* monitor = m_monitorDock->toggle();
    monitor->setShortcut(keys("Ctrl+M"));
    m_panelMenu->addAction(monitor);
    m_actions->add(QStringLiteral("panel.monitor"), m_panelMenu->title(), monitor);
    refreshShortcutTips();
    connect(m_actions, &ActionList::changed, this, &MainWindow::refreshShortcutTips);
}

void MainWindow::refreshShortcutTips()
{
    for (QAction* action : m_pageActions->actions())
        action->setToolTip(action->shortcut().isEmpty() ? action->text()
                                                        : QStringLiteral("%1 (%2)").arg(action->text(), action->shortcut().toString(QKeySequence::NativeText)));
}

void MainWindow::showCommands()
{
    std::vector<PaletteCommand> commands;
    for (const ActionList::Entry& entry : m_actions->entries()) {
        if (entry.id != QLatin1String("view.commands"))
            commands.push_back({ entry.title(), entry.group, entry.current.toString(QKeySequence::NativeText), entry.action->isEnabled(),
                [action = entry.action] { action->trigger(); } });
    }
    for (const QString& name : m_settings.workspaces())
        commands.push_back({ name, plainText(m_workspaceMenu->title()), {}, true, [this, name] { applyWorkspace(m_settings.workspace(name)); } });
    for (const RecentItem& recent : m_settings.recents()) {
        const QString title = recent.path == QLatin1String("demo") ? tr("Demo model") : shortPath(recent.path, 60);
        commands.push_back({ title, plainText(m_recentMenu->title()), {}, true, [this, path = recent.path] { openPath(path); } });
    }
    for (auto& command : moreCommands())
        commands.push_back(std::move(command));
    CommandPalette palette(std::move(commands), this);
    palette.exec();
    if (const auto chosen = palette.chosen())
        chosen();
}

// ---- workspaces -------------------------------------------------------------------------------------------------

QByteArray MainWindow::workspaceState() const
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << m_pageActions->actions().at(m_pages->currentIndex())->objectName() << saveState() << m_runPage->saveArrangement();
    return bytes;
}

void MainWindow::applyWorkspace(const QByteArray& state)
{
    QDataStream stream(state);
    QString shown;
    QByteArray docks, run;
    stream >> shown >> docks >> run;
    const QList<QAction*> pages = m_pageActions->actions();
    const auto page = std::find_if(pages.begin(), pages.end(), [&](const QAction* action) { return action->objectName() == shown; });
    if (stream.status() != QDataStream::Ok || page == pages.end()) {
        m_messages->showMessage(MessageBar::Severity::Warning, tr("This workspace cannot be read; save it anew."));
        return;
    }
    restoreState(docks);
    m_lessonDock->setVisible(m_lessonDock->isVisible() && !m_lessonPanel->lesson().isEmpty());
    m_runPage->restoreArrangement(run);
    showPage(static_cast<Page>(page - pages.begin()));
}

void MainWindow::refreshWorkspaceMenu()
{
    m_workspaceMenu->clear();
    qDeleteAll(m_workspaceMenu->findChildren<QMenu*>(QString(), Qt::FindDirectChildrenOnly));
    const QStringList names = m_settings.workspaces();
    for (const QString& name : names) {
        QAction* action = m_workspaceMenu->addAction(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&")));
        connect(action, &QAction::triggered, this, [this, name] { applyWorkspace(m_settings.workspace(name)); });
    }
    if (!names.isEmpty())
        m_workspaceMenu->addSeparator();
    for (const char* id : { "workspace.save", "workspace.standard" })
        m_workspaceMenu->addAction(m_actions->find(QLatin1String(id))->action);
    if (names.isEmpty())
        return;
    QMenu* remove = m_workspaceMenu->addMenu(tr("&Remove"));
    for (const QString& name : names) {
        connect(remove->addAction(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&"))), &QAction::triggered, this,
            [this, name] { m_settings.setWorkspace(name, {}); });
    }
}

void MainWindow::buildWorkspaceActions()
{
    addCommand(m_workspaceMenu, "workspace.save", "save", tr("&Save this arrangement as…"), keys("Ctrl+Shift+S"), [this] {
        bool accepted = false;
        const QString name = QInputDialog::getText(this, tr("Save the workspace"), tr("Name:"), QLineEdit::Normal, {}, &accepted).simplified();
        if (accepted && !name.isEmpty()) {
            m_settings.setWorkspace(name, workspaceState());
            statusBar()->showMessage(tr("The workspace “%1” is saved.").arg(name), statusMilliseconds);
        }
    });
    addCommand(m_workspaceMenu, "workspace.standard", "", tr("S&tandard arrangement"), {}, [this] {
        m_runPage->standardArrangement();
        m_monitorDock->hide();
    });
}

} // namespace bitloom
