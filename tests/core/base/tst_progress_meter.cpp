// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/progress_meter.h"

#include <QtTest/QTest>
#include <vector>

using namespace bitloom;
using namespace std::chrono_literals;

namespace {
class Recorder : public ProgressSink
{
public:
    void progress(const Progress& progress) override { seen.push_back(progress); }
    std::vector<Progress> seen;
};
}

class TestProgressMeter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void measuresBeforeItPromises()
    {
        Recorder recorder;
        ProgressMeter meter(recorder, "calibrate", "tokens", 1000);
        QCOMPARE(recorder.seen.size(), std::size_t(1));
        QVERIFY(recorder.seen[0].etaSeconds < 0);
    }

    void ratesOverTheWindow()
    {
        Recorder recorder;
        ProgressMeter meter(recorder, "calibrate", "tokens", 1000);
        const auto start = ProgressMeter::Clock::now();
        for (int i = 1; i <= 40; ++i) // twenty slow steps, then twenty that are ten times as fast
            meter.advance(10, "block", start + (i <= 20 ? i * 1s : 20s + (i - 20) * 100ms));
        QCOMPARE(meter.current().done, 400);
        QVERIFY(qAbs(meter.current().rate - 100.0) < 1.0);
        QVERIFY(qAbs(meter.current().etaSeconds - 6.0) < 0.1);
    }

    void resumedWorkDoesNotCountTowardsTheRate()
    {
        Recorder recorder;
        ProgressMeter meter(recorder, "quantize", "layers", 210);
        meter.startAt(200);
        meter.advance(1, "layer", ProgressMeter::Clock::now() + 1s);
        QVERIFY(meter.current().rate < 1.1);
        QVERIFY(meter.current().etaSeconds > 8);
    }
};

QTEST_GUILESS_MAIN(TestProgressMeter)
#include "tst_progress_meter.moc"
