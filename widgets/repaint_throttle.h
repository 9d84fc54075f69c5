// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>
#include <functional>

namespace bitloom {

/// The one clock that every live view repaints by: however often data arrives, each owner's work runs at most 30 times a second,
/// and all views are repainted together.
class RepaintThrottle : public QObject
{
    Q_OBJECT
public:
    static constexpr int intervalMilliseconds = 34; ///< 29.4 per second

    explicit RepaintThrottle(QObject* parent = nullptr);
    static RepaintThrottle& shared(); ///< of the GUI thread

    /// Runs `work` at the next beat. A second call of the same owner before that replaces the work. An owner that
    /// is destroyed is forgotten.
    void schedule(QObject* owner, std::function<void()> work);
    /// Runs what is scheduled now; for tests and before an export.
    void flush();
    [[nodiscard]] qint64 beats() const { return m_beats; }

private:
    void beat();

    QTimer m_timer;
    QElapsedTimer m_sinceBeat;
    QHash<QObject*, std::function<void()>> m_work;
    qint64 m_beats = 0;
};

} // namespace bitloom
