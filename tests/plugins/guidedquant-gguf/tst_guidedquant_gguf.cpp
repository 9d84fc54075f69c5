// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantization/ggml_encode.h"
#include "core/quantization/hessian_regularisation.h"
#include "tests/plugins/plugin_fixture.h"

#include <algorithm>
#include <ggml.h>
#include <limits>

using namespace bitloom;
using namespace bitloom::test;

namespace {

constexpr const char* method = "guidedquant-gguf";

/// A problem whose guided Hessian rests on few of its tokens, and whose held-out part on others.
LayerProblem splitProblem(std::int64_t rows, std::int64_t columns)
{
    LayerProblem problem = randomProblem(rows, columns, 3);
    const auto part = [&] {
        std::vector<torch::Tensor> matrices;
        for (int group = 0; group < 2; ++group) {
            const torch::Tensor inputs = torch::randn({ columns / 2, columns }) + torch::randn({ columns / 2, 1 });
            matrices.push_back(torch::mm(inputs.t(), inputs));
        }
        return GroupedHessian { torch::stack(matrices) };
    };
    problem.fitHessian = part();
    problem.heldOutHessian = part();
    problem.guidedHessian = GroupedHessian { problem.fitHessian->matrices + problem.heldOutHessian->matrices };
    problem.fitPlainHessian = *problem.plainHessian * 0.875;
    problem.ggmlType = GGML_TYPE_Q4_0;
    return problem;
}

const GgmlBlocksWeight& blocksOf(const QuantizedLayer& layer)
{
    return std::get<GgmlBlocksWeight>(layer.weight);
}

}

class GuidedQuantGgufTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void describesItself();
    void needsWhatItUses();
    void regularisesOnHeldOutSequences();
    void takesThePlainHessian();
    void takesAskedForShrinkage();
    void keepsFloatsAndLattices();
    void isTheSameOnAnyNumberOfThreads();
    void refuses();
    void stops();
};

void GuidedQuantGgufTest::describesItself()
{
    const auto* quantizer = builtMethods().find(method);
    QVERIFY(quantizer);
    const MethodInfo info = quantizer->describe();
    QCOMPARE(info.formats, std::vector<std::string> { "gguf" });
    QVERIFY(info.needsGuidedHessian && info.needsPlainHessian);
    for (const ParameterInfo& parameter : info.parameters)
        QVERIFY2(!parameter.title.empty() && parameter.help.size() > 20 && parameter.help.back() == '.', parameter.name.c_str());
}

void GuidedQuantGgufTest::needsWhatItUses()
{
    const auto* quantizer = builtMethods().find(method);
    QVERIFY(quantizer);
    const auto needs = [&](const nlohmann::json& overrides) { return quantizer->needs(*resolveParameters(quantizer->describe(), overrides)); };
    QVERIFY(needs(nlohmann::json::object()).guidedHessian && needs(nlohmann::json::object()).plainHessian);
    QVERIFY(!needs({ { "hessian", "plain" } }).guidedHessian && needs({ { "hessian", "plain" } }).plainHessian);
}

void GuidedQuantGgufTest::regularisesOnHeldOutSequences()
{
    const LayerProblem problem = splitProblem(48, 128);
    RecordingObserver observer;
    const auto layer = quantizeWith(method, problem, 4, nlohmann::json::object(), &observer);
    BITLOOM_VERIFY(layer);
    QCOMPARE(blocksOf(*layer).ggmlType, int(GGML_TYPE_Q4_0));
    QVERIFY(layer->chosen.at("held_out_objective").get<double>() <= layer->chosen.at("held_out_objective_unregularised").get<double>());
    for (const char* name : { "shrinkage_to_plain", "shrinkage_to_diagonal", "damping" })
        QVERIFY(layer->chosen.at(name).is_number());
    QCOMPARE(observer.objectives, layer->objective);
    QVERIFY(std::is_sorted(layer->objective.rbegin(), layer->objective.rend()));
    if (layer->chosen.contains("unregularised_objective_final"))
        QCOMPARE(layer->chosen.at("unregularised_objective_final").get<double>(), objective(problem.weight, dequantize(layer->weight), *problem.guidedHessian));
}

