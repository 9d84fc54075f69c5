// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/action_list.h"
#include "app/studio/command_palette.h"
#include "app/studio/engine_client.h"
#include "app/studio/quantize_job.h"
#include "app/studio/settings.h"
#include "app/studio/settings_dialog.h"
#include "widgets/message_bar.h"

#include <functional>
#include <QActionGroup>
#include <QLabel>
#include <QMainWindow>
#include <QStackedWidget>

namespace bitloom {

class ComparePage;
class JobQueue;
class JobQueueFile;
class KvPage;
class ModelPage;
class NavigationBar;
class PlaygroundPage;
class QuantizePage;
class QueuePage;
class RecentRuns;
class ResultPage;
class RunPage;
class StartPage;
class LessonPanel;
class Tour;
class ViewDock;
struct Lesson;
struct OpenedPath;

/// The window: pages at the left, messages above, the engine's state below. Knows what is open and lets the pages know.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    enum Page { Start, Model, Quantize, Run, Queue, Results, KvCache, Playground, Compare, PageCount };
    enum class CloseChoice { PauseAndQuit, CancelAndQuit, Stay };

    explicit MainWindow(Settings& settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens whatever `path` is; says why where it is nothing that can be opened.
    void openPath(const QString& path);
    void openDemo();
    void openModel(const QString& path);
    void openProject(const QString& folder);
    void openRecipe(const Recipe& recipe, const QString& path);
    /// Opens the recipe's model and starts the job as soon as the engine is ready.
    void autorun(const QString& recipeFile, const QString& output, const QString& project);
    void prepareQuantize(); ///< shows the Quantize page once the model that is being opened is there

    void showPage(Page page);
    [[nodiscard]] Page page() const;
    void setTheme(ThemeChoice choice);

    [[nodiscard]] ActionList& actionList() { return *m_actions; }
    /// Which page is seen and how all views are put; what a named workspace keeps.
    [[nodiscard]] QByteArray workspaceState() const;
    void applyWorkspace(const QByteArray& state);
    void showCommands();
    void startTour();

    [[nodiscard]] LessonPanel& lessonPanel() { return *m_lessonPanel; }
    [[nodiscard]] EngineClient& engine() { return *m_engine; }
    [[nodiscard]] QuantizeJob& job() { return *m_job; }
    [[nodiscard]] StartPage& startPage() { return *m_startPage; }
    [[nodiscard]] ModelPage& modelPage() { return *m_modelPage; }
    [[nodiscard]] QuantizePage& quantizePage() { return *m_quantizePage; }
    [[nodiscard]] RunPage& runPage() { return *m_runPage; }
    [[nodiscard]] JobQueue& queue() { return *m_queue; }
    [[nodiscard]] QueuePage& queuePage() { return *m_queuePage; }
    [[nodiscard]] ResultPage& resultPage() { return *m_resultPage; }
    [[nodiscard]] KvPage& kvPage() { return *m_kvPage; }
    [[nodiscard]] ComparePage& comparePage() { return *m_comparePage; }
    [[nodiscard]] PlaygroundPage& playgroundPage() { return *m_playgroundPage; }
    [[nodiscard]] MessageBar& messages() { return *m_messages; }
    [[nodiscard]] const std::optional<ModelSummary>& model() const { return m_model; }

    /// Asked when the window is closed while a job runs; a dialog unless replaced.
    std::function<CloseChoice(QWidget* parent, const QString& state)> askClose;

Q_SIGNALS:
    void firstPainted();
    void modelOpened();
    void jobFinished();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QAction* addCommand(QMenu* menu, const char* id, const char* icon, const QString& name, const QKeySequence& shortcut, std::function<void()> run);
    void buildActions();
    void buildFileMenu();
    void buildJobMenu();
    void buildViewMenu();
    void buildPlotMenu(QMenu* menu);
    void buildHelpMenu();
    void buildTeaching();
    void startLesson(const Lesson& lesson);
    void buildPanelMenu();
    void buildWorkspaceActions();
    void refreshWorkspaceMenu();
    void refreshShortcutTips();
    void buildPages();
    void addComparingPages();
    void buildDocks();
    void connectEngine();
    void connectPages();
    void chooseFile();
    void chooseFolder();
    void chooseProject();
    void typePath();
    void showSettings(SettingsDialog::Tab tab = SettingsDialog::General);
    void notifyJobEnd(const QString& text);
    void showError(const Error& error, const QString& context = {});
    void showFailure(const EngineFailure& failure);
    void messageAction(const QString& id);
    void startEngine();
    void startJob(const QuantizeTask& task);
    void buildQueueMenu();
    void connectQueue();
    void readQueue();
    void queueChanged();
    void addToQueue(const QuantizeTask& task);
    void offerQueue(); ///< to somebody who starts a run while another one runs
    void offerWaiting(); ///< jobs that an earlier studio left
    void reportFailedJob(quint64 id);
    void openQueuedResult(const QString& project);
    [[nodiscard]] bool isOfOpenModel(const Recipe& recipe) const;
    void jobStateChanged();
    void showEngineState();
    void refreshRecentMenu();
    void refreshTitle();
    void offerUnfinished();
    void modelRead(const QString& path, ModelSummary model);
    void copyReport();
    [[nodiscard]] QString projectFolder() const;
    [[nodiscard]] std::vector<PaletteCommand> moreCommands(); ///< of the palette, besides the actions

    Settings& m_settings;
    EngineClient* m_engine;
    QuantizeJob* m_job;
    JobQueue* m_queue;
    JobQueueFile* m_queueFile;
    NavigationBar* m_navigation = nullptr;
    QStackedWidget* m_pages = nullptr;
    MessageBar* m_messages = nullptr;
    QLabel* m_dropOverlay = nullptr;
    QLabel *m_engineState = nullptr, *m_jobState = nullptr, *m_memory = nullptr;
    StartPage* m_startPage = nullptr;
    ModelPage* m_modelPage = nullptr;
    QuantizePage* m_quantizePage = nullptr;
    RunPage* m_runPage = nullptr;
    QueuePage* m_queuePage = nullptr;
    ResultPage* m_resultPage = nullptr;
    KvPage* m_kvPage = nullptr;
    RecentRuns* m_recentRuns = nullptr;
    PlaygroundPage* m_playgroundPage = nullptr;
    ComparePage* m_comparePage = nullptr;

    ActionList* m_actions;
    QMenu *m_panelMenu = nullptr, *m_workspaceMenu = nullptr, *m_helpMenu = nullptr, *m_queueMenu = nullptr;
    ViewDock *m_monitorDock = nullptr, *m_lessonDock = nullptr;
    LessonPanel* m_lessonPanel = nullptr;
    QPointer<Tour> m_tour;
    QPointer<QWidget> m_lastPlot; ///< that had the focus
    QElapsedTimer m_jobClock;
    QActionGroup *m_pageActions = nullptr, *m_themeActions = nullptr;
    QMenu* m_recentMenu = nullptr;
    QAction *m_follow = nullptr, *m_start = nullptr, *m_pause = nullptr, *m_resume = nullptr, *m_cancel = nullptr, *m_evaluate = nullptr,
            *m_verify = nullptr, *m_write = nullptr, *m_copyCommand = nullptr, *m_showInFolder = nullptr;

    std::optional<ModelSummary> m_model;
    std::optional<Recipe> m_recipeToApply; ///< waits for its model to be read
    std::function<void()> m_afterModel; ///< done once the model that is being opened is there
    EngineFailure m_lastFailure;
    std::optional<Error> m_lastError;
    QString m_queueProblem; ///< why the queue of the last studio is not here
    quint64 m_failedJob = 0; ///< of the queue, that the message is about
    quint64 m_opening = 0; ///< generation: answers about a model that is no longer wanted are dropped
    bool m_painted = false, m_quitting = false, m_engineWasReady = false;
};

} // namespace bitloom
