// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_data.h"
#include "widgets/log_view.h"
#include "widgets/plan_table.h"
#include "widgets/tensor_table.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>

using namespace bitloom;

class TestWidgetModels : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tensorModelKeepsItsPromises()
    {
        TensorModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        TensorFilter filter;
        filter.setSourceModel(&model);
        const QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTensors(sample::tensors(3));
        QCOMPARE(model.rowCount(), 1 + 3 * 8);
        model.setRelativeError("model.layers.1.mlp.up_proj", 0.0123);
        filter.setOnlyQuantizable(true);
        QCOMPARE(filter.rowCount(), 21);
        model.setTensors({});
        QCOMPARE(filter.rowCount(), 0);
    }

    void tensorCellsSayValuesThreeWays()
    {
        TensorModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTensors({ { "model.layers.0.mlp.up_proj.weight", { 1536, 576 }, "Q4_1", 1536 * 576 * 5 / 8, true } });
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setRelativeError("model.layers.0.mlp.up_proj", 0.0123);
        model.setRelativeError("no.such.layer", 1);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes.at(0).at(0).toModelIndex().column(), int(TensorModel::RelativeError));
        const auto at = [&](int column, int role) { return model.index(0, column).data(role); };
        QCOMPARE(at(TensorModel::Shape, Qt::DisplayRole).toString(), "1536 × 576");
        QCOMPARE(at(TensorModel::Shape, TensorModel::SortRole).toDouble(), 1536.0 * 576);
        QCOMPARE(at(TensorModel::Bits, Qt::DisplayRole).toString(), "5");
        QCOMPARE(at(TensorModel::Bits, Qt::AccessibleTextRole).toString(), "5 bits per weight");
        QCOMPARE(at(TensorModel::RelativeError, TensorModel::SortRole).toDouble(), 0.0123);
        QVERIFY(at(TensorModel::RelativeError, Qt::DisplayRole).toString().startsWith("1.23"));
        QVERIFY(at(TensorModel::Name, Qt::ToolTipRole).toString().contains("can be quantized"));
        for (int column = 0; column < TensorModel::ColumnCount; ++column) {
            QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
            QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
        }
    }

    void tensorTableSortsFiltersAndExports()
    {
        TensorTable table;
        table.setTensors(sample::tensors(30));
        auto& view = table.view();
        QCOMPARE(view.model()->rowCount(), 1 + 30 * 8);
        table.setFilter("layers\\.(3|4)\\.mlp");
        QCOMPARE(view.model()->rowCount(), 6);
        QCOMPARE(table.csv().count("\r\n"), 7);
        table.setFilter("q4_1");
        QVERIFY(view.model()->rowCount() > 0);
        const int before = view.model()->rowCount();
        table.setFilter("(unclosed");
        QCOMPARE(view.model()->rowCount(), before); // the table keeps what it showed
        bool told = false;
        for (const QLabel* label : table.findChildren<QLabel*>())
            told = told || (!label->isHidden() && label->text().contains("not a regular expression"));
        QVERIFY(told);
        table.setFilter("");
        view.sortByColumn(TensorModel::Bytes, Qt::DescendingOrder);
        QCOMPARE(view.model()->index(0, 0).data().toString(), "model.embed_tokens.weight");
        table.setRelativeError("model.layers.7.mlp.up_proj", 0.5);
        table.setRelativeError("model.layers.8.mlp.up_proj", 0.25);
        view.sortByColumn(TensorModel::RelativeError, Qt::AscendingOrder);
        QCOMPARE(view.model()->index(0, 0).data().toString(), "model.layers.8.mlp.up_proj.weight");
        QCOMPARE(view.model()->index(1, 0).data().toString(), "model.layers.7.mlp.up_proj.weight");
    }

    void tensorTableWorksFromTheKeyboard()
    {
        TensorTable table;
        table.resize(700, 300);
        table.show();
        table.setTensors(sample::tensors(2));
        QSignalSpy current(&table, &TensorTable::currentTensorChanged), activated(&table, &TensorTable::tensorActivated);
        table.setCurrentTensor("model.layers.0.mlp.up_proj");
        QCOMPARE(table.currentTensor(), "model.layers.0.mlp.up_proj.weight");
        QCOMPARE(current.size(), 1);
        QTest::keyClick(&table.view(), Qt::Key_Down);
        QCOMPARE(table.currentTensor(), "model.layers.0.mlp.down_proj.weight");
        QTest::keyClick(&table.view(), Qt::Key_Return);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated.at(0).at(0).toString(), "model.layers.0.mlp.down_proj.weight");
    }

    void planTableChangesTypes()
    {
        PlanTable plan;
        plan.resize(700, 320);
        plan.show();
        const QAbstractItemModelTester tester(&plan.table().model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        plan.setTensors(sample::tensors(3));
        auto& model = plan.table().model();
        const auto rowOf = [&](const QString& name) {
            for (int row = 0; row < model.rowCount(); ++row) {
                if (model.index(row, 0).data().toString() == name)
                    return row;
            }
            return -1;
        };
        const QString up = "model.layers.1.mlp.up_proj.weight", down = "model.layers.1.mlp.down_proj.weight";
        const QModelIndex cell = model.index(rowOf(up), TensorModel::Type);
        QVERIFY(!(model.flags(cell) & Qt::ItemIsEditable)); // no types are known yet
        plan.setChoices({ "Q4_0", "Q4_1", "Q8_0" });
        QVERIFY(model.flags(cell) & Qt::ItemIsEditable);
        QVERIFY(!(model.flags(model.index(cell.row(), TensorModel::Shape)) & Qt::ItemIsEditable));
        QSignalSpy changes(&plan, &PlanTable::wishesChanged);
        QVERIFY(!model.setData(cell, "Q9_9"));
        QVERIFY(model.setData(cell, "Q8_0"));
        QCOMPARE(changes.size(), 1);
        QCOMPARE(plan.wishes(), TypeWishes({ { up, "Q8_0" } }));
        QVERIFY(cell.data(TensorModel::ChangedRole).toBool());
        QVERIFY(cell.data(Qt::FontRole).value<QFont>().bold());
        QVERIFY(cell.data(Qt::AccessibleTextRole).toString().contains("chosen by hand"));
        QVERIFY(!model.index(rowOf(down), TensorModel::Type).data(TensorModel::ChangedRole).toBool());

        // the same for all that are selected
        plan.table().setFilter("layers\\.2\\.mlp");
        plan.table().view().selectAll();
        QCOMPARE(plan.table().selectedTensors().size(), 3);
        auto* set = plan.findChild<QPushButton*>("planSet");
        QVERIFY(set->isEnabled());
        plan.findChild<QComboBox*>("planType")->setCurrentText("Q4_0");
        set->click();
        QCOMPARE(plan.wishes().size(), std::size_t { 4 });
        plan.findChild<QPushButton*>("planReset")->click();
        QCOMPARE(plan.wishes(), TypeWishes({ { up, "Q8_0" } }));
        plan.undoStack().undo();
        QCOMPARE(plan.wishes().size(), std::size_t { 4 });
        plan.undoStack().undo();
        plan.undoStack().undo();
        QVERIFY(plan.wishes().empty());
        QVERIFY(!cell.data(TensorModel::ChangedRole).toBool());
        plan.undoStack().redo();
        QCOMPARE(plan.wishes(), TypeWishes({ { up, "Q8_0" } }));

        // a pattern of a recipe marks what it fits, and a choice by hand comes before it
        plan.setWishes({ { "layers.1.mlp", "Q4_0" } });
        QVERIFY(!plan.undoStack().canUndo());
        QVERIFY(model.index(rowOf(down), TensorModel::Type).data(TensorModel::ChangedRole).toBool());
        plan.chooseType({ up }, "Q8_0");
        QCOMPARE(plan.wishes(), TypeWishes({ { up, "Q8_0" }, { "layers.1.mlp", "Q4_0" } }));
    }

    void planTableIsEditedFromTheKeyboard()
    {
        PlanTable plan;
        plan.resize(700, 320);
        plan.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plan));
        plan.setChoices({ "Q4_0", "Q4_1", "Q8_0" });
        plan.setTensors(sample::tensors(2));
        plan.table().setCurrentTensor("model.layers.0.mlp.up_proj");
        QTableView& view = plan.table().view();
        view.setFocus();
        view.setCurrentIndex(view.currentIndex().siblingAtColumn(TensorModel::Type));
        QTest::keyClick(&view, Qt::Key_F2);
        auto* editor = view.findChild<QComboBox*>();
        QVERIFY(editor);
        editor->setCurrentText("Q8_0");
        QTest::keyClick(editor, Qt::Key_Tab);
        QTRY_COMPARE(plan.wishes(), TypeWishes({ { "model.layers.0.mlp.up_proj.weight", "Q8_0" } }));
        QTest::keyClick(&view, Qt::Key_Delete);
        QVERIFY(plan.wishes().empty());
        QTest::keySequence(&view, QKeySequence::Undo);
        QCOMPARE(plan.wishes().size(), std::size_t { 1 });
    }

    void newTypesKeepThePlaceInTheTable()
    {
        TensorTable table;
        auto tensors = sample::tensors(2);
        table.setTensors(tensors);
        table.setCurrentTensor("model.layers.1.mlp.up_proj");
        for (auto& tensor : tensors)
            tensor.type = "Q8_0";
        table.setTensors(tensors);
        QCOMPARE(table.currentTensor(), "model.layers.1.mlp.up_proj.weight");
        QCOMPARE(table.model().index(3, TensorModel::Type).data().toString(), "Q8_0");
    }

    void logModelDropsTheOldest()
    {
        LogModel model(5);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QDateTime time = QDateTime::fromSecsSinceEpoch(0);
        model.append({ { time, { "info", "1" } }, { time, { "info", "2" } }, { time, { "error", "3" } } });
        model.append({ { time, { "info", "4" } }, { time, { "debug", "5" } }, { time, { "info", "6" } } });
        QCOMPARE(model.rowCount(), 5);
        QVERIFY(model.index(0, 0).data().toString().endsWith(" 2"));
        std::vector<LogLine> burst;
        for (int i = 0; i < 12; ++i)
            burst.push_back({ time, { "info", "burst " + std::to_string(i) } });
        model.append(burst);
        QCOMPARE(model.rowCount(), 5);
        QVERIFY(model.index(4, 0).data().toString().endsWith("burst 11"));
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void logViewFiltersSearchesAndCopies()
    {
        LogView view;
        view.append({ "debug", "secret" });
        view.append({ "info", "loading shard 1" });
        view.append({ "warning", "text is short" });
        view.append({ "error", "disk full" });
        view.append({ "unheard of", "a\nb" });
        QTRY_COMPARE(view.model().rowCount(), 5);
        QCOMPARE(view.text().count('\n'), 3); // debug is hidden
        view.setMinimumLevel(LogLevel::Warning);
        QVERIFY(view.text().contains("disk full") && !view.text().contains("shard"));
        view.setMinimumLevel(LogLevel::Debug);
        QVERIFY(view.text().contains("secret"));
        view.findChild<QLineEdit*>("logSearch")->setText("SHARD");
        QVERIFY(view.text().contains("loading shard 1") && !view.text().contains("disk"));
        QTest::mouseClick(view.findChild<QToolButton*>("logCopy"), Qt::LeftButton);
        QCOMPARE(QApplication::clipboard()->text(), view.text());
        view.clear();
        QCOMPARE(view.model().rowCount(), 0);
    }
};

QTEST_MAIN(TestWidgetModels)
#include "tst_widget_models.moc"
