// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/gguf_mixes.h"
#include "core/export/gguf_types.h"
#include "core/io/gguf_file.h"

#include <map>
#include <QTest>

using namespace bitloom;

/// The types that llama-quantize gave the tensors of SmolLM2-135M (30 blocks, rows of 576 and 1536, 3 heads for each key-value head), which
/// golden/llama/README.md lists.
class GgufMixesTest : public QObject
{
    Q_OBJECT

    static std::string typesOf(const std::string& mix, TensorRole role, std::int64_t columns, bool importances)
    {
        const MixFacts facts { 30, 3, true, importances };
        std::map<std::string, int> counts;
        std::vector<std::string> order;
        for (std::int64_t block = 0; block < facts.blocks; ++block)
            ++counts[ggmlTypeName(typeForRow(mixType(*mixFileType(mix), role, block, columns, facts), columns))];
        std::string text;
        for (const auto& [type, count] : counts)
            text += (text.empty() ? "" : " ") + type + "x" + std::to_string(count);
        return text;
    }

private Q_SLOTS:
    void likeLlamaQuantize_data()
    {
        QTest::addColumn<QString>("mix");
        QTest::addColumn<bool>("importances");
        QTest::addColumn<QString>("common");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("attentionOutput");
        QTest::addColumn<QString>("down");
        const auto row = [](const char* mix, bool importances, const char* common, const char* value, const char* output, const char* down) {
            QTest::addRow("%s%s", mix, importances ? " with importances" : "") << QString(mix) << importances << QString(common) << QString(value) << QString(output) << QString(down);
        };
        row("Q4_0", false, "Q4_0x30", "Q4_0x30", "Q4_0x30", "Q4_0x30");
        row("Q4_0", true, "Q4_0x30", "Q4_0x30", "Q4_0x30", "Q4_0x27 Q4_1x3");
        row("Q4_K_M", true, "Q5_0x30", "Q5_0x16 Q8_0x14", "Q5_0x30", "Q4_Kx16 Q6_Kx14");
        row("Q2_K", false, "Q4_0x30", "Q4_0x30", "Q4_0x30", "Q3_Kx30");
        row("Q3_K_S", true, "Q4_0x30", "Q4_0x30", "Q4_0x30", "Q3_Kx30");
        row("Q3_K_M", true, "Q4_0x30", "Q5_0x28 Q5_1x2", "Q5_0x30", "Q4_Kx29 Q5_Kx1");
        row("IQ4_NL", false, "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx27 Q5_Kx3");
        row("IQ4_NL", true, "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30");
        row("IQ3_S", true, "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30", "IQ3_Sx30");
        row("IQ3_XXS", true, "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30", "IQ3_XXSx30");
        row("IQ2_M", true, "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30", "IQ2_Sx27 IQ3_Sx3");
        row("IQ2_XS", true, "IQ4_NLx30", "Q4_0x30", "IQ4_NLx30", "IQ2_XSx27 Q2_Kx3");
        row("IQ2_XXS", true, "IQ4_NLx30", "Q4_0x30", "IQ4_NLx30", "IQ2_XXSx27 Q2_Kx3");
        row("IQ4_XS", true, "IQ4_NLx30", "IQ4_NLx30", "IQ4_NLx30", "IQ4_XSx30");
        row("Q5_K_M", true, "Q5_1x30", "Q5_1x16 Q8_0x14", "Q5_1x30", "Q5_Kx16 Q6_Kx14");
        row("Q6_K", false, "Q8_0x30", "Q8_0x30", "Q8_0x30", "Q6_Kx30");
        row("Q5_0", false, "Q5_0x30", "Q5_0x30", "Q5_0x30", "Q5_0x30");
    }
    void likeLlamaQuantize()
    {
        QFETCH(QString, mix);
        QFETCH(bool, importances);
        QFETCH(QString, common);
        QFETCH(QString, value);
        QFETCH(QString, attentionOutput);
        QFETCH(QString, down);
        const auto is = [&](TensorRole role, std::int64_t columns, const QString& expected) {
            QCOMPARE(QString::fromStdString(typesOf(mix.toStdString(), role, columns, importances)), expected);
        };
        for (const TensorRole role : { TensorRole::AttentionQuery, TensorRole::AttentionKey, TensorRole::FeedForwardGate, TensorRole::FeedForwardUp })
            is(role, 576, common);
        is(TensorRole::AttentionValue, 576, value);
        is(TensorRole::AttentionOutput, 576, attentionOutput);
        is(TensorRole::FeedForwardDown, 1536, down);
        is(TensorRole::Embedding, 576, "Q8_0x30");
    }

    void everyMixHasTypesThatFit()
    {
        for (const std::string& mix : ggufMixes()) {
            for (const bool tied : { false, true }) {
                const MixFacts facts { 80, 8, tied, true };
                for (const TensorRole role : { TensorRole::Embedding, TensorRole::Output, TensorRole::AttentionQuery, TensorRole::AttentionValue,
                         TensorRole::AttentionOutput, TensorRole::FeedForwardGate, TensorRole::FeedForwardDown }) {
                    for (const std::int64_t block : { 0, 1, 3, 40, 79 }) {
                        const int type = mixType(*mixFileType(mix), role, block, 4096, facts);
                        QVERIFY2(!ggmlTypeName(type).empty() && typeForRow(type, 4096) == type, mix.c_str());
                    }
                }
            }
        }
        QVERIFY(!mixFileType("Q9_K_M"));
    }
};

QTEST_GUILESS_MAIN(GgufMixesTest)
#include "tst_gguf_mixes.moc"
