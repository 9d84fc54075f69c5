// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/job_queue.h"

#include "app/studio/text.h"
#include "widgets/repaint_throttle.h"
#include "widgets/text_format.h"

#include <QFileInfo>
#include <algorithm>

namespace bitloom {

namespace {
    constexpr int clockMilliseconds = 1000;
    constexpr qint64 progressKeptMilliseconds = 2000; ///< layers may be solved faster than a disk likes to write
}

JobQueue::JobQueue(QuantizeJob& job, EngineClient& engine, QObject* parent)
    : QObject(parent)
    , m_job(job)
    , m_engine(engine)
{
    connect(&m_job, &QuantizeJob::started, this, &JobQueue::followStart);
    connect(&m_job, &QuantizeJob::stateChanged, this, &JobQueue::followState);
    connect(&m_job, &QuantizeJob::advanced, this, [this] {
        if (m_current != 0)
            RepaintThrottle::shared().schedule(this, [this] { followProgress(); });
    });
    connect(&m_engine, &EngineClient::logged, this, [this](quint64 id, const LogEvent& event) {
        if (id == m_job.id())
            keepLine(event);
    });
    connect(&m_engine, &EngineClient::failed, this, [this](const EngineFailure& failure) {
        for (const QString& line : failure.errorLines)
            keepLine({ "error", QStringLiteral("engine: %1").arg(line).toStdString() });
        keepLine({ "error", failure.what.toStdString() });
    });
    m_clock.setInterval(clockMilliseconds);
    connect(&m_clock, &QTimer::timeout, this, &JobQueue::followProgress);
}

// ---- the list ---------------------------------------------------------------------------------------------------

QueuedJob* JobQueue::job(quint64 id)
{
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) { return each.id == id; });
    return found == m_jobs.end() ? nullptr : &*found;
}

const QueuedJob* JobQueue::find(quint64 id) const
{
    return const_cast<JobQueue*>(this)->job(id);
}

int JobQueue::indexOf(quint64 id) const
{
    const QueuedJob* found = find(id);
    return found == nullptr ? -1 : static_cast<int>(found - m_jobs.data());
}

int JobQueue::count(QueueState state) const
{
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) { return each.state == state; }));
}

QueuedJob* JobQueue::unfinishedInto(const QString& output)
{
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) { return each.state != QueueState::Done && each.task.output == output; });
    return found == m_jobs.end() ? nullptr : &*found;
}

const QueuedJob* JobQueue::calibrationSource(const QueuedJob& job) const
{
    if (job.sharedCalibration.empty())
        return nullptr;
    const auto first = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) { return each.sharedCalibration == job.sharedCalibration; });
    return first == m_jobs.end() || first->id == job.id ? nullptr : &*first;
}

int JobQueue::calibrationTakers(const QueuedJob& job) const
{
    if (job.sharedCalibration.empty() || calibrationSource(job) != nullptr)
        return 0;
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) { return each.id != job.id && each.sharedCalibration == job.sharedCalibration; }));
}

CalibrationUse JobQueue::useOf(const Recipe& recipe) const
{
    for (const MethodInfo& method : m_engine.info().weightMethods) {
        if (method.id == recipe.method)
            return calibrationUse(recipe, method);
    }
    return { true, false, false }; // an engine that has not told yet; the run itself measures what it needs
}

/// With the calibration of a job that measures the same, and a project folder that no other job needs.
QuantizeTask JobQueue::prepared(QuantizeTask task) const
{
    if (useOf(task.recipe).any()) {
        const std::string key = calibrationKey(task.recipe);
        const auto same = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) {
            return !each.sharedCalibration.empty() && calibrationKey(each.task.recipe) == key;
        });
        if (same != m_jobs.end())
            task.measurements = calibrationFolder(same->task);
    }
    // A project keeps the finished layers of one job; a second one there would take the first one's way to resume.
    const bool taken = std::any_of(m_jobs.begin(), m_jobs.end(), [&](const QueuedJob& each) {
        return each.state != QueueState::Done && each.task.output != task.output && each.task.project == task.project;
    });
    if (!task.project.isEmpty() && taken) {
        if (task.measurements.isEmpty())
            task.measurements = task.project;
        task.project.clear();
    }
    return task;
}

void JobQueue::insert(int row, QuantizeTask task)
{
    Q_EMIT aboutToInsert(row);
    QueuedJob entry;
    entry.id = ++m_lastId;
    entry.calibration = useOf(task.recipe);
    entry.task = std::move(task);
    entry.sharedCalibration = sharedCalibration(entry);
    m_jobs.insert(m_jobs.begin() + row, std::move(entry));
    Q_EMIT inserted();
}

