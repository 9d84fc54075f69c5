// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/plugins/plugin_fixture.h"

#include <cmath>
#include <limits>

using namespace bitloom;
using namespace bitloom::test;

class RtnTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void describesItself();
    void liesOnItsGrid_data();
    void liesOnItsGrid();
    void isWithinHalfAStep();
    void takesTheNearestPoint();
    void keepsZerosAndConstantRows();
    void symmetricGridIsCentred();
    void moreBitsLoseLess();
    void reportsTheObjective();
    void isTheSameOnAnyNumberOfThreads();
    void refusesWhatIsNoWeight_data();
    void refusesWhatIsNoWeight();
    void stops();
};

void RtnTest::describesItself()
{
    const auto* method = builtMethods().find("rtn");
    QVERIFY(method);
    const MethodInfo info = method->describe();
    verifyDescription(info);
    QVERIFY(!info.needsCalibration());
    QCOMPARE(info.minimumBits, 2);
    QCOMPARE(info.maximumBits, 8);
    QCOMPARE(info.parameters.size(), std::size_t(2));
}

void RtnTest::liesOnItsGrid_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("groupSize");
    QTest::addColumn<bool>("symmetric");
    for (const int bits : { 2, 3, 4, 5, 8 }) {
        for (const int groupSize : { 0, 1, 7, 32, 100, 4096 }) {
            for (const bool symmetric : { false, true })
                QTest::addRow("%d bits, groups of %d%s", bits, groupSize, symmetric ? ", symmetric" : "") << bits << groupSize << symmetric;
        }
    }
}

void RtnTest::liesOnItsGrid()
{
    QFETCH(int, bits);
    QFETCH(int, groupSize);
    QFETCH(bool, symmetric);
    const LayerProblem problem = randomProblem(5, 100, 1);
    const auto layer = quantizeWith("rtn", problem, bits, { { "group_size", groupSize }, { "symmetric", symmetric } });
    BITLOOM_VERIFY(layer);
    const auto& format = std::get<UniformGroupsWeight>(layer->weight);
    const int size = groupSize == 0 ? 100 : std::min(groupSize, 100);
    QCOMPARE(format.groupSize, size);
    QCOMPARE(format.scales.size(1), std::int64_t((100 + size - 1) / size));
    verifyOnUniformGrid(format, bits);
}

void RtnTest::isWithinHalfAStep()
{
    const LayerProblem problem = randomProblem(16, 128, 2);
    const auto layer = quantizeWith("rtn", problem, 4, { { "group_size", 32 } });
    BITLOOM_VERIFY(layer);
    const auto& format = std::get<UniformGroupsWeight>(layer->weight);
    const torch::Tensor step = format.scales.repeat_interleave(32, 1);
    // Half a step, and at the ends of the range what rounding the zero and the step to f16 moved it by.
    const torch::Tensor error = (dequantize(layer->weight) - problem.weight).abs() / step;
    QVERIFY2(error.max().item<float>() <= 1.01F, qPrintable(QString::number(error.max().item<float>())));
    QVERIFY2(error.mean().item<float>() < 0.27F, qPrintable(QString::number(error.mean().item<float>())));
}

void RtnTest::takesTheNearestPoint()
{
    LayerProblem problem;
    problem.name = "by hand";
    problem.weight = torch::tensor({ { -1.0F, 2.0F, 0.4F, 0.6F, -0.2F, 1.4F } });
    const auto layer = quantizeWith("rtn", problem, 2);
    BITLOOM_VERIFY(layer);
    const auto& format = std::get<UniformGroupsWeight>(layer->weight);
    QCOMPARE(format.scales.item<float>(), 1.0F); // from -1 to 2 in three steps
    QCOMPARE(format.zeros.item<std::uint8_t>(), std::uint8_t(1));
    QVERIFY(dequantize(layer->weight).equal(torch::tensor({ { -1.0F, 2.0F, 0.0F, 1.0F, 0.0F, 1.0F } })));
}

