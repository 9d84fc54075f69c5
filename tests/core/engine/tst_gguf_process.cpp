// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_file.h"
#include "tests/support/shared_data.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <csignal>

using namespace bitloom;

/// GGUF files as the real program makes them.
class TestGgufProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        m_cli = qEnvironmentVariable("BITLOOM_CLI");
        if (!QFile::exists(m_cli))
            QSKIP("no bitloom-cli: set BITLOOM_CLI to the built program");
        m_shared = QString::fromStdString(test::sharedFolder().string());
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void splitFileThatWasKilledResumesToTheSameBytes()
    {
        const QStringList split { "--method", "guidedquant-gguf", "--gguf-type", "Q4_0", "--split-size", "64KiB" };
        QElapsedTimer timer;
        timer.start();
        QVERIFY2(quantize("whole.gguf", split), m_said);
        const qint64 duration = timer.elapsed();
        const QStringList parts = partsOf("whole");
        QCOMPARE(parts.size(), 5);
        for (int kill = 1; kill <= 6; ++kill) {
            const QString name = QString("out%1").arg(kill);
            QProcess process;
            process.start(m_cli, arguments(name + ".gguf") + split);
            QVERIFY(process.waitForStarted());
            if (!process.waitForFinished(static_cast<int>(duration * (kill + 8) / 16))) {
                ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
                QVERIFY(process.waitForFinished());
            }
            QVERIFY2(quantize(name + ".gguf", split + QStringList { "--resume" }), m_said);
            const QStringList resumed = partsOf(name);
            QCOMPARE(resumed.size(), parts.size());
            for (int part = 0; part < parts.size(); ++part)
                QCOMPARE(contents(resumed[part]), contents(parts[part]));
        }
        for (const QString& name : QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
            QVERIFY2(!name.contains(".partial-"), qPrintable(name));
    }

    /// What a job leaves that was killed between the renames of its parts, and a file of somebody else that only has such a name.
    void partsThatAreThereAlready()
    {
        const QStringList split { "--method", "rtn", "--gguf-type", "Q4_0", "--split-size", "64KiB" };
        QVERIFY2(quantize("whole.gguf", split), m_said);
        const QStringList parts = partsOf("whole");
        QCOMPARE(parts.size(), 5);
        for (const bool foreign : { false, true }) {
            const QString name = foreign ? "foreign" : "left";
            QVERIFY2(quantize(name + ".gguf", split), m_said); // leaves a project folder to resume in
            for (int part = 0; part < 2; ++part)
                QVERIFY(QFile::remove(partsOf(name).first()));
            const QString last = partsOf(name).last();
            if (foreign) {
                QFile file(last);
                QVERIFY(file.open(QIODevice::Append) && file.write("mine") == 4);
            }
            QCOMPARE(quantize(name + ".gguf", split + QStringList { "--resume" }), !foreign);
            if (foreign) {
                QVERIFY2(m_said.contains("exists already and holds something else"), m_said);
                QCOMPARE(contents(last), contents(parts.last()) + "mine");
                QCOMPARE(partsOf(name).size(), 3);
            } else {
                for (int part = 0; part < parts.size(); ++part)
                    QCOMPARE(contents(partsOf(name)[part]), contents(parts[part]));
            }
        }
        QVERIFY(!quantize("left.gguf", split)); // not resumed: nothing may be there
        QVERIFY2(m_said.contains("exists already"), m_said);
    }

    void importancesFromAFileAreThoseThatWereMeasured()
    {
        for (const char* kind : { "plain", "guided" }) {
            QStringList measure { "imatrix", model(), "-o", path(QString(kind) + ".imatrix"), "--groups", "2" };
            if (QString(kind) == "guided")
                measure << "--guided";
            QVERIFY2(run(measure + calibration()), m_said);
            const QString fromFile = QString("file-%1.gguf").arg(kind), measured = QString("measured-%1.gguf").arg(kind);
            QVERIFY2(quantize(fromFile, { "--method", "ggml", "--gguf-type", "Q4_0", "--groups", "2", "--importances", path(QString(kind) + ".imatrix") }), m_said);
            QVERIFY2(quantize(measured, { "--method", "ggml", "--gguf-type", "Q4_0", "--groups", "2", "--importances", kind }), m_said);
            const auto one = GgufFile::open(path(fromFile).toStdString()), other = GgufFile::open(path(measured).toStdString());
            BITLOOM_VERIFY(one);
            BITLOOM_VERIFY(other);
            // ggml weighs by the importances' ratios; a file keeps them in f32, so a block on the edge may fall to the other side.
            std::size_t different = 0, bytes = 0;
            for (const GgufTensor& tensor : one->tensors()) {
                const GgufTensor* same = other->find(tensor.name);
                QVERIFY(same != nullptr && same->bytes.size() == tensor.bytes.size());
                bytes += tensor.bytes.size();
                for (std::size_t i = 0; i < tensor.bytes.size(); ++i)
                    different += tensor.bytes[i] != same->bytes[i];
            }
            QVERIFY2(different * 1000 < bytes, qPrintable(QString("%1: %2 of %3 bytes differ").arg(kind).arg(different).arg(bytes)));
        }
        QVERIFY(contents(path("plain.imatrix")) != contents(path("guided.imatrix")));
        QVERIFY(contents(path("file-plain.gguf")) != contents(path("file-guided.gguf")));
    }

    void importancesOfAnotherModelAreRefused()
    {
        QVERIFY2(run(QStringList { "imatrix", model(), "-o", path("im.gguf") } + calibration()), m_said);
        QVERIFY(!run(QStringList { "quantize", "demo", "-o", path("out.gguf"), "--format", "gguf", "--method", "ggml", "--gguf-type", "Q4_0", "--importances",
                         path("im.gguf") } + calibration()));
        QVERIFY2(m_said.contains("it is the importance matrix of another model"), m_said);
        QVERIFY(!QFile::exists(path("out.gguf")));
    }

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    QString model() const { return m_shared + "/golden/models/stories260K/stories260K.F32.gguf"; }
    QStringList calibration() const { return { "--sequences", "8", "--sequence-length", "64", "--calibration", m_shared + "/data/wikitext2-valid.txt" }; }
    QStringList arguments(const QString& output) const
    {
        return QStringList { "quantize", model(), "-o", path(output), "--format", "gguf" } + calibration();
    }
    bool quantize(const QString& output, const QStringList& settings) { return run(arguments(output) + settings); }
    bool run(const QStringList& arguments)
    {
        QProcess process;
        process.start(m_cli, arguments);
        const bool ended = process.waitForFinished(120000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
        m_said = process.readAllStandardError();
        return ended;
    }
    QStringList partsOf(const QString& name) const
    {
        QStringList parts = QDir(m_folder->path()).entryList({ name + "-0*.gguf" }, QDir::Files, QDir::Name);
        for (QString& part : parts)
            part = path(part);
        return parts;
    }
    static QByteArray contents(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QString m_cli, m_shared;
    QByteArray m_said;
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestGgufProcess)
#include "tst_gguf_process.moc"
