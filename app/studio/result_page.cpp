// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/result_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/sample_text.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "widgets/job_progress.h"
#include "widgets/text_format.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QUrl>

namespace bitloom {

namespace {
    const QString sampleText = QStringLiteral("sample");
    const QString tailText = QStringLiteral("tail");
    const QString otherText = QStringLiteral("other");
    constexpr qint64 tailBytes = 400000;
}

ResultPage::ResultPage(EngineClient& engine, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_stack(new QStackedLayout(this))
    , m_comparison(new ComparisonPanel)
    , m_measured(new VerificationPanel)
    , m_blocks(new BlockPanel(engine))
    , m_views(new QTabWidget)
{
    setObjectName(QStringLiteral("resultPage"));

    auto* empty = new QWidget;
    auto* emptyLayout = new QVBoxLayout(empty);
    auto* setUp = new QPushButton(lineIcon("quantize"), tr("Set up a run"));
    connect(setUp, &QPushButton::clicked, this, &ResultPage::setUpRequested);
    emptyLayout->addStretch(1);
    emptyLayout->addWidget(headline(tr("No result yet")), 0, Qt::AlignHCenter);
    emptyLayout->addWidget(quietLabel(tr("When a run has finished, original and quantized model are compared here.")), 0, Qt::AlignHCenter);
    emptyLayout->addSpacing(8);
    emptyLayout->addWidget(setUp, 0, Qt::AlignHCenter);
    emptyLayout->addStretch(2);
    m_stack->addWidget(empty);

    auto* content = new QWidget;
    auto* layout = new QHBoxLayout(content);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    auto* comparison = new Panel(tr("Original and quantized"));
    for (const char* term : { "perplexity", "kl", "top1", "relative" })
        comparison->addHeaderWidget(helpButton(term, true));
    m_views->setObjectName(QStringLiteral("resultViews"));
    m_views->setDocumentMode(true);
    m_views->setAccessibleName(tr("Views of the result"));
    const auto addView = [this](QWidget* view, const QString& title) {
        auto* holder = new QWidget;
        auto* holderLayout = new QVBoxLayout(holder);
        holderLayout->setContentsMargins(0, 8, 0, 0);
        holderLayout->addWidget(view);
        m_views->addTab(holder, title);
    };
    addView(m_comparison, tr("Figures"));
    addView(m_measured, tr("In llama.cpp"));
    addView(m_blocks, tr("Blocks"));
    comparison->setContent(m_views);
    layout->addWidget(comparison, 3);

    auto* side = new QVBoxLayout;
    side->setSpacing(14);
    auto* filePanel = new Panel(tr("Result"));
    m_title = new QLabel;
    m_title->setWordWrap(true);
    m_output = quietLabel({});
    m_output->setWordWrap(true);
    m_output->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_facts = new QLabel;
    m_facts->setWordWrap(true);
    m_folder = new QPushButton(lineIcon("folder"), tr("Show in folder"));
    m_folder->setObjectName(QStringLiteral("showInFolder"));
    m_copy = new QPushButton(lineIcon("terminal"), tr("Copy as command"));
    m_copy->setObjectName(QStringLiteral("copyResultCommand"));
    m_again = new QPushButton(lineIcon("quantize"), tr("Quantize again with other settings"));
    m_again->setObjectName(QStringLiteral("again"));
    filePanel->body().addWidget(m_title);
    filePanel->body().addWidget(m_output);
    filePanel->body().addWidget(m_facts);
    filePanel->body().addSpacing(4);
    auto* fileButtons = new QHBoxLayout;
    fileButtons->addWidget(m_folder);
    fileButtons->addWidget(m_copy);
    filePanel->body().addLayout(fileButtons);
    filePanel->body().addWidget(m_again);
    side->addWidget(filePanel);

    auto* evaluatePanel = new Panel(tr("Evaluate"));
    auto* explain = quietLabel(tr("Runs both models over a text and compares what they expect at every token."));
    explain->setWordWrap(true);
    evaluatePanel->body().addWidget(explain);
    m_text = new QComboBox;
    m_text->setObjectName(QStringLiteral("evaluationText"));
    m_text->setAccessibleName(tr("Text"));
    m_text->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_text->setMinimumContentsLength(18);
    m_context = new QSpinBox;
    m_context->setObjectName(QStringLiteral("context"));
    m_context->setRange(16, 1 << 20);
    m_context->setSingleStep(128);
    m_context->setValue(512);
    m_context->setSuffix(tr(" tokens"));
    m_context->setAccessibleName(tr("Window"));
    m_context->setToolTip(tr("Length of a window; the second half of each is counted, as llama.cpp does."));
    m_chunks = new QSpinBox;
    m_chunks->setRange(0, 1 << 20);
    m_chunks->setSpecialValueText(tr("all"));
    m_chunks->setSuffix(tr(" windows"));
    m_chunks->setObjectName(QStringLiteral("chunks"));
    m_chunks->setValue(8);
    m_chunks->setAccessibleName(tr("Number of windows"));
    m_evaluate = new QPushButton(lineIcon("compare", true), tr("Evaluate"));
    m_evaluate->setObjectName(QStringLiteral("evaluate"));
    m_evaluate->setProperty("primary", true);
    auto* amount = new QHBoxLayout;
    amount->addWidget(m_context, 1);
    amount->addWidget(m_chunks, 1);
    evaluatePanel->body().addWidget(m_text);
    evaluatePanel->body().addLayout(amount);
    evaluatePanel->body().addWidget(m_evaluate);
    side->addWidget(evaluatePanel);

    auto* verifyPanel = new Panel(tr("Verify in llama.cpp"));
    verifyPanel->addHeaderWidget(helpButton("verify"));
    m_verification = quietLabel({});
    m_verification->setWordWrap(true);
    m_verification->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_verify = new QPushButton(lineIcon("check"), tr("Verify in llama.cpp"));
    m_verify->setObjectName(QStringLiteral("verify"));
    m_chooseOther = new QPushButton(lineIcon("file"), tr("Beside another file…"));
    m_chooseOther->setObjectName(QStringLiteral("chooseOther"));
    m_chooseOther->setToolTip(tr("A GGUF file of the same model, for example from llama-quantize, that gets the same measurements."));
    verifyPanel->body().addWidget(m_verification);
    verifyPanel->body().addWidget(m_verify);
    verifyPanel->body().addWidget(m_chooseOther);
    m_saveReport = new QPushButton(lineIcon("save"), tr("Save report…"));
    m_saveReport->setObjectName(QStringLiteral("saveReport"));
    m_saveReport->setToolTip(tr("All figures and plots as a web page, Markdown and JSON, as llama.cpp asks for them of new quantizations."));
    verifyPanel->body().addWidget(m_saveReport);
    side->addWidget(verifyPanel);

    m_jobTitle = new QLabel;
    m_bar = new QProgressBar;
    m_bar->setAccessibleName(tr("Progress of the evaluation"));
    m_cancel = new QPushButton(lineIcon("stop"), tr("Cancel"));
    auto* jobLine = new QHBoxLayout;
    jobLine->addWidget(m_bar, 1);
    jobLine->addWidget(m_cancel);
    side->addWidget(m_jobTitle);
    side->addLayout(jobLine);
    side->addStretch(1);
    auto* sideHolder = new QWidget;
    sideHolder->setLayout(side);
    side->setContentsMargins(0, 0, 0, 0);
    sideHolder->setMinimumWidth(330);
    sideHolder->setMaximumWidth(460);
    layout->addWidget(sideHolder, 1);
    m_stack->addWidget(content);

    connect(m_folder, &QPushButton::clicked, this, &ResultPage::showInFolder);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(command());
        Q_EMIT commandCopied();
    });
    connect(m_again, &QPushButton::clicked, this, [this] { Q_EMIT againRequested(m_report->recipe); });
    connect(m_evaluate, &QPushButton::clicked, this, &ResultPage::evaluate);
    connect(m_verify, &QPushButton::clicked, this, &ResultPage::verify);
    connect(m_chooseOther, &QPushButton::clicked, this, &ResultPage::chooseOther);
    connect(m_saveReport, &QPushButton::clicked, this, &ResultPage::saveReport);
    connect(m_cancel, &QPushButton::clicked, this, &ResultPage::cancelJob);
    connect(m_comparison, &ComparisonPanel::layerActivated, this, [this](const QString& layer) {
        m_blocks->showLayer(layer);
        Q_EMIT layerActivated(layer);
    });
    connect(&m_engine, &EngineClient::progressed, this, [this](quint64 job, const Progress& progress) {
        if (job != m_job || m_job == 0)
            return;
        m_bar->setRange(0, 1000);
        m_bar->setValue(progress.total > 0 ? static_cast<int>(progress.done * 1000 / progress.total) : 0);
        QString line = JobProgress::stageName(progress.stage);
        if (progress.etaSeconds >= 0)
            line += tr(" – about %1 left").arg(durationText(progress.etaSeconds));
        m_jobTitle->setText(line);
    });
    setJob(0, {});
}