void JobQueue::restore(std::vector<QueuedJob> jobs)
{
    for (QueuedJob& each : jobs) {
        Q_EMIT aboutToInsert(static_cast<int>(m_jobs.size()));
        if (each.isActive() || each.state == QueueState::Paused) {
            each.state = QueueState::Paused;
            each.message = tr("The studio ended while this job was under way. Resume goes on after its finished layers.");
        }
        each.sharedCalibration = sharedCalibration(each);
        m_lastId = std::max(m_lastId, each.id);
        m_jobs.push_back(std::move(each));
        Q_EMIT inserted();
    }
    Q_EMIT changed();
}

Result<quint64> JobQueue::add(QuantizeTask task)
{
    if (unfinishedInto(task.output) != nullptr)
        return fail(ErrorCode::Usage, "another job of the queue writes “{}”; choose another output", QFileInfo(task.output).fileName().toStdString());
    insert(static_cast<int>(m_jobs.size()), prepared(std::move(task)));
    Q_EMIT changed();
    Q_EMIT mustBeKept();
    runNextLater();
    return m_lastId;
}

void JobQueue::move(quint64 id, int places)
{
    const int from = indexOf(id);
    if (from < 0)
        return;
    const int to = std::clamp(from + places, 0, static_cast<int>(m_jobs.size()) - 1);
    if (to == from)
        return;
    Q_EMIT aboutToMove(from, to);
    const auto begin = m_jobs.begin();
    if (to < from)
        std::rotate(begin + to, begin + from, begin + from + 1);
    else
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    Q_EMIT moved();
    Q_EMIT changed();
    Q_EMIT mustBeKept();
}

bool JobQueue::canRemove(quint64 id) const
{
    return find(id) != nullptr && id != m_current;
}

void JobQueue::remove(quint64 id)
{
    if (!canRemove(id))
        return;
    const int row = indexOf(id);
    Q_EMIT aboutToRemove(row);
    m_jobs.erase(m_jobs.begin() + row);
    Q_EMIT removed();
    Q_EMIT changed();
    Q_EMIT mustBeKept();
}

void JobQueue::removeDone()
{
    for (int row = static_cast<int>(m_jobs.size()) - 1; row >= 0; --row) {
        if (m_jobs[static_cast<std::size_t>(row)].state == QueueState::Done)
            remove(m_jobs[static_cast<std::size_t>(row)].id);
    }
}

// ---- running ----------------------------------------------------------------------------------------------------

void JobQueue::runNow(const QuantizeTask& task)
{
    m_job.start(prepared(task));
}

void JobQueue::start()
{
    m_goesOn = true;
    if (m_current != 0 && m_job.state() == JobState::Paused)
        m_job.resume();
    runNextLater();
    Q_EMIT changed();
}

void JobQueue::hold()
{
    m_goesOn = false;
    Q_EMIT changed();
}

void JobQueue::resume(quint64 id)
{
    QueuedJob* const entry = job(id);
    if (entry == nullptr)
        return;
    if (id == m_current) {
        m_job.resume();
        return;
    }
    if (!entry->canResume())
        return;
    entry->state = QueueState::Queued;
    entry->message = tr("Goes on after its finished layers when it is its turn.");
    m_goesOn = m_goesOn || m_current == 0;
    tellChanged(id);
    if (m_current == 0 && !m_otherJob)
        run(id);
}

void JobQueue::resumeInterrupted()
{
    for (QueuedJob& each : m_jobs) {
        if (each.state == QueueState::Paused && each.id != m_current) {
            each.state = QueueState::Queued;
            each.message = tr("Goes on after its finished layers when it is its turn.");
            tellChanged(each.id);
        }
    }
    start();
}

void JobQueue::setOtherJob(bool runs)
{
    const bool ended = m_otherJob && !runs;
    m_otherJob = runs;
    if (ended)
        runNextLater();
}

void JobQueue::runNextLater()
{
    // Not from within whatever the last job's end is told to.
    QMetaObject::invokeMethod(this, &JobQueue::runNext, Qt::QueuedConnection);
}

void JobQueue::runNext()
{
    if (!m_goesOn || m_current != 0 || m_otherJob || m_job.isActive())
        return;
    const auto next = std::find_if(m_jobs.begin(), m_jobs.end(), [](const QueuedJob& each) { return each.state == QueueState::Queued; });
    if (next != m_jobs.end()) {
        run(next->id);
        return;
    }
    m_goesOn = false;
    Q_EMIT changed();
}

void JobQueue::run(quint64 id)
{
    const QueuedJob* const entry = find(id);
    if (entry == nullptr || m_job.isActive())
        return;
    m_starting = true;
    m_job.start(QuantizeTask(entry->task), entry->begun);
    m_starting = false;
}

