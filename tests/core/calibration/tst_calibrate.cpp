// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calibration/calibration.h"
#include "core/calibration/calibration_steps.h"
#include "core/calibration/compute_dtype.h"
#include "core/calibration/end_loss.h"
#include "core/model/model_source.h"
#include "tests/core/calibration/statistics_support.h"
#include "tests/support/shared_data.h"

#include <torch/autograd.h>
#include <atomic>
#include <deque>
#include <set>
#include <QProcess>
#include <QTemporaryDir>

using namespace bitloom;
using test::relativeError;
using test::StatisticsByLayer;

namespace {
constexpr double goldenTolerance = 1e-3; ///< relative Frobenius error, from the issue
constexpr double oracleTolerance = 1e-4; ///< f32 here against f64 there

/// Calls back on every report.
class WatchedProgress : public ProgressSink
{
public:
    explicit WatchedProgress(std::function<void(const Progress&)> watch)
        : m_watch(std::move(watch))
    {
    }
    void progress(const Progress& progress) override { m_watch(progress); }

private:
    std::function<void(const Progress&)> m_watch;
};

/// Positions that run one after another, each taking what the one before left.
class ChainInTurn : public CalibrationChain
{
public:
    using Sums = std::map<std::int64_t, std::deque<std::vector<LayerStatistics>>>; ///< of each block, sweep by sweep
    ChainInTurn(int position, int count, Sums& sums)
        : m_position(position)
        , m_count(count)
        , m_sums(sums)
    {
    }
    [[nodiscard]] int position() const override { return m_position; }
    [[nodiscard]] int count() const override { return m_count; }
    Result<std::vector<LayerStatistics>> take(std::int64_t block) override
    {
        auto sums = std::move(m_sums.at(block).front());
        m_sums.at(block).pop_front();
        return sums;
    }
    Result<void> pass(std::int64_t block, std::vector<LayerStatistics> sums) override
    {
        m_sums[block].push_back(std::move(sums));
        return {};
    }

private:
    int m_position, m_count;
    Sums& m_sums;
};

void compareBits(const LayerStatistics& found, const LayerStatistics& expected)
{
    const auto same = [](const torch::Tensor& a, const torch::Tensor& b) { return a.defined() ? b.defined() && a.equal(b) : !b.defined(); };
    QVERIFY2(same(found.fit.matrices, expected.fit.matrices) && same(found.heldOut.matrices, expected.heldOut.matrices), found.layer.name.c_str());
    QVERIFY2(same(found.plainFit, expected.plainFit) && same(found.plainHeldOut, expected.plainHeldOut), found.layer.name.c_str());
    QVERIFY2(same(found.fisherDiagonal, expected.fisherDiagonal), found.layer.name.c_str());
}

Result<CausalLm> stories(torch::Dtype dtype = torch::kFloat32)
{
    BITLOOM_TRY(const ModelSource source, openModel((test::sharedFolder() / "golden/models/stories260K").string()));
    return CausalLm::load(source, dtype, torch::kCPU);
}

torch::Tensor someTokens(std::int64_t sequences, std::int64_t length)
{
    at::manual_seed(5);
    return torch::randint(3, 512, { sequences, length }, torch::kInt64);
}
}

class TestCalibrate : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    JobControl m_control;

    Result<StatisticsByLayer> statistics(const CausalLm& model, const torch::Tensor& tokens, const CalibrationOptions& options)
    {
        StatisticsByLayer result;
        BITLOOM_TRY(const std::vector<double> losses, calibrate(model, tokens, options, test::collectInto(result), ignoreProgress(), m_control));
        if (losses.size() != static_cast<std::size_t>(tokens.size(0)))
            return fail(ErrorCode::Internal, "{} losses for {} sequences", losses.size(), tokens.size(0));
        return result;
    }

