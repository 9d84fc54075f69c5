// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/repaint_throttle.h"

#include <QCoreApplication>
#include <QPointer>
#include <algorithm>

namespace bitloom {

RepaintThrottle::RepaintThrottle(QObject* parent)
    : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &RepaintThrottle::beat);
}

RepaintThrottle& RepaintThrottle::shared()
{
    static QPointer<RepaintThrottle> throttle;
    if (!throttle)
        throttle = new RepaintThrottle(QCoreApplication::instance());
    return *throttle;
}

void RepaintThrottle::schedule(QObject* owner, std::function<void()> work)
{
    if (!m_work.contains(owner)) {
        connect(owner, &QObject::destroyed, this, [this](QObject* gone) { m_work.remove(gone); });
    }
    m_work.insert(owner, std::move(work));
    if (!m_timer.isActive()) {
        const qint64 since = m_sinceBeat.isValid() ? m_sinceBeat.elapsed() : intervalMilliseconds;
        m_timer.start(static_cast<int>(std::clamp<qint64>(intervalMilliseconds - since, 0, intervalMilliseconds)));
    }
}

void RepaintThrottle::beat()
{
    m_sinceBeat.start();
    ++m_beats;
    const QList<QObject*> owners = m_work.keys();
    for (QObject* owner : owners) {
        // Work may destroy other owners, which takes theirs out of the table.
        const auto work = m_work.take(owner);
        if (work) {
            disconnect(owner, &QObject::destroyed, this, nullptr);
            work();
        }
    }
}

void RepaintThrottle::flush()
{
    m_timer.stop();
    if (!m_work.isEmpty())
        beat();
}

} // namespace bitloom
