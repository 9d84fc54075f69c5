// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/quantize_job.h"

#include "app/studio/text.h"

namespace bitloom {

QuantizeJob::QuantizeJob(EngineClient& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&m_engine, &EngineClient::layerChanged, this, [this](quint64 id, const LayerEvent& event) {
        if (id != m_id || m_id == 0)
            return;
        m_layers.take(event);
        refreshPause();
        Q_EMIT advanced();
    });
    connect(&m_engine, &EngineClient::progressed, this, [this](quint64 id, const Progress& progress) {
        if (id != m_id || m_id == 0)
            return;
        m_progress = progress;
        Q_EMIT advanced();
    });
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
    m_layers.clear();
    m_progress.reset();
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
        m_layers.resumed();
        setState(JobState::Running);
    } else if (canResume()) {
        start(QuantizeTask(m_task), true);
    }
}

void QuantizeJob::pause()
{
    if (m_state != JobState::Running)
        return;
    m_pauseHeard = false;
    setState(JobState::Pausing, pauseSentence());
    m_engine.request("pause", nlohmann::json::object(), this, [this](const Result<nlohmann::json>& result) {
        if (m_state != JobState::Pausing)
            return;
        m_pauseHeard = result.has_value();
        if (m_pauseHeard)
            refreshPause();
        else
            setState(JobState::Running);
    });
}

QString QuantizeJob::pauseSentence() const
{
    const int first = m_layers.done() + 1, last = m_layers.done() + m_layers.solving();
    if (m_layers.solving() == 0)
        return tr("Pausing: what is being computed right now is finished first.");
    if (m_layers.solving() == 1)
        return tr("Pausing: finishes layer %1 of %2 first.").arg(first).arg(m_layers.total());
    return tr("Pausing: finishes layers %1 to %2 of %3 first.").arg(first).arg(last).arg(m_layers.total());
}

void QuantizeJob::refreshPause()
{
    if (m_state != JobState::Pausing)
        return;
    if (m_pauseHeard && m_layers.solving() == 0)
        setState(JobState::Paused, tr("Paused. It holds its memory; resume goes on from here."));
    else if (const QString sentence = pauseSentence(); sentence != m_sentence)
        setState(JobState::Pausing, sentence);
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
