// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/main_window.h"

#include "app/studio/compare_page.h"
#include "app/studio/desktop_notification.h"
#include "app/studio/job_queue.h"
#include "app/studio/job_queue_file.h"
#include "app/studio/kv_page.h"
#include "app/studio/line_icon.h"
#include "app/studio/model_page.h"
#include "app/studio/navigation_bar.h"
#include "app/studio/opened_path.h"
#include "app/studio/panel.h"
#include "app/studio/playground_page.h"
#include "app/studio/quantize_page.h"
#include "app/studio/queue_page.h"
#include "app/studio/resource_monitor.h"
#include "app/studio/result_page.h"
#include "app/studio/run_page.h"
#include "app/studio/settings_dialog.h"
#include "app/studio/start_page.h"
#include "app/studio/text.h"
#include "widgets/text_format.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QStatusBar>
#include <QVBoxLayout>

// The resources lie in a static library and are linked only if they are asked for; the macro wants the global namespace.
static void initializeResources()
{
    Q_INIT_RESOURCE(bitloom);
}

namespace bitloom {

namespace {
    constexpr int quitPatienceMilliseconds = 5000;

    MainWindow::CloseChoice askCloseDialog(QWidget* parent, const QString& state)
    {
        QMessageBox box(QMessageBox::Question, MainWindow::tr("A job is running"),
            MainWindow::tr("Quit while a model is being quantized?"), QMessageBox::NoButton, parent);
        box.setInformativeText(state + QLatin1Char('\n') + MainWindow::tr("Finished layers are kept in the project folder."));
        QPushButton* pause = box.addButton(MainWindow::tr("Pause and quit"), QMessageBox::AcceptRole);
        pause->setToolTip(MainWindow::tr("The next start offers to resume."));
        QPushButton* cancel = box.addButton(MainWindow::tr("Cancel the job and quit"), QMessageBox::DestructiveRole);
        QPushButton* stay = box.addButton(MainWindow::tr("Stay"), QMessageBox::RejectRole);
        box.setDefaultButton(stay);
        box.setEscapeButton(stay);
        box.exec();
        if (box.clickedButton() == pause)
            return MainWindow::CloseChoice::PauseAndQuit;
        return box.clickedButton() == cancel ? MainWindow::CloseChoice::CancelAndQuit : MainWindow::CloseChoice::Stay;
    }

