// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/imatrix_job.h"
#include "core/engine/measure_job.h"
#include "core/engine/plan.h"
#include "core/engine/quantize_job.h"
#include "core/engine/size_budget.h"
#include "core/export/column_importances.h"
#include "core/io/gguf_file.h"
#include "tests/support/shared_data.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <QTemporaryDir>

using namespace bitloom;
namespace fs = std::filesystem;

namespace {
class Nobody : public JobListener
{
public:
    void event(const Event&) override { }
};

/// Remembers what a job says and which stages it works on.
class Heard : public JobListener
{
public:
    void event(const Event& event) override
    {
        const std::lock_guard lock(m_mutex);
        if (const auto* log = std::get_if<LogEvent>(&event))
            m_lines.push_back(log->message);
        else if (const auto* progress = std::get_if<ProgressEvent>(&event))
            m_stages.push_back(progress->progress.stage);
    }
    [[nodiscard]] bool said(const std::string& text) const
    {
        return std::any_of(m_lines.begin(), m_lines.end(), [&](const std::string& line) { return line.find(text) != std::string::npos; });
    }
    [[nodiscard]] bool advanced(const std::string& stage) const { return std::find(m_stages.begin(), m_stages.end(), stage) != m_stages.end(); }

private:
    std::mutex m_mutex; // guards both
    std::vector<std::string> m_lines, m_stages;
};
}