void JobQueue::followStart(bool resumed)
{
    const QuantizeTask& task = m_job.task();
    QueuedJob* entry = unfinishedInto(task.output);
    if (entry == nullptr) {
        const auto waiting = std::find_if(m_jobs.begin(), m_jobs.end(), [](const QueuedJob& each) { return each.state == QueueState::Queued; });
        const auto row = waiting - m_jobs.begin();
        insert(static_cast<int>(row), task);
        entry = &m_jobs[static_cast<std::size_t>(row)];
    } else if (!m_starting) {
        entry->task = task;
        entry->calibration = useOf(task.recipe);
        entry->sharedCalibration = sharedCalibration(*entry);
    }
    m_current = entry->id;
    m_goesOn = true;
    entry->begun = true;
    entry->report.clear();
    entry->stage.clear();
    entry->part.reset();
    entry->secondsLeft.reset();
    if (!resumed) {
        entry->layers = entry->layersDone = 0;
        entry->log.clear();
    }
    m_clock.start();
}

void JobQueue::followState()
{
    QueuedJob* const entry = job(m_current);
    if (entry == nullptr)
        return;
    entry->message = m_job.sentence();
    bool ended = false;
    switch (m_job.state()) {
    case JobState::Idle:
        return;
    case JobState::Running:
        entry->state = QueueState::Running;
        break;
    case JobState::Pausing:
        entry->state = QueueState::Pausing;
        break;
    case JobState::Paused:
        entry->state = QueueState::Paused;
        break;
    case JobState::Cancelling:
        entry->state = QueueState::Stopping;
        break;
    case JobState::Finished:
        entry->state = QueueState::Done;
        entry->finishedProject = m_job.task().project;
        if (const auto& report = m_job.report())
            entry->message = tr("%1, %2 bits per weight, made in %3").arg(bytesText(report->outputBytes), numberText(report->bitsPerWeight, 3), durationText(report->seconds()));
        ended = true;
        break;
    case JobState::Failed:
        entry->state = QueueState::Failed;
        ended = true;
        break;
    case JobState::Cancelled:
        entry->state = QueueState::Paused;
        ended = true;
        break;
    }
    const quint64 id = m_current;
    if (ended) {
        followProgress();
        entry->part.reset();
        entry->secondsLeft.reset();
        m_current = 0;
        m_clock.stop();
    }
    tellChanged(id);
    if (!ended)
        return;
    if (m_job.state() == JobState::Failed) {
        // Without an engine all that wait would fail one after another.
        if (m_engine.state() == EngineClient::State::Failed && m_job.layers().total() == 0 && !m_job.progress()) {
            m_goesOn = false;
            Q_EMIT changed();
        }
        Q_EMIT jobFailed(id);
    }
    runNextLater();
}

void JobQueue::followProgress()
{
    QueuedJob* const entry = job(m_current);
    if (entry == nullptr)
        return;
    const LayerPace& layers = m_job.layers();
    const int doneBefore = entry->layersDone;
    if (layers.total() > 0) {
        entry->layers = layers.total();
        entry->layersDone = layers.done();
    }
    if (const auto& progress = m_job.progress()) {
        entry->stage = progress->stage;
        entry->part = progress->total > 0 ? std::optional(std::clamp(static_cast<double>(progress->done) / static_cast<double>(progress->total), 0.0, 1.0)) : std::nullopt;
        const std::optional<double> pace = progress->stage == "quantize" || layers.solving() > 0 ? layers.secondsLeft() : std::nullopt;
        entry->layersTell = pace && layers.done() < layers.total();
        entry->secondsLeft = entry->layersTell ? pace : progress->etaSeconds >= 0 ? std::optional(progress->etaSeconds) : std::nullopt;
    }
    if (entry->state != QueueState::Running)
        entry->secondsLeft.reset();
    Q_EMIT jobChanged(indexOf(m_current));
    if (entry->layersDone != doneBefore && (!m_progressKept.isValid() || m_progressKept.elapsed() > progressKeptMilliseconds)) {
        m_progressKept.start();
        Q_EMIT mustBeKept();
    }
}

void JobQueue::setReport(quint64 id, const QString& report)
{
    if (QueuedJob* const entry = job(id)) {
        entry->report = report;
        tellChanged(id);
    }
}

void JobQueue::keepLine(const LogEvent& event)
{
    QueuedJob* const entry = job(m_current);
    if (entry == nullptr)
        return;
    const LogLine line { QDateTime::currentDateTime(), event };
    entry->log.push_back(line);
    if (entry->log.size() > QueuedJob::keptLogLines)
        entry->log.erase(entry->log.begin());
    Q_EMIT lineLogged(m_current, line);
}

void JobQueue::tellChanged(quint64 id)
{
    Q_EMIT jobChanged(indexOf(id));
    Q_EMIT changed();
    Q_EMIT mustBeKept();
}

} // namespace bitloom