    /// The one local file or folder that somebody drags, or nothing.
    QString draggedPath(const QMimeData* data)
    {
        const auto urls = data->urls();
        return urls.size() == 1 && urls.first().isLocalFile() ? urls.first().toLocalFile() : QString();
    }
}

MainWindow::MainWindow(Settings& settings, QWidget* parent)
    : QMainWindow(parent)
    , askClose(askCloseDialog)
    , m_settings(settings)
    , m_engine(new EngineClient(this))
    , m_job(new QuantizeJob(*m_engine, this))
    , m_queue(new JobQueue(*m_job, *m_engine, this))
    , m_queueFile(new JobQueueFile(settings.stateFolder(), this))
    , m_actions(new ActionList(settings, this))
{
    initializeResources();
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(QIcon(QStringLiteral(":/bitloom/org.bitloom.Bitloom.svg")));
    setAcceptDrops(true);
    setMinimumSize(1024, 680);
    resize(1280, 800);
    buildActions();
    buildPages();
    buildDocks();
    buildPanelMenu();
    buildQueueMenu();
    buildWorkspaceActions();
    buildHelpMenu();
    connectEngine();
    connectPages();
    connectQueue();
    restoreGeometry(settings.blob(QStringLiteral("window")));
    restoreState(settings.blob(QStringLiteral("docks")));
    m_lessonDock->hide(); // it was open when the studio ended; its lesson is over
    showPage(Start);
    m_startPage->setFocus();
    showEngineState();
    jobStateChanged();
    refreshTitle();
    readQueue();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildPages()
{
    m_navigation = new NavigationBar;
    for (QAction* action : m_pageActions->actions())
        m_navigation->addPage(action);
    auto* settings = new QAction(lineIcon("settings"), tr("Settings"), this);
    connect(settings, &QAction::triggered, this, [this] { showSettings(); });
    m_navigation->addAtBottom(settings);

    m_startPage = new StartPage(m_settings);
    m_modelPage = new ModelPage(*m_engine, m_settings);
    m_quantizePage = new QuantizePage(*m_engine, m_settings);
    m_runPage = new RunPage(*m_engine, *m_job, m_settings, m_follow);
    m_queuePage = new QueuePage(*m_queue, *m_job);
    m_resultPage = new ResultPage(*m_engine, m_settings);
    m_kvPage = new KvPage(*m_engine);
    m_pages = new QStackedWidget;
    for (QWidget* page : { static_cast<QWidget*>(m_startPage), static_cast<QWidget*>(m_modelPage), static_cast<QWidget*>(m_quantizePage),
             static_cast<QWidget*>(m_runPage), static_cast<QWidget*>(m_queuePage), static_cast<QWidget*>(m_resultPage), static_cast<QWidget*>(m_kvPage) })
        m_pages->addWidget(page);
    addComparingPages();
    m_messages = new MessageBar;

    auto* right = new QWidget;
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->setSpacing(0);
    rightLayout->addWidget(m_messages);
    rightLayout->addWidget(m_pages, 1);
    auto* central = new QWidget;
    auto* layout = new QHBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_navigation);
    layout->addWidget(right, 1);
    setCentralWidget(central);

    m_dropOverlay = new QLabel(central);
    m_dropOverlay->setAlignment(Qt::AlignCenter);
    m_dropOverlay->setWordWrap(true);
    m_dropOverlay->setMargin(80);
    m_dropOverlay->setAutoFillBackground(true);
    m_dropOverlay->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_dropOverlay->hide();

    m_engineState = new QLabel;
    m_engineState->setObjectName(QStringLiteral("engineState"));
    m_jobState = new QLabel;
    m_memory = new QLabel;
    for (QLabel* label : { m_engineState, m_jobState, m_memory })
        label->setContentsMargins(8, 0, 8, 0);
    statusBar()->addWidget(m_engineState);
    statusBar()->addPermanentWidget(m_jobState);
    statusBar()->addPermanentWidget(m_memory);
}

void MainWindow::buildDocks()
{
    auto* panel = new Panel;
    panel->setContent(new ResourceMonitor(*m_engine));
    m_monitorDock = new ViewDock(QStringLiteral("monitorDock"), tr("Memory and GPU"), panel, this);
    addDockWidget(Qt::BottomDockWidgetArea, m_monitorDock);
    m_monitorDock->hide();
}

void MainWindow::connectEngine()
{
    connect(m_engine, &EngineClient::stateChanged, this, &MainWindow::showEngineState);
    connect(m_engine, &EngineClient::ready, this, [this] {
        m_quantizePage->setEngine(m_engine->info());
        m_kvPage->setEngine(m_engine->info());
        showEngineState();
        if (!m_engine->info().pluginErrors.empty()) {
            QStringList details;
            for (const auto& problem : m_engine->info().pluginErrors)
                details << text(problem);
            m_messages->showMessage(MessageBar::Severity::Warning, tr("Some plugins could not be loaded; the other methods work."), {}, details.join(QLatin1Char('\n')));
        } else if (!m_engineWasReady) {
            offerUnfinished();
        }
        m_engineWasReady = true;
    });
    connect(m_engine, &EngineClient::failed, this, &MainWindow::showFailure);
    connect(m_engine, &EngineClient::resourcesMeasured, this, [this](quint64, const ResourceEvent& event) {
        QString line = tr("Engine memory %1").arg(bytesText(event.memoryBytes));
        if (event.deviceMemoryBytes > 0)
            line += tr(", GPU %1").arg(bytesText(event.deviceMemoryBytes));
        m_memory->setText(line);
    });
    connect(m_engine, &EngineClient::progressed, this, [this](quint64 id, const Progress& progress) {
        if (id != m_job->id() || m_job->state() != JobState::Running)
            return;
        QString line = JobProgress::stageName(progress.stage);
        if (progress.total > 0)
            line += QStringLiteral(" %1 %").arg(progress.done * 100 / progress.total);
        m_jobState->setText(line);
    });
}

void MainWindow::connectPages()
{
    connect(m_startPage, &StartPage::pathRequested, this, &MainWindow::openPath);
    connect(m_startPage, &StartPage::openFileRequested, this, &MainWindow::chooseFile);
    connect(m_startPage, &StartPage::openFolderRequested, this, &MainWindow::chooseFolder);
    connect(m_startPage, &StartPage::demoRequested, this, &MainWindow::openDemo);
    connect(m_modelPage, &ModelPage::openRequested, this, &MainWindow::chooseFolder);
    connect(m_modelPage, &ModelPage::demoRequested, this, &MainWindow::openDemo);
    connect(m_modelPage, &ModelPage::quantizeRequested, this, [this] { showPage(Quantize); });
    connect(m_quantizePage, &QuantizePage::startRequested, this, &MainWindow::startJob);
    const auto copied = [this] { statusBar()->showMessage(tr("The command line is on the clipboard."), 4000); };
    connect(m_quantizePage, &QuantizePage::commandCopied, this, copied);
    connect(m_resultPage, &ResultPage::commandCopied, this, copied);
    connect(m_runPage, &RunPage::setUpRequested, this, [this] { showPage(Quantize); });
    connect(m_runPage, &RunPage::layerChanged, m_modelPage, [this](const LayerEvent& layer) {
        if (isOfOpenModel(m_job->task().recipe))
            m_modelPage->setRelativeError(layer);
    });
    connect(m_resultPage, &ResultPage::setUpRequested, this, [this] { showPage(Quantize); });
    connect(m_resultPage, &ResultPage::failed, this, [this](const Error& error) { showError(error); });
    connect(m_resultPage, &ResultPage::busyChanged, this, &MainWindow::jobStateChanged);
    connect(m_kvPage, &KvPage::busyChanged, this, &MainWindow::jobStateChanged);
    connect(m_kvPage, &KvPage::failed, this, [this](const Error& error) { showError(error, tr("The text could not be written.")); });
    connect(m_kvPage, &KvPage::configurationRefused, this, [this](const Error& error) { showError(error); });
    connect(m_kvPage, &KvPage::demoRequested, this, [this] {
        m_afterModel = [this] { showPage(KvCache); };
        openDemo();
    });
    connect(m_resultPage, &ResultPage::layerActivated, this, [this](const QString& layer) {
        m_runPage->pickLayer(layer);
        showPage(Run);
    });
    connect(m_resultPage, &ResultPage::againRequested, this, [this](const Recipe& recipe) {
        m_quantizePage->setRecipe(recipe);
        showPage(Quantize);
    });
    connect(m_messages, &MessageBar::actionTriggered, this, &MainWindow::messageAction);

    connect(m_job, &QuantizeJob::stateChanged, this, &MainWindow::jobStateChanged);
    connect(m_job, &QuantizeJob::started, this, [this] {
        m_settings.setUnfinishedProject(projectFolder());
        m_jobClock.start();
        if (m_queue->isStarting())
            return; // nobody is interrupted by a job whose turn it is
        m_messages->dismiss();
        showPage(Run);
    });
    connect(m_job, &QuantizeJob::finished, this, [this](const QuantizeReport& report) {
        m_settings.setUnfinishedProject({});
        m_settings.addRecent({ projectFolder(), QStringLiteral("project"),
            tr("%1, %2 bits per weight").arg(text(report.method), numberText(report.bitsPerWeight, 3)) });
        m_startPage->refreshRecents();
        if (isOfOpenModel(m_job->task().recipe)) {
            m_resultPage->setReport(report);
            m_modelPage->setRelativeErrors(report.layers);
        }
        m_messages->showMessage(MessageBar::Severity::Success,
            tr("“%1” is written: %2.").arg(QFileInfo(text(report.output)).fileName(), bytesText(report.outputBytes)),
            { { QStringLiteral("result"), tr("Look at the result") }, { QStringLiteral("folder"), tr("Show in folder") } });
        notifyJobEnd(m_messages->sentence());
        Q_EMIT jobFinished();
    });
    connect(m_job, &QuantizeJob::failed, this, [this](const Error& error) {
        showError(error, tr("The run stopped."));
        notifyJobEnd(m_messages->sentence());
    });
    connect(m_job, &QuantizeJob::cancelled, this, [this] {
        m_messages->showMessage(MessageBar::Severity::Information, m_job->sentence(), { { QStringLiteral("resume"), tr("Resume") } });
    });
}

// ---- opening ----------------------------------------------------------------------------------------------------

void MainWindow::openPath(const QString& path)
{
    if (path == QLatin1String("demo"))
        return openDemo();
    OpenedPath opened = recognisePath(path);
    switch (opened.kind) {
    case OpenedPath::Kind::Model:
        return openModel(opened.path);
    case OpenedPath::Kind::Project:
        return openProject(opened.path);
    case OpenedPath::Kind::Recipe:
        return openRecipe(*opened.recipe, opened.path);
    case OpenedPath::Kind::CacheConfiguration:
        m_kvPage->openConfiguration(opened.path);
        showPage(KvCache);
        return;
    case OpenedPath::Kind::Text:
        m_quantizePage->addCalibrationFiles({ opened.path });
        showPage(Quantize);
        m_messages->showMessage(MessageBar::Severity::Information, tr("“%1” is used as calibration text.").arg(QFileInfo(path).fileName()));
        return;
    case OpenedPath::Kind::Rejected:
        m_messages->showMessage(MessageBar::Severity::Warning, opened.reason,
            { { QStringLiteral("openFolder"), tr("Open a folder…") }, { QStringLiteral("demo"), tr("Open the demo model") } });
    }
}

void MainWindow::openDemo()
{
    openModel(QStringLiteral("demo"));
}

void MainWindow::openModel(const QString& path)
{
    if (m_job->isActive()) {
        showError({ ErrorCode::Usage, "A job is running; another model can be opened when it has ended" });
        return;
    }
    if (m_engine->state() == EngineClient::State::Failed || m_engine->state() == EngineClient::State::Stopped) {
        if (m_painted)
            startEngine();
    }
    const quint64 generation = ++m_opening;
    m_messages->dismiss();
    m_modelPage->showReading(path);
    showPage(Model);
    const auto ask = [this, path, generation] {
        m_engine->requestAs<ModelSummary>("inspect", { { "model", path.toStdString() } }, this, [this, path, generation](Result<ModelSummary> model) {
            if (generation != m_opening)
                return;
            if (model) {
                modelRead(path, std::move(*model));
                return;
            }
            m_afterModel = {};
            m_recipeToApply.reset();
            m_model.reset();
            m_modelPage->clear();
            m_quantizePage->clearModel();
            m_kvPage->clearModel();
            m_playgroundPage->clearModel();
            refreshTitle();
            showError(model.error(), tr("The model could not be opened."));
            if (model.error().code == ErrorCode::NotFound)
                m_settings.removeRecent(path);
            m_startPage->refreshRecents();
        });
    };
    // Before the first paint the engine is not started yet.
    if (m_painted)
        ask();
    else
        connect(this, &MainWindow::firstPainted, this, ask, Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
}

void MainWindow::modelRead(const QString& path, ModelSummary model)
{
    const bool demo = path == QLatin1String("demo");
    m_settings.addRecent({ path, QStringLiteral("model"), tr("%1, %2 parameters").arg(text(model.architecture), countText(model.parameters)) });
    m_startPage->refreshRecents();
    m_modelPage->setModel(model);
    m_runPage->setModel(model);
    m_resultPage->setModel(model);
    // A recipe that says "demo" runs on every machine; a path does not.
    if (demo)
        model.path = "demo";
    m_model = std::move(model);
    m_quantizePage->setModel(*m_model);
    m_kvPage->setModel(*m_model);
    if (m_recipeToApply) {
        Recipe recipe = *std::exchange(m_recipeToApply, std::nullopt);
        const QStringList problems = m_quantizePage->setRecipe(recipe);
        if (!problems.isEmpty())
            m_messages->showMessage(MessageBar::Severity::Warning, problems.join(QLatin1Char(' ')));
    } else if (m_model->recipe) {
        m_messages->showMessage(MessageBar::Severity::Information, tr("This file was made by Bitloom and carries its recipe."),
            { { QStringLiteral("takeRecipe"), tr("Use its settings") } });
    }
    refreshTitle();
    if (auto next = std::exchange(m_afterModel, {}))
        next();
    Q_EMIT modelOpened();
}

void MainWindow::openRecipe(const Recipe& recipe, const QString& path)
{
    if (!path.isEmpty()) {
        m_settings.addRecent({ path, QStringLiteral("recipe"), tr("%1, %2 bits").arg(text(recipe.method)).arg(recipe.bits) });
        m_startPage->refreshRecents();
    }
    if (recipe.model.empty()) {
        const QStringList problems = m_quantizePage->setRecipe(recipe);
        if (!problems.isEmpty())
            m_messages->showMessage(MessageBar::Severity::Warning, problems.join(QLatin1Char(' ')));
        showPage(Quantize);
        return;
    }
    m_recipeToApply = recipe;
    if (!m_afterModel)
        prepareQuantize();
    openModel(text(recipe.model));
}

void MainWindow::prepareQuantize()
{
    m_afterModel = [this] { showPage(Quantize); };
}

void MainWindow::autorun(const QString& recipeFile, const QString& output, const QString& project)
{
    const OpenedPath opened = recognisePath(recipeFile);
    if (opened.kind != OpenedPath::Kind::Recipe) {
        m_messages->showMessage(MessageBar::Severity::Error, opened.reason.isEmpty() ? tr("“%1” is not a recipe.").arg(recipeFile) : opened.reason);
        return;
    }
    QuantizeTask task { *opened.recipe, QDir::current().absoluteFilePath(output), project, {} };
    m_afterModel = [this, task] {
        m_quantizePage->setOutput(task.output);
        startJob(task);
    };
    openRecipe(*opened.recipe, {});
}

void MainWindow::openProject(const QString& folder)
{
    if (m_job->isActive()) {
        showError({ ErrorCode::Usage, "A job is running; a project can be opened when it has ended" });
        return;
    }
    if (m_engine->state() == EngineClient::State::Failed)
        startEngine();
    const auto ask = [this, folder] {
        m_engine->requestAs<ProjectSummary>("project", { { "folder", folder.toStdString() } }, this, [this, folder](const Result<ProjectSummary>& project) {
            if (!project) {
                showError(project.error(), tr("The project could not be opened."));
                return;
            }
            const auto done = std::count_if(project->layers.begin(), project->layers.end(), [](const LayerEvent& layer) { return layer.state == LayerState::Done; });
            m_settings.addRecent({ folder, QStringLiteral("project"),
                project->finished ? tr("%1, %2 bits, finished").arg(text(project->recipe.method)).arg(project->recipe.bits)
                                  : tr("%1, %2 bits, %3 of %4 layers").arg(text(project->recipe.method)).arg(project->recipe.bits).arg(done).arg(project->layers.size()) });
            m_startPage->refreshRecents();
            m_recipeToApply = project->recipe;
            m_afterModel = [this, project = *project, folder] {
                m_runPage->showProject(project);
                for (const auto& layer : project.layers)
                    m_modelPage->setRelativeError(layer);
                if (project.newerBitloom)
                    m_messages->showMessage(MessageBar::Severity::Warning,
                        tr("This project was made by Bitloom %1, a newer version. It is shown as far as this version can read it, and cannot be changed.").arg(text(*project.newerBitloom)));
                if (project.report) {
                    m_resultPage->setReport(*project.report, project.evaluation);
                    showPage(Results);
                    return;
                }
                if (!project.newerBitloom)
                    m_job->setInterrupted({ project.recipe, text(project.output), folder, {} }, tr("This run was interrupted. Resume continues after its finished layers."));
                showPage(Run);
            };
            openModel(text(project->recipe.model));
        });
    };
    m_messages->dismiss();
    if (m_painted)
        ask();
    else
        connect(this, &MainWindow::firstPainted, this, ask, Qt::ConnectionType(Qt::QueuedConnection | Qt::SingleShotConnection));
}

void MainWindow::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model or a recipe"), m_settings.lastFolder(QStringLiteral("model")),
        tr("Models and recipes (*.gguf *.safetensors *.json);;All files (*)"));
    if (path.isEmpty())
        return;
    m_settings.setLastFolder(QStringLiteral("model"), QFileInfo(path).absolutePath());
    openPath(path);
}