void ResultPage::setModel(const ModelSummary& model)
{
    m_model = model;
    showComparison();
}

void ResultPage::setReport(const QuantizeReport& report, const std::optional<EvaluationReport>& evaluation)
{
    m_report = report;
    m_evaluation = evaluation;
    m_verification->setText(isGguf() ? tr("Loads the file in llama.cpp itself and measures it there: quality against the original, speed, and text.")
                                     : tr("Only for results written as GGUF; choose that format for the next run."));
    m_measured->clear();
    m_verified.reset();
    m_other.clear();
    m_views->setTabEnabled(1, isGguf());
    m_views->setTabEnabled(2, isGguf());
    m_views->setCurrentIndex(0);
    if (isGguf())
        m_blocks->setFile(text(report.output), text(report.recipe.model));
    else
        m_blocks->clear();
    fillTexts();
    m_stack->setCurrentIndex(1);
    showComparison();
    refresh();
}

void ResultPage::clear()
{
    m_report.reset();
    m_evaluation.reset();
    m_comparison->clear();
    m_measured->clear();
    m_blocks->clear();
    m_stack->setCurrentIndex(0);
}

void ResultPage::showComparison()
{
    if (!m_report)
        return;
    ComparisonData comparison;
    if (m_model) {
        comparison.originalName = m_model->name.empty() ? QFileInfo(text(m_model->path)).fileName() : text(m_model->name);
        comparison.originalBytes = m_model->bytes;
        comparison.originalBitsPerWeight = m_model->bitsPerWeight;
    } else {
        comparison.originalName = text(m_report->recipe.model);
    }
    comparison.quantizedName = QFileInfo(text(m_report->output)).fileName();
    comparison.quantizedBytes = m_report->outputBytes;
    comparison.quantizedBitsPerWeight = m_report->bitsPerWeight;
    comparison.evaluation = m_evaluation;
    comparison.layers = m_report->layers;
    m_comparison->setData(comparison);

    m_title->setText(QStringLiteral("<b>%1</b>").arg(comparison.quantizedName.toHtmlEscaped()));
    m_output->setText(shortPath(QFileInfo(text(m_report->output)).absolutePath(), 120));
    m_output->setToolTip(text(m_report->output));
    m_facts->setText(tr("%1 layers, %2 bits per weight, in %3\ncalibration %4, solving %5, writing %6\npeak memory %7")
                         .arg(m_report->layers.size())
                         .arg(numberText(m_report->bitsPerWeight, 3), durationText(m_report->seconds()), durationText(m_report->secondsCalibrate),
                             durationText(m_report->secondsQuantize), durationText(m_report->secondsExport), bytesText(m_report->peakMemoryBytes))
        + (m_report->tuning ? QLatin1Char('\n')
                  + tr("tuning %1, held-out KL divergence from %2 to %3")
                        .arg(durationText(m_report->tuning->seconds), numberText(m_report->tuning->after(0), 4), numberText(m_report->tuning->after(m_report->tuning->bestEpoch), 4))
                            : QString()));
}