private Q_SLOTS:
    void initTestCase() { BITLOOM_REQUIRE_SHARED(); }

    /// Shows 4: the published definition on the demo model, in f32, for a layer at each end of the backward pass.
    void matchesGoldenProblems_data()
    {
        QTest::addColumn<QString>("layer");
        QTest::addColumn<qlonglong>("groups");
        QTest::newRow("block 10") << QStringLiteral("model.layers.10.mlp.gate_proj") << 4LL;
        QTest::newRow("block 0") << QStringLiteral("model.layers.0.self_attn.k_proj") << 3LL;
    }
    void matchesGoldenProblems()
    {
        QFETCH(QString, layer);
        QFETCH(qlonglong, groups);
        const std::string name = layer.toStdString();
        const auto golden = SafetensorsFile::open(test::sharedFolder() / "golden/guidedquant/problems.safetensors");
        BITLOOM_VERIFY(golden);
        const auto source = openModel("demo");
        BITLOOM_VERIFY(source);
        const auto model = CausalLm::load(*source, torch::kFloat32, torch::kCPU);
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = test::tensorOf(*golden, "token_ids").to(torch::kInt64);
        const auto expectedLosses = nlohmann::json::parse(golden->metadata().at("loss_per_sequence")).get<std::vector<double>>();

        CalibrationOptions options;
        options.groups = groups;
        options.fisherDiagonal = true;
        options.plainHessian = false; // not in the golden file
        LayerStatistics found;
        const auto stopAfterIt = [&](std::int64_t block, std::vector<LayerStatistics> layers) -> Result<void> {
            for (LayerStatistics& statistics : layers)
                if (statistics.layer.name == name)
                    found = std::move(statistics);
            if (found.fisherDiagonal.defined() && block > 0)
                return fail(ErrorCode::Cancelled, "seen enough");
            return {};
        };
        const auto losses = calibrate(*model, tokens, options, stopAfterIt, ignoreProgress(), m_control);
        QVERIFY(found.fisherDiagonal.defined());
        const double hessianError = relativeError(found.fit.matrices, test::tensorOf(*golden, name + ".hessian"));
        const double fisherError = relativeError(found.fisherDiagonal, test::tensorOf(*golden, name + ".fisher_diagonal"));
        qInfo("%s: relative Frobenius error of the Hessians %.2e, of the Fisher diagonal %.2e", name.c_str(), hessianError, fisherError);
        QVERIFY(hessianError <= goldenTolerance);
        QVERIFY(fisherError <= goldenTolerance);
        if (!losses) {
            QCOMPARE(losses.error().message, std::string("seen enough"));
            return;
        }
        QCOMPARE(losses->size(), expectedLosses.size());
        for (std::size_t s = 0; s < losses->size(); ++s)
            QVERIFY2(std::abs((*losses)[s] - expectedLosses[s]) <= 1e-5 * expectedLosses[s],
                qPrintable(QStringLiteral("sequence %1: loss %2, expected %3").arg(s).arg((*losses)[s]).arg(expectedLosses[s])));
    }

    void matchesTransformers_data()
    {
        QTest::addColumn<qlonglong>("groups");
        // 64, 32 and 172 rows: 1 divides, 3 and 5 do not, 1000 leaves one row for each group.
        for (const qlonglong groups : { 1, 3, 5, 1000 })
            QTest::addRow("%lld groups", groups) << groups;
    }
    void matchesTransformers()
    {
        QFETCH(qlonglong, groups);
        const QString file = m_folder.filePath(QStringLiteral("oracle.safetensors"));
        if (!QFile::exists(file)) {
            const QString python = qEnvironmentVariable("BITLOOM_PYTHON");
            if (python.isEmpty() || !QFile::exists(python))
                QSKIP("BITLOOM_PYTHON does not name a Python with transformers");
            QProcess oracle;
            oracle.setProcessChannelMode(QProcess::MergedChannels);
            const auto path = [](const std::filesystem::path& p) { return QString::fromStdString(p.string()); };
            oracle.start(python, { path(test::sourceFolder() / "tests/core/calibration/calibration_oracle.py"),
                                     path(test::sharedFolder() / "golden/models/stories260K"), QStringLiteral("4"), QStringLiteral("48"), file,
                                     QStringLiteral("1"), QStringLiteral("3"), QStringLiteral("5"), QStringLiteral("1000") });
            QVERIFY2(oracle.waitForFinished(180000) && oracle.exitCode() == 0, oracle.readAll().constData());
        }
        const auto expected = SafetensorsFile::open(file.toStdString());
        BITLOOM_VERIFY(expected);
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = test::tensorOf(*expected, "token_ids");
        CalibrationOptions options;
        options.groups = groups;
        options.fisherDiagonal = true;
        StatisticsByLayer found;
        const auto losses = calibrate(*model, tokens, options, test::collectInto(found), ignoreProgress(), m_control);
        BITLOOM_VERIFY(losses);
        QVERIFY(relativeError(torch::tensor(*losses, torch::kFloat64), test::tensorOf(*expected, "loss")) <= 1e-6);
        QCOMPARE(found.size(), std::size_t(35));
        for (const auto& [name, layer] : found) {
            const torch::Tensor guided = test::tensorOf(*expected, name + ".guided." + std::to_string(groups));
            QCOMPARE(layer.fit.matrices.sizes().vec(), guided.sizes().vec());
            const double errors[] { relativeError(layer.fit.matrices, guided), relativeError(layer.plainFit, test::tensorOf(*expected, name + ".plain")),
                relativeError(layer.fisherDiagonal, test::tensorOf(*expected, name + ".fisher")) };
            for (const double error : errors)
                QVERIFY2(error <= oracleTolerance,
                    qPrintable(QStringLiteral("%1: guided %2, plain %3, fisher %4").arg(QString::fromStdString(name)).arg(errors[0]).arg(errors[1]).arg(errors[2])));
            QVERIFY(layer.fit.matrices.equal(layer.fit.matrices.transpose(1, 2)));
            QVERIFY(layer.plainFit.equal(layer.plainFit.t()));
            QVERIFY(!layer.heldOut.matrices.defined() && !layer.plainHeldOut.defined());
        }
    }

    void fitAndHeldOutMakeTheWhole()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(7, 40);
        CalibrationOptions options;
        options.groups = 3;
        const auto whole = statistics(*model, tokens, options);
        BITLOOM_VERIFY(whole);
        options.heldOutSequences = 2;
        const auto parts = statistics(*model, tokens, options);
        BITLOOM_VERIFY(parts);
        options.heldOutSequences = 0;
        const auto alone = statistics(*model, tokens.narrow(0, 5, 2).contiguous(), options);
        BITLOOM_VERIFY(alone);
        for (const auto& [name, all] : *whole) {
            const LayerStatistics& part = parts->at(name);
            QVERIFY(relativeError(part.fit.matrices + part.heldOut.matrices, all.fit.matrices) < 1e-5);
            QVERIFY(relativeError(part.plainFit + part.plainHeldOut, all.plainFit) < 1e-5);
            QVERIFY(relativeError(part.heldOut.matrices, alone->at(name).fit.matrices) < 1e-5);
            QVERIFY(relativeError(part.plainHeldOut, alone->at(name).plainFit) < 1e-5);
        }
    }

    void chainGivesTheBitsOfOneProcess_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("two") << 2;
        QTest::newRow("three") << 3;
        QTest::newRow("more than there are batches") << 7;
    }
    void chainGivesTheBitsOfOneProcess()
    {
        QFETCH(int, count);
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(70, 40); // batches of 25, 25 and 10, and 10 held out
        CalibrationOptions options;
        options.groups = 3;
        options.fisherDiagonal = true;
        options.heldOutSequences = 10;
        StatisticsByLayer alone, together;
        const auto expectedLosses = calibrate(*model, tokens, options, test::collectInto(alone), ignoreProgress(), m_control);
        BITLOOM_VERIFY(expectedLosses);
        ChainInTurn::Sums sums;
        std::vector<double> losses;
        for (int position = 0; position < count; ++position) {
            ChainInTurn chain(position, count, sums);
            const auto theirs = calibrate(*model, tokens, options, test::collectInto(together), ignoreProgress(), m_control, &chain);
            BITLOOM_VERIFY(theirs);
            losses.insert(losses.end(), theirs->begin(), theirs->end());
            QVERIFY(position == count - 1 || together.empty());
        }
        QVERIFY(losses == *expectedLosses);
        QCOMPARE(together.size(), alone.size());
        for (const auto& [name, expected] : alone)
            compareBits(together.at(name), expected);
    }

    /// Each step has what it needs, nothing more than promised is kept, and nothing is computed more often than need be.
    void steps_data()
    {
        QTest::addColumn<qlonglong>("blocks");
        QTest::addColumn<qlonglong>("kept");
        QTest::addColumn<qlonglong>("forwards");
        QTest::newRow("one block") << 1LL << 1LL << 1LL;
        QTest::newRow("two blocks") << 2LL << 1LL << 2LL;
        QTest::newRow("everything is kept") << 30LL << 29LL << 30LL;
        QTest::newRow("more than everything") << 30LL << std::numeric_limits<qlonglong>::max() << 30LL;
        QTest::newRow("one of five") << 5LL << 1LL << 11LL; // 5 + 3 + 2 + 1
        QTest::newRow("two of five") << 5LL << 2LL << 7LL;
        QTest::newRow("ten of thirty") << 30LL << 10LL << 49LL;
        QTest::newRow("none asked for") << 30LL << 0LL << 436LL; // 30 + 28 · 29 / 2
    }
    void steps()
    {
        QFETCH(qlonglong, blocks);
        QFETCH(qlonglong, kept);
        QFETCH(qlonglong, forwards);
        using Kind = CalibrationStep::Kind;
        std::set<std::int64_t> inputs;
        std::int64_t at = -1, passes = 0, toMeasure = blocks - 1, losses = 0;
        for (const CalibrationStep& step : calibrationSteps(blocks, kept)) {
            if (step.kind == Kind::Restart) {
                QVERIFY(step.block == 0 || inputs.contains(step.block));
                at = step.block;
            } else if (step.kind == Kind::Forward) {
                QCOMPARE(step.block, at++);
                ++passes;
            } else if (step.kind == Kind::Keep) {
                QCOMPARE(step.block, at);
                inputs.insert(step.block);
                QVERIFY(static_cast<qlonglong>(inputs.size()) <= std::max(1LL, kept));
            } else if (step.kind == Kind::Loss) {
                QCOMPARE(at, std::int64_t(blocks));
                ++losses;
            } else {
                QCOMPARE(step.block, toMeasure--);
                QVERIFY(step.block == 0 || inputs.erase(step.block) == 1);
            }
        }
        QCOMPARE(toMeasure, std::int64_t(-1));
        QCOMPARE(losses, std::int64_t(1));
        QCOMPARE(passes, std::int64_t(forwards));
        QVERIFY(inputs.empty());
    }

    /// However a calibration is cut up to fit into memory, its results have the same bits.
    void schedulesGiveTheSameBits_data()
    {
        QTest::addColumn<bool>("streamed");
        QTest::addColumn<qlonglong>("kept");
        QTest::addColumn<int>("sweeps"); // over each block
        QTest::addColumn<bool>("readAhead");
        QTest::addColumn<QString>("dtype");
        QTest::newRow("streamed") << true << 100LL << 1 << true << "f32";
        QTest::newRow("streamed, nothing read ahead") << true << 100LL << 1 << false << "f32";
        QTest::newRow("two inputs") << false << 2LL << 1 << true << "f32";
        QTest::newRow("three sweeps") << false << 100LL << 3 << true << "f32";
        QTest::newRow("everything") << true << 1LL << 7 << true << "f32";
        QTest::newRow("everything in bf16") << true << 1LL << 7 << true << "bf16";
    }
    void schedulesGiveTheSameBits()
    {
        QFETCH(bool, streamed);
        QFETCH(qlonglong, kept);
        QFETCH(int, sweeps);
        QFETCH(bool, readAhead);
        QFETCH(QString, dtype);
        const torch::Dtype compute = dtype == "bf16" ? torch::kBFloat16 : torch::kFloat32;
        const auto source = openModel((test::sharedFolder() / "golden/models/stories260K").string());
        BITLOOM_VERIFY(source);
        const auto model = CausalLm::load(*source, compute, torch::kCPU);
        const auto limited = streamed ? CausalLm::stream(*source, compute, torch::kCPU) : model;
        BITLOOM_VERIFY(limited);
        const torch::Tensor tokens = someTokens(30, 40);
        CalibrationOptions options;
        options.groups = 3;
        options.fisherDiagonal = true;
        options.heldOutSequences = 4;
        StatisticsByLayer expected, found;
        const auto expectedLosses = calibrate(*model, tokens, options, test::collectInto(expected), ignoreProgress(), m_control);
        BITLOOM_VERIFY(expectedLosses);

        options.schedule.keptInputs = kept;
        options.schedule.readAhead = readAhead;
        options.schedule.sweeps.resize(static_cast<std::size_t>(sweeps));
        for (std::int64_t place = 0; place < 7; ++place)
            options.schedule.sweeps[static_cast<std::size_t>(place * sweeps / 7)].push_back(place);
        int calls = 0;
        std::int64_t lastBlock = model->config().blocks - 1;
        const auto collect = test::collectInto(found);
        Progress last;
        WatchedProgress progress([&](const Progress& report) { last = report; });
        const auto losses = calibrate(
            *limited, tokens, options,
            [&](std::int64_t block, std::vector<LayerStatistics> layers) {
                ++calls;
                if (block > lastBlock)
                    return Result<void>(fail(ErrorCode::Internal, "block {} comes after {}", block, lastBlock));
                lastBlock = block;
                return collect(block, std::move(layers));
            },
            progress, m_control);
        BITLOOM_VERIFY(losses);
        QVERIFY(*losses == *expectedLosses);
        QCOMPARE(calls, sweeps * static_cast<int>(model->config().blocks));
        QCOMPARE(last.done, last.total);
        QCOMPARE(found.size(), expected.size());
        for (const auto& [name, statistics] : expected)
            compareBits(found.at(name), statistics);
    }

    /// Layers that somebody has already are passed through, and cost no sweep of their own.
    void onlyWantedLayersAreMeasured()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(30, 40);
        CalibrationOptions options;
        options.heldOutSequences = 4;
        StatisticsByLayer expected, found;
        BITLOOM_VERIFY(calibrate(*model, tokens, options, test::collectInto(expected), ignoreProgress(), m_control));
        options.schedule.sweeps = { { 0, 1, 2, 3 }, { 4, 5 }, { 6 } };
        options.wanted = [](const LinearLayer& layer) { return layer.block < 3 && (layer.block == 1 || layer.module == "mlp.gate_proj"); };
        Progress last;
        WatchedProgress progress([&](const Progress& report) { last = report; });
        BITLOOM_VERIFY(calibrate(*model, tokens, options, test::collectInto(found), progress, m_control));
        QCOMPARE(last.done, last.total);
        QCOMPARE(found.size(), std::size_t { 9 });
        for (const auto& [name, statistics] : found)
            compareBits(statistics, expected.at(name));
    }

    void chainGivesTheSameBitsInSweeps()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(70, 40);
        CalibrationOptions options;
        options.heldOutSequences = 10;
        StatisticsByLayer alone, together;
        BITLOOM_VERIFY(calibrate(*model, tokens, options, test::collectInto(alone), ignoreProgress(), m_control));
        options.schedule.sweeps = { { 6, 0, 1 }, { 2, 3, 4, 5 } };
        options.schedule.keptInputs = 1;
        ChainInTurn::Sums sums;
        for (int position = 0; position < 2; ++position) {
            ChainInTurn chain(position, 2, sums);
            BITLOOM_VERIFY(calibrate(*model, tokens, options, test::collectInto(together), ignoreProgress(), m_control, &chain));
        }
        QCOMPARE(together.size(), alone.size());
        for (const auto& [name, statistics] : alone)
            compareBits(together.at(name), statistics);
    }

    void onlyWhatWasAskedForIsMeasured()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(2, 30);
        const auto all = statistics(*model, tokens, {});
        BITLOOM_VERIFY(all);
        for (const auto& layer : *all)
            QVERIFY(!layer.second.fisherDiagonal.defined());
        CalibrationOptions options;
        options.guidedHessian = false;
        const auto plain = statistics(*model, tokens, options);
        BITLOOM_VERIFY(plain);
        for (const auto& [name, layer] : *plain) {
            QVERIFY(!layer.fit.matrices.defined());
            QVERIFY(layer.plainFit.equal(all->at(name).plainFit));
        }
    }

    void blocksComeFromLastToFirst()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        std::vector<std::int64_t> blocks;
        std::vector<std::string> modules;
        const auto result = calibrate(
            *model, someTokens(2, 20), {},
            [&](std::int64_t block, std::vector<LayerStatistics> layers) -> Result<void> {
                blocks.push_back(block);
                modules.clear();
                for (const LayerStatistics& layer : layers)
                    modules.push_back(layer.layer.module);
                return {};
            },
            ignoreProgress(), m_control);
        BITLOOM_VERIFY(result);
        QCOMPARE(blocks, (std::vector<std::int64_t> { 4, 3, 2, 1, 0 }));
        QCOMPARE(modules, (std::vector<std::string> { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj",
                              "mlp.up_proj", "mlp.down_proj" }));
    }

    void bfloat16IsCloseToFloat32()
    {
        const auto exact = stories(), rounded = stories(torch::kBFloat16);
        BITLOOM_VERIFY(exact);
        BITLOOM_VERIFY(rounded);
        const torch::Tensor tokens = someTokens(6, 64);
        CalibrationOptions options;
        options.fisherDiagonal = true;
        const auto expected = statistics(*exact, tokens, options), found = statistics(*rounded, tokens, options);
        BITLOOM_VERIFY(expected);
        BITLOOM_VERIFY(found);
        for (const auto& [name, layer] : *found) {
            QVERIFY(layer.fit.matrices.scalar_type() == torch::kFloat32);
            const double error = relativeError(layer.fit.matrices, expected->at(name).fit.matrices);
            QVERIFY2(error > 0 && error < 0.1, qPrintable(QStringLiteral("%1: %2").arg(QString::fromStdString(name)).arg(error)));
            QVERIFY(relativeError(layer.plainFit, expected->at(name).plainFit) < 0.05);
            QVERIFY(relativeError(layer.fisherDiagonal, expected->at(name).fisherDiagonal) < 0.2);
        }
    }

    void repeatsBitForBit()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(4, 64);
        CalibrationOptions options;
        options.fisherDiagonal = true;
        options.heldOutSequences = 1;
        const auto first = statistics(*model, tokens, options), second = statistics(*model, tokens, options);
        BITLOOM_VERIFY(first);
        BITLOOM_VERIFY(second);
        for (const auto& [name, layer] : *first) {
            const LayerStatistics& again = second->at(name);
            QVERIFY(layer.fit.matrices.equal(again.fit.matrices) && layer.heldOut.matrices.equal(again.heldOut.matrices));
            QVERIFY(layer.plainFit.equal(again.plainFit) && layer.fisherDiagonal.equal(again.fisherDiagonal));
        }
    }

    void cancelStopsAtTheNextBatch()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        for (const double share : { 0.0, 0.2, 0.7 }) {
            JobControl control;
            int reportsAfter = 0, blocksAfter = 0;
            std::int64_t lastDone = 0;
            WatchedProgress progress([&](const Progress& report) {
                reportsAfter += control.stopToken().stop_requested() ? 1 : 0;
                QVERIFY(report.done >= lastDone && report.done <= report.total);
                lastDone = report.done;
                if (static_cast<double>(report.done) >= share * static_cast<double>(report.total))
                    control.cancel();
            });
            const auto result = calibrate(
                *model, someTokens(40, 64), {},
                [&](std::int64_t, const std::vector<LayerStatistics>&) -> Result<void> {
                    blocksAfter += control.stopToken().stop_requested() ? 1 : 0;
                    return {};
                },
                progress, control);
            QVERIFY(!result);
            QVERIFY(result.error().code == ErrorCode::Cancelled);
            QVERIFY(reportsAfter <= 1);
            QVERIFY(blocksAfter <= 1);
        }
    }

    void progressEndsAtItsTotal()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        Progress last;
        WatchedProgress progress([&](const Progress& report) { last = report; });
        StatisticsByLayer ignored;
        const auto result = calibrate(*model, someTokens(5, 33), {}, test::collectInto(ignored), progress, m_control);
        BITLOOM_VERIFY(result);
        QCOMPARE(last.done, std::int64_t(5 * 33));
        QCOMPARE(last.total, std::int64_t(5 * 33));
        QCOMPARE(last.unit, std::string("tokens"));
        QCOMPARE(last.stage, std::string("calibrate"));
    }

    void sinkErrorIsPassedOn()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const auto result = calibrate(
            *model, someTokens(2, 20), {},
            [](std::int64_t, const std::vector<LayerStatistics>&) -> Result<void> { return fail(ErrorCode::Io, "the disk is full"); }, ignoreProgress(),
            m_control);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Io);
    }

    void impossibleRequestsAreRefused()
    {
        const auto model = stories();
        BITLOOM_VERIFY(model);
        const torch::Tensor tokens = someTokens(3, 20);
        const auto run = [&](const torch::Tensor& given, const CalibrationOptions& options) {
            StatisticsByLayer ignored;
            const auto result = calibrate(*model, given, options, test::collectInto(ignored), ignoreProgress(), m_control);
            return result ? std::string("accepted") : result.error().message;
        };
        QVERIFY(run(tokens.narrow(1, 0, 1), {}).find("length >= 2") != std::string::npos);
        QVERIFY(run(tokens.to(torch::kInt32), {}).find("i64") != std::string::npos);
        QVERIFY(run(tokens + 512, {}).find("expected 0 to 511") != std::string::npos);
        QVERIFY(run(tokens - 512, {}).find("expected 0 to 511") != std::string::npos);
        CalibrationOptions options;
        options.groups = 0;
        QVERIFY(run(tokens, options).find("groups is 0") != std::string::npos);
        options = {};
        options.heldOutSequences = 3;
        QVERIFY(run(tokens, options).find("3 of 3 sequences") != std::string::npos);
        options = {};
        options.schedule.sweeps = { { 0, 1, 2 }, { 3, 3, 4, 5, 6 } };
        QVERIFY(run(tokens, options).find("each of 0 to 6 once") != std::string::npos);
    }

    void crossEntropySurvivesUnderflow()
    {
        at::manual_seed(2);
        const torch::Tensor logits = torch::randn({ 40, 300 }) * 60, targets = torch::randint(0, 300, { 40 }, torch::kInt64);
        const torch::Tensor exact = logits.to(torch::kFloat64).set_requires_grad(true);
        const torch::Tensor expected = torch::cross_entropy_loss(exact, targets, {}, at::Reduction::None);
        QVERIFY(expected.max().item<double>() > 120); // such a probability is 0 in f32
        const torch::Tensor gradient = torch::autograd::grad({ expected.sum() }, { exact })[0];
        const RowLoss found = crossEntropy(logits, targets);
        QVERIFY(relativeError(found.loss, expected.detach()) < 1e-6);
        QVERIFY(relativeError(found.gradient, gradient) < 1e-6);
    }

    void computeDtypeIsParsed()
    {
        QVERIFY(parseComputeDtype("f32", torch::kCPU) == torch::kFloat32);
        QVERIFY(parseComputeDtype("bf16", torch::kCPU) == torch::kBFloat16);
        QVERIFY(parseComputeDtype("auto", torch::kCPU) == defaultComputeDtype(torch::kCPU));
        QVERIFY(defaultComputeDtype(torch::kCUDA) == torch::kBFloat16);
        const auto unknown = parseComputeDtype("f8", torch::kCPU);
        QVERIFY(!unknown);
        QVERIFY(unknown.error().code == ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TestCalibrate)
#include "tst_calibrate.moc"
