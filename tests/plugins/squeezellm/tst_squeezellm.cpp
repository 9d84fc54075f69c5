// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/plugins/plugin_fixture.h"

#include <cmath>
#include <limits>

using namespace bitloom;
using namespace bitloom::test;

namespace {

double fisherError(const LayerProblem& problem, const torch::Tensor& values)
{
    return ((values - problem.weight).to(torch::kFloat64).square() * *problem.fisherDiagonal).sum().item<double>()
        / static_cast<double>(problem.weight.size(0));
}

}

class SqueezeLlmTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void describesItself();
    void isACodebookPerRow_data();
    void isACodebookPerRow();
    void noCodebookIsBetter();
    void beatsRoundToNearest();
    void startsBelowThePublishedKMeans();
    void keepsOutliersExactly();
    void choosesSensitiveAndLargeOutliers();
    void reportsTheObjective();
    void isTheSameOnAnyNumberOfThreads();
    void refusesToGuessTheFisherDiagonal();
    void refusesABrokenFisherDiagonal_data();
    void refusesABrokenFisherDiagonal();
    void stops();
};

void SqueezeLlmTest::describesItself()
{
    const auto* method = builtMethods().find("squeezellm");
    QVERIFY(method);
    const MethodInfo info = method->describe();
    verifyDescription(info);
    QVERIFY(info.needsFisherDiagonal && !info.needsPlainHessian && !info.needsGuidedHessian);
    QCOMPARE(info.formats, (std::vector<std::string> { "safetensors", "anyprecision", "gguf" }));
}

void SqueezeLlmTest::isACodebookPerRow_data()
{
    QTest::addColumn<int>("bits");
    for (const int bits : { 2, 3, 4, 6, 8 })
        QTest::addRow("%d bits", bits) << bits;
}

void SqueezeLlmTest::isACodebookPerRow()
{
    QFETCH(int, bits);
    const LayerProblem problem = randomProblem(9, 150, 1);
    const auto layer = quantizeWith("squeezellm", problem, bits);
    BITLOOM_VERIFY(layer);
    const auto& format = std::get<LookupTableWeight>(layer->weight);
    QCOMPARE(format.bits, bits);
    QVERIFY(!format.outliers);
    QVERIFY(format.codebook.sizes() == torch::IntArrayRef({ 9, std::int64_t { 1 } << bits }));
    QVERIFY(format.codebook.diff().ge(0).all().item<bool>());
    QVERIFY(format.codes.max().item<std::int64_t>() < (1 << bits));
    // Every weight takes the nearest value of its own row's codebook.
    const torch::Tensor nearest = (problem.weight.unsqueeze(2) - format.codebook.unsqueeze(1)).abs().amin(2);
    QVERIFY(torch::allclose((dequantize(layer->weight) - problem.weight).abs(), nearest, 1e-6, 1e-9));
}

void SqueezeLlmTest::noCodebookIsBetter()
{
    const LayerProblem problem = randomProblem(6, 60, 2);
    const auto layer = quantizeWith("squeezellm", problem, 2);
    BITLOOM_VERIFY(layer);
    const torch::Tensor best = dequantize(layer->weight);
    const double least = fisherError(problem, best);
    // Moving any codeword, or Lloyd's iterations from random starts, must not find anything lower.
    at::manual_seed(3);
    for (int attempt = 0; attempt < 200; ++attempt) {
        torch::Tensor codebook = std::get<LookupTableWeight>(layer->weight).codebook.clone();
        if (attempt % 2 == 0)
            codebook += 0.01 * torch::randn_like(codebook);
        else
            codebook = torch::gather(problem.weight, 1, torch::randint(60, { 6, 4 }));
        for (int iteration = 0; iteration < 10; ++iteration) {
            const torch::Tensor codes = (problem.weight.unsqueeze(2) - codebook.unsqueeze(1)).abs().argmin(2);
            QVERIFY(fisherError(problem, torch::gather(codebook, 1, codes)) >= least * (1 - 1e-5));
            const torch::Tensor mass = torch::zeros_like(codebook).scatter_add_(1, codes, *problem.fisherDiagonal);
            const torch::Tensor moment = torch::zeros_like(codebook).scatter_add_(1, codes, *problem.fisherDiagonal * problem.weight);
            codebook = torch::where(mass > 0, moment / mass, codebook);
        }
    }
}