void MainWindow::chooseFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a model folder"), m_settings.lastFolder(QStringLiteral("model")));
    if (path.isEmpty())
        return;
    m_settings.setLastFolder(QStringLiteral("model"), QFileInfo(path).absolutePath());
    openPath(path);
}

void MainWindow::chooseProject()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a project folder"), m_settings.lastFolder(QStringLiteral("output")));
    if (!path.isEmpty())
        openPath(path);
}

void MainWindow::typePath()
{
    bool accepted = false;
    const QString path = QInputDialog::getText(this, tr("Open by path"), tr("Path as the engine sees it, also on another machine:"), QLineEdit::Normal, {}, &accepted).trimmed();
    if (!accepted || path.isEmpty())
        return;
    if (QFileInfo::exists(path))
        openPath(path);
    else
        openModel(path);
}

void MainWindow::refreshRecentMenu()
{
    m_recentMenu->clear();
    int number = 1;
    for (const auto& recent : m_settings.recents()) {
        const QString name = recent.path == QLatin1String("demo") ? tr("Demo model") : shortPath(recent.path, 70);
        QAction* action = m_recentMenu->addAction(number < 10 ? QStringLiteral("&%1  %2").arg(number).arg(name) : name);
        connect(action, &QAction::triggered, this, [this, path = recent.path] { openPath(path); });
        ++number;
    }
    if (m_recentMenu->isEmpty()) {
        m_recentMenu->addAction(tr("Nothing yet"))->setEnabled(false);
        return;
    }
    m_recentMenu->addSeparator();
    connect(m_recentMenu->addAction(tr("&Clear this list")), &QAction::triggered, this, [this] {
        m_settings.clearRecents();
        m_startPage->refreshRecents();
    });
}

