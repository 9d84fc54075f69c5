// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/plugins/plugin_fixture.h"

using namespace bitloom;
using namespace bitloom::test;

namespace {

/// A guided problem of two groups, from few fit tokens and many held-out ones.
LayerProblem splitProblem(std::uint64_t seed)
{
    LayerProblem problem = randomProblem(64, 48, seed);
    const auto guided = [](const torch::Tensor& inputs) {
        const torch::Tensor saliency = torch::randn({ 2, inputs.size(0), 1 }).exp();
        return GroupedHessian { torch::matmul((inputs * saliency).transpose(1, 2), inputs) };
    };
    const torch::Tensor fit = torch::randn({ 40, 48 });
    problem.fitPlainHessian = torch::mm(fit.t(), fit);
    problem.fitHessian = guided(fit);
    problem.heldOutHessian = guided(torch::randn({ 1000, 48 }));
    problem.guidedHessian = GroupedHessian { problem.fitHessian->matrices + problem.heldOutHessian->matrices };
    return problem;
}

}

class TestGuidedQuant : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void describesItself();
    void publishedMethodIsLnqOnGuidedHessians();
    void choosesShrinkageOnHeldOutSequences();
    void keepsWhatIsAskedFor();
    void needsAGuidedHessian();
    void isTheSameOnAnyNumberOfThreads();
    void stops();
};

void TestGuidedQuant::describesItself()
{
    const WeightQuantizer* method = builtMethods().find("guidedquant");
    QVERIFY(method);
    const MethodInfo info = method->describe();
    verifyDescription(info);
    QVERIFY(info.needsGuidedHessian && info.needsPlainHessian);
    int automatic = 0;
    for (const ParameterInfo& parameter : info.parameters)
        automatic += parameter.automatic && parameter.defaultValue == "auto";
    QCOMPARE(automatic, 3);
}

void TestGuidedQuant::publishedMethodIsLnqOnGuidedHessians()
{
    LayerProblem problem = splitProblem(1);
    const auto guided = quantizeWith("guidedquant", problem, 3, { { "shrinkage_to_plain", 0 }, { "shrinkage_to_diagonal", 0 }, { "damping", 0 } });
    BITLOOM_VERIFY(guided);
    problem.plainHessian.reset();
    const auto lnq = quantizeWith("lnq", problem, 3);
    BITLOOM_VERIFY(lnq);
    QVERIFY(identical(*guided, *lnq));
    QVERIFY(guided->chosen.empty());
}

void TestGuidedQuant::choosesShrinkageOnHeldOutSequences()
{
    const LayerProblem problem = splitProblem(2);
    const auto result = quantizeWith("guidedquant", problem, 3);
    BITLOOM_VERIFY(result);
    for (const char* name : { "shrinkage_to_plain", "shrinkage_to_diagonal", "damping" })
        QVERIFY(result->chosen.at(name).is_number());
    QVERIFY(result->chosen.at("held_out_objective") < result->chosen.at("held_out_objective_unregularised"));
    QVERIFY(result->chosen.at("unregularised_objective_final") < result->chosen.at("unregularised_objective_initial"));
    for (std::size_t i = 1; i < result->objective.size(); ++i)
        QVERIFY(result->objective[i] <= result->objective[i - 1]);
}

void TestGuidedQuant::keepsWhatIsAskedFor()
{
    const LayerProblem problem = splitProblem(3);
    const auto result = quantizeWith("guidedquant", problem, 3, { { "damping", 0.05 } });
    BITLOOM_VERIFY(result);
    QVERIFY(!result->chosen.contains("damping"));
    QVERIFY(result->chosen.contains("shrinkage_to_plain"));
}

void TestGuidedQuant::needsAGuidedHessian()
{
    const auto result = quantizeWith("guidedquant", randomProblem(8, 16, 1), 3);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::InvalidInput);
    QVERIFY(result.error().message.find("guided Hessian") != std::string::npos);
}

void TestGuidedQuant::isTheSameOnAnyNumberOfThreads()
{
    const LayerProblem problem = splitProblem(4);
    QVERIFY(sameOnAnyNumberOfThreads([&] { return quantizeWith("guidedquant", problem, 3); }));
}

void TestGuidedQuant::stops()
{
    std::stop_source source;
    source.request_stop();
    const auto result = quantizeWith("guidedquant", splitProblem(5), 3, nlohmann::json::object(), nullptr, source.get_token());
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestGuidedQuant)
#include "tst_guidedquant.moc"
