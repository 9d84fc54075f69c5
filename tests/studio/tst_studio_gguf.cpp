// SPDX-License-Identifier: GPL-3.0-or-later
// What the studio shows of a GGUF file: the type that each tensor gets, its blocks, and what llama.cpp measures.
#include "app/studio/quantize_page.h"
#include "app/studio/result_page.h"
#include "app/studio/type_wishes.h"
#include "studio_fixture.h"
#include "widgets/repaint_throttle.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>

using namespace bitloom;
using bitloom::test::child;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

namespace {
    const QString layer = QStringLiteral("model.layers.1.mlp.up_proj.weight");

    void openGguf(Studio& studio)
    {
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(studio.window->model().has_value());
        auto* format = child<QComboBox>(studio.window->quantizePage(), "format");
        format->setCurrentIndex(format->findData("gguf"));
        auto* type = child<QComboBox>(studio.window->quantizePage(), "ggufType");
        type->setCurrentIndex(type->findData("Q4_0"));
        studio.window->showPage(MainWindow::Quantize);
        QTRY_COMPARE(studio.window->quantizePage().planTable().table().model().rowCount(), 17);
    }

    void finishRun(Studio& studio)
    {
        openGguf(studio);
        QTRY_VERIFY(child<QPushButton>(studio.window->quantizePage(), "start")->isEnabled());
        studio.window->quantizePage().start();
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 10000);
        studio.window->showPage(MainWindow::Results);
    }

    /// For eyes: what the window looks like, in both themes.
    void photograph(Studio& studio, const QString& name)
    {
        const QDir folder(QCoreApplication::applicationDirPath() + QStringLiteral("/studio-pictures"));
        QVERIFY(folder.mkpath(QStringLiteral(".")));
        for (const auto& [choice, suffix] : { std::pair(ThemeChoice::Light, "light"), std::pair(ThemeChoice::Dark, "dark") }) {
            Theme::instance().apply(choice);
            QTest::qWait(60);
            RepaintThrottle::shared().flush();
            QCoreApplication::processEvents();
            QVERIFY(studio.window->grab().save(folder.filePath(QStringLiteral("%1-%2.png").arg(name, QLatin1String(suffix)))));
        }
    }

    QString typeOf(QuantizePage& page, const QString& tensor)
    {
        const TensorModel& model = page.planTable().table().model();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (QString::fromStdString(model.tensor(row).name) == tensor)
                return QString::fromStdString(model.tensor(row).type);
        }
        return {};
    }
}

