// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/evaluation/llama_verify.h"
#include "core/export/exporter.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/model/causal_lm.h"
#include "core/model/tokenizer.h"
#include "tests/support/python_oracle.h"
#include "tests/support/shared_data.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <QFileInfo>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> trickyTexts { "Once upon a time, there was a little girl.", "", " ", "  two  spaces\n\n\tand tabs \n",
    "don't won't I'LL they've", "1234567 3.14159 x=42;", "na\xC3\xAFve caf\xC3\xA9 \xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80\xE2\x80\x8D\xF0\x9F\x91\xA9",
    "def f(x):\n    return x**2  # \xC2\xB2\r\n", "\xE2\x96\x81 mark", "trailing space ", "aaaaaaaaaaaaaaaaaaaaaaaa", "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7 \xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87" };

/// Five-bit lookup tables with even levels: crude, but any method's result has this form.
QuantizedWeights evenTables(const ModelSource& source)
{
    return [&source](const std::string& linear) -> Result<std::optional<WeightFormat>> {
        BITLOOM_TRY(const auto weight, source.weights->load(linear + ".weight"));
        const auto low = weight.amin(1, true), high = weight.amax(1, true);
        LookupTableWeight table;
        table.bits = 5;
        table.codebook = (low + (high - low) * (torch::arange(32, torch::kFloat32) / 31.0)).contiguous();
        table.codes = ((weight - low) / (high - low) * 31.0).round().clamp(0, 31).to(torch::kUInt8).contiguous();
        return std::optional<WeightFormat>(std::move(table));
    };
}

} // namespace

