// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/hessian_regularisation.h"
#include "core/quantization/layer_problem.h"
#include "tests/support/shared_data.h"

#include <QtTest/QTest>

using namespace bitloom;

class TestLayerProblem : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void groupsCoverRows_data();
    void groupsCoverRows();
    void objectiveIsTheQuadraticForm();
    void regularisationIsTheFormula();
    void noRegularisationChangesNothing();
    void plainHessianIsAskedFor();
};

void TestLayerProblem::groupsCoverRows_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("groups");
    QTest::addColumn<QList<int>>("sizes");
    QTest::newRow("even") << 8 << 4 << QList<int> { 2, 2, 2, 2 };
    QTest::newRow("last is smaller") << 10 << 4 << QList<int> { 3, 3, 3, 1 };
    QTest::newRow("nothing left for the last") << 5 << 4 << QList<int> { 2, 2, 1 };
    QTest::newRow("more groups than rows") << 2 << 9 << QList<int> { 1, 1 };
    QTest::newRow("one") << 7 << 1 << QList<int> { 7 };
}

void TestLayerProblem::groupsCoverRows()
{
    QFETCH(int, rows);
    QFETCH(int, groups);
    QFETCH(QList<int>, sizes);
    const std::vector<RowGroup> runs = rowGroups(rows, groups);
    QList<int> found;
    std::int64_t next = 0;
    for (const RowGroup& run : runs) {
        QCOMPARE(run.begin, next);
        found << static_cast<int>(run.end - run.begin);
        next = run.end;
    }
    QCOMPARE(found, sizes);
    QCOMPARE(next, std::int64_t { rows });
    // The number of matrices that a grouped Hessian has gives the same cut again.
    QCOMPARE(rowGroups(rows, static_cast<std::int64_t>(runs.size())).size(), runs.size());
}

void TestLayerProblem::objectiveIsTheQuadraticForm()
{
    const torch::Tensor weight = torch::tensor({ { 1.0F, 2.0F }, { 0.0F, 1.0F }, { 3.0F, 0.0F } });
    const torch::Tensor quantized = torch::tensor({ { 0.0F, 2.0F }, { 0.0F, 0.0F }, { 2.0F, 1.0F } });
    const GroupedHessian hessian { torch::tensor({ 2.0F, 1.0F, 1.0F, 3.0F, 5.0F, -1.0F, -1.0F, 7.0F }).view({ 2, 2, 2 }) };
    // Rows 0 and 1 have the first matrix: 2 and 3; row 2 has the second: 5 + 7 + 2.
    QCOMPARE(objective(weight, quantized, hessian), (2.0 + 3.0 + 14.0) / 3);
}

void TestLayerProblem::regularisationIsTheFormula()
{
    at::manual_seed(1);
    const torch::Tensor x = torch::randn({ 2, 6, 6 });
    const GroupedHessian hessian { torch::bmm(x, x.transpose(1, 2)) };
    const torch::Tensor plain = torch::mm(x[0], x[0].t()) + 3 * torch::eye(6);
    const auto result = regularise(hessian, plain, { 0.5, 0.2, 0.1 });
    BITLOOM_VERIFY(result);
    for (int k = 0; k < 2; ++k) {
        const torch::Tensor h = hessian.matrices[k];
        const torch::Tensor m = 0.5 * h + 0.5 * (h.trace() / plain.trace()) * plain;
        const torch::Tensor expected = 0.8 * m + 0.2 * m.diagonal().diag() + 0.1 * m.diagonal().mean() * torch::eye(6);
        QVERIFY(torch::allclose(result->matrices[k], expected, 1e-5, 1e-5));
    }
}

void TestLayerProblem::noRegularisationChangesNothing()
{
    const GroupedHessian hessian { torch::randn({ 1, 3, 3 }) };
    const auto result = regularise(hessian, std::nullopt, {});
    BITLOOM_VERIFY(result);
    QVERIFY(result->matrices.is_same(hessian.matrices));
}

void TestLayerProblem::plainHessianIsAskedFor()
{
    const auto result = regularise({ torch::ones({ 1, 3, 3 }) }, std::nullopt, { 0.5, 0, 0 });
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::InvalidInput);
    QVERIFY(result.error().message.find("shrinkage_to_plain") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestLayerProblem)
#include "tst_layer_problem.moc"