/// Types under a size budget, on a model whose feed-forward rows (172) no block type divides.
class SizeBudgetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        BITLOOM_REQUIRE_SHARED();
        m_methods = WeightMethods::load();
        QVERIFY(m_folder.isValid());
    }

    void fileHasTheSizeThatWasAskedFor()
    {
        Recipe recipe = budgetRecipe();
        recipe.sizeBudgetBytes = 400000;
        const auto before = planned(recipe);
        BITLOOM_VERIFY(before);
        QVERIFY2(before->sizes.empty() && !before->warnings.empty(), "nothing is known before calibration");
        const auto report = run(recipe, "budget.gguf");
        BITLOOM_VERIFY(report);
        QCOMPARE(report->outputBytes, static_cast<std::int64_t>(fs::file_size(path("budget.gguf"))));
        QVERIFY2(report->outputBytes <= recipe.sizeBudgetBytes && report->outputBytes > 0.97 * static_cast<double>(recipe.sizeBudgetBytes), qPrintable(QString::number(report->outputBytes)));

        // the calibration now knows the curve, and predicts this very file
        const auto plan = planned(recipe);
        BITLOOM_VERIFY(plan);
        QCOMPARE(plan->outputBytes, report->outputBytes);
        QVERIFY(plan->predictedLoss && *plan->predictedLoss > 0);
        QVERIFY(plan->sizes.size() > 5);
        for (std::size_t i = 1; i < plan->sizes.size(); ++i)
            QVERIFY(plan->sizes[i].bytes > plan->sizes[i - 1].bytes && plan->sizes[i].loss < plan->sizes[i - 1].loss);
        const auto file = GgufFile::open(path("budget.gguf"));
        BITLOOM_VERIFY(file);
        for (const TensorSummary& tensor : plan->tensors) {
            if (tensor.name == "model.layers.0.self_attn.q_proj.weight")
                QCOMPARE(tensor.type, ggmlTypeName(file->find("blk.0.attn_q.weight")->type));
        }

        // more bytes, less loss; and a type of one's own stays
        recipe.sizeBudgetBytes = 600000;
        recipe.tensorTypes = { "attn_v=Q8_0" };
        const auto larger = run(recipe, "larger.gguf");
        BITLOOM_VERIFY(larger);
        const auto second = planned(recipe);
        BITLOOM_VERIFY(second);
        QVERIFY(*second->predictedLoss < *plan->predictedLoss);
        const auto other = GgufFile::open(path("larger.gguf"));
        BITLOOM_VERIFY(other);
        QCOMPARE(ggmlTypeName(other->find("blk.3.attn_v.weight")->type), std::string("Q8_0"));
    }

    void whatIsMeasuredOnceServesEveryOutput()
    {
        Recipe recipe = budgetRecipe();
        recipe.sizeBudgetBytes = 400000;
        const MeasureRequest request { recipe, path("shared.measured"), {} };
        const auto nothing = curvesInFolder(recipe, request.folder, m_methods);
        QVERIFY(!nothing && nothing.error().code == ErrorCode::NotFound);
        Nobody nobody;
        JobControl control;
        const auto curves = runMeasureJob(request, m_methods, nobody, control);
        BITLOOM_VERIFY(curves);
        QCOMPARE(curves->tensors.size(), std::size_t(36)); // 7 of each of 5 blocks, and embeddings that are the output too
        for (const TensorCurve& tensor : curves->tensors) {
            std::int64_t measured = 0;
            for (const TypeOption& option : tensor.options) {
                QVERIFY(option.bytes > 0);
                measured += option.loss && !option.storedAs ? 1 : 0;
            }
            QVERIFY2(measured > 0 && measured <= 5, tensor.name.c_str()); // those of the recipe whose blocks divide a row
        }
        BITLOOM_VERIFY(curvesInFolder(recipe, request.folder, m_methods));

        // two outputs: neither calibrates again, and the file is as large as the curves say
        std::int64_t before = 0;
        for (const std::int64_t budget : { 400000, 500000 }) {
            recipe.sizeBudgetBytes = budget;
            Heard heard;
            const LayerWatch watch;
            QuantizeRequest job;
            job.recipe = recipe;
            job.output = path("shared-" + std::to_string(budget) + ".gguf");
            job.measurements = request.folder;
            const auto report = runQuantizeJob(job, m_methods, watch, heard, control);
            BITLOOM_VERIFY(report);
            QVERIFY(heard.said("calibration in") && !heard.advanced("calibrate") && !heard.advanced("measure types"));
            QVERIFY(report->outputBytes <= budget && report->outputBytes > before);
            before = report->outputBytes;
            QVERIFY(fs::exists(path("shared-" + std::to_string(budget) + ".gguf.bitloom") / "saliency.json"));
        }
        QVERIFY(fs::exists(path("shared.measured") / "calibration")); // no output took it along

        // a type that was not measured yet is measured by itself
        recipe.tensorTypes = { "attn_v=Q4_1" };
        Heard heard;
        const auto more = runMeasureJob({ recipe, request.folder, {} }, m_methods, heard, control);
        BITLOOM_VERIFY(more);
        QVERIFY(!heard.advanced("calibrate") && heard.advanced("measure types"));
        for (const TensorCurve& tensor : more->tensors)
            for (const TypeOption& option : tensor.options)
                if (option.type == "Q4_1")
                    QCOMPARE(option.loss && !option.storedAs, tensor.ggufName.find("attn_v") != std::string::npos);
        recipe.sequences = 9; // another calibration
        const auto other = curvesInFolder(recipe, request.folder, m_methods);
        QVERIFY(!other && other.error().code == ErrorCode::NotFound);
        recipe.format = "safetensors";
        const auto wrong = runMeasureJob({ recipe, request.folder, {} }, m_methods, nobody, control);
        QVERIFY(!wrong && wrong.error().message.find("format gguf") != std::string::npos);
    }

    void refusals()
    {
        const auto refused = [&](const std::function<void(Recipe&)>& change, const char* says) {
            Recipe recipe = budgetRecipe();
            recipe.sizeBudgetBytes = 400000;
            change(recipe);
            const auto job = prepareJob(recipe, m_methods);
            if (!job && job.error().message.find(says) != std::string::npos)
                return true;
            qWarning("%s", job ? "accepted" : job.error().message.c_str());
            return false;
        };
        QVERIFY(refused([](Recipe& recipe) { recipe.sizeBudgetBytes = 1000; }, "at least"));
        QVERIFY(refused([](Recipe& recipe) { recipe.sizeBudgetBytes = 0; }, "needs a size budget"));
        QVERIFY(refused([](Recipe& recipe) { recipe.ggufType = "Q4_0"; recipe.types.clear(); }, "auto"));
        QVERIFY(refused([](Recipe& recipe) { recipe.types = { "Q4_0" }; }, "172"));
        QVERIFY(refused([](Recipe& recipe) { recipe.types = { "Q9_9" }; }, "Q9_9"));
        QVERIFY(refused([](Recipe& recipe) { recipe.tensorTypes = { "attn_v" }; }, "TEXT=TYPE"));
        QVERIFY(refused([](Recipe& recipe) { recipe.importances = "/nonexistent.gguf"; }, "nonexistent"));
    }

    void measuredImportances()
    {
        ImatrixRequest request;
        request.model = m_model;
        request.calibration = { m_text };
        request.sequences = 8;
        request.sequenceLength = 64;
        JobControl control;
        const auto plain = measureImatrix(request, ignoreProgress(), control);
        BITLOOM_VERIFY(plain);
        QCOMPARE(plain->entries.size(), std::size_t(35));
        const auto source = openModel(m_model);
        BITLOOM_VERIFY(source);
        const auto importances = columnImportances(*plain, *source, "plain");
        BITLOOM_VERIFY(importances);
        // q, k and v have one input
        QVERIFY(importances->at("model.layers.2.self_attn.q_proj.weight") == importances->at("model.layers.2.self_attn.v_proj.weight"));
        QVERIFY(importances->at("model.layers.2.self_attn.q_proj.weight") != importances->at("model.layers.2.mlp.up_proj.weight"));
        // after a norm, mean squares come to those of the norm's weights
        const auto norm = source->weights->load("model.layers.0.input_layernorm.weight");
        BITLOOM_VERIFY(norm);
        double mean = 0;
        for (const float value : importances->at("model.layers.0.self_attn.q_proj.weight"))
            mean += value / 64;
        QVERIFY(mean > 0.2 * norm->square().mean().item<double>() && mean < 5 * norm->square().mean().item<double>());
        request.guided = true;
        const auto guided = measureImatrix(request, ignoreProgress(), control);
        BITLOOM_VERIFY(guided);
        QCOMPARE(guided->entries.size(), std::size_t(35));
        QVERIFY(guided->entries.at("blk.1.attn_q.weight").sums != guided->entries.at("blk.1.attn_v.weight").sums);
    }

