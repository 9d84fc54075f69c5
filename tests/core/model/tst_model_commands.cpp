// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/shared_data.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <QProcess>
#include <QTemporaryDir>

using Json = nlohmann::json;

/// `inspect` and `generate` as the command line contract describes them, from outside.
class ModelCommandsTest : public QObject
{
    Q_OBJECT

    QByteArray m_out, m_error;

    int run(const QStringList& arguments)
    {
        QProcess process;
        process.start(qEnvironmentVariable("BITLOOM_CLI"), arguments);
        if (!process.waitForFinished(120000))
            return -1;
        m_out = process.readAllStandardOutput();
        m_error = process.readAllStandardError();
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    }
    static QString stories(const char* file) { return QString::fromStdString((bitloom::test::sharedFolder() / "golden/models/stories260K" / file).string()); }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(qEnvironmentVariable("BITLOOM_CLI")))
            QSKIP("bitloom-cli is not built");
    }

    void inspect()
    {
        BITLOOM_REQUIRE_SHARED();
        for (const char* file : { "", "stories260K.F32.gguf" }) {
            QCOMPARE(run({ "inspect", stories(file), "--json" }), 0);
            const Json json = Json::parse(m_out.toStdString());
            QVERIFY(json.at("architecture") == "llama");
            QCOMPARE(json.at("bits_per_weight").get<double>(), 32.0);
            QCOMPARE(json.at("tensors").size(), 47u);
            QVERIFY((json.at("tensors")[0].at("shape").is_array() && json.at("tensors")[0].at("type") == "F32" && json.at("tensors")[0].at("bytes") > 0));
            QVERIFY(json.at("parameters") == 260032);
            QCOMPARE(run({ "inspect", stories(file) }), 0);
            QVERIFY(m_out.contains("model.layers.0.mlp.up_proj.weight"));
        }
    }

    void generate()
    {
        BITLOOM_REQUIRE_SHARED();
        const QString model = stories("stories260K.F32.gguf");
        QCOMPARE(run({ "generate", model, "--prompt", "Once upon a time", "--max-tokens", "12", "--json", "--device", "cpu" }), 0);
        const Json first = Json::parse(m_out.toStdString());
        QVERIFY(first.at("tokens") == 12);
        QVERIFY(first.at("tokens_per_second").get<double>() > 0);
        const double bits = first.at("kv").at("bits_per_value").get<double>(); // nothing is packed without --kv; room that a short text leaves empty counts
        QVERIFY2(bits >= 16, qPrintable(QString::number(bits)));
        QVERIFY(first.at("kv").at("bytes") > 0);
        QCOMPARE(run({ "generate", model, "--prompt", "Once upon a time", "--max-tokens", "12", "--device", "cpu" }), 0);
        QCOMPARE(m_out.trimmed().toStdString(), QByteArray::fromStdString(first.at("text").get<std::string>()).trimmed().toStdString());
        QCOMPARE(run({ "generate", model, "--prompt", "Once", "--max-tokens", "30", "--temperature", "1", "--seed", "3", "--json", "--device", "cpu" }), 0);
        const QByteArray sampled = Json::parse(m_out.toStdString()).at("text").get<std::string>().c_str();
        QCOMPARE(run({ "generate", model, "--prompt", "Once", "--max-tokens", "30", "--temperature", "1", "--seed", "3", "--json", "--device", "cpu" }), 0);
        QCOMPARE(QByteArray(Json::parse(m_out.toStdString()).at("text").get<std::string>().c_str()), sampled);
    }

    void mapsOfTheCacheAreJsonLines()
    {
        BITLOOM_REQUIRE_SHARED();
        const QString model = stories("stories260K.F32.gguf");
        const QTemporaryDir folder;
        const QString file = folder.filePath("maps.jsonl");
        QCOMPARE(run({ "generate", model, "--prompt", "Once upon a time", "--max-tokens", "40", "--json", "--device", "cpu", "--kv", "logquant", "--set", "window=4", "--maps", file,
                     "--map-layer", "3", "--map-head", "1" }),
            0);
        const Json report = Json::parse(m_out.toStdString());
        QFile maps(file);
        QVERIFY(maps.open(QIODevice::ReadOnly));
        Json last;
        while (!maps.atEnd()) {
            last = Json::parse(maps.readLine().toStdString());
            QCOMPARE(last.at("attention").size(), last.at("length").get<std::size_t>());
            QCOMPARE(last.at("key_classes").get<std::string>().size(), last.at("length").get<std::size_t>());
        }
        QVERIFY(last.at("layer") == 3 && last.at("head") == 1);
        QVERIFY(last.at("bytes") == report.at("kv").at("bytes"));
        QCOMPARE(run({ "generate", model, "--prompt", "Once", "--maps", "/nonexistent/maps" }), 1);
        QVERIFY(m_error.contains("/nonexistent/maps"));
    }

    void badInput()
    {
        QTemporaryDir folder;
        const QString text = folder.filePath("text.gguf");
        std::ofstream(text.toStdString()) << "hello, I am not a model";
        const auto refused = [&](const QStringList& arguments, int status) {
            QCOMPARE(run(arguments), status);
            QVERIFY(m_out.isEmpty());
            QVERIFY2(!m_error.trimmed().isEmpty(), m_error.constData());
            if (status == 1)
                QCOMPARE(m_error.trimmed().count('\n'), 0);
        };
        refused({ "inspect", "/nonexistent" }, 1);
        refused({ "inspect", "/dev/null" }, 1);
        refused({ "inspect", text }, 1);
        refused({ "inspect", folder.path() }, 1);
        refused({ "inspect" }, 2);
        refused({ "generate", text, "--prompt", "x" }, 1);
        refused({ "generate", "demo" }, 2);
        refused({ "generate", "demo", "--prompt", "x", "--max-tokens", "-1" }, 2);
        refused({ "generate", "demo", "--prompt", "x", "--kv", "nonsense" }, 2);
    }
};

QTEST_GUILESS_MAIN(ModelCommandsTest)
#include "tst_model_commands.moc"