// ---- the job ----------------------------------------------------------------------------------------------------

void MainWindow::startJob(const QuantizeTask& task)
{
    if (m_job->isActive() || m_resultPage->isBusy() || m_kvPage->isBusy() || m_comparePage->isBusy() || m_quantizePage->isMeasuring()) {
        showError({ ErrorCode::Usage, "Another job is running; wait for it or cancel it" });
        return;
    }
    m_resultPage->clear();
    m_queue->runNow(task);
}

QString MainWindow::projectFolder() const
{
    const auto& task = m_job->task();
    return task.project.isEmpty() ? task.output + QStringLiteral(".bitloom") : task.project;
}

void MainWindow::jobStateChanged()
{
    const JobState state = m_job->state();
    const bool writing = m_kvPage->isBusy(), comparing = m_comparePage->isBusy(), evaluating = m_resultPage->isBusy() || writing || comparing;
    const bool measuring = m_quantizePage->isMeasuring();
    m_quantizePage->setBusy(m_job->isActive() || evaluating || measuring);
    m_resultPage->setJobRunning(m_job->isActive() || writing || comparing || measuring);
    m_kvPage->setOtherJob(m_job->isActive() || m_resultPage->isBusy() || comparing || measuring);
    m_comparePage->setOtherJob(m_job->isActive() || m_resultPage->isBusy() || writing || measuring);
    m_queue->setOtherJob(evaluating || measuring);
    m_write->setEnabled(!m_job->isActive() && !evaluating && !measuring);
    m_start->setEnabled(!evaluating && !measuring);
    m_pause->setEnabled(state == JobState::Running);
    m_resume->setEnabled(m_job->canResume() && !evaluating);
    m_cancel->setEnabled((m_job->isActive() && state != JobState::Cancelling) || evaluating || m_playgroundPage->isBusy());
    m_evaluate->setEnabled(m_resultPage->hasReport() && !m_job->isActive() && !evaluating);
    m_verify->setEnabled(m_evaluate->isEnabled());
    m_showInFolder->setEnabled(m_resultPage->hasReport());
    switch (state) {
    case JobState::Pausing:
        m_jobState->setText(m_job->sentence());
        break;
    case JobState::Paused:
        m_jobState->setText(tr("Paused"));
        break;
    case JobState::Running:
        break;
    case JobState::Cancelling:
        m_jobState->setText(tr("Cancelling …"));
        break;
    default:
        m_jobState->clear();
    }
    refreshTitle();
    if (m_quitting && !m_job->isActive())
        close();
}

