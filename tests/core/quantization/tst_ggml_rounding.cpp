// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel_for.h"
#include "core/quantization/ggml_encode.h"
#include "core/quantization/ggml_layout.h"
#include "core/quantization/ggml_rounding.h"
#include "tests/plugins/plugin_fixture.h"

#include <ggml.h>
#include <random>

using namespace bitloom;
using namespace bitloom::test;

namespace {

/// A row's content on memory of its own.
struct OwnedRow
{
    OwnedRow(const GgmlLayout& layout, std::int64_t columns)
        : codes(static_cast<std::size_t>(columns))
        , scale(static_cast<std::size_t>(columns / layout.subColumns))
        , offset(scale.size())
        , blockScale(static_cast<std::size_t>(columns / layout.columns))
        , blockOffset(blockScale.size())
        , scaleInteger(scale.size())
        , offsetInteger(scale.size())
    {
    }
    GgmlRow row()
    {
        return { codes.data(), scale.data(), offset.data(), blockScale.data(), blockOffset.data(), scaleInteger.data(), offsetInteger.data() };
    }
    std::vector<std::uint8_t> codes;
    std::vector<float> scale, offset, blockScale, blockOffset;
    std::vector<std::int16_t> scaleInteger, offsetInteger;
};

LayerProblem guidedProblem(std::int64_t rows, std::int64_t columns)
{
    LayerProblem problem = randomProblem(rows, columns, 11);
    problem.guidedHessian = GroupedHessian { torch::stack({ *problem.plainHessian, 2 * *problem.plainHessian + torch::eye(columns) }) };
    return problem;
}

GgmlRoundingOptions optionsFor(int type)
{
    GgmlRoundingOptions options;
    options.type = type;
    return options;
}

void gridTypes()
{
    QTest::addColumn<int>("type");
    for (const int type : ggmlGridTypes())
        QTest::newRow(ggmlName(type).c_str()) << type;
}

}

class GgmlRoundingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsEveryTypeButLattices();
    void readsWhatGgmlReads_data() { gridTypes(); }
    void readsWhatGgmlReads();
    void writesWhatItRead_data() { gridTypes(); }
    void writesWhatItRead();
    void lowersTheObjective_data() { gridTypes(); }
    void lowersTheObjective();
    void isTheSameOnAnyNumberOfThreads();
    void keepsDeadColumnsAndZeroRows();
    void isBetterOnRealLayers_data();
    void isBetterOnRealLayers();
    void encodesAsGgmlDoes();
    void refuses();
    void stops();
};

void GgmlRoundingTest::knowsEveryTypeButLattices()
{
    for (int type = 0; type < GGML_TYPE_COUNT; ++type) {
        const std::string name = ggmlName(type);
        if (!isGgmlBlocks(type))
            continue;
        const bool lattice = name.starts_with("IQ1") || name.starts_with("IQ2") || name.starts_with("IQ3");
        QVERIFY2((ggmlLayout(type) == nullptr) == lattice, name.c_str());
    }
}

void GgmlRoundingTest::readsWhatGgmlReads()
{
    QFETCH(int, type);
    const GgmlLayout& layout = *ggmlLayout(type);
    const std::int64_t columns = 3 * layout.columns;
    at::manual_seed(5);
    const torch::Tensor weight = torch::randn({ 4, columns });
    const auto encoded = encodeWithGgml(weight, type, std::nullopt, {});
    BITLOOM_VERIFY(encoded);
    // Scales as ggml chose them, codes of any kind that can be written.
    GgmlBlocksWeight written = *encoded;
    written.blocks = encoded->blocks.clone();
    std::mt19937 random(1);
    OwnedRow owned(layout, columns);
    torch::Tensor expected = torch::empty({ 4, columns });
    for (std::int64_t r = 0; r < 4; ++r) {
        std::uint8_t* bytes = written.blocks.mutable_data_ptr<std::uint8_t>() + r * written.blocks.size(1);
        unpackGgmlRow(layout, bytes, columns, owned.row());
        for (std::uint8_t& code : owned.codes)
            code = static_cast<std::uint8_t>(random() % layout.levels.size());
        packGgmlRow(layout, owned.row(), columns, bytes);
        for (std::int64_t i = 0; i < columns; ++i) {
            const auto s = static_cast<std::size_t>(i / layout.subColumns);
            expected[r][i] = layout.levels[owned.codes[static_cast<std::size_t>(i)]] * owned.scale[s] - owned.offset[s];
        }
    }
    // Bit for bit: the solver's objective is that of the file.
    QVERIFY(dequantize(written).equal(expected));
}