class TestExportInterop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setThreadCount(1); } // llama.cpp's threads wait at barriers by spinning, which is slow beside other tests

    void transformersLoadsTheFolder_data() { models(); }
    void transformersLoadsTheFolder()
    {
        BITLOOM_REQUIRE_SHARED();
        QFETCH(QString, model);
        QFETCH(bool, quantized);
        const auto python = qEnvironmentVariable("BITLOOM_PYTHON");
        if (python.isEmpty() || !QFileInfo::exists(python))
            QSKIP("BITLOOM_PYTHON names no Python with transformers");
        const auto source = openModel(model.toStdString());
        BITLOOM_VERIFY(source);
        QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "model";
        exportTo(*source, quantized, "safetensors", folder);

        const auto exported = openModel(folder.string());
        BITLOOM_VERIFY(exported);
        const auto tokenizer = source->tokenizer();
        BITLOOM_VERIFY(tokenizer);
        auto run = (*tokenizer)->encode("Once upon a time, there was a little girl named Lily. She liked to play in the park with her mother.", true, false);
        nlohmann::json request { { "texts", trickyTexts }, { "special", true }, { "run", run } };
        const fs::path texts = fs::path(temporary.path().toStdString()) / "texts.json", answer = fs::path(temporary.path().toStdString()) / "answer.safetensors";
        BITLOOM_VERIFY(writeTextFile(texts, request.dump()));
        QProcess process;
        process.start(python, { QString::fromStdString((bitloom::test::sourceFolder() / "tests/interop/oracles/exported_folder.py").string()),
                                  QString::fromStdString(folder.string()), QString::fromStdString(texts.string()), QString::fromStdString(answer.string()) });
        QVERIFY(process.waitForFinished(280000));
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().right(2000).constData());
        const auto file = SafetensorsFile::open(answer);
        BITLOOM_VERIFY(file);

        for (std::size_t i = 0; i < trickyTexts.size(); ++i) {
            const auto expected = (*tokenizer)->encode(trickyTexts[i], true, true);
            std::vector<std::int32_t> ids;
            if (const auto* tensor = file->find("ids." + std::to_string(i)))
                for (std::size_t k = 0; k < tensor->bytes.size(); k += 8) {
                    std::int64_t id = 0;
                    std::memcpy(&id, tensor->bytes.data() + k, 8);
                    ids.push_back(static_cast<std::int32_t>(id));
                }
            QVERIFY2(ids == expected, qPrintable(QString("text %1: transformers %2, llama.cpp %3")
                                          .arg(i)
                                          .arg(QString::fromStdString(fmt::format("{}", fmt::join(ids, " "))))
                                          .arg(QString::fromStdString(fmt::format("{}", fmt::join(expected, " "))))));
        }
        const auto own = exported->tokenizer(); // and the folder reads back as the same tokenizer
        BITLOOM_VERIFY(own);
        for (const auto& text : trickyTexts)
            QCOMPARE((*own)->encode(text, true, false), (*tokenizer)->encode(text, true, false));

        const auto lm = CausalLm::load(*exported, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(lm);
        const at::NoGradGuard noGrad;
        const auto ours = lm->forward(torch::from_blob(run.data(), { 1, static_cast<std::int64_t>(run.size()) }, torch::kInt32).to(torch::kInt64))[0];
        const auto* logits = file->find("logits");
        QVERIFY(logits != nullptr);
        const auto theirs = torch::from_blob(const_cast<std::byte*>(logits->bytes.data()), { logits->shape[0], logits->shape[1] }, torch::kFloat32);
        const auto difference = (ours - theirs).abs().max().item<double>();
        qInfo("largest logit difference to transformers: %.2e", difference);
        QVERIFY(difference < 1e-3);
    }

    void llamaLoadsTheFile_data() { models(); }
    void llamaLoadsTheFile()
    {
        BITLOOM_REQUIRE_SHARED();
        QFETCH(QString, model);
        QFETCH(bool, quantized);
        const auto source = openModel(model.toStdString());
        BITLOOM_VERIFY(source);
        QTemporaryDir temporary;
        const fs::path output = fs::path(temporary.path().toStdString()) / "model.gguf";
        exportTo(*source, quantized, "gguf", output);
        verify(output, model == "demo" ? 512 : 256);
    }

    /// From a folder, the keys, the vocabulary, the names and the order of rows are all made here.
    void llamaLoadsAFileMadeOfAFolder()
    {
        BITLOOM_REQUIRE_SHARED();
        const auto source = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string());
        BITLOOM_VERIFY(source);
        QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "model", output = fs::path(temporary.path().toStdString()) / "model.gguf";
        exportTo(*source, false, "safetensors", folder);
        const auto copy = openModel(folder.string());
        BITLOOM_VERIFY(copy);
        exportTo(*copy, false, "gguf", output);
        verify(output, 256);
    }

    /// Architecture keys, RoPE, names and the order of rows of every family that can be read: llama.cpp's logits are the engine's.
    void llamaLoadsEveryFamily_data()
    {
        QTest::addColumn<QString>("family");
        for (const char* family : { "llama", "llama-tied", "llama3", "llama-linear", "mistral", "qwen2", "qwen3" })
            QTest::newRow(family) << QString(family);
    }
    void llamaLoadsEveryFamily()
    {
        BITLOOM_REQUIRE_SHARED();
        BITLOOM_REQUIRE_ORACLE();
        QFETCH(QString, family);
        const fs::path root = m_families.path().toStdString(), tokenizer = root / "tokenizer", output = root / family.toStdString() / "model.gguf";
        if (!fs::exists(tokenizer)) { // transformers starts slowly, so it writes all families at once
            const auto stories = openModel((bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string());
            BITLOOM_VERIFY(stories);
            exportTo(*stories, false, "safetensors", tokenizer);
            const QString failure = bitloom::test::runOracle(QString::fromStdString((bitloom::test::sourceFolder() / "tests/interop/oracles/family_folders.py").string()),
                { QString::fromStdString(tokenizer.string()), m_families.path() });
            QVERIFY2(failure.isEmpty(), failure.toUtf8());
        }
        const auto source = openModel((root / family.toStdString()).string());
        BITLOOM_VERIFY(source);
        JobControl control;
        BITLOOM_VERIFY(exportModel({ *source, {}, "gguf", "F32", "{}", output }, ignoreProgress(), control));
        const auto file = openModel(output.string());
        BITLOOM_VERIFY(file);
        const auto text = readTextFile(bitloom::test::sharedFolder() / "data/wikitext2-test.txt");
        BITLOOM_VERIFY(text);
        EvaluationOptions options;
        options.context = 256;
        options.chunks = 1;
        VerificationInput measured;
        measured.speedRounds = 0;
        const auto report = verifyInLlama(*file, measured, *text, "wikitext2-test.txt", options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        qInfo("%s: perplexity %.3f in llama.cpp, %.3f in the engine; logits differ by %.2e", qPrintable(family), report->perplexity, report->enginePerplexity,
            report->maximumLogitDifference);
        QVERIFY(report->maximumLogitDifference < 0.02);

        // The engine reads the file's keys as llama.cpp does; that they say what the folder said shows in its own logits of both.
        const auto tokens = (torch::arange(200, torch::kInt64) * 37 % 509 + 3).unsqueeze(0);
        const at::NoGradGuard noGrad;
        const auto ofFolder = CausalLm::load(*source, torch::kFloat32, torch::kCPU), ofFile = CausalLm::load(*file, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(ofFolder);
        BITLOOM_VERIFY(ofFile);
        QVERIFY((ofFolder->forward(tokens) - ofFile->forward(tokens)).abs().max().item<double>() < 1e-3);
    }

private:
    QTemporaryDir m_families; ///< one model of each

    static void models()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("quantized");
        const auto stories = QString::fromStdString((bitloom::test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string());
        QTest::newRow("stories260K") << stories << false;
        QTest::newRow("stories260K quantized") << stories << true;
        QTest::newRow("demo quantized") << "demo" << true;
    }

    static void exportTo(const ModelSource& source, bool quantized, const std::string& format, const fs::path& output)
    {
        JobControl control;
        const ExportJob job { source, quantized ? evenTables(source) : QuantizedWeights {}, format, "", "{}", output };
        BITLOOM_VERIFY(exportModel(job, ignoreProgress(), control));
    }

    static void verify(const fs::path& output, int context)
    {
        const auto file = openModel(output.string());
        BITLOOM_VERIFY(file);
        const auto text = readTextFile(bitloom::test::sharedFolder() / "data/wikitext2-test.txt");
        BITLOOM_VERIFY(text);
        JobControl control;
        EvaluationOptions options;
        options.context = context;
        options.chunks = 2;
        const auto report = verifyInLlama(*file, {}, *text, "wikitext2-test.txt", options, ignoreProgress(), control);
        BITLOOM_VERIFY(report);
        qInfo("perplexity %.4f in llama.cpp, %.4f in the engine; logits differ by %.2e", report->perplexity, report->enginePerplexity,
            report->maximumLogitDifference);
        QVERIFY(std::abs(report->perplexity / report->enginePerplexity - 1) < 0.005);
    }
};

QTEST_GUILESS_MAIN(TestExportInterop)
#include "tst_export_interop.moc"
