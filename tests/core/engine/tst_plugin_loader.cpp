// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plugin_loader.h"
#include "core/quantization/weight_quantizer.h"
#include "tests/support/shared_data.h"

#include <fstream>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {

/// A plugin folder with some of the test modules in it.
class PluginFolder
{
public:
    explicit PluginFolder(const std::vector<std::string>& modules)
    {
        fs::create_directories(path() / "weights");
        for (const auto& module : modules)
            fs::copy_file(fs::path(TEST_MODULES) / (module + ".so"), path() / "weights" / (module + ".so"));
    }
    fs::path path() const { return fs::path(m_folder.path().toStdString()) / "plugins"; }
    void write(const std::string& name, const std::string& bytes) const { std::ofstream(path() / "weights" / name) << bytes; }

private:
    QTemporaryDir m_folder;
};

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}

class PluginLoaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loadsAGoodPlugin();
    void skipsWithASentence_data();
    void skipsWithASentence();
    void skipsWhatIsNoLibrary();
    void firstOfTwoMethodsWithOneIdWins();
    void oneBadPluginLeavesTheOthers();
    void reportsAMissingFolder();
    void looksIntoAFolderOnce();
    void readsThePathFromTheEnvironment();
    void namesTheKnownMethods();
};

void PluginLoaderTest::loadsAGoodPlugin()
{
    const PluginFolder folder({ "good" });
    const auto methods = WeightMethods::load({ folder.path() });
    QCOMPARE(methods.errors().size(), std::size_t(0));
    QCOMPARE(methods.describe().size(), std::size_t(1));
    const auto* method = methods.find("good");
    QVERIFY(method);
    QCOMPARE(method->describe().title, std::string("Test method"));
    QVERIFY(!methods.find("goo"));
    QVERIFY(!methods.find(""));
}

void PluginLoaderTest::skipsWithASentence_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("reason");
    QTest::addRow("another interface version") << "wrong_version"
                                                << QStringLiteral("built for plugin interface %1, this program has interface %2").arg(weightPluginInterface + 1).arg(weightPluginInterface);
    QTest::addRow("no symbol") << "no_symbol" << "it has no symbol bitloom_weight_plugin";
    QTest::addRow("creates nothing") << "creates_nothing" << "its create function returned nothing";
    QTest::addRow("throws") << "throws" << "it failed to describe itself: no licence found";
    QTest::addRow("a default out of range") << "bad_default" << "parameter cycles is 0, expected an integer of at least 1";
    QTest::addRow("no title") << "untitled" << "it has no title or no summary";
}

void PluginLoaderTest::skipsWithASentence()
{
    QFETCH(QString, module);
    QFETCH(QString, reason);
    const PluginFolder folder({ module.toStdString() });
    const auto methods = WeightMethods::load({ folder.path() });
    QVERIFY(methods.describe().empty());
    QCOMPARE(methods.errors().size(), std::size_t(1));
    const std::string& sentence = methods.errors().front();
    QVERIFY2(contains(sentence, reason.toStdString()), sentence.c_str());
    QVERIFY2(contains(sentence, (folder.path() / "weights" / (module.toStdString() + ".so")).string()), sentence.c_str());
    QVERIFY2(!contains(sentence, "\n"), sentence.c_str());
}

void PluginLoaderTest::skipsWhatIsNoLibrary()
{
    const PluginFolder folder({});
    folder.write("empty.so", "");
    folder.write("text.so", "this is no library, whatever its name says\n");
    folder.write("notes.txt", "not even looked at");
    const auto methods = WeightMethods::load({ folder.path() });
    QVERIFY(methods.describe().empty());
    QCOMPARE(methods.errors().size(), std::size_t(2));
    QVERIFY(contains(methods.errors()[0], "empty.so"));
    QVERIFY(contains(methods.errors()[1], "text.so"));
}

void PluginLoaderTest::firstOfTwoMethodsWithOneIdWins()
{
    const PluginFolder first({ "same_id" });
    const PluginFolder second({ "good" });
    const auto methods = WeightMethods::load({ first.path(), second.path() });
    QCOMPARE(methods.describe().size(), std::size_t(1));
    QCOMPARE(methods.describe().front().title, std::string("An impostor"));
    QCOMPARE(methods.errors().size(), std::size_t(1));
    QVERIFY2(contains(methods.errors().front(), "a method 'good' is already there from " + first.path().string()),
        methods.errors().front().c_str());
}

void PluginLoaderTest::oneBadPluginLeavesTheOthers()
{
    const PluginFolder folder({ "bad_default", "creates_nothing", "good", "no_symbol", "throws", "untitled", "wrong_version" });
    const auto methods = WeightMethods::load({ folder.path() });
    QCOMPARE(methods.describe().size(), std::size_t(1));
    QVERIFY(methods.find("good"));
    QCOMPARE(methods.errors().size(), std::size_t(6));
}

void PluginLoaderTest::reportsAMissingFolder()
{
    const auto methods = WeightMethods::load({ "/nowhere/at/all" });
    QCOMPARE(methods.errors(), std::vector<std::string> { "plugin folder /nowhere/at/all/weights was skipped: there is no such folder" });
}

void PluginLoaderTest::looksIntoAFolderOnce()
{
    const PluginFolder folder({ "good" });
    const auto methods = WeightMethods::load({ folder.path(), folder.path() / "weights" / "..", folder.path() });
    QCOMPARE(methods.describe().size(), std::size_t(1));
    QVERIFY(methods.errors().empty());
}

void PluginLoaderTest::readsThePathFromTheEnvironment()
{
    const QByteArray before = qgetenv("BITLOOM_PLUGIN_PATH");
    qputenv("BITLOOM_PLUGIN_PATH", ":/one::/two:");
    auto folders = pluginFolders();
    qputenv("BITLOOM_PLUGIN_PATH", "");
    const auto fallback = pluginFolders();
    qputenv("BITLOOM_PLUGIN_PATH", before);
    QCOMPARE(fallback.size(), std::size_t(1));
    QVERIFY(contains(fallback.front().string(), "/lib/bitloom/plugins"));
    QCOMPARE(folders.size(), std::size_t(3));
    QCOMPARE(folders[0], fs::path("/one"));
    QCOMPARE(folders[1], fs::path("/two"));
    QCOMPARE(folders[2], fallback.front());
}

void PluginLoaderTest::namesTheKnownMethods()
{
    const PluginFolder folder({ "good" });
    const auto methods = WeightMethods::load({ folder.path() });
    BITLOOM_VERIFY(methods.require("good"));
    const auto missing = methods.require("better");
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::Usage);
    QCOMPARE(missing.error().message, std::string("there is no method 'better'; known methods: good"));
}

QTEST_GUILESS_MAIN(PluginLoaderTest)
#include "tst_plugin_loader.moc"