void GgmlRoundingTest::writesWhatItRead()
{
    QFETCH(int, type);
    const GgmlLayout& layout = *ggmlLayout(type);
    const std::int64_t columns = 2 * layout.columns;
    at::manual_seed(6);
    const torch::Tensor weight = torch::randn({ 8, columns });
    const auto encoded = encodeWithGgml(weight, type, torch::rand({ 1, columns }) + 0.1, {});
    BITLOOM_VERIFY(encoded);
    GgmlBlocksWeight again = *encoded;
    again.blocks = torch::zeros_like(encoded->blocks);
    OwnedRow owned(layout, columns);
    for (std::int64_t r = 0; r < 8; ++r) {
        const std::int64_t at = r * encoded->blocks.size(1);
        unpackGgmlRow(layout, encoded->blocks.const_data_ptr<std::uint8_t>() + at, columns, owned.row());
        packGgmlRow(layout, owned.row(), columns, again.blocks.mutable_data_ptr<std::uint8_t>() + at);
    }
    // The same numbers; a zero may have changed its sign.
    QVERIFY(dequantize(again).equal(dequantize(*encoded)));
}

void GgmlRoundingTest::lowersTheObjective()
{
    QFETCH(int, type);
    const LayerProblem problem = guidedProblem(40, 256);
    RecordingObserver observer;
    const auto solution = roundIntoGgmlBlocks(problem.weight, *problem.guidedHessian, optionsFor(type), observer, {});
    BITLOOM_VERIFY(solution);
    for (std::size_t i = 1; i < solution->objective.size(); ++i)
        QVERIFY(solution->objective[i] <= solution->objective[i - 1]);
    QCOMPARE(observer.objectives, solution->objective);
    QCOMPARE(solution->weight.ggmlType, type);
    QVERIFY(ggml_validate_row_data(static_cast<ggml_type>(type), solution->weight.blocks.const_data_ptr(), static_cast<std::size_t>(solution->weight.blocks.numel())));
    // What it says is what the file holds.
    const double stored = objective(problem.weight, dequantize(solution->weight), *problem.guidedHessian);
    QVERIFY2(std::abs(stored - solution->objective.back()) <= 1e-4 * stored + 1e-12, qPrintable(QString("%1 %2").arg(stored).arg(solution->objective.back())));
    const double start = objective(problem.weight, dequantize(solution->start), *problem.guidedHessian);
    QVERIFY(std::abs(start - solution->objective.front()) <= 1e-4 * start);
    QVERIFY2(stored < 0.7 * start, qPrintable(QString::number(stored / start)));
}

void GgmlRoundingTest::isTheSameOnAnyNumberOfThreads()
{
    const LayerProblem problem = guidedProblem(150, 256);
    for (const int type : { int(GGML_TYPE_Q4_0), int(GGML_TYPE_Q2_K) }) {
        const int before = threadCount();
        std::vector<torch::Tensor> blocks;
        for (const int threads : { 1, 2, 5 }) {
            setThreadCount(threads);
            Unobserved unobserved;
            const auto solution = roundIntoGgmlBlocks(problem.weight, *problem.guidedHessian, optionsFor(type), unobserved, {});
            BITLOOM_VERIFY(solution);
            blocks.push_back(solution->weight.blocks);
        }
        setThreadCount(before);
        QVERIFY(blocks[0].equal(blocks[1]) && blocks[0].equal(blocks[2]));
    }
}

void GgmlRoundingTest::keepsDeadColumnsAndZeroRows()
{
    LayerProblem problem = guidedProblem(8, 256);
    problem.weight[3].zero_();
    problem.weight.slice(1, 64, 96).zero_();
    problem.guidedHessian->matrices.slice(1, 10, 20).zero_();
    problem.guidedHessian->matrices.slice(2, 10, 20).zero_();
    for (const int type : ggmlGridTypes()) {
        Unobserved unobserved;
        const auto solution = roundIntoGgmlBlocks(problem.weight, *problem.guidedHessian, optionsFor(type), unobserved, {});
        BITLOOM_VERIFY(solution);
        const torch::Tensor values = dequantize(solution->weight);
        QVERIFY2(values.isfinite().all().item<bool>(), ggmlName(type).c_str());
        for (std::size_t i = 1; i < solution->objective.size(); ++i)
            QVERIFY(solution->objective[i] <= solution->objective[i - 1]);
    }
}

void GgmlRoundingTest::isBetterOnRealLayers_data()
{
    QTest::addColumn<QString>("layer");
    QTest::addColumn<int>("type");
    QTest::addColumn<double>("factor");
    // Of ggml's own error with the guided diagonal as importances.
    const QString gate = goldenLayers[1], key = goldenLayers[0];
    QTest::newRow("gate_proj Q4_0") << gate << int(GGML_TYPE_Q4_0) << 0.43;
    QTest::newRow("gate_proj IQ4_NL") << gate << int(GGML_TYPE_IQ4_NL) << 0.44;
    QTest::newRow("gate_proj Q5_0") << gate << int(GGML_TYPE_Q5_0) << 0.43;
    QTest::newRow("gate_proj Q8_0") << gate << int(GGML_TYPE_Q8_0) << 0.32;
    QTest::newRow("gate_proj Q2_K") << gate << int(GGML_TYPE_Q2_K) << 0.48;
    QTest::newRow("gate_proj Q3_K") << gate << int(GGML_TYPE_Q3_K) << 0.43;
    QTest::newRow("gate_proj IQ4_XS") << gate << int(GGML_TYPE_IQ4_XS) << 0.47;
    QTest::newRow("gate_proj TQ2_0") << gate << int(GGML_TYPE_TQ2_0) << 0.18;
    QTest::newRow("k_proj Q4_0") << key << int(GGML_TYPE_Q4_0) << 0.1;
    QTest::newRow("k_proj Q2_K") << key << int(GGML_TYPE_Q2_K) << 0.1;
}

