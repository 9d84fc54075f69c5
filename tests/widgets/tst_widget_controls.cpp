// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_data.h"
#include "widgets/drop_zone.h"
#include "widgets/job_progress.h"
#include "widgets/message_bar.h"
#include "widgets/model_summary_panel.h"
#include "widgets/parameter_form.h"
#include "widgets/repaint_throttle.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace bitloom;
using nlohmann::json;

class TestWidgetControls : public QObject
{
    Q_OBJECT

    static QString text(const json& value) { return QString::fromStdString(value.dump()); }

    static void drop(QWidget& target, const QMimeData& data)
    {
        QDragEnterEvent enter({ 10, 10 }, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&target, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event({ 10, 10 }, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&target, &event);
    }

private Q_SLOTS:
    void formStartsWithDefaults()
    {
        ParameterForm form;
        form.setMethod(sample::method());
        QCOMPARE(text(form.values()), text(json::object()));
        QCOMPARE(text(form.values(true)), text((json { { "shrinkage_to_plain", "auto" }, { "damping", 0.1 }, { "iterations", 4 }, { "act_order", true }, { "start", "squeezellm" } })));
        QCOMPARE(form.problem(), QString());
    }

    void formRoundTrips()
    {
        ParameterForm form;
        form.setMethod(sample::method());
        QSignalSpy changes(&form, &ParameterForm::changed);
        const json wanted { { "shrinkage_to_plain", 0.25 }, { "damping", 1e-3 }, { "iterations", 12 }, { "act_order", false }, { "start", "quantiles" } };
        QCOMPARE(form.setValues(wanted), QStringList());
        QCOMPARE(text(form.values()), text(wanted));
        QCOMPARE(changes.size(), 1);
        // What is set to its default again does not belong into a recipe.
        QCOMPARE(form.setValues({ { "iterations", 4 }, { "shrinkage_to_plain", "auto" } }), QStringList());
        QCOMPARE(text(form.values()), text((json { { "damping", 1e-3 }, { "act_order", false }, { "start", "quantiles" } })));
        form.reset();
        QCOMPARE(text(form.values()), text(json::object()));
    }

    void formRefusesWhatTheMethodWouldRefuse_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("expected");
        QTest::newRow("unknown") << R"({"dampening": 1})" << "no parameter of this name";
        QTest::newRow("too large") << R"({"damping": 11})" << "out of range";
        QTest::newRow("integer out of range") << R"({"iterations": 0})" << "out of range";
        QTest::newRow("huge integer") << R"({"iterations": 1e30})" << "out of range";
        QTest::newRow("not whole") << R"({"iterations": 2.5})" << "whole number";
        QTest::newRow("text for a number") << R"({"damping": "much"})" << "not a number";
        QTest::newRow("auto where it is not allowed") << R"({"damping": "auto"})" << "not a number";
        QTest::newRow("number for a switch") << R"({"act_order": 1})" << "neither true nor false";
        QTest::newRow("unknown choice") << R"({"start": "random"})" << "choices";
        QTest::newRow("not an object") << "[1]" << "not a JSON object";
    }
    void formRefusesWhatTheMethodWouldRefuse()
    {
        QFETCH(QString, given);
        QFETCH(QString, expected);
        ParameterForm form;
        form.setMethod(sample::method());
        const QStringList refused = form.setValues(json::parse(given.toStdString()));
        QCOMPARE(refused.size(), 1);
        QVERIFY2(refused.at(0).contains(expected), qPrintable(refused.at(0)));
        QCOMPARE(text(form.values()), text(json::object()));
    }

    void formShowsErrorsWhereTheyAre()
    {
        ParameterForm form;
        form.setMethod(sample::method());
        form.show();
        auto* edit = form.findChild<QLineEdit*>("damping");
        auto* error = form.findChild<QLabel*>("damping.error");
        QVERIFY(error->isHidden());
        edit->setText("");
        QTest::keyClicks(edit, "12");
        QVERIFY(error->isVisible());
        QVERIFY(error->text().contains("0 to 10"));
        QVERIFY(form.problem().startsWith("Damping"));
        QVERIFY(!form.values(true).contains("damping"));
        edit->setText("ten");
        QVERIFY(error->text().contains("not a number"));
        edit->setText("2.5e-1");
        QVERIFY(error->isHidden());
        QCOMPARE(text(form.values()), text((json { { "damping", 0.25 } })));
    }