void RtnTest::keepsZerosAndConstantRows()
{
    LayerProblem problem;
    problem.name = "flat";
    problem.weight = torch::tensor({ { 0.0F, 0.0F, 0.0F }, { 0.75F, 0.75F, 0.75F }, { -3.0F, -3.0F, -3.0F }, { 1e-12F, -1e-12F, 0.0F } });
    for (const bool symmetric : { false, true }) {
        const auto layer = quantizeWith("rtn", problem, 3, { { "symmetric", symmetric } });
        BITLOOM_VERIFY(layer);
        const torch::Tensor values = dequantize(layer->weight);
        QVERIFY(values[0].equal(torch::zeros(3)));
        QVERIFY((values - problem.weight).abs().max().item<float>() < (symmetric ? 0.45F : 2e-3F));
        QVERIFY(values.isfinite().all().item<bool>());
    }
}

void RtnTest::symmetricGridIsCentred()
{
    const LayerProblem problem = randomProblem(8, 64, 3);
    const auto layer = quantizeWith("rtn", problem, 4, { { "symmetric", true } });
    BITLOOM_VERIFY(layer);
    QVERIFY(std::get<UniformGroupsWeight>(layer->weight).zeros.eq(8).all().item<bool>());
}

void RtnTest::moreBitsLoseLess()
{
    const LayerProblem problem = randomProblem(32, 96, 4);
    double before = std::numeric_limits<double>::infinity();
    for (int bits = 2; bits <= 8; ++bits) {
        const auto layer = quantizeWith("rtn", problem, bits);
        BITLOOM_VERIFY(layer);
        QVERIFY(layer->objective.front() < before * 0.5);
        before = layer->objective.front();
    }
}

void RtnTest::reportsTheObjective()
{
    LayerProblem problem = randomProblem(12, 40, 5);
    RecordingObserver observer;
    auto layer = quantizeWith("rtn", problem, 3, nlohmann::json::object(), &observer);
    BITLOOM_VERIFY(layer);
    const torch::Tensor difference = (dequantize(layer->weight) - problem.weight).to(torch::kFloat64);
    const double expected = (torch::mm(difference, problem.plainHessian->to(torch::kFloat64)) * difference).sum().item<double>() / 12;
    QCOMPARE(layer->objective.size(), std::size_t(1));
    QVERIFY(std::abs(layer->objective[0] - expected) <= 1e-9 * expected);
    QCOMPARE(observer.objectives, layer->objective);

    problem.guidedHessian = GroupedHessian { torch::stack({ 2 * *problem.plainHessian, 2 * *problem.plainHessian }) };
    layer = quantizeWith("rtn", problem, 3);
    BITLOOM_VERIFY(layer);
    QVERIFY(std::abs(layer->objective[0] - 2 * expected) <= 1e-9 * expected);

    problem.guidedHessian.reset();
    problem.plainHessian.reset();
    layer = quantizeWith("rtn", problem, 3);
    BITLOOM_VERIFY(layer);
    QVERIFY(layer->objective.empty());
}

void RtnTest::isTheSameOnAnyNumberOfThreads()
{
    const LayerProblem problem = randomProblem(300, 257, 6);
    QVERIFY(sameOnAnyNumberOfThreads([&] { return quantizeWith("rtn", problem, 3, { { "group_size", 64 } }); }));
}

void RtnTest::refusesWhatIsNoWeight_data()
{
    QTest::addColumn<float>("value");
    QTest::addColumn<QString>("reason");
    QTest::addRow("NaN") << std::numeric_limits<float>::quiet_NaN() << "layer: the weight holds NaN or infinity";
    QTest::addRow("infinity") << -std::numeric_limits<float>::infinity() << "layer: the weight holds NaN or infinity";
    QTest::addRow("too large for f16 steps") << 3e38F << "above 65504";
}

void RtnTest::refusesWhatIsNoWeight()
{
    QFETCH(float, value);
    QFETCH(QString, reason);
    LayerProblem problem = randomProblem(4, 8, 7);
    problem.name = "layer";
    problem.weight[2][3] = value;
    const auto layer = quantizeWith("rtn", problem, 4);
    QVERIFY(!layer);
    QCOMPARE(layer.error().code, ErrorCode::InvalidInput);
    QVERIFY2(QString::fromStdString(layer.error().message).contains(reason), layer.error().message.c_str());
}

void RtnTest::stops()
{
    std::stop_source stop;
    stop.request_stop();
    const auto layer = quantizeWith("rtn", randomProblem(4, 8, 8), 4, nlohmann::json::object(), nullptr, stop.get_token());
    QVERIFY(!layer);
    QCOMPARE(layer.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(RtnTest)
#include "tst_rtn.moc"
