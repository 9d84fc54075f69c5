// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QWidget>

namespace bitloom {

enum class JobState { Idle, Running, Pausing, Paused, Cancelling, Finished, Failed, Cancelled };

/// Where a job stands, and the buttons that hold, stop or take it up again.
class JobProgress : public QWidget
{
    Q_OBJECT
public:
    explicit JobProgress(QWidget* parent = nullptr);

    void setState(JobState state, const QString& sentence = {}); ///< `sentence`: why it failed, what it waits for
    [[nodiscard]] JobState state() const { return m_state; }
    void setProgress(const Progress& progress);
    void setResources(const ResourceEvent& resources);
    void reset(); ///< Idle, nothing known
    [[nodiscard]] QString summary() const; ///< one line for a window title or a notification
    [[nodiscard]] static QString stageName(const std::string& stage);

Q_SIGNALS:
    void pauseRequested();
    void resumeRequested(); ///< while Paused, and after Failed or Cancelled: take the job up again
    void cancelRequested();

private:
    void refresh();

    JobState m_state = JobState::Idle;
    QString m_sentence;
    Progress m_progress;
    ResourceEvent m_resources;
    bool m_known = false;
    QLabel *m_stage, *m_item, *m_rate, *m_memory;
    QProgressBar* m_bar;
    QPushButton *m_pause, *m_resume, *m_cancel;
};

} // namespace bitloom