class TestStudioGguf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wishesAreKeptInTheRecipe()
    {
        Recipe recipe;
        QVERIFY(wishesOf(recipe).empty());
        const TypeWishes wishes { { "layers.1.mlp", "Q8_0" }, { "ffn_down", "Q2_K" } };
        setWishes(recipe, wishes);
        QCOMPARE(recipe.tensorTypes, (std::vector<std::string> { "layers.1.mlp=Q8_0", "ffn_down=Q2_K" }));
        QCOMPARE(wishesOf(recipe), wishes);
        setWishes(recipe, {});
        QVERIFY(recipe.tensorTypes.empty());
        recipe.tensorTypes = { " a = Q4_0 ", "=Q8_0", "nothing" }; // of a recipe that somebody wrote by hand
        QCOMPARE(wishesOf(recipe), TypeWishes({ { "a", "Q4_0" } }));
    }

    void typesOfTensorsAreChosenInThePlan()
    {
        Studio studio(fakeEngine("normal"));
        openGguf(studio);
        auto& page = studio.window->quantizePage();
        QTRY_COMPARE(typeOf(page, layer), QString("Q4_0"));
        page.planTable().chooseType({ layer }, "Q8_0");
        QTRY_COMPARE(typeOf(page, layer), QString("Q8_0")); // the engine was asked again
        QCOMPARE(wishesOf(page.recipe()), TypeWishes({ { layer, "Q8_0" } }));
        child<QTabWidget>(page, "planViews")->setCurrentIndex(1);
        photograph(studio, "plan-tensors");
        QVERIFY(page.command().contains(layer + "=Q8_0"));
        page.planTable().undoStack().undo();
        QTRY_COMPARE(typeOf(page, layer), QString("Q4_0"));
        QVERIFY(page.recipe().tensorTypes.empty());

        Recipe recipe = page.recipe();
        setWishes(recipe, { { layer, "F16" } });
        const QStringList problems = page.setRecipe(recipe);
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('|')));
        QTRY_COMPARE(typeOf(page, layer), QString("F16"));

        auto* format = child<QComboBox>(page, "format");
        format->setCurrentIndex(format->findData("safetensors"));
        QVERIFY(page.recipe().tensorTypes.empty());
        QVERIFY(!child<QTabWidget>(page, "planViews")->isTabEnabled(1));
    }

    void aSizeIsPickedInThePlot()
    {
        Studio studio(fakeEngine("normal"));
        openGguf(studio);
        auto& page = studio.window->quantizePage();
        Q_EMIT page.sizes().budgetPicked(4.4375);
        QCOMPARE(page.recipe().sizeBudget, 4.44);
        QCOMPARE(page.recipe().ggufType, std::string("auto"));
        QTRY_COMPARE(page.sizes().chosen(), 1);
        child<QTabWidget>(page, "planViews")->setCurrentIndex(2);
        photograph(studio, "plan-sizes");
    }

    void verifiesInLlamaBesideTheOriginal()
    {
        Studio studio(fakeEngine("normal"));
        finishRun(studio);
        auto& page = studio.window->resultPage();
        QVERIFY(page.verification().isEmpty());
        QSignalSpy verified(&page, &ResultPage::verified);
        auto* verify = child<QPushButton>(page, "verify");
        QVERIFY(verify->isEnabled());
        QTest::mouseClick(verify, Qt::LeftButton);
        QVERIFY(page.isBusy());
        QTRY_COMPARE_WITH_TIMEOUT(verified.size(), 1, 10000);
        QVERIFY(!page.isBusy());
        QVERIFY(!page.verification().isEmpty());
        QCOMPARE(page.views().currentIndex(), 1);
        const auto report = verified.at(0).at(0).value<VerificationReport>();
        QVERIFY(report.original);
        QCOMPARE(report.original->file, std::string("/models/fake"));
        QCOMPARE(report.files.size(), std::size_t { 1 });
        auto* table = child<QTableWidget>(page, "verificationTable");
        QCOMPARE(table->columnCount(), 3);
        QVERIFY(table->isVisible());

        photograph(studio, "verified");
        auto* save = child<QPushButton>(page, "saveReport");
        QVERIFY(save->isVisible());
        QSignalSpy saved(&page, &ResultPage::reportSaved);
        page.writeReport("/reports");
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(saved.at(0).at(0).toString(), QString("/reports/report.html"));
        page.setReport(*studio.window->job().report()); // another result has not been measured yet
        QVERIFY(save->isHidden());
        QVERIFY(page.verification().isEmpty());
    }

    void onlyGgufIsVerified()
    {
        Studio studio(fakeEngine("normal"));
        finishRun(studio);
        QuantizeReport report = *studio.window->job().report();
        report.recipe.format = "safetensors";
        auto& page = studio.window->resultPage();
        page.setReport(report);
        QVERIFY(!child<QPushButton>(page, "verify")->isEnabled());
        QVERIFY(!child<QPushButton>(page, "chooseOther")->isEnabled());
        QVERIFY(!page.views().isTabEnabled(2));
    }

    void blocksAreSteppedThrough()
    {
        Studio studio(fakeEngine("normal"));
        finishRun(studio);
        auto& page = studio.window->resultPage();
        QVERIFY(page.blocks().view().isEmpty()); // nothing is asked for before somebody looks
        page.views().setCurrentIndex(2);
        QTRY_VERIFY(!page.blocks().view().isEmpty());
        photograph(studio, "blocks");
        auto* tensor = child<QComboBox>(page, "blockTensor");
        QCOMPARE(tensor->count(), 16); // embeddings are F32
        QCOMPARE(page.blocks().view().changedCodes(), 32);
        tensor->setCurrentIndex(tensor->findData(layer));
        QTRY_COMPARE(page.blocks().view().block()->tensor, layer.toStdString());
        child<QSpinBox>(page, "blockRow")->setValue(40);
        QTRY_COMPARE(page.blocks().view().block()->row, std::int64_t { 40 });
        page.blocks().view().setFocus();
        QTest::keyClick(&page.blocks().view(), Qt::Key_N);
        QTRY_COMPARE(page.blocks().view().block()->block, std::int64_t { 1 });
        QCOMPARE(child<QSpinBox>(page, "blockNumber")->value(), 2);
        QCOMPARE(page.blocks().view().block()->row, std::int64_t { 40 });
        page.blocks().showLayer("model.layers.2.self_attn.q_proj");
        QTRY_COMPARE(page.blocks().view().block()->tensor, std::string("model.layers.2.self_attn.q_proj.weight"));
    }
};

QTEST_MAIN(TestStudioGguf)
#include "tst_studio_gguf.moc"