void SqueezeLlmTest::beatsRoundToNearest()
{
    const LayerProblem problem = randomProblem(20, 100, 4);
    for (int bits = 2; bits <= 5; ++bits) {
        const auto layer = quantizeWith("squeezellm", problem, bits);
        const auto rounded = quantizeWith("rtn", problem, bits);
        BITLOOM_VERIFY(layer);
        BITLOOM_VERIFY(rounded);
        QVERIFY(fisherError(problem, dequantize(layer->weight)) < 0.7 * fisherError(problem, dequantize(rounded->weight)));
    }
}

void SqueezeLlmTest::startsBelowThePublishedKMeans()
{
    BITLOOM_REQUIRE_SHARED();
    for (const std::string layer : goldenLayers) {
        const auto problem = goldenProblem(layer);
        BITLOOM_VERIFY(problem);
        for (int bits = 2; bits <= 4; ++bits) {
            const auto solved = quantizeWith("squeezellm", *problem, bits);
            BITLOOM_VERIFY(solved);
            const std::string flat = layer.find("k_proj") != std::string::npos ? "k_proj" : "gate_proj";
            std::filesystem::path startFile;
            for (const auto& entry : std::filesystem::directory_iterator(sharedFolder() / "golden" / "guidedquant")) {
                const std::string name = entry.path().filename().string();
                if (name.find(flat) != std::string::npos && name.find(std::to_string(bits) + "bit") != std::string::npos)
                    startFile = entry.path();
            }
            const auto file = SafetensorsFile::open(startFile);
            BITLOOM_VERIFY(file);
            const TensorData* codes = file->find("initial_codes");
            QVERIFY(codes && codes->type == ScalarType::U8);
            torch::Tensor initialCodes = torch::empty(codes->shape, torch::kUInt8);
            std::memcpy(initialCodes.mutable_data_ptr(), codes->bytes.data(), codes->bytes.size());
            const torch::Tensor initial
                = torch::gather(goldenTensor(*file, "initial_codebook"), 1, initialCodes.to(torch::kInt64));
            QVERIFY(fisherError(*problem, dequantize(solved->weight)) <= fisherError(*problem, initial) * (1 + 1e-6));
        }
    }
}

void SqueezeLlmTest::keepsOutliersExactly()
{
    const LayerProblem problem = randomProblem(40, 90, 5);
    const auto plain = quantizeWith("squeezellm", problem, 3);
    const auto sparse = quantizeWith("squeezellm", problem, 3, { { "outlier_percent", 0.5 } });
    BITLOOM_VERIFY(plain);
    BITLOOM_VERIFY(sparse);
    const auto& format = std::get<LookupTableWeight>(sparse->weight);
    QVERIFY(format.outliers);
    QCOMPARE(format.outliers->values.numel(), std::int64_t(18)); // 0.5 % of 3600
    const torch::Tensor values = dequantize(sparse->weight);
    for (std::int64_t i = 0; i < 18; ++i) {
        const auto row = format.outliers->rows[i].item<int>();
        const auto column = format.outliers->columns[i].item<int>();
        QCOMPARE(values[row][column].item<float>(), problem.weight[row][column].item<float>());
    }
    QVERIFY(fisherError(problem, values) < fisherError(problem, dequantize(plain->weight)));
    QVERIFY(bitsPerWeight(sparse->weight) > bitsPerWeight(plain->weight));
}

