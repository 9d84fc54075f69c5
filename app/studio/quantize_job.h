// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/layer_pace.h"
#include "widgets/job_progress.h"

#include <optional>

namespace bitloom {

/// What a quantize job works on.
struct QuantizeTask
{
    Recipe recipe;
    QString output;
    QString project; ///< folder of checkpoints; empty: the engine's own choice beside the output
    QString measurements; ///< folder of a calibration that several outputs share; empty: the project
    bool runAnyway = false; ///< although the estimates say that it does not fit
};

/// The one quantize job of this studio, from start over pause, crash and resume to its report. GUI thread only.
class QuantizeJob : public QObject
{
    Q_OBJECT
public:
    explicit QuantizeJob(EngineClient& engine, QObject* parent = nullptr);

    void start(const QuantizeTask& task, bool resume = false);
    /// Takes up what pause() held, or what a crash, an error or a cancel left; starts the engine anew if it is gone.
    void resume();
    void pause();
    void cancel();
    /// Makes `task` the one that resume() would continue, without starting it (an opened project).
    void setInterrupted(const QuantizeTask& task, const QString& sentence);

    [[nodiscard]] JobState state() const { return m_state; }
    [[nodiscard]] QString sentence() const { return m_sentence; }
    [[nodiscard]] bool isActive() const;
    [[nodiscard]] bool canResume() const;
    [[nodiscard]] const QuantizeTask& task() const { return m_task; }
    [[nodiscard]] quint64 id() const { return m_id; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const std::optional<QuantizeReport>& report() const { return m_report; }
    [[nodiscard]] const LayerPace& layers() const { return m_layers; }
    [[nodiscard]] const std::optional<Progress>& progress() const { return m_progress; } ///< nothing until this run has told any

Q_SIGNALS:
    void started(bool resumed);
    void stateChanged();
    void advanced(); ///< of layers() or progress()
    void finished(const bitloom::QuantizeReport& report);
    void failed(const bitloom::Error& error);
    void cancelled();

private:
    void setState(JobState state, const QString& sentence = {});
    void answered(Result<QuantizeReport> result);
    void refreshPause();
    [[nodiscard]] QString pauseSentence() const;

    EngineClient& m_engine;
    QuantizeTask m_task;
    JobState m_state = JobState::Idle;
    QString m_sentence;
    quint64 m_id = 0;
    std::optional<Error> m_error;
    std::optional<QuantizeReport> m_report;
    LayerPace m_layers;
    std::optional<Progress> m_progress;
    bool m_pauseHeard = false; ///< the engine begins no further layer; those that it is at are finished
};

} // namespace bitloom
