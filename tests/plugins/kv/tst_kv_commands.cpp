// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/shared_data.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest/QTest>
#include <set>

using Json = nlohmann::json;

/// The commands that compute through a cache, from outside.
class KvCommandsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_model, m_text;
    QByteArray m_out, m_error;

    int run(const QStringList& arguments)
    {
        QProcess process;
        process.start(qEnvironmentVariable("BITLOOM_CLI"), arguments);
        if (!process.waitForFinished(240000))
            return -1;
        m_out = process.readAllStandardOutput();
        m_error = process.readAllStandardError();
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    }
    Json json(const QStringList& arguments)
    {
        const int status = run(QStringList(arguments) << "--json");
        if (status != 0)
            qWarning("%s", m_error.constData());
        return status == 0 ? Json::parse(m_out.toStdString()) : Json();
    }
    QStringList evaluate(const QStringList& more) const { return QStringList { "evaluate", m_model, "--text", m_text, "--context", "200", "--chunks", "2", "--device", "cpu" } + more; }
    bool refused(const QStringList& arguments, int status, const char* part)
    {
        const int found = run(arguments);
        if (found != status || !m_error.contains(part))
            qWarning("%d: %s", found, m_error.constData());
        return found == status && m_error.contains(part) && m_out.isEmpty();
    }

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        if (!QFile::exists(qEnvironmentVariable("BITLOOM_CLI")))
            QSKIP("bitloom-cli is not built");
        m_model = QString::fromStdString((bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string());
        m_text = QString::fromStdString((bitloom::test::sharedFolder() / "data/wikitext2-test.txt").string());
    }

    void evaluateThroughACache()
    {
        const Json plain = json(evaluate({ "--reference", m_model }));
        const Json full = json(evaluate({ "--kv", "full", "--kv-set", "type=f32" }));
        QVERIFY(std::abs(full.at("perplexity").get<double>() / plain.at("perplexity").get<double>() - 1) < 1e-4);
        QVERIFY(full.at("kl_divergence").at("mean").get<double>() < 1e-6);
        QVERIFY(full.at("kv").at("id") == "full" && full.at("kv").at("parameters").at("type") == "f32");
        const Json two = json(evaluate({ "--kv", "kivi", "--set", "residual=32" }));
        const Json eight = json(evaluate({ "--kv", "kivi", "--set", "residual=32", "--set", "bits_keys=8", "--set", "bits_values=8" }));
        QVERIFY(two.at("kl_divergence").at("mean").get<double>() > 5 * eight.at("kl_divergence").at("mean").get<double>());
        QVERIFY(two.at("kv").at("bytes").get<int>() < eight.at("kv").at("bytes").get<int>());
        QVERIFY(two.at("kv").at("bits_per_value").get<double>() > 0);
        QCOMPARE(two.at("reference_perplexity").get<double>(), full.at("reference_perplexity").get<double>());

        // What `kv` measures is the same.
        const Json compared = json({ "kv", m_model, "--text", m_text, "--context", "200", "--windows", "2", "--methods", "kivi", "--set", "residual=32", "--device", "cpu" });
        QCOMPARE(compared.at("methods").at(0).at("perplexity").get<double>(), two.at("perplexity").get<double>());
        QCOMPARE(compared.at("methods").at(0).at("bytes").get<int>(), two.at("kv").at("bytes").get<int>());
    }

    /// What kv finds on calibration text, saves and measures is what evaluate and generate compute with.
    void configurationsAreReadBack_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QStringList>("more");
        QTest::newRow("asymkv") << "asymkv" << QStringList { "--bits-per-value", "20" };
        QTest::newRow("asymkv with smoothing") << "asymkv" << QStringList { "--bits-per-value", "20", "--set", "smoothing=true" };
        QTest::newRow("wkvquant") << "wkvquant" << QStringList {};
        QTest::newRow("guided") << "guided" << QStringList { "--bits-per-value", "20" };
    }
    void configurationsAreReadBack()
    {
        QFETCH(QString, method);
        QFETCH(QStringList, more);
        const QString file = m_folder.filePath("found.json"), valid = QString::fromStdString((bitloom::test::sharedFolder() / "data/wikitext2-valid.txt").string());
        const QStringList calibration { "--calibration", valid, "--sequences", "1", "--sequence-length", "128", "--save-configuration", file };
        const Json measured = json(QStringList { "kv", m_model, "--text", m_text, "--context", "200", "--windows", "2", "--methods", method, "--device", "cpu" } + more + calibration).at("methods").at(0);
        std::ifstream stream(file.toStdString());
        const Json saved = Json::parse(stream);
        QVERIFY(saved.at("method") == method.toStdString());
        QCOMPARE(saved.at("layers").size(), std::size_t(5));
        if (method == "asymkv") {
            std::set<int> bits;
            for (const Json& layer : saved.at("layers"))
                for (const char* half : { "bits_keys", "bits_values" })
                    bits.insert(layer.at(half).get<int>());
            QVERIFY(*bits.begin() >= 1 && *bits.rbegin() <= 4);
            QVERIFY(measured.at("bits_per_value").get<double>() <= 20);
            QVERIFY(saved.at("output_error").get<double>() > 0);
        }
        const Json read = json(evaluate({ "--kv", method, "--kv-configuration", file }));
        // Two processes: libtorch's matrix products round by where their buffers lie. Another configuration would show in the second digit.
        const double again = read.at("perplexity").get<double>(), first = measured.at("perplexity").get<double>();
        QVERIFY2(std::abs(again - first) <= 1e-5 * first, qPrintable(QStringLiteral("%1 read back, %2 measured").arg(again, 0, 'g', 12).arg(first, 0, 'g', 12)));
        QCOMPARE(read.at("kv").at("bytes").get<int>(), measured.at("bytes").get<int>());
        const Json written = json({ "generate", m_model, "--prompt", "Once upon a time", "--max-tokens", "5", "--device", "cpu", "--kv", method, "--configuration", file });
        QVERIFY(written.at("tokens") == 5);
    }

    /// What is laid beside a model, generate and evaluate find there, unless another method or file is chosen.
    void aModelBringsItsConfiguration()
    {
        const QString model = m_folder.filePath("copy.gguf"), beside = m_folder.filePath("copy.kv_cache.json"), valid = QString::fromStdString((bitloom::test::sharedFolder() / "data/wikitext2-valid.txt").string());
        QVERIFY(QFile::copy(m_model, model));
        const auto bytes = [&](const QStringList& more) {
            const Json written = json(QStringList { "generate", model, "--prompt", "Once upon a time there was a girl", "--max-tokens", "200", "--device", "cpu" } + more);
            return written.is_object() ? written.at("kv").at("bytes").get<std::int64_t>() : -1;
        };
        const std::int64_t before = bytes({ "--kv", "kivi", "--set", "residual=32" }), usual = bytes({ "--kv", "kivi" });
        QVERIFY(before > 0 && before < usual);
        QVERIFY(json({ "kv", model, "--text", m_text, "--context", "64", "--windows", "1", "--device", "cpu", "--methods", "kivi", "--set", "residual=32", "--save-configuration", model }).is_object());
        QVERIFY(QFile::exists(beside));
        QCOMPARE(bytes({ "--kv", "kivi" }), before);
        QVERIFY(m_error.contains("copy.kv_cache.json"));
        QCOMPARE(bytes({ "--kv", "kivi", "--set", "residual=128" }), usual);
        QVERIFY(bytes({}) > usual); // full, as ever
        QCOMPARE(json({ "evaluate", model, "--text", m_text, "--context", "200", "--chunks", "1", "--device", "cpu", "--kv", "kivi" }).at("kv").at("parameters").at("residual").get<int>(), 32);
        const QString other = m_folder.filePath("kivi.json");
        std::ofstream(other.toStdString()) << R"({"method": "kivi", "residual": 64})";
        QCOMPARE(json({ "evaluate", model, "--text", m_text, "--context", "200", "--chunks", "1", "--device", "cpu", "--kv", "kivi", "--kv-configuration", other }).at("kv").at("parameters").at("residual").get<int>(), 64);
        std::ofstream(beside.toStdString()) << R"({"method": 5})";
        QVERIFY(refused({ "generate", model, "--prompt", "Once", "--kv", "kivi", "--device", "cpu" }, 1, "copy.kv_cache.json: expected the configuration of a cache method"));

        // A folder has it under a name of its own.
        const QString folder = m_folder.filePath("folder");
        QVERIFY(json({ "convert", m_model, "-o", folder, "--format", "safetensors" }).is_object());
        QVERIFY(json({ "kv", folder, "--text", m_text, "--context", "200", "--windows", "1", "--device", "cpu", "--methods", "guided", "--bits-per-value", "20", "--calibration", valid, "--sequences", "1",
                         "--sequence-length", "128", "--save-configuration", folder })
                    .is_object());
        const Json found = json({ "evaluate", folder, "--text", m_text, "--context", "200", "--chunks", "1", "--device", "cpu", "--kv", "guided" }).at("kv").at("parameters");
        std::ifstream stream(folder.toStdString() + "/kv_cache.json");
        QVERIFY(found.at("layers") == Json::parse(stream).at("layers"));
    }

    void calibrationRefuses()
    {
        const QStringList kv { "kv", m_model, "--text", m_text, "--context", "200", "--windows", "1", "--device", "cpu", "--methods" };
        const QString file = m_folder.filePath("none.json"), valid = QString::fromStdString((bitloom::test::sharedFolder() / "data/wikitext2-valid.txt").string());
        QVERIFY(refused(kv + QStringList { "kivi,streaming", "--save-configuration", file }, 2, "0 of the chosen methods find something"));
        QVERIFY(refused(kv + QStringList { "asymkv", "--bits-per-value", "1", "--calibration", valid, "--sequences", "1", "--sequence-length", "128" }, 2, "one bit for everything needs"));
        QVERIFY(refused(kv + QStringList { "decoquant", "--calibration", valid, "--sequences", "1", "--sequence-length", "128" }, 2, "do not fit the head size 8"));
        QVERIFY(!QFile::exists(file));
    }

    void evaluateRefuses()
    {
        QVERIFY(refused(evaluate({ "--kv", "nonsense" }), 2, "nonsense"));
        QVERIFY(refused(evaluate({ "--kv", "kivi", "--set", "residual=40" }), 2, "40 is not a multiple of the key group 32"));
        QVERIFY(refused(evaluate({ "--kv", "kivi", "--set", "nothing=1" }), 2, "no chosen method has such a parameter"));
        QVERIFY(refused(evaluate({ "--kv", "kivi", "--engine", "llama" }), 2, "llama.cpp does not know"));
        QVERIFY(refused(evaluate({ "--set", "residual=32" }), 2, "--kv"));
        const QString file = m_folder.filePath("other.json");
        std::ofstream(file.toStdString()) << R"({"method": "asymkv", "layers": []})";
        QVERIFY(refused(evaluate({ "--kv", "kivi", "--kv-configuration", file }), 2, "a configuration of asymkv, not of kivi"));
        std::ofstream(file.toStdString()) << "[1, 2]";
        QVERIFY(refused(evaluate({ "--kv", "kivi", "--kv-configuration", file }), 1, "a JSON object with its 'method'"));
    }
};

QTEST_GUILESS_MAIN(KvCommandsTest)
#include "tst_kv_commands.moc"