void MainWindow::offerUnfinished()
{
    const QString folder = m_settings.unfinishedProject();
    if (folder.isEmpty())
        return offerWaiting();
    if (m_job->state() != JobState::Idle || m_model || m_afterModel)
        return;
    if (!QFileInfo::exists(folder + QStringLiteral("/project.json"))) {
        m_settings.setUnfinishedProject({});
        return offerWaiting();
    }
    QString sentence = tr("The run into “%1” was not finished.").arg(shortPath(folder));
    if (!m_queueProblem.isEmpty())
        sentence = m_queueProblem + QLatin1Char(' ') + sentence;
    m_messages->showMessage(MessageBar::Severity::Information, sentence,
        { { QStringLiteral("resumeUnfinished"), tr("Resume") }, { QStringLiteral("openUnfinished"), tr("Look at it") },
            { QStringLiteral("forgetUnfinished"), tr("Forget it") } });
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_job->isActive() && !m_quitting) {
        const CloseChoice choice = askClose(this, m_runPage->progress().summary());
        if (choice == CloseChoice::Stay) {
            event->ignore();
            return;
        }
        if (m_job->isActive()) {
            m_quitting = true;
            m_queue->hold();
            event->ignore();
            const QString unfinished = choice == CloseChoice::PauseAndQuit ? projectFolder() : QString();
            m_settings.setUnfinishedProject(unfinished);
            m_job->cancel();
            // The engine that does not answer is ended with the studio; its finished layers are on disk.
            QTimer::singleShot(quitPatienceMilliseconds, this, [this] {
                m_engine->stop();
                close();
            });
            return;
        }
    }
    m_settings.setBlob(QStringLiteral("window"), saveGeometry());
    m_settings.setBlob(QStringLiteral("docks"), saveState());
    m_modelPage->saveLayout();
    m_runPage->saveLayout();
    event->accept();
}

