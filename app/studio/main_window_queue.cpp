// SPDX-License-Identifier: GPL-3.0-or-later
// The window's queue: its menu, its file, and what it says to the other pages.
#include "app/studio/main_window.h"

#include "app/studio/job_queue.h"
#include "app/studio/job_queue_file.h"
#include "app/studio/quantize_page.h"
#include "app/studio/queue_page.h"
#include "app/studio/result_page.h"
#include "app/studio/text.h"

#include <QFileInfo>
#include <QMenu>
#include <QStatusBar>

namespace bitloom {

void MainWindow::buildQueueMenu()
{
    addCommand(m_queueMenu, "queue.add", "queue", tr("Add to &queue"), QKeySequence::fromString(QStringLiteral("Ctrl+Shift+A"), QKeySequence::PortableText), [this] {
        showPage(Quantize);
        m_quantizePage->addToQueue();
    });
    for (QAction* action : m_queuePage->actionsForMenu()) {
        m_queueMenu->addAction(action);
        m_actions->add(action->objectName(), m_queueMenu->title(), action);
    }
}

void MainWindow::connectQueue()
{
    connect(m_queue, &JobQueue::changed, this, &MainWindow::queueChanged);
    connect(m_queue, &JobQueue::mustBeKept, m_queueFile, [this] { m_queueFile->write(m_queue->jobs()); });
    connect(m_queue, &JobQueue::jobFailed, this, &MainWindow::reportFailedJob);
    connect(m_queueFile, &JobQueueFile::failed, this, [this](const QString& sentence) { m_messages->showMessage(MessageBar::Severity::Warning, sentence); });
    connect(m_quantizePage, &QuantizePage::queueRequested, this, &MainWindow::addToQueue);
    connect(m_quantizePage, &QuantizePage::busyChanged, this, &MainWindow::jobStateChanged);
    connect(m_quantizePage, &QuantizePage::failed, this, [this](const Error& error) { showError(error, tr("The types could not be measured.")); });
    connect(m_queuePage, &QueuePage::setUpRequested, this, [this] { showPage(Quantize); });
    connect(m_queuePage, &QueuePage::openRequested, this, &MainWindow::openQueuedResult);
    connect(m_queuePage, &QueuePage::reportCopied, this, [this] { statusBar()->showMessage(tr("The report is on the clipboard."), 4000); });
}

void MainWindow::readQueue()
{
    JobQueueFile::Content content = m_queueFile->read();
    m_queue->restore(std::move(content.jobs));
    m_queueProblem = content.problem;
    if (!m_queueProblem.isEmpty())
        m_messages->showMessage(MessageBar::Severity::Warning, m_queueProblem);
}

void MainWindow::queueChanged()
{
    QStringList outputs;
    for (const QueuedJob& job : m_queue->jobs()) {
        if (job.state == QueueState::Queued || job.isActive() || job.id == m_queue->current())
            outputs << job.task.output;
    }
    m_quantizePage->setQueuedOutputs(outputs);
}

void MainWindow::addToQueue(const QuantizeTask& task)
{
    const Result<quint64> id = m_queue->add(task);
    if (!id) {
        showError(id.error());
        return;
    }
    const QueuedJob& job = *m_queue->find(*id);
    QList<MessageBar::Action> actions;
    if (!m_queue->goesOn())
        actions << MessageBar::Action { QStringLiteral("startQueue"), tr("Start the queue") };
    actions << MessageBar::Action { QStringLiteral("queue"), tr("Show the queue") };
    m_messages->showMessage(MessageBar::Severity::Information,
        tr("“%1” waits in the queue as job %2.").arg(QFileInfo(job.task.output).fileName()).arg(m_queue->indexOf(*id) + 1) + QLatin1Char(' ') + calibrationText(*m_queue, job), actions);
}

void MainWindow::offerQueue()
{
    if (!m_quantizePage->queueProblem().isEmpty())
        return; // the page says what is missing
    m_messages->showMessage(MessageBar::Severity::Information, tr("A job is running. This run can wait in the queue and start afterwards."),
        { { QStringLiteral("addToQueue"), tr("Add to queue") }, { QStringLiteral("queue"), tr("Show the queue") } });
}

void MainWindow::offerWaiting()
{
    const int waiting = m_queue->count(QueueState::Queued), interrupted = m_queue->count(QueueState::Paused);
    if (waiting + interrupted == 0 || !m_queueProblem.isEmpty() || m_job->isActive())
        return;
    m_messages->showMessage(MessageBar::Severity::Information, tr("The queue was kept: %1 waiting, %2 interrupted.").arg(waiting).arg(interrupted),
        { { QStringLiteral("startQueue"), tr("Go on") }, { QStringLiteral("queue"), tr("Show the queue") } });
}

void MainWindow::reportFailedJob(quint64 id)
{
    m_failedJob = id;
    EngineFailure failure;
    if (m_engine->state() == EngineClient::State::Failed)
        failure = m_lastFailure;
    else
        failure.lastLines = m_engine->lastLines();
    failure.what = m_job->sentence();
    failure.command = m_engine->command().join(QLatin1Char(' '));
    const QuantizeTask& task = m_job->task();
    m_queue->setReport(id, failure.report() + QLatin1Char('\n') + text(recipeToCommand(task.recipe, task.output.toStdString())) + QLatin1Char('\n'));
}

bool MainWindow::isOfOpenModel(const Recipe& recipe) const
{
    return m_model && m_model->path == recipe.model;
}

/// At once where its model is open, also while other jobs run; else like any other project.
void MainWindow::openQueuedResult(const QString& folder)
{
    const QueuedJob* job = m_queuePage->selected();
    if (job == nullptr || !isOfOpenModel(job->task.recipe)) {
        openProject(folder);
        return;
    }
    m_engine->startIfGone();
    m_engine->requestAs<ProjectSummary>("project", { { "folder", folder.toStdString() } }, this, [this](const Result<ProjectSummary>& project) {
        if (!project) {
            showError(project.error(), tr("The project could not be opened."));
        } else if (project->report && !m_resultPage->isBusy()) {
            m_resultPage->setReport(*project->report, project->evaluation);
            showPage(Results);
        }
    });
}

} // namespace bitloom
