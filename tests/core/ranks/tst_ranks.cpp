// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ranks/ranks.h"
#include "tests/support/mpirun.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <thread>

using namespace bitloom;
using namespace std::chrono_literals;

namespace {
SharedBytes bytesOf(const std::string& text)
{
    const auto kept = std::make_shared<std::string>(text);
    return { std::as_bytes(std::span(*kept)), kept };
}

std::string textOf(const SharedBytes& bytes)
{
    return { reinterpret_cast<const char*>(bytes.view.data()), bytes.view.size() };
}

/// What a rank does in a scenario; an Error fails the job.
using Scenario = std::function<Result<void>(Ranks&, JobControl&)>;

Result<void> expect(bool holds, const char* what)
{
    return holds ? Result<void>() : fail(ErrorCode::Internal, "not so: {}", what);
}

/// Every rank sends to rank 0 on two channels, rank 0 takes the channels in the other order and answers.
Result<void> messages(Ranks& ranks, JobControl&)
{
    const std::string large(3'000'001, static_cast<char>('a' + ranks.rank()));
    if (ranks.rank() != 0) {
        BITLOOM_CHECK(ranks.send(0, 7, bytesOf("")));
        BITLOOM_CHECK(ranks.send(0, 7, bytesOf("second")));
        BITLOOM_TRY(const SharedBytes question, ranks.receive(0, 9));
        BITLOOM_CHECK(expect(textOf(question) == "large?", "the question arrives"));
        return ranks.send(0, 8, bytesOf(large));
    }
    BITLOOM_CHECK(expect(ranks.count() == 3 && ranks.countHere() == 3 && ranks.processors() >= 1, "three ranks on this machine"));
    for (int other = ranks.count() - 1; other > 0; --other) {
        BITLOOM_TRY(const SharedBytes first, ranks.receive(other, 7));
        BITLOOM_TRY(const SharedBytes second, ranks.receive(other, 7));
        BITLOOM_CHECK(expect(first.view.empty() && textOf(second) == "second", "messages keep their order"));
        BITLOOM_CHECK(ranks.send(other, 9, bytesOf("large?")));
        for (std::optional<int> from; !from; std::this_thread::sleep_for(1ms)) {
            BITLOOM_TRY(from, ranks.sender(8));
        }
        BITLOOM_TRY(const SharedBytes third, ranks.receive(other, 8));
        BITLOOM_CHECK(expect(textOf(third) == std::string(large.size(), static_cast<char>('a' + other)), "a large message is whole"));
    }
    return {};
}

/// Rank 1 fails while rank 0 waits for a message and rank 2 computes.
Result<void> failure(Ranks& ranks, JobControl& control)
{
    if (ranks.rank() == 1)
        return fail(ErrorCode::OutOfMemory, "the cupboard is bare");
    if (ranks.rank() == 0) {
        BITLOOM_TRY(const SharedBytes never, ranks.receive(1, 5));
        return fail(ErrorCode::Internal, "received {} bytes that nobody sent", never.view.size());
    }
    while (control.checkpoint())
        std::this_thread::sleep_for(1ms);
    return cancelled();
}

/// Rank 0 gives up in the middle of what rank 1 sends to it.
Result<void> abandonedTransfer(Ranks& ranks, JobControl&)
{
    if (ranks.rank() == 1)
        return ranks.send(0, 5, bytesOf(std::string(50'000'000, 'x')));
    return ranks.rank() == 0 ? fail(ErrorCode::Io, "the disk is full") : Result<void>();
}

const std::map<std::string, Scenario> scenarios { { "messages", messages }, { "failure", failure }, { "abandoned transfer", abandonedTransfer } };

/// One rank of a scenario; its outcome goes to stdout. The exit status is none: a launcher ends the others at the first that is not 0.
int runScenario(const std::string& name)
{
    JobControl control;
    auto ranks = joinRanks(control);
    if (!ranks) {
        std::printf("%s\n", ranks.error().message.c_str());
        return 3;
    }
    const auto result = scenarios.at(name)(**ranks, control);
    const auto failed = (*ranks)->leave(result ? std::nullopt : std::optional(result.error()));
    std::printf("%d|%d|%s\n", (*ranks)->rank(), failed ? static_cast<int>(failed->code) : -1, failed ? failed->message.c_str() : "well");
    return 0;
}
}

class TestRanks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aloneThereIsNobodyToTalkTo()
    {
        JobControl control;
        const auto ranks = joinRanks(control);
        QVERIFY(ranks.has_value());
        QCOMPARE((*ranks)->count(), 1);
        QVERIFY(!(*ranks)->send(1, 1, {}) && !(*ranks)->receive(1, 1));
        QVERIFY(!(*ranks)->leave(std::nullopt));
        const auto failed = (*ranks)->leave(Error { ErrorCode::Io, "full" });
        QVERIFY(failed && failed->message == "full");
    }

    void placeComesFromTheLauncher_data()
    {
        QTest::addColumn<QString>("rank");
        QTest::addColumn<QString>("count");
        QTest::addColumn<int>("expectedRank");
        QTest::addColumn<int>("expectedCount");
        QTest::newRow("second of four") << "1" << "4" << 1 << 4;
        QTest::newRow("not a number") << "one" << "4" << 0 << 1;
        QTest::newRow("outside") << "4" << "4" << 0 << 1;
        QTest::newRow("negative") << "-1" << "4" << 0 << 1;
        QTest::newRow("empty") << "" << "" << 0 << 1;
    }
    void placeComesFromTheLauncher()
    {
        QFETCH(QString, rank);
        QFETCH(QString, count);
        qputenv("OMPI_COMM_WORLD_RANK", rank.toUtf8());
        qputenv("OMPI_COMM_WORLD_SIZE", count.toUtf8());
        const LaunchedPlace place = launchedPlace();
        qunsetenv("OMPI_COMM_WORLD_RANK");
        qunsetenv("OMPI_COMM_WORLD_SIZE");
        QTEST(place.rank, "expectedRank");
        QTEST(place.count, "expectedCount");
    }

    void messagesArriveWholeAndInOrder() { runRanks("messages", { "0|-1|well", "1|-1|well", "2|-1|well" }); }

    void oneRanksFailureEndsAll()
    {
        const QString all = "|5|rank 1: the cupboard is bare";
        runRanks("failure", { "0" + all, "1" + all, "2" + all });
    }

    void transferThatNobodyTakesEnds()
    {
        const QString all = "|4|rank 0: the disk is full";
        runRanks("abandoned transfer", { "0" + all, "1" + all, "2" + all });
    }

private:
    static void runRanks(const QString& scenario, const QStringList& expected)
    {
        BITLOOM_REQUIRE_MPI();
        QProcess process;
        const QStringList command { QCoreApplication::applicationFilePath(), "--scenario", scenario };
        test::setRanks(process, { command, command, command });
        QElapsedTimer timer;
        timer.start();
        process.start();
        QVERIFY(process.waitForFinished(30000));
        QStringList lines = QString::fromUtf8(process.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts);
        lines.sort();
        QCOMPARE(process.exitCode(), 0);
        QVERIFY2(lines == expected, qPrintable(lines.join('\n') + QString::fromUtf8(process.readAllStandardError())));
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--scenario") == 0)
        return runScenario(argv[2]);
    QCoreApplication application(argc, argv);
    TestRanks test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_ranks.moc"