// ---- messages ---------------------------------------------------------------------------------------------------

void MainWindow::showError(const Error& error, const QString& context)
{
    m_lastError = error;
    // What a dead engine left unanswered is told by showFailure, which knows more.
    if (error.code == ErrorCode::Internal && m_engine->state() == EngineClient::State::Failed)
        return;
    QString message = sentence(error);
    if (!context.isEmpty())
        message = context + QLatin1Char(' ') + message;
    if (error.code != ErrorCode::Usage)
        message += QLatin1Char(' ') + adviceFor(error.code);
    QList<MessageBar::Action> actions;
    if (m_job->canResume() && m_job->state() == JobState::Failed)
        actions << MessageBar::Action { QStringLiteral("resume"), tr("Resume") };
    if (error.code == ErrorCode::Internal)
        actions << MessageBar::Action { QStringLiteral("report"), tr("Copy report") };
    m_messages->showMessage(MessageBar::Severity::Error, message, actions);
}

void MainWindow::showFailure(const EngineFailure& failure)
{
    m_lastFailure = failure;
    for (const QString& line : failure.errorLines.mid(qMax<qsizetype>(0, failure.errorLines.size() - 40)))
        m_runPage->appendLog({ "error", QStringLiteral("engine: %1").arg(line).toStdString() });
    m_runPage->appendLog({ "error", failure.what.toStdString() });
    QList<MessageBar::Action> actions;
    const bool job = m_job->isActive();
    if (job)
        actions << MessageBar::Action { QStringLiteral("resume"), tr("Resume") };
    else
        actions << MessageBar::Action { QStringLiteral("restart"), tr("Start the engine") };
    actions << MessageBar::Action { QStringLiteral("log"), tr("Show log") } << MessageBar::Action { QStringLiteral("report"), tr("Copy report") };
    if (failure.kind == EngineFailure::Kind::CannotStart || failure.kind == EngineFailure::Kind::ConnectionLost || failure.kind == EngineFailure::Kind::VersionMismatch)
        actions << MessageBar::Action { QStringLiteral("settings"), tr("Settings…") };
    m_messages->showMessage(MessageBar::Severity::Error, failure.what + QLatin1Char(' ') + failure.advice, actions,
        failure.lastLines.mid(qMax<qsizetype>(0, failure.lastLines.size() - 12)).join(QLatin1Char('\n')));
    m_memory->clear();
}

