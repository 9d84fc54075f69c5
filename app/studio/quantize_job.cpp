// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/quantize_job.h"

#include "app/studio/text.h"

namespace bitloom {

QuantizeJob::QuantizeJob(EngineClient& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
}

bool QuantizeJob::isActive() const
{
    return m_state == JobState::Running || m_state == JobState::Pausing || m_state == JobState::Paused || m_state == JobState::Cancelling;
}

bool QuantizeJob::canResume() const
{
    return m_state == JobState::Paused || ((m_state == JobState::Failed || m_state == JobState::Cancelled) && !m_task.output.isEmpty());
}

void QuantizeJob::start(const QuantizeTask& task, bool resume)
{
    if (isActive())
        return;
    m_task = task;
    m_error.reset();
    m_report.reset();
    m_engine.startIfGone();
    nlohmann::json params { { "recipe", task.recipe }, { "output", task.output.toStdString() },
        { "project", task.project.toStdString() }, { "resume", resume }, { "measurements", task.measurements.toStdString() }, { "run_anyway", task.runAnyway } };
    m_id = m_engine.requestAs<QuantizeReport>("quantize", std::move(params), this,
        [this](Result<QuantizeReport> result) { answered(std::move(result)); });
    Q_EMIT started(resume);
    setState(JobState::Running);
}

void QuantizeJob::answered(Result<QuantizeReport> result)
{
    if (result) {
        m_report = std::move(*result);
        if (!m_report->project.empty())
            m_task.project = text(m_report->project);
        setState(JobState::Finished);
        Q_EMIT finished(*m_report);
    } else if (result.error().code == ErrorCode::Cancelled) {
        setState(JobState::Cancelled, tr("Cancelled. Finished layers are kept; resume continues after them."));
        Q_EMIT cancelled();
    } else {
        m_error = result.error();
        setState(JobState::Failed, bitloom::sentence(*m_error));
        Q_EMIT failed(*m_error);
    }
}

void QuantizeJob::resume()
{
    if (m_state == JobState::Paused || m_state == JobState::Pausing) {
        m_engine.tell("resume");
        setState(JobState::Running);
    } else if (canResume()) {
        start(QuantizeTask(m_task), true);
    }
}

void QuantizeJob::pause()
{
    if (m_state != JobState::Running)
        return;
    setState(JobState::Pausing, tr("Pausing: what is being computed right now is finished first."));
    m_engine.request("pause", nlohmann::json::object(), this, [this](const Result<nlohmann::json>& result) {
        if (m_state != JobState::Pausing)
            return;
        if (result)
            setState(JobState::Paused, tr("Paused. It holds its memory; resume goes on from here."));
        else
            setState(JobState::Running);
    });
}

void QuantizeJob::cancel()
{
    if (!isActive() || m_state == JobState::Cancelling)
        return;
    setState(JobState::Cancelling, tr("Cancelling: finished layers are kept."));
    m_engine.tell("cancel");
}

void QuantizeJob::setInterrupted(const QuantizeTask& task, const QString& sentence)
{
    if (isActive())
        return;
    m_task = task;
    m_error.reset();
    m_report.reset();
    m_id = 0;
    setState(JobState::Cancelled, sentence);
}

void QuantizeJob::setState(JobState state, const QString& sentence)
{
    m_state = state;
    m_sentence = sentence;
    Q_EMIT stateChanged();
}

} // namespace bitloom
