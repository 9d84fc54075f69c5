// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_encode.h"
#include "tests/plugins/plugin_fixture.h"

#include <ggml.h>

using namespace bitloom;
using namespace bitloom::test;

namespace {

LayerProblem problemFor(int type)
{
    LayerProblem problem = randomProblem(20, 256, 4);
    problem.guidedHessian = GroupedHessian { torch::stack({ *problem.plainHessian, *problem.plainHessian + torch::diag(torch::rand({ 256 }) * 100) }) };
    problem.importances = torch::rand({ 256 }) + 0.5;
    problem.ggmlType = type;
    return problem;
}

}

class GgmlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weighsColumns_data();
    void weighsColumns();
    void needsWhatItUses();
    void isWhatRtnMakesOfAGgufFile();
    void refuses();
};

void GgmlTest::weighsColumns_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : { "none", "plain", "guided", "guided_mean", "file" })
        QTest::newRow(kind) << QString(kind);
}

void GgmlTest::weighsColumns()
{
    QFETCH(QString, kind);
    const LayerProblem problem = problemFor(GGML_TYPE_Q4_K);
    std::optional<torch::Tensor> importances;
    const torch::Tensor diagonals = problem.guidedHessian->matrices.diagonal(0, 1, 2);
    if (kind == "plain")
        importances = problem.plainHessian->diagonal().unsqueeze(0);
    else if (kind == "guided")
        importances = diagonals;
    else if (kind == "guided_mean")
        importances = ((diagonals[0] + diagonals[1]) / 2).unsqueeze(0);
    else if (kind == "file")
        importances = problem.importances->unsqueeze(0);
    const auto expected = encodeWithGgml(problem.weight, GGML_TYPE_Q4_K, importances, {});
    BITLOOM_VERIFY(expected);
    const auto layer = quantizeWith("ggml", problem, 4, { { "importances", kind.toStdString() } });
    BITLOOM_VERIFY(layer);
    QVERIFY(std::get<GgmlBlocksWeight>(layer->weight).blocks.equal(expected->blocks));
    QCOMPARE(layer->objective.size(), std::size_t(1));
    QCOMPARE(layer->objective.front(), objective(problem.weight, dequantize(layer->weight), *problem.guidedHessian));
}

void GgmlTest::needsWhatItUses()
{
    const auto* quantizer = builtMethods().find("ggml");
    QVERIFY(quantizer);
    const auto needs = [&](const char* kind) { return quantizer->needs(*resolveParameters(quantizer->describe(), { { "importances", kind } })); };
    QVERIFY(!needs("none").guidedHessian && !needs("none").plainHessian);
    QVERIFY(!needs("file").guidedHessian && !needs("file").plainHessian);
    QVERIFY(!needs("plain").guidedHessian && needs("plain").plainHessian);
    QVERIFY(needs("guided").guidedHessian && !needs("guided").plainHessian);
}

void GgmlTest::isWhatRtnMakesOfAGgufFile()
{
    LayerProblem problem = problemFor(GGML_TYPE_Q4_0);
    problem.importances.reset();
    const auto rtn = quantizeWith("rtn", problem, 3);
    const auto ggml = quantizeWith("ggml", problem, 3, { { "importances", "none" } });
    BITLOOM_VERIFY(rtn);
    BITLOOM_VERIFY(ggml);
    QVERIFY(std::get<GgmlBlocksWeight>(rtn->weight).blocks.equal(std::get<GgmlBlocksWeight>(ggml->weight).blocks));
    // Floats have no blocks: the method's own grid goes into them.
    problem.ggmlType = GGML_TYPE_F16;
    const auto floats = quantizeWith("rtn", problem, 3);
    BITLOOM_VERIFY(floats);
    QVERIFY(std::holds_alternative<UniformGroupsWeight>(floats->weight));
}

void GgmlTest::refuses()
{
    LayerProblem problem = problemFor(GGML_TYPE_IQ2_XXS);
    auto layer = quantizeWith("ggml", problem, 4, { { "importances", "none" } });
    QVERIFY(!layer);
    QVERIFY(layer.error().message.find("without importances") != std::string::npos);
    problem.importances.reset();
    layer = quantizeWith("ggml", problem, 4, { { "importances", "file" } });
    QVERIFY(!layer);
    QVERIFY(layer.error().message.find("no importance matrix is given") != std::string::npos);
}

QTEST_GUILESS_MAIN(GgmlTest)
#include "tst_ggml.moc"