void GuidedQuantGgufTest::takesThePlainHessian()
{
    LayerProblem problem = splitProblem(32, 128);
    const nlohmann::json overrides { { "hessian", "plain" }, { "shrinkage_to_plain", 0 }, { "shrinkage_to_diagonal", 0 }, { "damping", 0 } };
    const auto plain = quantizeWith(method, problem, 4, overrides);
    BITLOOM_VERIFY(plain);
    const GroupedHessian hessian { problem.plainHessian->unsqueeze(0) };
    const double stored = objective(problem.weight, dequantize(plain->weight), hessian);
    QVERIFY(std::abs(stored - plain->objective.back()) <= 1e-4 * stored);
    problem.guidedHessian.reset();
    const auto alone = quantizeWith(method, problem, 4, overrides);
    BITLOOM_VERIFY(alone);
    QVERIFY(blocksOf(*plain).blocks.equal(blocksOf(*alone).blocks));
}

void GuidedQuantGgufTest::takesAskedForShrinkage()
{
    const LayerProblem problem = splitProblem(32, 128);
    const auto layer = quantizeWith(method, problem, 4, { { "shrinkage_to_plain", 0.5 }, { "shrinkage_to_diagonal", 0.2 }, { "damping", 0.1 } });
    BITLOOM_VERIFY(layer);
    const auto regularised = regularise(*problem.guidedHessian, problem.plainHessian, { 0.5, 0.2, 0.1 });
    BITLOOM_VERIFY(regularised);
    const double stored = objective(problem.weight, dequantize(layer->weight), *regularised);
    QVERIFY(std::abs(stored - layer->objective.back()) <= 1e-4 * stored);
    QVERIFY(!layer->chosen.contains("damping"));
}

void GuidedQuantGgufTest::keepsFloatsAndLattices()
{
    LayerProblem problem = splitProblem(16, 256);
    problem.ggmlType = GGML_TYPE_F16;
    const auto half = quantizeWith(method, problem, 4);
    BITLOOM_VERIFY(half);
    QVERIFY(dequantize(half->weight).equal(problem.weight.to(torch::kFloat16).to(torch::kFloat32)));
    problem.ggmlType = GGML_TYPE_IQ3_S;
    const auto lattice = quantizeWith(method, problem, 4);
    BITLOOM_VERIFY(lattice);
    const auto expected = encodeWithGgml(problem.weight, GGML_TYPE_IQ3_S, problem.guidedHessian->matrices.diagonal(0, 1, 2), {});
    BITLOOM_VERIFY(expected);
    QVERIFY(blocksOf(*lattice).blocks.equal(expected->blocks));
    QCOMPARE(lattice->objective.size(), std::size_t(1));
}

void GuidedQuantGgufTest::isTheSameOnAnyNumberOfThreads()
{
    const LayerProblem problem = splitProblem(100, 128);
    const int before = threadCount();
    std::vector<torch::Tensor> blocks;
    for (const int threads : { 1, 2 }) {
        setThreadCount(threads);
        const auto layer = quantizeWith(method, problem, 4);
        BITLOOM_VERIFY(layer);
        blocks.push_back(blocksOf(*layer).blocks);
    }
    setThreadCount(before);
    QVERIFY(blocks[0].equal(blocks[1]));
}

void GuidedQuantGgufTest::refuses()
{
    LayerProblem problem = splitProblem(8, 96);
    problem.name = "layer";
    problem.ggmlType = GGML_TYPE_Q4_K;
    auto layer = quantizeWith(method, problem, 4);
    QVERIFY(!layer);
    QCOMPARE(QString::fromStdString(layer.error().message).left(70), QString("layer: rows of 96 weights are not whole blocks of 256, which Q4_K has; types that fit").left(70));
    problem.ggmlType.reset();
    layer = quantizeWith(method, problem, 4);
    QVERIFY(!layer);
    QVERIFY(layer.error().message.find("ask for format gguf") != std::string::npos);
    problem.ggmlType = GGML_TYPE_Q4_0;
    problem.guidedHessian.reset();
    layer = quantizeWith(method, problem, 4);
    QVERIFY(!layer);
    QVERIFY(layer.error().message.find("needs a guided Hessian") != std::string::npos);
    problem = splitProblem(8, 96);
    problem.weight[1][2] = std::numeric_limits<float>::quiet_NaN();
    layer = quantizeWith(method, problem, 4);
    QVERIFY(!layer);
    QCOMPARE(layer.error().code, ErrorCode::InvalidInput);
}

void GuidedQuantGgufTest::stops()
{
    std::stop_source stop;
    stop.request_stop();
    const auto layer = quantizeWith(method, splitProblem(8, 64), 4, nlohmann::json::object(), nullptr, stop.get_token());
    QVERIFY(!layer);
    QCOMPARE(layer.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(GuidedQuantGgufTest)
#include "tst_guidedquant_gguf.moc"
