// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_control.h"

#include <atomic>
#include <chrono>
#include <QtTest/QTest>
#include <thread>

using namespace bitloom;
using namespace std::chrono_literals;

class TestJobControl : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void passesUntilCancelled()
    {
        JobControl control;
        QVERIFY(control.checkpoint());
        control.cancel();
        const auto result = control.checkpoint();
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }

    void waitsWhilePaused()
    {
        JobControl control;
        control.pause();
        std::atomic<bool> passed { false };
        std::jthread worker([&] { passed = control.checkpoint().has_value(); });
        std::this_thread::sleep_for(50ms);
        QVERIFY(!passed);
        QVERIFY(control.isPaused());
        control.resume();
        worker.join();
        QVERIFY(passed);
    }

    void cancelWakesAPausedJob()
    {
        JobControl control;
        control.pause();
        std::atomic<bool> failed { false };
        std::jthread worker([&] { failed = !control.checkpoint().has_value(); });
        std::this_thread::sleep_for(20ms);
        control.cancel();
        worker.join();
        QVERIFY(failed);
    }
};

QTEST_GUILESS_MAIN(TestJobControl)
#include "tst_job_control.moc"
