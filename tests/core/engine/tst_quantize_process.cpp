// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/command_line.h"
#include "tests/support/shared_data.h"

#include <QCryptographicHash>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QThread>
#include <csignal>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace bitloom;

/// The real program, killed and starved.
class TestQuantizeProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        BITLOOM_REQUIRE_CLI(m_cli);
        m_shared = QString::fromStdString(test::sharedFolder().string());
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void jsonHasTheKeysOfTheContract()
    {
        QProcess process;
        QVERIFY(run(process, arguments("out") << "--json"));
        QCOMPARE(process.exitCode(), 0);
        QJsonParseError error;
        const auto report = QJsonDocument::fromJson(process.readAllStandardOutput(), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        for (const char* key : { "method", "bits_per_weight", "seconds", "peak_memory_bytes", "layers", "output" })
            QVERIFY2(report.contains(key), key);
        for (const char* key : { "load", "calibrate", "quantize", "export" })
            QVERIFY2(report["seconds"].toObject().contains(key), key);
        const auto layer = report["layers"].toArray().first().toObject();
        for (const char* key : { "name", "objective_initial", "objective_final", "objective", "seconds" })
            QVERIFY2(layer.contains(key), key);
    }

    void killedAnywhereItResumesToTheSameBytes_data()
    {
        QTest::addColumn<QStringList>("settings");
        QTest::newRow("one stage after the other") << QStringList();
        QTest::newRow("pipelined") << QStringList { "--pipeline", "on" };
        QTest::newRow("pipelined in little memory") << QStringList { "--pipeline", "on", "--host-memory", "smallest" };
    }
    void killedAnywhereItResumesToTheSameBytes()
    {
        QFETCH(QStringList, settings);
        if (settings.contains("smallest")) {
            QProcess refused;
            QVERIFY(run(refused, arguments("out") + QStringList { "--pipeline", "on", "--host-memory", "1MiB" }));
            QCOMPARE(refused.exitCode(), 2);
            const QRegularExpression sentence("job: (.*) is the smallest that works");
            settings.last() = sentence.match(QString::fromUtf8(refused.readAllStandardError())).captured(1);
            QVERIFY(!settings.last().isEmpty() && QDir(m_folder->path()).isEmpty());
        }
        QProcess whole;
        QElapsedTimer timer;
        timer.start();
        QVERIFY(run(whole, arguments("whole")));
        QCOMPARE(whole.exitCode(), 0);
        const qint64 duration = timer.elapsed();
        const QByteArray expected = digest("whole");
        for (int i = 1; i <= (settings.isEmpty() ? 6 : 3); ++i) {
            const QString name = QString("out%1").arg(i);
            // Killed several times on its way, always somewhere else.
            for (int kill = 0; kill < 3; ++kill) {
                QProcess process;
                process.start(m_cli, (kill == 0 ? arguments(name) : arguments(name) << "--resume") + settings);
                QVERIFY(process.waitForStarted());
                if (process.waitForFinished(static_cast<int>(duration * (2 * i + kill) / 16)))
                    break;
                ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
                QVERIFY(process.waitForFinished());
            }
            QProcess rest;
            QVERIFY(run(rest, (arguments(name) << "--resume") + settings));
            QVERIFY2(rest.exitCode() == 0, rest.readAllStandardError().constData());
            QCOMPARE(digest(name), expected);
        }
        for (const QString& name : QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
            QVERIFY2(!name.contains(".partial-"), qPrintable(name));
    }

    void interruptLeavesCheckpointsAndExits130()
    {
        QProcess process;
        process.start(m_cli, arguments("out"));
        QVERIFY(process.waitForStarted());
        // The first checkpoint shows that the layers are being solved.
        const auto solving = [&] {
            QDirIterator layers(path("out.bitloom"), { "model.layers.*.safetensors" }, QDir::Files, QDirIterator::Subdirectories);
            return layers.hasNext();
        };
        while (process.state() == QProcess::Running && !solving())
            QThread::msleep(2);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(2000));
        if (process.exitCode() == 0)
            QSKIP("the job was quicker than the interrupt");
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardError().contains("--resume"));
        QVERIFY(!QFile::exists(path("out")));
        QVERIFY(QFile::exists(path("out.bitloom")));
    }

    void badUse_data()
    {
        QTest::addColumn<QStringList>("changed");
        QTest::addColumn<int>("status");
        QTest::newRow("bits") << QStringList { "--bits", "17" } << 2;
        QTest::newRow("method") << QStringList { "--method", "nope" } << 2;
        QTest::newRow("set") << QStringList { "--set", "no.such=1" } << 2;
        QTest::newRow("set without value") << QStringList { "--set", "damping" } << 2;
        QTest::newRow("option") << QStringList { "--frobnicate" } << 2;
        QTest::newRow("limit without a number") << QStringList { "--device-memory", "plenty" } << 2;
        QTest::newRow("limit too small") << QStringList { "--device-memory", "20MiB" } << 2;
        QTest::newRow("recipe absent") << QStringList { "--recipe", "/nonexistent" } << 1;
        QTest::newRow("text absent") << QStringList { "--calibration", "/nonexistent" } << 1;
        QTest::newRow("output in /proc") << QStringList { "-o", "/proc/x" } << -1;
    }
    void badUse()
    {
        QFETCH(QStringList, changed);
        QFETCH(int, status);
        QStringList all { "quantize", m_shared + "/golden/models/stories260K/stories260K.F32.gguf", "--calibration", m_shared + "/data/wikitext2-valid.txt" };
        if (changed.contains("--calibration"))
            all = all.mid(0, 2);
        if (!changed.contains("-o"))
            all << "-o" << path("out");
        QProcess process;
        QVERIFY(run(process, all + changed));
        const QByteArray message = process.readAllStandardError().trimmed();
        QVERIFY2(status < 0 ? process.exitCode() == 1 || process.exitCode() == 2 : process.exitCode() == status, message.constData());
        QVERIFY(!message.isEmpty());
        QVERIFY2(message.count('\n') <= 2, message.constData());
        QVERIFY(!message.contains("terminate called"));
        QVERIFY(QDir(m_folder->path()).isEmpty());
    }

    void recipeFileWithFlagsOverIt()
    {
        QProcess dry;
        QVERIFY(run(dry, arguments("out") << "--dry-run" << "--json"));
        QCOMPARE(dry.exitCode(), 0);
        QVERIFY(QDir(m_folder->path()).isEmpty());
        const auto plan = QJsonDocument::fromJson(dry.readAllStandardOutput()).object();
        QFile file(path("recipe.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(plan["recipe"].toObject()).toJson());
        file.close();
        QProcess again;
        QVERIFY(run(again, { "quantize", "--recipe", path("recipe.json"), "--bits", "2", "--dry-run", "--json" }));
        QVERIFY2(again.exitCode() == 0, again.readAllStandardError().constData());
        auto expected = plan["recipe"].toObject();
        expected["bits"] = 2;
        QCOMPARE(QJsonDocument::fromJson(again.readAllStandardOutput()).object()["recipe"].toObject(), expected);
    }

    void fullDisk()
    {
        if (::geteuid() != 0)
            QSKIP("only root can mount a tiny file system");
        const QString disk = path("disk");
        QVERIFY(QDir().mkdir(disk));
        if (::mount("tmpfs", qPrintable(disk), "tmpfs", 0, "size=900k") != 0)
            QSKIP("a tiny file system cannot be mounted here");
        QProcess process;
        auto all = arguments("out");
        all.replace(all.indexOf("-o") + 1, disk + "/out");
        const bool ended = run(process, all);
        const bool left = QFile::exists(disk + "/out");
        ::umount2(qPrintable(disk), MNT_DETACH);
        QVERIFY(ended);
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(!left);
        const QByteArray message = process.readAllStandardError();
        QVERIFY2(message.contains("disk") || message.contains("No space"), message.constData());
    }

    void writeThatFailsHalfWay()
    {
        QProcess process;
        process.setChildProcessModifier([] {
            const rlimit limit { 60000, 60000 };
            ::setrlimit(RLIMIT_FSIZE, &limit);
            ::signal(SIGXFSZ, SIG_IGN);
        });
        QVERIFY(run(process, arguments("out")));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(!QFile::exists(path("out")));
        QProcess rest;
        QVERIFY(run(rest, arguments("out") << "--resume"));
        QVERIFY2(rest.exitCode() == 0, rest.readAllStandardError().constData());
    }

private:
    QString path(const QString& name) const { return m_folder->path() + "/" + name; }
    QStringList arguments(const QString& output) const
    {
        return { "quantize", m_shared + "/golden/models/stories260K/stories260K.F32.gguf", "-o", path(output), "--bits", "3", "--sequences", "16",
            "--sequence-length", "64", "--calibration", m_shared + "/data/wikitext2-valid.txt" };
    }
    bool run(QProcess& process, const QStringList& arguments) const
    {
        process.start(m_cli, arguments);
        return process.waitForFinished(120000) && process.exitStatus() == QProcess::NormalExit;
    }
    QByteArray digest(const QString& name) const
    {
        QCryptographicHash hash(QCryptographicHash::Sha256);
        QStringList files;
        for (QDirIterator entries(path(name), QDir::Files, QDirIterator::Subdirectories); entries.hasNext();)
            files << entries.next();
        files.sort();
        for (const QString& name_ : files) {
            QFile file(name_);
            if (!file.open(QIODevice::ReadOnly))
                return {};
            hash.addData(QFileInfo(name_).fileName().toUtf8());
            hash.addData(file.readAll());
        }
        return files.isEmpty() ? QByteArray() : hash.result();
    }

    QString m_cli, m_shared;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestQuantizeProcess)
#include "tst_quantize_process.moc"