void MainWindow::messageAction(const QString& id)
{
    if (id == QLatin1String("resume")) {
        // The queue may have gone on since the job failed that the message is about.
        if (m_job->canResume())
            m_job->resume();
        else
            m_queue->resume(m_failedJob);
    } else if (id == QLatin1String("restart")) {
        m_messages->dismiss();
        startEngine();
    } else if (id == QLatin1String("log")) {
        m_runPage->showLog();
        showPage(Run);
    } else if (id == QLatin1String("report")) {
        copyReport();
    } else if (id == QLatin1String("settings")) {
        showSettings();
    } else if (id == QLatin1String("result")) {
        m_messages->dismiss();
        if (isOfOpenModel(m_job->task().recipe))
            showPage(Results);
        else
            openProject(projectFolder());
    } else if (id == QLatin1String("addToQueue")) {
        m_messages->dismiss();
        m_quantizePage->addToQueue();
    } else if (id == QLatin1String("queue")) {
        m_messages->dismiss();
        showPage(Queue);
    } else if (id == QLatin1String("startQueue")) {
        m_messages->dismiss();
        m_queue->resumeInterrupted();
        showPage(Queue);
    } else if (id == QLatin1String("folder")) {
        m_resultPage->showInFolder();
    } else if (id == QLatin1String("openFolder")) {
        chooseFolder();
    } else if (id == QLatin1String("demo")) {
        openDemo();
    } else if (id == QLatin1String("takeRecipe") && m_model && m_model->recipe) {
        m_messages->dismiss();
        m_quantizePage->setRecipe(*m_model->recipe);
        showPage(Quantize);
    } else if (id == QLatin1String("resumeUnfinished") || id == QLatin1String("openUnfinished")) {
        openProject(m_settings.unfinishedProject());
        if (id == QLatin1String("resumeUnfinished"))
            connect(this, &MainWindow::modelOpened, this, [this] { m_job->resume(); }, Qt::SingleShotConnection);
    } else if (id == QLatin1String("forgetUnfinished")) {
        m_settings.setUnfinishedProject({});
        m_messages->dismiss();
    }
}

void MainWindow::copyReport()
{
    EngineFailure failure = m_lastFailure;
    if (failure.what.isEmpty()) {
        failure.what = m_lastError ? sentence(*m_lastError) : tr("The engine runs.");
        failure.command = m_engine->command().join(QLatin1Char(' '));
        failure.lastLines = m_engine->lastLines();
    }
    QApplication::clipboard()->setText(failure.report());
    statusBar()->showMessage(tr("The report is on the clipboard."), 4000);
}

// ---- window -----------------------------------------------------------------------------------------------------

void MainWindow::startEngine()
{
    m_engine->start(m_settings.engineCommandLine(), m_settings.engineSurroundings());
}

void MainWindow::showEngineState()
{
    const auto& info = m_engine->info();
    QString line;
    switch (m_engine->state()) {
    case EngineClient::State::Stopped:
        line = tr("○  Engine is not running");
        break;
    case EngineClient::State::Starting:
        line = tr("◌  Engine is starting …");
        break;
    case EngineClient::State::Ready: {
        const QString device = info.devices.size() > 1 ? text(info.devices.back()) : tr("CPU");
        line = tr("●  Engine %1 · %2 · %3").arg(text(info.version), device, info.threads == 1 ? tr("1 thread") : tr("%1 threads").arg(info.threads));
        break;
    }
    case EngineClient::State::Failed:
        line = tr("✕  Engine has stopped");
        break;
    }
    m_engineState->setText(line);
    m_engineState->setToolTip(m_engine->command().join(QLatin1Char(' ')));
}

