// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "tests/support/shared_data.h"

#include <csignal>
#include <fstream>
#include <QTemporaryDir>
#include <sys/resource.h>
#include <unistd.h>

using namespace bitloom;
namespace fs = std::filesystem;

class AtomicFileTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path path(const char* name) const { return fs::path(m_folder->path().toStdString()) / name; }
    int entries() const { return int(std::distance(fs::directory_iterator(path("")), {})); }
    static std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void commitReplacesTheTarget_data()
    {
        QTest::addColumn<bool>("flushed");
        QTest::newRow("flushed first") << true;
        QTest::newRow("left to the system") << false;
    }

    void commitReplacesTheTarget()
    {
        QFETCH(bool, flushed);
        BITLOOM_VERIFY(writeTextFile(path("a.txt"), "old"));
        {
            auto file = AtomicFile::create(path("a.txt"));
            BITLOOM_VERIFY(file);
            BITLOOM_VERIFY(file->write(bytes("new ")));
            BITLOOM_VERIFY(file->write(bytes("text")));
            QCOMPARE(readTextFile(path("a.txt")).value(), std::string("old"));
            QVERIFY(fs::exists(file->temporaryPath()));
            BITLOOM_VERIFY(file->commit(flushed ? Flush::BeforeRename : Flush::LeftToSystem));
            QVERIFY(!file->commit());
        }
        QCOMPARE(readTextFile(path("a.txt")).value(), std::string("new text"));
        QCOMPARE(entries(), 1);
    }

    void withoutCommitNothingStays()
    {
        {
            auto file = AtomicFile::create(path("a.txt"));
            BITLOOM_VERIFY(file);
            BITLOOM_VERIFY(file->write(bytes("half")));
            AtomicFile moved = std::move(*file);
            QCOMPARE(entries(), 1);
        }
        QCOMPARE(entries(), 0);
    }

    void leftoverOfAKilledProcessIsReplaced()
    {
        std::ofstream(path(("a.txt.partial-" + std::to_string(getpid())).c_str())) << "rubbish of a process that had this number";
        BITLOOM_VERIFY(writeTextFile(path("a.txt"), "good"));
        QCOMPARE(readTextFile(path("a.txt")).value(), std::string("good"));
        QCOMPARE(entries(), 1);
    }

    void unwritablePlaces()
    {
        const auto missing = writeTextFile(path("no/such/a.txt"), "x");
        QVERIFY(!missing);
        QVERIFY(QString::fromStdString(missing.error().message).contains("no/such/a.txt"));
        QVERIFY(!writeTextFile("/proc/bitloom", "x"));
        QVERIFY(!writeTextFile(path(""), "x"));
        QVERIFY(!AtomicFolder::create("/proc/bitloom"));
        fs::create_directory(path("folder"));
        QVERIFY(!writeTextFile(path("folder"), "x"));
        QVERIFY(fs::is_directory(path("folder")));
    }

    void fullDisk()
    {
        // A file size limit makes write() fail in the middle, as a full disk does.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before {};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = 4096;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto written = writeTextFile(path("a.txt"), std::string(100000, 'x'));
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!written);
        QVERIFY(written.error().code == ErrorCode::Io);
        QVERIFY(QString::fromStdString(written.error().message).contains("a.txt"));
        QCOMPARE(entries(), 0);

    }

    void folder()
    {
        {
            auto folder = AtomicFolder::create(path("out/"));
            BITLOOM_VERIFY(folder);
            BITLOOM_VERIFY(writeTextFile(folder->path() / "config.json", "{}"));
            fs::create_directory(folder->path() / "inner");
            BITLOOM_VERIFY(writeTextFile(folder->path() / "inner" / "x", "y"));
            QVERIFY(!fs::exists(path("out")));
            BITLOOM_VERIFY(folder->commit());
        }
        QCOMPARE(readTextFile(path("out/inner/x")).value(), std::string("y"));
        QCOMPARE(entries(), 1);
    }

    void folderThatExistsIsLeftAlone()
    {
        auto folder = AtomicFolder::create(path("out"));
        BITLOOM_VERIFY(folder);
        fs::create_directory(path("out")); // somebody was quicker; a plain rename would replace the empty folder
        QVERIFY(!folder->commit());
        QVERIFY(fs::is_empty(path("out")));
        const auto second = AtomicFolder::create(path("out"));
        QVERIFY(!second);
        QVERIFY(QString::fromStdString(second.error().message).contains("exists"));
    }

    void droppedFolderIsRemoved()
    {
        {
            auto folder = AtomicFolder::create(path("out"));
            BITLOOM_VERIFY(folder);
            BITLOOM_VERIFY(writeTextFile(folder->path() / "a", "b"));
        }
        QCOMPARE(entries(), 0);
    }

    void readingHasLimits()
    {
        BITLOOM_VERIFY(writeTextFile(path("a"), "12345"));
        QCOMPARE(readTextFile(path("a"), 5).value(), std::string("12345"));
        QVERIFY(!readTextFile(path("a"), 4));
        QVERIFY(!readTextFile("/dev/zero", 1 << 20));
        QVERIFY(!readTextFile(path("")));
        QVERIFY(readTextFile(path("missing")).error().code == ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(AtomicFileTest)
#include "tst_atomic_file.moc"
