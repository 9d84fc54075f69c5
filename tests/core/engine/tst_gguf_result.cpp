// SPDX-License-Identifier: GPL-3.0-or-later
// What is looked at in a GGUF result: single blocks beside ggml's own rounding, and the original in the form that llama.cpp runs.
#include "core/base/parallel_for.h"
#include "core/engine/block_content.h"
#include "core/engine/llama_original.h"
#include "core/engine/measured_quality.h"
#include "core/io/atomic_file.h"
#include "tests/support/shared_data.h"

#include <cmath>
#include <llama.h>
#include <QObject>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {

const std::string query = "model.layers.0.self_attn.q_proj.weight", value = "model.layers.0.self_attn.v_proj.weight";

fs::path quantized(const fs::path& source, const QTemporaryDir& folder, const char* name, llama_ftype type)
{
    const fs::path target = folder.path().toStdString() + "/" + name;
    auto parameters = llama_model_quantize_default_params();
    parameters.ftype = type;
    return llama_model_quantize(source.c_str(), target.c_str(), &parameters) == 0 ? target : fs::path();
}

} // namespace

class TestGgufResult : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        setThreadCount(1); // ggml's threads wait for each other without sleeping, which a busy machine makes endless
        m_folder = bitloom::test::sharedFolder() / "golden/models/stories260K";
        m_floats = m_folder / "stories260K.F32.gguf";
    }

    void blocksAreThoseOfTheFile_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("offsets");
        QTest::newRow("Q4_0") << int(LLAMA_FTYPE_MOSTLY_Q4_0) << "Q4_0" << 0;
        QTest::newRow("Q5_1") << int(LLAMA_FTYPE_MOSTLY_Q5_1) << "Q5_1" << 1;
        QTest::newRow("Q8_0") << int(LLAMA_FTYPE_MOSTLY_Q8_0) << "Q8_0" << 0;
    }
    void blocksAreThoseOfTheFile()
    {
        QFETCH(int, type);
        QFETCH(QString, name);
        QFETCH(int, offsets);
        QTemporaryDir temporary;
        const auto file = quantized(m_floats, temporary, "q.gguf", static_cast<llama_ftype>(type));
        QVERIFY(!file.empty());
        const auto opened = openModel(file.string());
        BITLOOM_VERIFY(opened);
        for (const std::string& tensor : { query, value }) {
            const auto values = opened->weights->load(tensor); // in the original's order of rows
            BITLOOM_VERIFY(values);
            const auto rows = values->size(0);
            for (const std::int64_t row : { std::int64_t { 0 }, std::int64_t { 1 }, rows / 2 + 1, rows - 1 }) {
                const auto block = readBlock(file.string(), m_folder.string(), tensor, row, 1);
                BITLOOM_VERIFY(block);
                QCOMPARE(QString::fromStdString(block->type), name);
                QCOMPARE(block->rows, rows);
                QCOMPARE(block->blocks, values->size(1) / 32);
                QCOMPARE(block->firstColumn, std::int64_t { 32 });
                QCOMPARE(block->weights.size(), std::size_t { 32 });
                QCOMPARE(block->after.offsets.size(), static_cast<std::size_t>(offsets));
                QVERIFY(block->importances.empty());
                for (int i = 0; i < 32; ++i) {
                    const auto at = static_cast<std::size_t>(i);
                    QCOMPARE(block->after.values[at], (*values)[row][32 + i].item<float>());
                    const float offset = offsets ? block->after.offsets[0] : 0;
                    const float told = block->after.scales[0] * block->levels[static_cast<std::size_t>(block->after.codes[at])] - offset;
                    QVERIFY2(std::abs(told - block->after.values[at]) < 1e-6, qPrintable(QStringLiteral("%1 and %2").arg(told).arg(block->after.values[at])));
                    QVERIFY(std::abs(block->weights[at] - block->after.values[at]) < 0.2);
                }
                // llama.cpp made the file, so that what it makes of the original's weights is what the file holds
                QCOMPARE(block->before.codes, block->after.codes);
                QCOMPARE(block->before.scales, block->after.scales);
                QCOMPARE(block->before.values, block->after.values);
            }
        }
    }

    void blocksThatAreNotThere()
    {
        QTemporaryDir temporary;
        const auto file = quantized(m_floats, temporary, "q.gguf", LLAMA_FTYPE_MOSTLY_Q4_0).string();
        const auto says = [](const Result<BlockContent>& block, const char* words) { return !block && block.error().message.find(words) != std::string::npos; };
        QVERIFY(says(readBlock(file, m_folder.string(), query, 64, 0), "row 64"));
        QVERIFY(says(readBlock(file, m_folder.string(), query, -1, 0), "row -1"));
        QVERIFY(says(readBlock(file, m_folder.string(), query, 0, 2), "block 2"));
        QVERIFY(says(readBlock(file, m_folder.string(), "model.layers.99.self_attn.q_proj.weight", 0, 0), "no matrix"));
        QVERIFY(says(readBlock(file, m_folder.string(), "model.norm.weight", 0, 0), "no matrix"));
        QVERIFY(says(readBlock(m_floats.string(), m_folder.string(), query, 0, 0), "no blocks"));
        QVERIFY(says(readBlock(m_folder.string(), m_folder.string(), query, 0, 0), "GGUF"));
        QVERIFY(!readBlock("/nowhere.gguf", m_folder.string(), query, 0, 0));
    }

    void originalIsRunAsFloats()
    {
        QTemporaryDir temporary;
        JobControl control;
        const auto text = [] {
            std::string story;
            for (int i = 0; i < 12; ++i)
                story += "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. ";
            return story;
        }();
        EvaluationOptions options;
        options.context = 128;
        const auto floats = openModel(m_floats.string());
        BITLOOM_VERIFY(floats);
        const auto divergence = [&](const ModelSource& reference) -> Result<double> {
            BITLOOM_TRY(const auto original, LlamaOriginal::prepare(reference, ignoreProgress(), control));
            BITLOOM_TRY(const auto report, evaluateInLlama(*floats, original.reference(), text, "story", options, ignoreProgress(), control));
            return *report.klMean;
        };
        QCOMPARE(*divergence(*floats), 0.0); // floats are taken as they are

        const auto coarse = openModel(quantized(m_floats, temporary, "q.gguf", LLAMA_FTYPE_MOSTLY_Q4_0).string());
        BITLOOM_VERIFY(coarse);
        const auto original = LlamaOriginal::prepare(*coarse, ignoreProgress(), control);
        BITLOOM_VERIFY(original);
        QVERIFY(original->reference().floats != coarse->path);
        QVERIFY(fs::exists(original->reference().floats));
        fs::path expanded;
        {
            const auto other = LlamaOriginal::prepare(*coarse, ignoreProgress(), control);
            BITLOOM_VERIFY(other);
            expanded = other->reference().floats;
            QVERIFY(expanded != original->reference().floats);
        }
        QVERIFY(!fs::exists(expanded.parent_path())); // nothing stays behind
        control.cancel();
        const auto stopped = LlamaOriginal::prepare(*coarse, ignoreProgress(), control);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }

    void reportTakesWhatTheProjectSays()
    {
        VerificationReport verification;
        verification.files.resize(1);
        verification.files[0].file = "/nowhere/at/all.gguf";
        const auto report = measuredQuality(verification, "text.txt");
        QCOMPARE(report.files.size(), std::size_t { 1 });
        QVERIFY(!report.files[0].quantization);
        QCOMPARE(report.text, std::string("text.txt"));
    }

private:
    fs::path m_folder, m_floats;
};

QTEST_GUILESS_MAIN(TestGgufResult)
#include "tst_gguf_result.moc"
