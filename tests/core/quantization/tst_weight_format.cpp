// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/weight_format.h"

#include <ggml.h>
#include <QtTest/QTest>

using namespace bitloom;

class TestWeightFormat : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lookupTable();
    void outliersReplaceLookedUpValues();
    void uniformGroups();
    void ggmlBlocks_data();
    void ggmlBlocks();
    void shortBlocksAreRefused();
    void roundingIsWhatHalfHolds();
};

void TestWeightFormat::lookupTable()
{
    LookupTableWeight weight;
    weight.codes = torch::tensor({ { 0, 1, 1 }, { 1, 0, 0 } }, torch::kUInt8);
    weight.codebook = torch::tensor({ { -1.0F, 2.0F }, { 0.5F, 4.0F } });
    weight.bits = 1;
    QVERIFY(dequantize(weight).equal(torch::tensor({ { -1.0F, 2.0F, 2.0F }, { 4.0F, 0.5F, 0.5F } })));
    QCOMPARE(bitsPerWeight(weight), 1 + 16.0 * 4 / 6);
}

void TestWeightFormat::outliersReplaceLookedUpValues()
{
    LookupTableWeight weight;
    weight.codes = torch::zeros({ 2, 4 }, torch::kUInt8);
    weight.codebook = torch::tensor({ { 1.0F, 2.0F }, { 3.0F, 4.0F } });
    weight.bits = 1;
    const double without = bitsPerWeight(weight);
    weight.outliers = SparseOutliers { torch::tensor({ 1 }, torch::kInt32), torch::tensor({ 2 }, torch::kInt32), torch::tensor({ 9.0F }) };
    const torch::Tensor values = dequantize(weight);
    QCOMPARE(values[1][2].item<float>(), 9.0F);
    QCOMPARE(values[1][1].item<float>(), 3.0F);
    QVERIFY(bitsPerWeight(weight) > without);
}

void TestWeightFormat::uniformGroups()
{
    UniformGroupsWeight weight;
    weight.codes = torch::tensor({ { 0, 3, 1, 2 } }, torch::kUInt8);
    weight.scales = torch::tensor({ { 0.5F, 2.0F } });
    weight.zeros = torch::tensor({ { 1, 2 } }, torch::kUInt8);
    weight.groupOfColumn = torch::tensor({ 0, 1, 0, 1 }, torch::kInt32);
    weight.bits = 2;
    weight.groupSize = 2;
    QVERIFY(dequantize(weight).equal(torch::tensor({ { -0.5F, 2.0F, 0.0F, 0.0F } })));
    QCOMPARE(bitsPerWeight(weight), 2 + 18.0 * 2 / 4);
}

void TestWeightFormat::ggmlBlocks_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<double>("bits");
    QTest::addColumn<double>("tolerance");
    QTest::newRow("F32") << int(GGML_TYPE_F32) << 32.0 << 0.0;
    QTest::newRow("F16") << int(GGML_TYPE_F16) << 16.0 << 2e-3;
    QTest::newRow("Q8_0") << int(GGML_TYPE_Q8_0) << 8.5 << 0.02;
    QTest::newRow("Q4_0") << int(GGML_TYPE_Q4_0) << 4.5 << 0.3;
    QTest::newRow("Q6_K") << int(GGML_TYPE_Q6_K) << 6.5625 << 0.1;
}

void TestWeightFormat::ggmlBlocks()
{
    QFETCH(int, type);
    QFETCH(double, bits);
    QFETCH(double, tolerance);
    at::manual_seed(1);
    const torch::Tensor values = torch::randn({ 3, 512 }).clamp(-2, 2);
    const auto ggmlType = static_cast<ggml_type>(type);
    GgmlBlocksWeight weight;
    weight.ggmlType = type;
    weight.columns = 512;
    weight.blocks = torch::zeros({ 3, static_cast<std::int64_t>(ggml_row_size(ggmlType, 512)) }, torch::kUInt8);
    ggml_quantize_chunk(ggmlType, values.const_data_ptr<float>(), weight.blocks.mutable_data_ptr(), 0, 3, 512, nullptr);
    QCOMPARE(bitsPerWeight(weight), bits);
    QVERIFY((dequantize(weight) - values).abs().max().item<double>() <= tolerance);
}

void TestWeightFormat::shortBlocksAreRefused()
{
    GgmlBlocksWeight weight;
    weight.ggmlType = GGML_TYPE_Q4_0;
    weight.columns = 64;
    weight.blocks = torch::zeros({ 2, 35 }, torch::kUInt8);
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(dequantize(weight)), c10::Error);
    weight.ggmlType = 12345;
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(bitsPerWeight(weight)), c10::Error);
}

void TestWeightFormat::roundingIsWhatHalfHolds()
{
    LookupTableWeight weight;
    weight.codes = torch::zeros({ 1, 2 }, torch::kUInt8);
    weight.codebook = torch::tensor({ { 0.1F, 1.0F } });
    const torch::Tensor original = weight.codebook;
    const auto rounded = std::get<LookupTableWeight>(roundedToStorage(weight));
    QVERIFY(rounded.codebook.equal(original.to(torch::kFloat16).to(torch::kFloat32)));
    QVERIFY(!rounded.codebook.equal(original));
    QCOMPARE(weight.codebook[0][0].item<float>(), 0.1F);
}

QTEST_GUILESS_MAIN(TestWeightFormat)
#include "tst_weight_format.moc"
