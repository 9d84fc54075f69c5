// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"

#include <atomic>
#include <QtTest/QTest>
#include <set>
#include <stdexcept>
#include <vector>

using namespace bitloom;

class TestParallelFor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void visitsEachIndexOnce_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("grain");
        QTest::addColumn<int>("threads");
        for (const int count : { 0, 1, 7, 1000 })
            for (const int grain : { 1, 3, 64, 5000 })
                for (const int threads : { 1, 2, 5 })
                    QTest::addRow("%d by %d on %d", count, grain, threads) << count << grain << threads;
    }

    void visitsEachIndexOnce()
    {
        QFETCH(int, count);
        QFETCH(int, grain);
        QFETCH(int, threads);
        setThreadCount(threads);
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
        parallelFor(count, grain, [&](std::int64_t begin, std::int64_t end) {
            QVERIFY(end - begin <= grain);
            QCOMPARE(begin % grain, 0);
            for (auto i = begin; i < end; ++i)
                ++visits[static_cast<std::size_t>(i)];
        });
        for (const auto& visited : visits)
            QCOMPARE(visited.load(), 1);
    }

    void rethrowsWhatABodyThrows()
    {
        setThreadCount(2);
        QVERIFY_EXCEPTION_THROWN(parallelFor(100, 1, [](std::int64_t begin, std::int64_t) {
            if (begin == 57)
                throw std::runtime_error("row 57");
        }),
            std::runtime_error);
    }

    void nestedCallsStayOnTheirThread()
    {
        setThreadCount(2);
        std::atomic<int> total { 0 };
        parallelFor(4, 1, [&](std::int64_t, std::int64_t) {
            const auto self = std::this_thread::get_id();
            parallelFor(10, 1, [&](std::int64_t, std::int64_t) {
                QCOMPARE(std::this_thread::get_id(), self);
                ++total;
            });
        });
        QCOMPARE(total.load(), 40);
    }
};

QTEST_GUILESS_MAIN(TestParallelFor)
#include "tst_parallel_for.moc"