void ResultPage::fillTexts()
{
    m_text->clear();
    const auto& calibration = m_report->recipe.calibration;
    if (!calibration.empty() && QFileInfo::exists(text(calibration.back())))
        m_text->addItem(tr("End of %1").arg(QFileInfo(text(calibration.back())).fileName()), tailText);
    if (const QString last = m_settings.lastFolder(QStringLiteral("evaluationText")); QFileInfo(last).isFile())
        m_text->addItem(QFileInfo(last).fileName(), last);
    m_text->addItem(tr("Sample text of Bitloom"), sampleText);
    m_text->addItem(tr("Another text file…"), otherText);
}

QString ResultPage::chosenText()
{
    const QString choice = m_text->currentData().toString();
    if (choice == sampleText)
        return sampleTextFile(m_texts);
    if (choice == tailText) {
        QFile source(text(m_report->recipe.calibration.back()));
        QFile tail(m_texts.filePath(QStringLiteral("calibration-end.txt")));
        if (!source.open(QIODevice::ReadOnly) || !tail.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
            Q_EMIT failed({ ErrorCode::Io, source.fileName().toStdString() + ": cannot be read: " + source.errorString().toStdString() });
            return {};
        }
        source.seek(qMax<qint64>(0, source.size() - tailBytes));
        QByteArray bytes = source.readAll();
        // Begin at a line, never inside a UTF-8 character.
        if (source.size() > tailBytes)
            bytes = bytes.mid(bytes.indexOf('\n') + 1);
        tail.write(bytes);
        return tail.fileName();
    }
    if (choice != otherText)
        return choice;
    const QString path = QFileDialog::getOpenFileName(this, tr("Text to evaluate on"), m_settings.lastFolder(QStringLiteral("calibration")),
        tr("Text (*.txt *.md *.text);;All files (*)"));
    if (!path.isEmpty()) {
        m_settings.setLastFolder(QStringLiteral("evaluationText"), path);
        fillTexts();
        m_text->setCurrentIndex(m_text->findData(path));
    }
    return path;
}

