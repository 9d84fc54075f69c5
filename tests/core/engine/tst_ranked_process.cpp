// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mpirun.h"
#include "tests/support/command_line.h"
#include "tests/support/shared_data.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QThread>
#include <cmath>
#include <csignal>

using namespace bitloom;

/// The real program on several ranks of this machine: run, killed, failing, cancelled.
class TestRankedProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_MPI();
        BITLOOM_REQUIRE_SHARED();
        BITLOOM_REQUIRE_CLI(m_cli);
        m_shared = QString::fromStdString(test::sharedFolder().string());
        QVERIFY(m_folder.isValid());
        QProcess process;
        process.start(m_cli, arguments("one"));
        QVERIFY(process.waitForFinished(60000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        m_expected = weights("one");
        QVERIFY(m_expected.size() > 500'000);
    }

    void ranksGiveTheBytesOfOne_data()
    {
        QTest::addColumn<int>("ranks");
        QTest::addColumn<QStringList>("settings");
        QTest::newRow("two") << 2 << QStringList();
        // 16 sequences make two batches: one rank has none.
        QTest::newRow("more than there is to calibrate") << 3 << QStringList();
        // Plain Hessians are shared between layers, Fisher diagonals are not symmetric.
        QTest::newRow("gptq") << 2 << QStringList { "--method", "gptq" };
        QTest::newRow("squeezellm") << 2 << QStringList { "--method", "squeezellm" };
        QTest::newRow("in as little memory as works") << 2 << QStringList { "--host-memory", "smallest" };
    }
    void ranksGiveTheBytesOfOne()
    {
        QFETCH(int, ranks);
        QFETCH(QStringList, settings);
        QByteArray expected = m_expected;
        if (settings.contains("smallest")) {
            settings.last() = smallestLimit();
            QVERIFY(!settings.last().isEmpty());
        } else if (!settings.isEmpty()) {
            QProcess one;
            one.start(m_cli, arguments("one of them") + settings);
            QVERIFY(one.waitForFinished(60000));
            expected = weights("one of them");
            QVERIFY(QDir(path("one of them")).removeRecursively());
        }
        QProcess process;
        start(process, "out", ranks, settings + QStringList { "--json" });
        QVERIFY(process.waitForFinished(60000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        QJsonParseError error;
        const auto report = QJsonDocument::fromJson(process.readAllStandardOutput(), &error).object();
        QVERIFY2(error.error == QJsonParseError::NoError, "exactly one JSON object on stdout");
        QCOMPARE(report["layers"].toArray().size(), 35);
        QCOMPARE(report["calibration_tokens"].toInt(), 16 * 64);
        const QJsonArray peaks = report["peak_memory_bytes_of_ranks"].toArray();
        QCOMPARE(peaks.size(), ranks);
        double most = 0;
        for (const auto& peak : peaks)
            most = std::max(most, peak.toDouble());
        QVERIFY(most > 10e6);
        QCOMPARE(report["peak_memory_bytes"].toDouble(), most);
        QVERIFY(weights("out") == expected);
        QVERIFY(QDir(path("out")).removeRecursively());
    }

    /// Threads differ from the one-rank run here, and with them the rounding of the model's own products.
    void objectivesAgreeWithAnyThreads()
    {
        QProcess process;
        auto all = arguments("out");
        all.replace(all.indexOf("--threads") + 1, "2");
        test::setRanks(process, { QStringList { m_cli } + all, QStringList { m_cli } + all });
        process.start();
        QVERIFY(process.waitForFinished(60000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        const QJsonArray one = layers("one"), two = layers("out");
        QCOMPARE(two.size(), one.size());
        for (int i = 0; i < one.size(); ++i) {
            const double expected = one[i].toObject()["objective_final"].toDouble(), found = two[i].toObject()["objective_final"].toDouble();
            QVERIFY2(expected > 0 && std::abs(found - expected) <= 1e-5 * expected, qPrintable(QString("%1 instead of %2").arg(found).arg(expected)));
        }
        QVERIFY(QDir(path("out")).removeRecursively());
    }

    void killedRankEndsTheJobAndItResumes_data()
    {
        QTest::addColumn<int>("rank");
        QTest::addColumn<QString>("when");
        QTest::addColumn<int>("ranksAfterwards");
        QTest::newRow("worker while calibrating") << 1 << "block-0003.*.safetensors" << 2;
        QTest::newRow("worker while solving") << 1 << "model.layers.*.safetensors" << 1;
        QTest::newRow("rank 0 while solving") << 0 << "model.layers.*.safetensors" << 3;
    }
    void killedRankEndsTheJobAndItResumes()
    {
        QFETCH(int, rank);
        QFETCH(QString, when);
        QFETCH(int, ranksAfterwards);
        const QString name = "killed " + QString(QTest::currentDataTag());
        QProcess process;
        start(process, name, 2);
        QVERIFY(process.waitForStarted());
        const qint64 victim = waitForFile(process, name, when) ? processOf(process, rank) : 0;
        if (victim == 0)
            QSKIP("the job was quicker than the kill");
        ::kill(static_cast<pid_t>(victim), SIGKILL);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(process.waitForFinished(20000));
        QVERIFY2(timer.elapsed() < 10000, "the other ranks end within seconds");
        QVERIFY(process.exitStatus() == QProcess::NormalExit && process.exitCode() != 0);
        QVERIFY(!QFile::exists(path(name)));

        QProcess rest;
        start(rest, name, ranksAfterwards, { "--resume" });
        QVERIFY(rest.waitForFinished(60000));
        const QByteArray said = rest.readAllStandardError();
        QVERIFY2(rest.exitCode() == 0, said.constData());
        if (when.startsWith("model"))
            QVERIFY2(said.contains("layers were already solved"), said.constData());
        QVERIFY(weights(name) == m_expected);
        for (QDirIterator files(path(name) + ".bitloom", QDir::Files, QDirIterator::Subdirectories); files.hasNext();)
            QVERIFY2(!files.next().contains(".partial-"), qPrintable(files.filePath()));
    }

    void failingRanksReasonIsToldOnce_data()
    {
        QTest::addColumn<int>("rank");
        QTest::newRow("rank 0") << 0;
        QTest::newRow("rank 2") << 2;
    }
    void failingRanksReasonIsToldOnce()
    {
        QFETCH(int, rank);
        // Named relative to where a rank runs, the model is there on all ranks but one.
        QVERIFY(QDir(m_folder.path()).mkpath("there") && QDir(m_folder.path()).mkpath("elsewhere"));
        QFile::link(m_shared + "/golden/models/stories260K/stories260K.F32.gguf", path("there/m.gguf"));
        auto all = arguments("failed");
        all.replace(1, "m.gguf");
        QList<QStringList> commands;
        for (int i = 0; i < 3; ++i)
            commands << (QStringList { "-wdir", path(i == rank ? "elsewhere" : "there"), m_cli } + all);
        QProcess process;
        test::setRanks(process, commands);
        process.start();
        QVERIFY(process.waitForFinished(20000));
        const QByteArray said = process.readAllStandardError();
        QCOMPARE(process.exitCode(), 1);
        QVERIFY2(said.count("bitloom-cli: ") == 1, said.constData());
        QVERIFY2(said.contains("bitloom-cli: rank " + QByteArray::number(rank) + ": there is no model at 'm.gguf'"), said.constData());
        QVERIFY(process.readAllStandardOutput().isEmpty());
        QVERIFY(!QFile::exists(path("failed")));
    }

    void wrongUsageIsToldOnce()
    {
        QProcess process;
        start(process, "refused", 2, { "--frobnicate" });
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitCode(), 2);
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.count("--frobnicate") == 1, said.constData());
    }

    void interruptOfOneRankCancelsAll_data()
    {
        QTest::addColumn<int>("rank");
        QTest::newRow("rank 0") << 0;
        QTest::newRow("rank 1") << 1;
    }
    void interruptOfOneRankCancelsAll()
    {
        QFETCH(int, rank);
        const QString name = "interrupted " + QString::number(rank);
        QProcess process;
        start(process, name, 2);
        QVERIFY(process.waitForStarted());
        const qint64 interrupted = waitForFile(process, name, "model.layers.*.safetensors") ? processOf(process, rank) : 0;
        if (interrupted == 0)
            QSKIP("the job was quicker than the interrupt");
        ::kill(static_cast<pid_t>(interrupted), SIGINT);
        QVERIFY(process.waitForFinished(10000));
        if (process.exitCode() == 0)
            QSKIP("the job was quicker than the interrupt");
        QCOMPARE(process.exitCode(), 130);
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.count("--resume") == 1, said.constData());
        QVERIFY(!QFile::exists(path(name)) && QFile::exists(path(name) + ".bitloom"));
    }

private:
    QString path(const QString& name) const { return m_folder.path() + "/" + name; }
    /// As the program names it when less is asked for.
    QString smallestLimit() const
    {
        QProcess process;
        process.start(m_cli, arguments("never") + QStringList { "--host-memory", "1MiB" });
        process.waitForFinished(60000);
        const QRegularExpression sentence("job: (.*) is the smallest that works");
        return sentence.match(QString::fromUtf8(process.readAllStandardError())).captured(1);
    }

    QStringList arguments(const QString& output) const
    {
        return { "quantize", m_shared + "/golden/models/stories260K/stories260K.F32.gguf", "-o", path(output), "--bits", "3", "--sequences", "16",
            "--sequence-length", "64", "--calibration", m_shared + "/data/wikitext2-valid.txt", "--threads", "1" };
    }

    void start(QProcess& process, const QString& output, int ranks, const QStringList& more = {}) const
    {
        const QStringList command = QStringList { m_cli } + arguments(output) + more;
        test::setRanks(process, QList<QStringList>(ranks, command));
        process.start();
    }

    /// Waits until the job's project holds such a file; false when the job ends before.
    bool waitForFile(QProcess& process, const QString& output, const QString& pattern) const
    {
        const auto there = [&] { return QDirIterator(path(output) + ".bitloom", { pattern }, QDir::Files, QDirIterator::Subdirectories).hasNext(); };
        for (; !there(); process.waitForFinished(1)) {
            if (process.state() != QProcess::Running)
                return false;
        }
        return process.state() == QProcess::Running;
    }

    /// The process of a rank; 0 if it is gone.
    static qint64 processOf(const QProcess& launcher, int rank)
    {
        const QByteArray wanted = "OMPI_COMM_WORLD_RANK=" + QByteArray::number(rank);
        for (const QString& process : QDir("/proc").entryList(QDir::Dirs)) {
            QFile status("/proc/" + process + "/status"), environment("/proc/" + process + "/environ");
            if (!status.open(QIODevice::ReadOnly) || !status.readAll().contains("PPid:\t" + QByteArray::number(launcher.processId()) + "\n"))
                continue;
            if (environment.open(QIODevice::ReadOnly) && environment.readAll().split('\0').contains(wanted))
                return process.toLongLong();
        }
        return 0;
    }

    QByteArray weights(const QString& output) const
    {
        QFile file(path(output) + "/model.safetensors");
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QJsonArray layers(const QString& output) const
    {
        QFile file(path(output) + ".bitloom/report.json");
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()["layers"].toArray() : QJsonArray();
    }

    QString m_cli, m_shared;
    QTemporaryDir m_folder;
    QByteArray m_expected; ///< of the weights, from one rank
};

QTEST_GUILESS_MAIN(TestRankedProcess)
#include "tst_ranked_process.moc"
