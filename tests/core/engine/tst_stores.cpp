// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/calibration_store.h"
#include "core/engine/layer_checkpoint.h"
#include "core/engine/project.h"
#include "core/engine/saliency.h"
#include "core/io/atomic_file.h"
#include "tests/support/shared_data.h"

#include <QFile>
#include <QTemporaryDir>
#include <csignal>
#include <cmath>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {
torch::Tensor symmetric(std::int64_t groups, std::int64_t n)
{
    const auto a = torch::randn({ groups, n, n });
    return (a + a.transpose(1, 2)).contiguous();
}

LayerStatistics statisticsOf(const LinearLayer& layer)
{
    LayerStatistics statistics;
    statistics.layer = layer;
    statistics.fit.matrices = symmetric(3, layer.in);
    statistics.heldOut.matrices = symmetric(3, layer.in);
    statistics.plainFit = symmetric(1, layer.in)[0];
    statistics.plainHeldOut = symmetric(1, layer.in)[0];
    statistics.fisherDiagonal = torch::rand({ layer.out, layer.in });
    return statistics;
}

void flipByte(const fs::path& file, qint64 fromEnd)
{
    QFile stream(QString::fromStdString(file.string()));
    QVERIFY(stream.open(QIODevice::ReadWrite));
    stream.seek(stream.size() - fromEnd);
    char byte = 0;
    QVERIFY(stream.peek(&byte, 1) == 1);
    byte = static_cast<char>(byte ^ 0x10);
    QVERIFY(stream.write(&byte, 1) == 1);
}

SolvedLayer lookupLayer(const std::string& name)
{
    SolvedLayer layer;
    LookupTableWeight weight;
    weight.bits = 3;
    weight.codes = torch::randint(0, 8, { 6, 10 }).to(torch::kUInt8);
    weight.codebook = std::get<0>(torch::randn({ 6, 8 }).sort(1));
    weight.outliers = SparseOutliers { torch::tensor({ 1, 5 }, torch::kInt32), torch::tensor({ 2, 9 }, torch::kInt32), torch::tensor({ 4.5F, -3.25F }) };
    layer.weight = weight;
    layer.report.name = name;
    layer.report.objective = { 3.0, 2.0 / 3.0, 0.1 };
    layer.report.objectiveInitial = 3.0;
    layer.report.objectiveFinal = 0.1;
    layer.report.heldOutFinal = 0.125;
    layer.report.chosen = { { "damping", 0.1 } };
    return layer;
}
}