private:
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    Recipe budgetRecipe() const
    {
        Recipe recipe;
        recipe.model = m_model;
        recipe.method = "rtn";
        recipe.bits = 4;
        recipe.groups = 2;
        recipe.format = "gguf";
        recipe.ggufType = "auto";
        recipe.types = { "F16", "Q8_0", "Q5_0", "Q4_0", "IQ4_NL" };
        recipe.calibration = { m_text };
        recipe.sequences = 8;
        recipe.sequenceLength = 64;
        return recipe;
    }

    Result<QuantizeReport> run(const Recipe& recipe, const std::string& output)
    {
        Nobody nobody;
        const LayerWatch watch;
        JobControl control;
        QuantizeRequest request;
        request.recipe = recipe;
        request.output = path(output);
        request.project = path("project");
        return runQuantizeJob(request, m_methods, watch, nobody, control);
    }

    Result<QuantizePlan> planned(const Recipe& recipe)
    {
        BITLOOM_TRY(QuantizePlan plan, planJob(recipe, m_methods));
        BITLOOM_TRY(const PreparedJob job, prepareJob(recipe, m_methods));
        BITLOOM_CHECK(addSizes(plan, job, path("project")));
        return plan;
    }

    QTemporaryDir m_folder;
    WeightMethods m_methods;
    const std::string m_model = (test::sharedFolder() / "golden/models/stories260K/stories260K.F32.gguf").string();
    const std::string m_text = (test::sharedFolder() / "data/wikitext2-valid.txt").string();
};

QTEST_GUILESS_MAIN(SizeBudgetTest)
#include "tst_size_budget.moc"