void ResultPage::evaluate()
{
    if (!m_report || m_job != 0 || m_otherJob)
        return;
    const QString file = chosenText();
    if (file.isEmpty())
        return;
    m_engine.startIfGone();
    const quint64 job = m_engine.requestAs<EvaluationReport>("evaluate",
        { { "model", m_report->output }, { "reference", m_report->recipe.model }, { "text", file.toStdString() }, { "context", m_context->value() },
            { "chunks", m_chunks->value() } },
        this, [this](const Result<EvaluationReport>& report) {
            setJob(0, {});
            if (report) {
                m_evaluation = *report;
                showComparison();
            } else if (report.error().code != ErrorCode::Cancelled) {
                Q_EMIT failed(report.error());
            }
        });
    setJob(job, tr("Evaluating …"));
}

void ResultPage::verify()
{
    if (!isGguf() || m_job != 0 || m_otherJob)
        return;
    const QString file = chosenText();
    if (file.isEmpty())
        return;
    std::vector<std::string> others;
    if (!m_other.isEmpty())
        others.push_back(m_other.toStdString());
    m_engine.startIfGone();
    const quint64 job = m_engine.requestAs<VerificationReport>("verify",
        { { "file", m_report->output }, { "reference", m_report->recipe.model }, { "compare", others }, { "text", file.toStdString() },
            { "context", m_context->value() }, { "chunks", m_chunks->value() } },
        this, [this, file](const Result<VerificationReport>& report) {
            setJob(0, {});
            if (!report) {
                if (report.error().code != ErrorCode::Cancelled)
                    Q_EMIT failed(report.error());
                return;
            }
            m_verified = *report;
            m_verifiedText = file;
            showVerification(*report);
            refresh();
            Q_EMIT verified(*report);
        });
    setJob(job, tr("Verifying in llama.cpp …"));
}

void ResultPage::showVerification(const VerificationReport& report)
{
    m_measured->setReport(report);
    m_views->setCurrentIndex(1);
    QString line = tr("llama.cpp loads it. Perplexity there %1, here %2.").arg(numberText(report.perplexity), numberText(report.enginePerplexity));
    if (!report.files.empty() && report.files.front().evaluation.klMean) {
        const auto& ours = report.files.front().evaluation;
        line += QLatin1Char('\n') + tr("KL divergence from the original %1").arg(uncertainText(*ours.klMean, ours.klStandardError.value_or(0)));
        if (report.files.size() > 1 && report.files[1].evaluation.klMean)
            line += tr(", of “%1” %2").arg(QFileInfo(text(report.files[1].file)).completeBaseName(), numberText(*report.files[1].evaluation.klMean));
        line += QLatin1Char('.');
    }
    m_verification->setText(line + QLatin1Char('\n') + tr("It writes: “%1”").arg(text(report.text).simplified()));
}

void ResultPage::chooseOther()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("GGUF file to verify beside the result"), m_settings.lastFolder(QStringLiteral("output")), tr("GGUF (*.gguf)"));
    if (path.isEmpty())
        return;
    m_other = path;
    verify();
}

void ResultPage::saveReport()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder for the report"), m_settings.lastFolder(QStringLiteral("output")));
    if (!folder.isEmpty())
        writeReport(folder);
}

void ResultPage::writeReport(const QString& folder)
{
    if (!m_verified)
        return;
    m_engine.request("report", { { "verification", *m_verified }, { "text", m_verifiedText.toStdString() }, { "folder", folder.toStdString() } }, this,
        [this](const Result<nlohmann::json>& result) {
            if (!result) {
                Q_EMIT failed(result.error());
                return;
            }
            const QString html = text(result->value("html", std::string()));
            m_verification->setText(tr("The report is written: %1").arg(html));
            Q_EMIT reportSaved(html);
        });
}

void ResultPage::cancelJob()
{
    if (m_job != 0)
        m_engine.tell("cancel");
}

void ResultPage::setJob(quint64 job, const QString& title)
{
    const bool changed = (m_job != 0) != (job != 0);
    m_job = job;
    m_jobTitle->setText(title);
    m_bar->setRange(0, 0);
    refresh();
    if (changed)
        Q_EMIT busyChanged(job != 0);
}

void ResultPage::setJobRunning(bool running)
{
    m_otherJob = running;
    refresh();
}

void ResultPage::refresh()
{
    const bool free = m_report && m_job == 0 && !m_otherJob;
    m_evaluate->setEnabled(free);
    m_verify->setEnabled(free && isGguf());
    m_chooseOther->setEnabled(free && isGguf());
    m_saveReport->setVisible(m_verified.has_value());
    m_again->setEnabled(m_report.has_value());
    for (QWidget* widget : { static_cast<QWidget*>(m_jobTitle), static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_cancel) })
        widget->setVisible(m_job != 0);
}

void ResultPage::showInFolder()
{
    if (m_report)
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(text(m_report->output)).absolutePath()));
}

QString ResultPage::command() const
{
    return m_report ? text(recipeToCommand(m_report->recipe, m_report->output)) : QString();
}

} // namespace bitloom
