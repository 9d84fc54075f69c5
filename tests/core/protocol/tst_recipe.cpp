// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/recipe.h"

#include "tests/support/shared_data.h"

#include <QProcess>
#include <QtTest/QTest>

using namespace bitloom;

class TestRecipe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void comesBackAsItWas()
    {
        Recipe recipe;
        recipe.model = "demo";
        recipe.calibration = { "a.txt", "b c.txt" };
        recipe.parameters = { { "damping", 0.1 } };
        recipe.seed = 9223372036854775807ull;
        const auto back = parseRecipe(recipeToJson(recipe), "r.json");
        BITLOOM_VERIFY(back);
        QVERIFY(*back == recipe);
    }

    void needsOnlyVersionAndModel()
    {
        const auto recipe = parseRecipe({ { "version", 1 }, { "model", "demo" } }, "r.json");
        BITLOOM_VERIFY(recipe);
        QCOMPARE(recipe->method, std::string("guidedquant"));
        QCOMPARE(recipe->bits, 3);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("mentions");
        QTest::newRow("unknown key") << R"({"version":1,"model":"demo","bitz":3})" << "unknown key 'bitz'";
        QTest::newRow("no model") << R"({"version":1})" << "'model' is missing";
        QTest::newRow("newer") << R"({"version":2,"model":"demo"})" << "version is 2";
        QTest::newRow("bits out of range") << R"({"version":1,"model":"demo","bits":17})" << "bits is 17, expected an integer from 1 to 8";
        QTest::newRow("bits as text") << R"({"version":1,"model":"demo","bits":"3"})" << "bits is \"3\"";
        QTest::newRow("no groups") << R"({"version":1,"model":"demo","groups":0})" << "groups is 0";
        QTest::newRow("unknown format") << R"({"version":1,"model":"demo","format":"zip"})" << "one of safetensors";
        QTest::newRow("unknown device") << R"({"version":1,"model":"demo","device":"tpu"})" << "device is \"tpu\"";
        QTest::newRow("not an object") << "[]" << "expected an object";
    }

    void refuses()
    {
        QFETCH(QString, json);
        QFETCH(QString, mentions);
        const auto recipe = parseRecipe(nlohmann::json::parse(json.toStdString()), "my.json");
        QVERIFY(!recipe);
        const auto message = QString::fromStdString(recipe.error().message);
        QVERIFY2(message.startsWith("my.json: ") && message.contains(mentions), qPrintable(message));
    }

    void commandSurvivesAShell()
    {
        Recipe recipe;
        recipe.model = "/models/it's a model";
        recipe.calibration = { "a $HOME `x`.txt" };
        recipe.parameters = { { "damping", "auto" }, { "outer_iterations", 8 } };
        const QString command = QString::fromStdString(recipeToCommand(recipe, "out dir")).replace("bitloom-cli", "printf '%s\\n'");
        QProcess shell;
        shell.start("sh", { "-c", command });
        QVERIFY(shell.waitForFinished());
        const auto words = QString::fromUtf8(shell.readAllStandardOutput()).split('\n');
        QVERIFY(words.contains("/models/it's a model"));
        QVERIFY(words.contains("a $HOME `x`.txt"));
        QVERIFY(words.contains("out dir"));
        QVERIFY(words.contains("damping=auto"));
        QVERIFY(words.contains("outer_iterations=8"));
    }
};

QTEST_GUILESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