void SqueezeLlmTest::choosesSensitiveAndLargeOutliers()
{
    LayerProblem problem = randomProblem(10, 90, 6);
    problem.weight[3][7] = 5.0; // by far the largest
    (*problem.fisherDiagonal)[8][80] = 1e6; // by far the most sensitive
    const auto layer = quantizeWith("squeezellm", problem, 3, { { "outlier_percent", 1.0 } }); // 9: one sensitive, eight large
    BITLOOM_VERIFY(layer);
    const auto& outliers = std::get<LookupTableWeight>(layer->weight).outliers;
    QVERIFY(outliers);
    QCOMPARE(outliers->values.numel(), std::int64_t(9));
    const torch::Tensor flat = outliers->rows * 90 + outliers->columns;
    QVERIFY(flat.diff().gt(0).all().item<bool>());
    QVERIFY(flat.eq(3 * 90 + 7).any().item<bool>());
    QVERIFY(flat.eq(8 * 90 + 80).any().item<bool>());
    QCOMPARE(std::get<LookupTableWeight>(layer->weight).codebook.max().item<float>() < 1, true);
}

void SqueezeLlmTest::reportsTheObjective()
{
    LayerProblem problem = randomProblem(12, 40, 7);
    RecordingObserver observer;
    auto layer = quantizeWith("squeezellm", problem, 3, nlohmann::json::object(), &observer);
    BITLOOM_VERIFY(layer);
    const double expected = objective(problem.weight, dequantize(layer->weight), GroupedHessian { problem.plainHessian->unsqueeze(0) });
    QCOMPARE(layer->objective, std::vector<double> { expected });
    QCOMPARE(observer.objectives, layer->objective);
    QCOMPARE(observer.withCodebook, 1);

    problem.plainHessian.reset();
    layer = quantizeWith("squeezellm", problem, 3);
    BITLOOM_VERIFY(layer);
    QVERIFY(std::abs(layer->objective.front() - fisherError(problem, dequantize(layer->weight))) <= 1e-9 * layer->objective.front());
}

void SqueezeLlmTest::isTheSameOnAnyNumberOfThreads()
{
    const LayerProblem problem = randomProblem(300, 200, 8);
    QVERIFY(sameOnAnyNumberOfThreads([&] { return quantizeWith("squeezellm", problem, 3, { { "outlier_percent", 0.45 } }); }));
}

void SqueezeLlmTest::refusesToGuessTheFisherDiagonal()
{
    LayerProblem problem = randomProblem(4, 8, 9);
    problem.fisherDiagonal.reset();
    const auto layer = quantizeWith("squeezellm", problem, 3);
    QVERIFY(!layer);
    QCOMPARE(layer.error().code, ErrorCode::InvalidInput);
    QCOMPARE(layer.error().message, std::string("random: squeezellm needs the Fisher diagonal of this layer, and there is none"));
}

void SqueezeLlmTest::refusesABrokenFisherDiagonal_data()
{
    QTest::addColumn<float>("value");
    QTest::addRow("NaN") << std::numeric_limits<float>::quiet_NaN();
    QTest::addRow("infinity") << std::numeric_limits<float>::infinity();
    QTest::addRow("negative") << -1e-9F;
}

void SqueezeLlmTest::refusesABrokenFisherDiagonal()
{
    QFETCH(float, value);
    LayerProblem problem = randomProblem(4, 8, 10);
    (*problem.fisherDiagonal)[1][1] = value;
    const auto layer = quantizeWith("squeezellm", problem, 3);
    QVERIFY(!layer);
    QCOMPARE(layer.error().message, std::string("random: the Fisher diagonal holds NaN, infinity or a negative number"));
    problem.fisherDiagonal = torch::ones({ 4, 7 });
    QVERIFY(!quantizeWith("squeezellm", problem, 3));
}

void SqueezeLlmTest::stops()
{
    std::stop_source stop;
    stop.request_stop();
    const auto layer = quantizeWith("squeezellm", randomProblem(4, 8, 8), 4, nlohmann::json::object(), nullptr, stop.get_token());
    QVERIFY(!layer);
    QCOMPARE(layer.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(SqueezeLlmTest)
#include "tst_squeezellm.moc"
