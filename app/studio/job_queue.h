// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/queued_job.h"

#include <QElapsedTimer>
#include <QTimer>

namespace bitloom {

/// Jobs that run one after another on the one engine, in the order of the list. It starts them through the QuantizeJob and follows it, so that
/// runs which somebody else starts there stand in the list too. Jobs of one input and the same calibration settings share one calibration.
/// GUI thread only.
class JobQueue : public QObject
{
    Q_OBJECT
public:
    JobQueue(QuantizeJob& job, EngineClient& engine, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<QueuedJob>& jobs() const { return m_jobs; }
    [[nodiscard]] const QueuedJob* find(quint64 id) const;
    [[nodiscard]] int indexOf(quint64 id) const; ///< -1: not there
    [[nodiscard]] quint64 current() const { return m_current; } ///< that the engine has; 0: none
    [[nodiscard]] int count(QueueState state) const;
    /// The job before this one in the list whose calibration it takes; null where it makes its own or needs none.
    [[nodiscard]] const QueuedJob* calibrationSource(const QueuedJob& job) const;
    /// How many jobs after this one take over what it calibrates.
    [[nodiscard]] int calibrationTakers(const QueuedJob& job) const;

    /// What an earlier studio left. Jobs that ran then come back paused. Only into an empty queue.
    void restore(std::vector<QueuedJob> jobs);
    /// Puts a job at the end; refused where another job of the queue still has to write the same output.
    [[nodiscard]] Result<quint64> add(QuantizeTask task);
    /// Runs a task now, before all that wait. The caller has made sure that nothing runs.
    void runNow(const QuantizeTask& task);
    void move(quint64 id, int places); ///< negative: towards the front; as far as the list goes
    [[nodiscard]] bool canRemove(quint64 id) const; ///< not while the engine has it
    void remove(quint64 id); ///< from the list; its files stay
    void removeDone();

    void start(); ///< runs what waits, until nothing waits
    void hold(); ///< lets the running job end and starts no other
    [[nodiscard]] bool goesOn() const { return m_goesOn; }
    [[nodiscard]] bool isStarting() const { return m_starting; } ///< the job that starts just now does so of the queue's own accord
    /// A job that is held goes on; one that stopped waits for the engine and then goes on after its finished layers.
    void resume(quint64 id);
    void resumeInterrupted(); ///< all that were paused when the studio ended; then the queue goes on
    void setOtherJob(bool runs); ///< the engine has something else to do
    void setReport(quint64 id, const QString& report);

Q_SIGNALS:
    void aboutToInsert(int row);
    void inserted();
    void aboutToRemove(int row);
    void removed();
    void aboutToMove(int from, int to); ///< to: the row that it has afterwards
    void moved();
    void jobChanged(int row);
    void changed(); ///< which jobs there are, how they stand, or whether the queue goes on
    void mustBeKept(); ///< something that a restart must find again has changed
    void jobFailed(quint64 id); ///< of the run that failed just now
    void lineLogged(quint64 id, const bitloom::LogLine& line);

private:
    [[nodiscard]] QueuedJob* job(quint64 id);
    [[nodiscard]] QueuedJob* unfinishedInto(const QString& output);
    [[nodiscard]] QuantizeTask prepared(QuantizeTask task) const;
    [[nodiscard]] CalibrationUse useOf(const Recipe& recipe) const;
    void insert(int row, QuantizeTask task);
    void run(quint64 id);
    void runNext();
    void runNextLater();
    void followStart(bool resumed);
    void followState();
    void followProgress();
    void keepLine(const LogEvent& event);
    void tellChanged(quint64 id);

    QuantizeJob& m_job;
    EngineClient& m_engine;
    std::vector<QueuedJob> m_jobs;
    quint64 m_current = 0, m_lastId = 0;
    bool m_goesOn = false, m_starting = false, m_otherJob = false;
    QTimer m_clock; ///< counts the time left down
    QElapsedTimer m_progressKept; ///< since mustBeKept was told for a layer
};

} // namespace bitloom