void MainWindow::refreshTitle()
{
    QString title = tr("Bitloom");
    if (m_model)
        title = QStringLiteral("%1 – %2").arg(m_model->name.empty() ? QFileInfo(text(m_model->path)).fileName() : text(m_model->name), title);
    if (m_job->isActive())
        title = tr("● %1").arg(title);
    setWindowTitle(title);
}

void MainWindow::showPage(Page page)
{
    m_pages->setCurrentIndex(page);
    m_pageActions->actions().at(page)->setChecked(true);
    m_navigation->focusFollows(page);
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

void MainWindow::setTheme(ThemeChoice choice)
{
    m_settings.setTheme(choice);
    Theme::instance().apply(choice);
    for (QAction* action : m_themeActions->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(choice));
}

void MainWindow::showSettings(SettingsDialog::Tab tab)
{
    SettingsDialog dialog(m_settings, m_engine->info(), m_actions, this);
    dialog.showTab(tab);
    if (dialog.exec() != QDialog::Accepted)
        return;
    setTheme(m_settings.theme());
    if (dialog.languageChanged())
        m_messages->showMessage(MessageBar::Severity::Information, tr("The studio speaks the other language when it is started again."));
    if (!dialog.engineChanged())
        return;
    if (m_job->isActive() || m_resultPage->isBusy() || m_kvPage->isBusy() || m_comparePage->isBusy())
        m_messages->showMessage(MessageBar::Severity::Information, tr("The new engine settings are used when the running job has ended and the engine is started anew (F5)."));
    else
        startEngine();
}

void MainWindow::notifyJobEnd(const QString& text)
{
    QApplication::alert(this);
    const double seconds = m_jobClock.isValid() ? static_cast<double>(m_jobClock.elapsed()) / 1000 : 0;
    if (m_settings.notifies() && deservesNotification(seconds, isActiveWindow()))
        notifyDesktop(tr("Bitloom"), text);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!event->mimeData()->hasUrls())
        return;
    const QString path = draggedPath(event->mimeData());
    const OpenedPath opened = recognisePath(path);
    QString line;
    const QString name = QFileInfo(opened.path).fileName();
    switch (opened.kind) {
    case OpenedPath::Kind::Model:
        line = tr("Open the model “%1”").arg(name);
        break;
    case OpenedPath::Kind::Project:
        line = tr("Open the project “%1”").arg(name);
        break;
    case OpenedPath::Kind::Recipe:
        line = tr("Use the recipe “%1”").arg(name);
        break;
    case OpenedPath::Kind::CacheConfiguration:
        line = tr("Write through the cache of “%1”").arg(name);
        break;
    case OpenedPath::Kind::Text:
        line = tr("Calibrate on “%1”").arg(name);
        break;
    case OpenedPath::Kind::Rejected:
        line = path.isEmpty() ? tr("Drop one file or folder of this machine.") : opened.reason;
    }
    QFont font = m_dropOverlay->font();
    font.setPointSizeF(QApplication::font().pointSizeF() * (opened.kind == OpenedPath::Kind::Rejected ? 1.2 : 1.6));
    m_dropOverlay->setFont(font);
    m_dropOverlay->setText(line);
    m_dropOverlay->setGeometry(centralWidget()->rect());
    m_dropOverlay->raise();
    m_dropOverlay->show();
    // Accepted in any case: the drop of something wrong is answered with the reason, which stays to be read.
    event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*)
{
    m_dropOverlay->hide();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    m_dropOverlay->hide();
    const QString path = draggedPath(event->mimeData());
    event->acceptProposedAction();
    if (path.isEmpty())
        m_messages->showMessage(MessageBar::Severity::Warning, tr("Drop one file or folder of this machine."));
    else
        openPath(path);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    if (m_dropOverlay != nullptr)
        m_dropOverlay->setGeometry(centralWidget()->rect());
}

void MainWindow::paintEvent(QPaintEvent* event)
{
    QMainWindow::paintEvent(event);
    if (m_painted)
        return;
    m_painted = true;
    // The window is on its way to the screen; only now the engine is started, so that it never delays it.
    QTimer::singleShot(0, this, [this] {
        startEngine();
        Q_EMIT firstPainted();
    });
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        for (QLabel* label : findChildren<QLabel*>()) {
            if (const QString icon = label->property("lineIcon").toString(); !icon.isEmpty())
                label->setPixmap(lineIcon(icon.toLatin1().constData()).pixmap(22, 22));
        }
    }
}

} // namespace bitloom