void GgmlRoundingTest::isBetterOnRealLayers()
{
    BITLOOM_REQUIRE_SHARED();
    QFETCH(QString, layer);
    QFETCH(int, type);
    QFETCH(double, factor);
    auto problem = goldenProblem(layer.toStdString());
    BITLOOM_VERIFY(problem);
    // Blocks of 256 do not divide the rows of 576, so for those the layer is cut.
    const std::int64_t columns = 576 / ggmlLayout(type)->columns * ggmlLayout(type)->columns;
    const torch::Tensor rows = evenRows(problem->weight.size(0), problem->guidedHessian->groups(), 64);
    const torch::Tensor weight = problem->weight.index_select(0, rows).slice(1, 0, columns).contiguous();
    const GroupedHessian hessian { problem->guidedHessian->matrices.slice(1, 0, columns).slice(2, 0, columns).contiguous() };
    Unobserved unobserved;
    const auto solution = roundIntoGgmlBlocks(weight, hessian, optionsFor(type), unobserved, {});
    BITLOOM_VERIFY(solution);
    const double ours = objective(weight, dequantize(solution->weight), hessian), theirs = objective(weight, dequantize(solution->start), hessian);
    QVERIFY2(ours <= factor * theirs, qPrintable(QString("%1 of ggml's error").arg(ours / theirs)));
}

void GgmlRoundingTest::encodesAsGgmlDoes()
{
    const LayerProblem problem = guidedProblem(33, 256);
    const torch::Tensor importances = problem.guidedHessian->matrices.diagonal(0, 1, 2).contiguous();
    for (const int type : { int(GGML_TYPE_Q4_0), int(GGML_TYPE_IQ3_S), int(GGML_TYPE_Q6_K), int(GGML_TYPE_F16) }) {
        const auto encoded = encodeWithGgml(problem.weight, type, importances, {});
        BITLOOM_VERIFY(encoded);
        const auto ggmlType = static_cast<ggml_type>(type);
        torch::Tensor expected = torch::zeros_like(encoded->blocks);
        const auto rowBytes = static_cast<std::int64_t>(ggml_row_size(ggmlType, 256));
        QCOMPARE(encoded->blocks.size(1), rowBytes);
        // Groups of 17 and 16 rows, each with its own importances.
        ggml_quantize_chunk(ggmlType, problem.weight.const_data_ptr<float>(), expected.mutable_data_ptr(), 0, 17, 256, importances.const_data_ptr<float>());
        ggml_quantize_chunk(ggmlType, problem.weight.const_data_ptr<float>() + 17 * 256, expected.mutable_data_ptr<std::uint8_t>() + 17 * rowBytes, 0, 16, 256,
            importances.const_data_ptr<float>() + 256);
        QVERIFY2(encoded->blocks.equal(expected), ggmlName(type).c_str());
    }
}

void GgmlRoundingTest::refuses()
{
    const auto odd = checkGgmlRows(GGML_TYPE_Q3_K, 576);
    QVERIFY(!odd);
    QVERIFY2(odd.error().message.starts_with("rows of 576 weights are not whole blocks of 256, which Q3_K has; types that fit: "), odd.error().message.c_str());
    QVERIFY(odd.error().message.find("Q4_0") != std::string::npos && odd.error().message.find("Q4_K") == std::string::npos);
    const auto none = checkGgmlRows(GGML_TYPE_Q4_0, 33);
    QVERIFY(!none);
    QVERIFY(none.error().message.ends_with("types that fit: F32, F16, BF16"));
    QVERIFY(!checkGgmlRows(GGML_TYPE_Q8_K, 256));
    const auto blind = encodeWithGgml(torch::randn({ 2, 256 }), GGML_TYPE_IQ2_XXS, std::nullopt, {});
    QVERIFY(!blind);
    QCOMPARE(blind.error().code, ErrorCode::InvalidInput);
}

void GgmlRoundingTest::stops()
{
    const LayerProblem problem = guidedProblem(64, 256);
    std::stop_source stop;
    class StopsAtStep : public StepObserver
    {
    public:
        explicit StopsAtStep(std::stop_source& source)
            : m_source(source)
        {
        }
        void step(const SolverStep&) override
        {
            if (++m_steps == 3)
                m_source.request_stop();
        }

    private:
        std::stop_source& m_source;
        int m_steps = 0;
    } observer(stop);
    const auto solution = roundIntoGgmlBlocks(problem.weight, *problem.guidedHessian, optionsFor(GGML_TYPE_Q4_0), observer, stop.get_token());
    QVERIFY(!solution);
    QCOMPARE(solution.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(GgmlRoundingTest)
#include "tst_ggml_rounding.moc"
