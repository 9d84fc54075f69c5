// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "tests/plugins/plugin_fixture.h"

#include <cmath>
#include <limits>

using namespace bitloom;
using namespace bitloom::test;

namespace {

LookupTableWeight tableOf(const QuantizedLayer& layer)
{
    return std::get<LookupTableWeight>(layer.weight);
}

Result<nlohmann::json> publishedObjectives()
{
    BITLOOM_TRY(const std::string text, readTextFile(sharedFolder() / "golden" / "guidedquant" / "objectives.json"));
    return nlohmann::json::parse(text);
}

Result<LookupTableStart> publishedStart(const std::string& layer, int bits)
{
    const std::string file = (layer.find("k_proj") != std::string::npos ? "0_k_proj_" : "10_gate_proj_") + std::to_string(bits) + "bit.safetensors";
    BITLOOM_TRY(const SafetensorsFile opened, SafetensorsFile::open(sharedFolder() / "golden" / "guidedquant" / file));
    const TensorData* codes = opened.find("initial_codes");
    if (!codes || codes->type != ScalarType::U8)
        return fail(ErrorCode::InvalidInput, "{}: no initial_codes", file);
    LookupTableStart start;
    start.codes = torch::empty(codes->shape, torch::kUInt8);
    std::memcpy(start.codes.mutable_data_ptr(), codes->bytes.data(), codes->bytes.size());
    start.codebook = goldenTensor(opened, "initial_codebook");
    return start;
}

}

class TestLnq : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void describesItself();
    void beatsThePublishedCode_data();
    void beatsThePublishedCode();
    void prefersThePlainHessian();
    void needsAHessian();
    void refusesNan();
    void isTheSameOnAnyNumberOfThreads();
    void dampingIsReportedOnTheProblemsOwnHessian();
};

void TestLnq::describesItself()
{
    const WeightQuantizer* method = builtMethods().find("lnq");
    QVERIFY(method);
    verifyDescription(method->describe());
    QVERIFY(method->describe().needsPlainHessian);
    QVERIFY(!method->describe().needsFisherDiagonal);
}

void TestLnq::beatsThePublishedCode_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("fromItsStart");
    for (const char* layer : goldenLayers)
        for (const int bits : { 2, 3, 4 })
            for (const bool fromItsStart : { false, true })
                QTest::addRow("%s, %d bits, %s", layer, bits, fromItsStart ? "its start" : "own start") << layer << bits << fromItsStart;
}

void TestLnq::beatsThePublishedCode()
{
    BITLOOM_REQUIRE_SHARED();
    QFETCH(QString, layer);
    QFETCH(int, bits);
    QFETCH(bool, fromItsStart);
    auto problem = goldenProblem(layer.toStdString());
    BITLOOM_VERIFY(problem);
    const auto published = publishedObjectives();
    BITLOOM_VERIFY(published);
    const nlohmann::json& reference = published->at(layer.toStdString()).at(std::to_string(bits));
    const double bar = reference.at("objective_end").get<double>() * (fromItsStart ? 1.001 : 1.0);
    if (fromItsStart) {
        auto start = publishedStart(layer.toStdString(), bits);
        BITLOOM_VERIFY(start);
        problem->start = std::move(*start);
    }
    RecordingObserver observer;
    const auto result = quantizeWith("lnq", *problem, bits, nlohmann::json::object(), &observer);
    BITLOOM_VERIFY(result);
    if (fromItsStart)
        QVERIFY(std::abs(result->objective.front() / reference.at("objective_start").get<double>() - 1) < 1e-4);
    for (std::size_t i = 1; i < result->objective.size(); ++i)
        QVERIFY(result->objective[i] <= result->objective[i - 1]);
    QVERIFY(result->objective == observer.objectives);
    QVERIFY(observer.withCodebook >= 2); // the start and the end
    const double real = objective(problem->weight, dequantize(result->weight), *problem->guidedHessian);
    QVERIFY2(std::abs(real / result->objective.back() - 1) < 1e-5, qPrintable(QString::number(real / result->objective.back() - 1)));
    QVERIFY2(real <= bar, qPrintable(QString("%1 against %2").arg(real).arg(bar)));
    QCOMPARE(tableOf(*result).bits, bits);
}

void TestLnq::prefersThePlainHessian()
{
    LayerProblem problem = randomProblem(24, 32, 3);
    problem.guidedHessian = GroupedHessian { torch::eye(32).repeat({ 2, 1, 1 }) };
    const auto both = quantizeWith("lnq", problem, 3);
    BITLOOM_VERIFY(both);
    problem.guidedHessian.reset();
    const auto plainAlone = quantizeWith("lnq", problem, 3);
    BITLOOM_VERIFY(plainAlone);
    QVERIFY(identical(*both, *plainAlone));
    problem.guidedHessian = GroupedHessian { problem.plainHessian->unsqueeze(0) };
    problem.plainHessian.reset();
    const auto guidedAlone = quantizeWith("lnq", problem, 3);
    BITLOOM_VERIFY(guidedAlone);
    QVERIFY(identical(*both, *guidedAlone));
}

void TestLnq::needsAHessian()
{
    LayerProblem problem = randomProblem(8, 16, 3);
    problem.plainHessian.reset();
    const auto result = quantizeWith("lnq", problem, 3);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::InvalidInput);
}

void TestLnq::refusesNan()
{
    LayerProblem problem = randomProblem(8, 16, 3);
    problem.weight[2][3] = std::numeric_limits<float>::quiet_NaN();
    const auto result = quantizeWith("lnq", problem, 3);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::InvalidInput);
    QVERIFY(result.error().message.starts_with("random: "));
}

void TestLnq::isTheSameOnAnyNumberOfThreads()
{
    const LayerProblem problem = randomProblem(100, 72, 4);
    QVERIFY(sameOnAnyNumberOfThreads([&] { return quantizeWith("lnq", problem, 3); }));
    QVERIFY(sameOnAnyNumberOfThreads([&] { return quantizeWith("lnq", problem, 2, { { "damping", 0.1 } }); }));
}

void TestLnq::dampingIsReportedOnTheProblemsOwnHessian()
{
    const LayerProblem problem = randomProblem(40, 48, 5);
    const auto result = quantizeWith("lnq", problem, 3, { { "damping", 0.2 } });
    BITLOOM_VERIFY(result);
    const GroupedHessian own { problem.plainHessian->unsqueeze(0) };
    const double real = objective(problem.weight, dequantize(result->weight), own);
    QVERIFY(std::abs(result->chosen.at("unregularised_objective_final").get<double>() / real - 1) < 1e-9);
    QVERIFY(result->objective.back() > real);
    for (std::size_t i = 1; i < result->objective.size(); ++i)
        QVERIFY(result->objective[i] <= result->objective[i - 1]);
}

QTEST_GUILESS_MAIN(TestLnq)
#include "tst_lnq.moc"