class TestStores : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trianglesRoundTrip_data()
    {
        QTest::addColumn<int>("n");
        for (const int n : { 1, 2, 3, 63, 64, 65, 130 })
            QTest::newRow(qPrintable(QString::number(n))) << n;
    }
    void trianglesRoundTrip()
    {
        QFETCH(int, n);
        const auto matrices = symmetric(2, n);
        const auto packed = packTriangles(matrices);
        QCOMPARE(packed.size(1), std::int64_t { n } * (n + 1) / 2);
        QVERIFY(torch::equal(unpackTriangles(packed, n), matrices));
        QVERIFY(torch::equal(unpackTriangles(packTriangles(matrices[0]), n), matrices[0]));
    }

    void calibrationRoundTripAndReuse()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "c";
        const Fingerprint fingerprint { { { "model_files", "x" } } };
        CalibrationStore store(path, fingerprint);
        QVERIFY(!store.content());
        BITLOOM_VERIFY(store.begin());
        const LinearLayer q { "model.layers.0.self_attn.q_proj", 0, "self_attn.q_proj", 5, 7 }, down { "model.layers.0.mlp.down_proj", 0, "mlp.down_proj", 4, 9 };
        const auto first = statisticsOf(q), second = statisticsOf(down);
        BITLOOM_VERIFY(store.writeLayers({ first, second }));
        QVERIFY2(!store.content(), "a calibration without its manifest is not finished");
        BITLOOM_VERIFY(store.finish({ true, true, true }, 100, { 1.5, 2.5 }));

        const auto content = store.content();
        BITLOOM_VERIFY(content);
        QVERIFY(content->covers({ true, false, true }));
        BITLOOM_VERIFY(store.verify({ q, down }));
        const auto read = store.readLayer(down, *content);
        BITLOOM_VERIFY(read);
        QVERIFY(torch::equal(read->fit.matrices, second.fit.matrices));
        QVERIFY(torch::equal(read->heldOut.matrices, second.heldOut.matrices));
        QVERIFY(torch::equal(read->plainFit, second.plainFit));
        QVERIFY(torch::equal(read->plainHeldOut, second.plainHeldOut));
        QVERIFY(torch::equal(read->fisherDiagonal, second.fisherDiagonal));
        const auto part = store.readLayer(q, { false, false, true });
        BITLOOM_VERIFY(part);
        QVERIFY(!part->fit.matrices.defined() && !part->plainFit.defined());
        const auto diagonal = store.readGuidedDiagonal(q);
        BITLOOM_VERIFY(diagonal);
        QVERIFY(torch::equal(*diagonal, first.fit.matrices.diagonal(0, 1, 2) + first.heldOut.matrices.diagonal(0, 1, 2)));

        QVERIFY2(!CalibrationStore(path, Fingerprint { { { "model_files", "y" } } }).content(), "another model's statistics");
        QVERIFY2(!store.readLayer({ q.name, 0, q.module, q.out, 8 }, *content), "another shape");

        QVERIFY(!store.verify({ q, { "model.layers.1.mlp.down_proj", 1, "mlp.down_proj", 4, 9 }, down }));

        flipByte(path / "block-0000.mlp.down_proj.safetensors", 3);
        const auto damaged = store.verify({ q, down });
        QVERIFY(!damaged);
        QVERIFY(damaged.error().message.find("block-0000.mlp.down_proj") != std::string::npos);
    }

    /// What an unfinished calibration left is used where it is whole and of this calibration.
    void unfinishedCalibrationGoesOn()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "c";
        const Fingerprint fingerprint { { { "model_files", "x" } } };
        CalibrationStore store(path, fingerprint), other(path, Fingerprint { { { "model_files", "y" } } });
        const LinearLayer q { "model.layers.0.self_attn.q_proj", 0, "self_attn.q_proj", 5, 7 }, k { "model.layers.0.self_attn.k_proj", 0, "self_attn.k_proj", 5, 7 },
            up { "model.layers.0.mlp.up_proj", 0, "mlp.up_proj", 5, 7 }, gate { "model.layers.0.mlp.gate_proj", 0, "mlp.gate_proj", 5, 7 };
        BITLOOM_VERIFY(store.begin());
        for (const LinearLayer& layer : { q, k, gate })
            BITLOOM_VERIFY(store.writeLayers({ statisticsOf(layer) }));
        BITLOOM_VERIFY(other.writeLayers({ statisticsOf(up) }));
        flipByte(path / "block-0000.self_attn.k_proj.safetensors", 3);
        LayerStatistics plainOnly = statisticsOf(gate);
        plainOnly.fit = {};
        plainOnly.heldOut = {};
        BITLOOM_VERIFY(store.writeLayers({ plainOnly }));
        BITLOOM_VERIFY(store.finish({ true, true, true }, 100, { 1.5 }));
        const auto sound = store.goOn({ q, k, up, gate }, { true, true, true });
        BITLOOM_VERIFY(sound);
        QCOMPARE(sound->size(), std::size_t { 1 });
        QCOMPARE(sound->front().name, q.name);
        QVERIFY2(!store.content(), "it is not finished any more");
        QCOMPARE(std::distance(fs::directory_iterator(path), fs::directory_iterator()), std::ptrdiff_t { 1 });
    }

    void checkpointRoundTrip()
    {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const auto layer = lookupLayer("model.layers.1.mlp.up_proj");
        BITLOOM_VERIFY(writeCheckpoint(path, layer));
        const auto read = readCheckpoint(path, layer.report.name, 6, 10);
        BITLOOM_VERIFY(read);
        const auto& weight = std::get<LookupTableWeight>(read->weight);
        const auto& original = std::get<LookupTableWeight>(layer.weight);
        QVERIFY(torch::equal(weight.codes, original.codes) && torch::equal(weight.codebook, original.codebook));
        QVERIFY(weight.outliers && torch::equal(weight.outliers->values, original.outliers->values));
        QVERIFY(torch::equal(weight.outliers->rows, original.outliers->rows) && torch::equal(weight.outliers->columns, original.outliers->columns));
        QCOMPARE(read->report.objective, layer.report.objective);
        QVERIFY(nlohmann::json(read->report) == nlohmann::json(layer.report));
        QVERIFY(!readCheckpoint(path, layer.report.name, 6, 11));
        QVERIFY(!readCheckpoint(path, "model.layers.2.mlp.up_proj", 6, 10));

        UniformGroupsWeight uniform { torch::randint(0, 16, { 4, 8 }).to(torch::kUInt8), torch::rand({ 4, 2 }), torch::randint(0, 16, { 4, 2 }).to(torch::kUInt8),
            torch::tensor({ 0, 0, 0, 0, 1, 1, 1, 1 }, torch::kInt32), 4, 4 };
        SolvedLayer second { uniform, {} };
        second.report.name = "model.layers.0.self_attn.q_proj";
        BITLOOM_VERIFY(writeCheckpoint(path, second));
        const auto back = readCheckpoint(path, second.report.name, 4, 8);
        BITLOOM_VERIFY(back);
        const auto& found = std::get<UniformGroupsWeight>(back->weight);
        QVERIFY(torch::equal(found.codes, uniform.codes) && torch::equal(found.scales, uniform.scales) && torch::equal(found.zeros, uniform.zeros)
            && torch::equal(found.groupOfColumn, uniform.groupOfColumn) && found.bits == 4 && found.groupSize == 4);

        const auto reports = checkpointReports(path);
        QCOMPARE(reports.size(), std::size_t { 2 });
        QCOMPARE(reports[0].name, second.report.name);
    }

    void damagedCheckpointIsSeen_data()
    {
        QTest::addColumn<int>("cut");
        QTest::addColumn<int>("flip");
        QTest::newRow("empty") << -1 << 0;
        QTest::newRow("half") << 200 << 0;
        QTest::newRow("one byte short") << 1 << 0;
        QTest::newRow("a weight altered") << 0 << 1;
        QTest::newRow("a code altered") << 0 << 250;
    }
    void damagedCheckpointIsSeen()
    {
        QFETCH(int, cut);
        QFETCH(int, flip);
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const auto layer = lookupLayer("l");
        BITLOOM_VERIFY(writeCheckpoint(path, layer));
        const fs::path file = path / "l.safetensors";
        if (flip > 0)
            flipByte(file, flip);
        else
            fs::resize_file(file, cut < 0 ? 0 : fs::file_size(file) - static_cast<std::uintmax_t>(cut));
        QVERIFY(!readCheckpoint(path, "l", 6, 10));
    }

    void projectLocksAndKeepsItsState()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "job.bitloom";
        QVERIFY(Project::defaultFolder("/a/out") == fs::path("/a/out.bitloom"));
        {
            auto project = Project::open(path);
            BITLOOM_VERIFY(project);
            const auto other = Project::open(path);
            QVERIFY(!other);
            QVERIFY(other.error().message.find("another job") != std::string::npos);
            QVERIFY(*project->state() == std::nullopt);
            ProjectState state;
            state.recipe.model = "demo";
            state.recipe.bits = 2;
            state.output = "/a/out";
            state.stage = ProjectStage::Exporting;
            state.solve = { { "bits", 2 } };
            BITLOOM_VERIFY(project->setState(state));
            const auto read = project->state();
            BITLOOM_VERIFY(read);
            QVERIFY((*read)->recipe == state.recipe);
            QVERIFY((*read)->stage == ProjectStage::Exporting && (*read)->solve == state.solve);
            SaliencyEvent saliency { "", 1, 2, {}, { "a", "b" }, 1, { 1.5F, std::nanf("") } };
            BITLOOM_VERIFY(project->setSaliency(saliency));
            const auto summary = summarizeProject(path);
            BITLOOM_VERIFY(summary);
            QVERIFY(!summary->finished && summary->saliency && std::isnan(summary->saliency->values[1]));
            QCOMPARE(summary->saliency->values[0], 1.5F);
        }
        std::ofstream(path / "project.json") << "{ damaged";
        auto again = Project::open(path);
        BITLOOM_VERIFY(again);
        QVERIFY(!again->state());
        QVERIFY(!summarizeProject(path / "absent"));
    }

    void newerProjectIsOnlyLookedAt()
    {
        QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "job.bitloom", file = path / "project.json";
        ProjectState state;
        state.recipe.model = "demo";
        state.recipe.bits = 2;
        state.stage = ProjectStage::Finished;
        {
            const auto project = Project::open(path);
            BITLOOM_VERIFY(project);
            BITLOOM_VERIFY(project->setState(state));
            BITLOOM_VERIFY(project->setSaliency({ "", 1, 1, {}, { "a" }, 1, { 1.5F } }));
        }
        const auto text = readTextFile(file);
        BITLOOM_VERIFY(text);
        nlohmann::json json = nlohmann::json::parse(*text);
        json["version"] = 7;
        json["bitloom"] = "9.1.0";
        json["recipe"]["version"] = 3;
        json["recipe"]["colour"] = "blue";
        BITLOOM_VERIFY(writeTextFile(file, json.dump()));
        BITLOOM_VERIFY(writeTextFile(path / "report.json", R"({"layers": "written in another way"})"));
        const auto summary = summarizeProject(path);
        BITLOOM_VERIFY(summary);
        QCOMPARE(summary->newerBitloom.value_or(""), std::string("9.1.0"));
        QCOMPARE(summary->recipe.bits, 2);
        QVERIFY(summary->finished && summary->saliency && !summary->report);
        const auto opened = Project::open(path);
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.find("9.1.0, a newer version") != std::string::npos, opened.error().message.c_str());
        QCOMPARE(readTextFile(file).value_or(""), json.dump());
    }

    void abandonedFilesAreRemoved()
    {
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(0);
        ::waitpid(child, nullptr, 0);
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString(), output = path / "out";
        const std::string dead = ".partial-" + std::to_string(child), alive = ".partial-" + std::to_string(::getpid());
        fs::create_directories(path / ("out" + dead) / "inner");
        fs::create_directories(path / ("out" + alive));
        fs::create_directories(path / ("other" + dead));
        std::ofstream(path / ("out-00002-of-00003.gguf" + dead)) << "half";
        std::ofstream(path / ("outer-00002-of-00003.gguf" + dead)) << "half";
        removeAbandonedPartials(output);
        QVERIFY(!fs::exists(path / ("out" + dead)));
        QVERIFY(fs::exists(path / ("out" + alive)) && fs::exists(path / ("other" + dead)));
        QVERIFY(!fs::exists(path / ("out-00002-of-00003.gguf" + dead)) && fs::exists(path / ("outer-00002-of-00003.gguf" + dead)));

        fs::create_directories(path / "p" / "layers" / "x");
        std::ofstream(path / "p" / "layers" / "x" / ("l.safetensors" + dead)) << "half";
        BITLOOM_VERIFY(Project::open(path / "p"));
        QVERIFY(!fs::exists(path / "p" / "layers" / "x" / ("l.safetensors" + dead)));
    }

    void layerSaliencyIsBinnedByMaximum()
    {
        auto diagonal = torch::zeros({ 2, 2500 });
        diagonal[1][2499] = 7;
        diagonal[0][4] = 3;
        const auto event = layerSaliency({ "model.layers.0.mlp.down_proj", 0, "mlp.down_proj", 64, 2500 }, diagonal);
        QCOMPARE(event.columnStride, std::int64_t { 3 });
        QCOMPARE(event.columns, 834);
        QCOMPARE(event.values[1], 3.0F);
        QCOMPARE(event.values.back(), 7.0F);
        QCOMPARE(event.rowLabels.size(), std::size_t { 2 });
    }
};

QTEST_GUILESS_MAIN(TestStores)
#include "tst_stores.moc"
