// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_file.h"
#include "tests/support/command_line.h"
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
        BITLOOM_REQUIRE_CLI(m_cli);
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
        const QStringList ggml { "--method", "ggml", "--gguf-type", "Q4_0", "--groups", "2" };
        for (const char* kind : { "plain", "guided" }) {
            const bool guided = QString(kind) == "guided";
            const QString matrix = path(QString(kind) + ".imatrix");
            QVERIFY2(run(QStringList { "imatrix", model(), "-o", matrix, "--groups", "2" } + calibration() + (guided ? QStringList { "--guided" } : QStringList())),
                m_said);
            const QString fromFile = QString("file-%1.gguf").arg(kind), measured = QString("measured-%1.gguf").arg(kind);
            QVERIFY2(quantize(fromFile, ggml + QStringList { "--importances", matrix }), m_said);
            QVERIFY2(quantize(measured, ggml + (guided ? QStringList { "--set", "importances=guided_mean" } : QStringList { "--importances", "plain" })), m_said);
            // ggml weighs by the importances' ratios; a file keeps them in f32, so a block on the edge may fall to the other side.
            QVERIFY2(differing(fromFile, measured) < 0.001, qPrintable(QString("%1: %2").arg(kind).arg(differing(fromFile, measured))));
        }
        QVERIFY(differing("file-plain.gguf", "file-guided.gguf") > 0.01);
        QVERIFY2(quantize("by-group.gguf", ggml + QStringList { "--importances", "guided" }), m_said);
        QVERIFY(differing("by-group.gguf", "measured-plain.gguf") > 0.01);
        QVERIFY(differing("by-group.gguf", "measured-guided.gguf") > 0.001);
        QVERIFY(!quantize("out.gguf", ggml + QStringList { "--importances", "guided", "--set", "importances=plain" }));
        QVERIFY2(m_said.contains("give one of the two"), m_said);
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
    /// Of so few sequences none is held out.
    QStringList calibration() const { return { "--sequences", "4", "--sequence-length", "64", "--calibration", m_shared + "/data/wikitext2-valid.txt" }; }
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
    /// Part of the bytes of two files' tensors that differ; 1 where they do not hold the same tensors.
    double differing(const QString& a, const QString& b) const
    {
        const auto one = GgufFile::open(path(a).toStdString()), other = GgufFile::open(path(b).toStdString());
        if (!one || !other)
            return 1;
        std::size_t different = 0, bytes = 0;
        for (const GgufTensor& tensor : one->tensors()) {
            const GgufTensor* same = other->find(tensor.name);
            if (same == nullptr || same->bytes.size() != tensor.bytes.size())
                return 1;
            bytes += tensor.bytes.size();
            for (std::size_t i = 0; i < tensor.bytes.size(); ++i)
                different += tensor.bytes[i] != same->bytes[i];
        }
        return static_cast<double>(different) / static_cast<double>(bytes);
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