    void formAutoDisablesTheEditor()
    {
        ParameterForm form;
        form.setMethod(sample::method());
        auto* edit = form.findChild<QLineEdit*>("shrinkage_to_plain");
        auto* automatic = form.findChild<QCheckBox*>("shrinkage_to_plain.auto");
        QVERIFY(!edit->isEnabled());
        QCOMPARE(edit->text(), QString());
        QSignalSpy changes(&form, &ParameterForm::changed);
        automatic->setChecked(false);
        QVERIFY(edit->isEnabled());
        QCOMPARE(changes.size(), 1);
        QCOMPARE(text(form.values()), text((json { { "shrinkage_to_plain", 0.0 } })));
    }

    void formChangesMethods()
    {
        ParameterForm form;
        form.setMethod(sample::method());
        form.setMethod({});
        QCOMPARE(text(form.values(true)), text(json::object()));
        form.setMethod(sample::method());
        QCOMPARE(form.values(true).size(), std::size_t(5));
    }

    void dropZoneJudgesByNameOnly_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        QTest::newRow("folder") << "model/" << "model";
        QTest::newRow("gguf") << "x.gguf" << "model";
        QTest::newRow("gguf in capitals") << "x.GGUF" << "model";
        QTest::newRow("recipe") << "r.json" << "recipe";
        QTest::newRow("shard") << "model-00001-of-00002.safetensors" << "is one part of a model";
        QTest::newRow("other") << "notes.txt" << "neither a model folder";
        QTest::newRow("gone") << "-gone.gguf" << "does not exist";
    }
    void dropZoneJudgesByNameOnly()
    {
        QFETCH(QString, name);
        QFETCH(QString, expected);
        const QTemporaryDir folder;
        const QString path = folder.filePath(name);
        if (name.endsWith('/')) {
            QVERIFY(QDir().mkpath(path));
        } else if (!name.startsWith('-')) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        DropZone zone;
        QSignalSpy models(&zone, &DropZone::modelDropped), recipes(&zone, &DropZone::recipeDropped), rejections(&zone, &DropZone::rejected);
        QMimeData data;
        data.setUrls({ QUrl::fromLocalFile(path) });
        drop(zone, data);
        if (expected == "model") {
            QCOMPARE(models.size(), 1);
            QCOMPARE(QDir(models.at(0).at(0).toString()), QDir(path));
        } else if (expected == "recipe") {
            QCOMPARE(recipes.size(), 1);
        } else {
            QCOMPARE(rejections.size(), 1);
            QVERIFY2(rejections.at(0).at(0).toString().contains(expected), qPrintable(rejections.at(0).at(0).toString()));
            QCOMPARE(zone.findChild<QLabel*>("dropHint")->text(), rejections.at(0).at(0).toString());
        }
        QCOMPARE(models.size() + recipes.size() + rejections.size(), 1);
    }

    void dropZoneRefusesOtherThings()
    {
        QMimeData text;
        text.setText("hello");
        QVERIFY(droppedItem(&text).reason.contains("not a file"));
        QMimeData several;
        several.setUrls({ QUrl("file:///a.gguf"), QUrl("file:///b.gguf") });
        QVERIFY(droppedItem(&several).reason.contains("one model at a time"));
        QMimeData remote;
        remote.setUrls({ QUrl("https://example.org/a.gguf") });
        QVERIFY(droppedItem(&remote).reason.contains("not on this computer"));
        QVERIFY(!droppedItem(nullptr).reason.isEmpty());
    }

    void dropZoneButtons()
    {
        DropZone zone;
        QSignalSpy folder(&zone, &DropZone::folderRequested), file(&zone, &DropZone::fileRequested), demo(&zone, &DropZone::demoRequested);
        for (const char* name : { "openFolder", "openFile", "openDemo" })
            QTest::keyClick(zone.findChild<QPushButton*>(name), Qt::Key_Space);
        QCOMPARE(folder.size() + file.size() + demo.size(), 3);
    }

    void jobProgressTellsRateAndTime()
    {
        JobProgress view;
        view.resize(700, 80);
        view.show();
        auto* pause = view.findChild<QPushButton*>("jobPause");
        auto* resume = view.findChild<QPushButton*>("jobResume");
        auto* cancel = view.findChild<QPushButton*>("jobCancel");
        QVERIFY(!pause->isEnabled() && !cancel->isEnabled());
        view.setState(JobState::Running);
        Progress progress;
        progress.stage = "quantize";
        progress.unit = "layers";
        progress.done = 21;
        progress.total = 210;
        progress.item = "model.layers.3.self_attn.q_proj";
        view.setProgress(progress);
        view.setResources({ 1 << 30, 3LL << 30, 0 });
        RepaintThrottle::shared().flush();
        auto* rate = view.findChild<QLabel*>("jobRate");
        QVERIFY2(rate->text().contains("21 of 210 layers") && rate->text().contains("measuring…"), qPrintable(rate->text()));
        QCOMPARE(view.findChild<QProgressBar*>("jobBar")->value(), 100);
        QVERIFY(view.findChild<QLabel*>("jobMemory")->text().contains("peak 3.00"));
        QVERIFY(view.summary().contains("10 %"));
        progress.rate = 1.5;
        progress.etaSeconds = 126;
        view.setProgress(progress);
        RepaintThrottle::shared().flush();
        QVERIFY2(rate->text().contains("1.5 layers per second") && rate->text().contains("2 min 06 s left"), qPrintable(rate->text()));
        QVERIFY(view.findChild<QProgressBar*>("jobBar")->accessibleDescription().contains("2 min 06 s"));

        QSignalSpy paused(&view, &JobProgress::pauseRequested), resumed(&view, &JobProgress::resumeRequested), cancelled(&view, &JobProgress::cancelRequested);
        QTest::mouseClick(pause, Qt::LeftButton);
        QCOMPARE(paused.size(), 1);
        view.setState(JobState::Paused);
        QVERIFY(pause->isHidden() && resume->isVisible());
        QVERIFY(!rate->text().contains("left"));
        QTest::mouseClick(resume, Qt::LeftButton);
        QCOMPARE(resumed.size(), 1);
        QTest::mouseClick(cancel, Qt::LeftButton);
        QCOMPARE(cancelled.size(), 1);
        view.setState(JobState::Failed, "The disk is full.");
        QCOMPARE(view.findChild<QLabel*>("jobItem")->text(), "The disk is full.");
        QVERIFY(resume->isVisible() && !cancel->isEnabled());
        view.reset();
        QVERIFY(!view.findChild<QLabel*>("jobItem")->text().isEmpty());
    }

    void messageBarOffersActions()
    {
        MessageBar bar;
        QVERIFY(bar.isHidden());
        QSignalSpy triggered(&bar, &MessageBar::actionTriggered), dismissed(&bar, &MessageBar::dismissed);
        bar.showMessage(MessageBar::Severity::Error, "The engine stopped.", { { "resume", "Resume" }, { "log", "Show log" } }, "signal 9");
        QVERIFY(bar.isVisible());
        QVERIFY(bar.accessibleName().startsWith("Error"));
        QVERIFY(bar.findChild<QLabel*>("messageDetails")->isHidden());
        QTest::mouseClick(bar.findChild<QPushButton*>("resume"), Qt::LeftButton);
        QCOMPARE(triggered.size(), 1);
        QCOMPARE(triggered.at(0).at(0).toString(), "resume");
        bar.showMessage(MessageBar::Severity::Success, "Saved.");
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QVERIFY(!bar.findChild<QPushButton*>("resume"));
        QTest::mouseClick(bar.findChild<QToolButton*>("messageClose"), Qt::LeftButton);
        QCOMPARE(dismissed.size(), 1);
        QVERIFY(bar.isHidden());
    }

    void summaryTellsEverything()
    {
        ModelSummaryPanel panel;
        QCOMPARE(panel.text(), QString());
        panel.setSummary(sample::model());
        const QString text = panel.text();
        for (const char* expected : { "SmolLM2 135M Instruct", "llama", "135", "9 heads of 64, 3 for keys", "byte-level BPE", "210 linear layers", "Q4_1" })
            QVERIFY2(text.contains(expected), expected);
        ModelSummary hostile;
        hostile.name = "<b>bold</b>";
        panel.setSummary(hostile);
        QVERIFY(panel.text().contains("<b>bold</b>")); // shown as it is, not interpreted
        for (const QLabel* label : panel.findChildren<QLabel*>())
            QVERIFY(!label->text().contains("<b>") || label->textFormat() == Qt::PlainText);
        panel.clear();
        QCOMPARE(panel.text(), QString());
    }
};

QTEST_MAIN(TestWidgetControls)
#include "tst_widget_controls.moc"
