// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/sample_text.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "widgets/job_progress.h"
#include "widgets/saved_file.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QScrollArea>

namespace bitloom {
namespace {
    const QString sampleText = QStringLiteral("sample");
    const QString otherText = QStringLiteral("other");
    constexpr int folderRole = Qt::UserRole;
    constexpr int shownAtFirst = 4; ///< of recent runs

    /// The project folder that a path stands for: itself, or that beside an output.
    QString projectOf(const QString& path)
    {
        for (const QString& folder : { path, path + QStringLiteral(".bitloom"), QFileInfo(path).absolutePath() }) {
            if (QFileInfo::exists(folder + QStringLiteral("/project.json")))
                return folder;
        }
        return {};
    }

    QStringList draggedProjects(const QMimeData* data)
    {
        QStringList folders;
        for (const QUrl& url : data->urls()) {
            const QString folder = url.isLocalFile() ? projectOf(url.toLocalFile()) : QString();
            if (folder.isEmpty())
                return {};
            folders << folder;
        }
        return folders;
    }
}

ComparePage::ComparePage(EngineClient& engine, Settings& settings, RecentRuns& runs, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_recent(runs)
    , m_stack(new QStackedLayout)
{
    setObjectName(QStringLiteral("comparePage"));
    setAcceptDrops(true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->setSpacing(14);
    auto* right = new QWidget;
    right->setLayout(m_stack);
    QWidget* side = buildSide();
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildViews());
    layout->addWidget(side);
    layout->addWidget(right, 1);
    connect(&m_recent, &RecentRuns::changed, this, &ComparePage::takeRecentRuns);
    connect(&m_engine, &EngineClient::progressed, this, [this](quint64 job, const Progress& progress) {
        if (job != m_job || m_job == 0)
            return;
        m_bar->setRange(0, 1000);
        m_bar->setValue(progress.total > 0 ? static_cast<int>(progress.done * 1000 / progress.total) : 0);
        QString line = JobProgress::stageName(progress.stage);
        if (progress.etaSeconds >= 0)
            line += tr(" – about %1 left").arg(durationText(progress.etaSeconds));
        m_jobTitle->setToolTip(line);
    });
    setJob(0);
    refresh();
}

QWidget* ComparePage::buildSide()
{
    auto* side = new QWidget;
    side->setFixedWidth(300);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    auto* runs = new Panel(tr("Runs"));
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("compareRuns"));
    m_list->setAccessibleName(tr("Runs to compare"));
    m_list->setToolTip(tr("Finished runs; those with a tick are compared. The space bar ticks."));
    m_list->setMinimumHeight(110);
    connect(m_list, &QListWidget::itemChanged, this, [this] {
        if (!m_filling)
            refresh();
    });
    auto* add = new QPushButton(lineIcon("folder"), tr("Add a project folder…"));
    add->setObjectName(QStringLiteral("compareAdd"));
    connect(add, &QPushButton::clicked, this, &ComparePage::chooseFolder);
    m_differencesOnly = new QCheckBox(tr("&Differences only"));
    m_differencesOnly->setObjectName(QStringLiteral("compareDifferences"));
    m_differencesOnly->setToolTip(tr("Leaves out the lines in which all runs are the same."));
    connect(m_differencesOnly, &QCheckBox::toggled, this, &ComparePage::fillTable);
    runs->setContent(m_list);
    runs->body().addWidget(add);
    runs->body().addWidget(m_differencesOnly);
    layout->addWidget(runs, 1);

    auto* evaluation = new Panel(tr("Evaluate"));
    m_text = new QComboBox;
    m_text->setObjectName(QStringLiteral("compareText"));
    m_text->setAccessibleName(tr("Text"));
    m_text->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_text->setMinimumContentsLength(14);
    m_text->addItem(tr("Sample text of Bitloom"), sampleText);
    if (const QString last = m_settings.lastFolder(QStringLiteral("evaluationText")); QFileInfo(last).isFile())
        m_text->insertItem(0, QFileInfo(last).fileName(), last);
    m_text->addItem(tr("Another text file…"), otherText);
    m_text->setCurrentIndex(0);
    m_chunks = new QSpinBox;
    m_chunks->setObjectName(QStringLiteral("compareChunks"));
    m_chunks->setAccessibleName(tr("Number of windows"));
    m_chunks->setRange(0, 1 << 20);
    m_chunks->setSpecialValueText(tr("all"));
    m_chunks->setSuffix(tr(" windows"));
    m_chunks->setValue(8);
    m_evaluateMissing = new QPushButton(lineIcon("compare", true), tr("Evaluate those without figures"));
    m_evaluateMissing->setObjectName(QStringLiteral("evaluateMissing"));
    m_evaluateMissing->setProperty("primary", true);
    m_evaluateAll = new QPushButton(lineIcon("refresh"), tr("Evaluate all on this text"));
    m_evaluateAll->setObjectName(QStringLiteral("evaluateAll"));
    connect(m_evaluateMissing, &QPushButton::clicked, this, [this] { evaluate(false); });
    connect(m_evaluateAll, &QPushButton::clicked, this, [this] { evaluate(true); });
    m_jobTitle = new QLabel;
    m_jobTitle->setWordWrap(true);
    m_bar = new QProgressBar;
    m_bar->setAccessibleName(tr("Progress of the evaluation"));
    m_cancel = new QPushButton(lineIcon("stop"), tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("compareCancel"));
    connect(m_cancel, &QPushButton::clicked, this, &ComparePage::cancelJob);
    auto* jobLine = new QHBoxLayout;
    jobLine->addWidget(m_bar, 1);
    jobLine->addWidget(m_cancel);
    for (QWidget* widget : { static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_chunks), static_cast<QWidget*>(m_evaluateMissing), static_cast<QWidget*>(m_evaluateAll), static_cast<QWidget*>(m_jobTitle) })
        evaluation->body().addWidget(widget);
    evaluation->body().addLayout(jobLine);
    layout->addWidget(evaluation);

    auto* keep = new QHBoxLayout;
    m_saveReport = new QPushButton(lineIcon("save"), tr("Save report…"));
    m_saveReport->setObjectName(QStringLiteral("compareReport"));
    m_saveReport->setToolTip(tr("A web page with the table and all plots in one file."));
    m_saveTable = new QPushButton(lineIcon("save"), tr("Save table…"));
    m_saveTable->setObjectName(QStringLiteral("compareTable"));
    m_saveTable->setToolTip(tr("All figures as CSV, a line for each run."));
    keep->addWidget(m_saveReport);
    keep->addWidget(m_saveTable);
    layout->addLayout(keep);
    const auto save = [this](const QString& title, const QString& filter, const QString& suffix, auto write) {
        const QString path = QFileDialog::getSaveFileName(this, title, m_settings.lastFolder(QStringLiteral("output")) + QStringLiteral("/comparison.") + suffix, filter);
        if (path.isEmpty())
            return;
        if (const Result<void> written = write(path); !written)
            Q_EMIT failed(written.error());
    };
    connect(m_saveReport, &QPushButton::clicked, this, [=, this] { save(tr("Save the comparison"), tr("Web page (*.html)"), QStringLiteral("html"), [this](const QString& path) { return writeReport(path); }); });
    connect(m_saveTable, &QPushButton::clicked, this, [=, this] { save(tr("Save the table"), tr("Table (*.csv)"), QStringLiteral("csv"), [this](const QString& path) { return saveFile(path, csv().toUtf8()); }); });
    return side;
}

QWidget* ComparePage::buildEmpty()
{
    auto* empty = new QWidget;
    auto* layout = new QVBoxLayout(empty);
    auto* add = new QPushButton(lineIcon("folder"), tr("Add a project folder…"));
    connect(add, &QPushButton::clicked, this, &ComparePage::chooseFolder);
    layout->addStretch(1);
    layout->addWidget(headline(tr("Nothing to compare yet")), 0, Qt::AlignHCenter);
    auto* explain = quietLabel(tr("Tick finished runs at the left, or drop their project folders here. Each gets a column."));
    explain->setWordWrap(true);
    explain->setAlignment(Qt::AlignCenter);
    layout->addWidget(explain);
    layout->addSpacing(8);
    layout->addWidget(add, 0, Qt::AlignHCenter);
    layout->addStretch(2);
    return empty;
}

QWidget* ComparePage::buildViews()
{
    m_views = new QTabWidget;
    m_views->setObjectName(QStringLiteral("compareViews"));
    m_views->setDocumentMode(true);
    m_views->setAccessibleName(tr("Views of the comparison"));
    m_table = new FigureTable("compareFigures", tr("Runs side by side"), this);
    m_sizes = new ParetoPlot({ tr("Size against KL divergence"), tr("None of the runs has been evaluated against its original. “Evaluate” measures them on the same text."),
        tr("mean KL divergence, nats per token"), tr("no other run is smaller and better"), tr("other runs"), tr("mean KL divergence %1"), QStringLiteral("kl_mean") });
    m_sizes->setObjectName(QStringLiteral("compareSizes"));
    m_divergences = new DivergencePlot;
    m_layers = new LayerRatioPlot;
    m_base = new QComboBox;
    m_base->setObjectName(QStringLiteral("compareBase"));
    m_base->setAccessibleName(tr("Run that the others are compared with"));
    m_base->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_base->setMinimumContentsLength(24);
    connect(m_base, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_filling)
            fillPlots();
    });
    m_sizeKind = new QComboBox;
    m_sizeKind->setObjectName(QStringLiteral("compareSizeKind"));
    m_sizeKind->setAccessibleName(tr("Size that is compared"));
    m_sizeKind->setToolTip(tr("Files of unpacked weights have one size at all bits; those for llama.cpp and Any-Precision are as small as their bits."));
    m_sizeKind->addItem(tr("by bits per weight"), static_cast<int>(ParetoSize::BitsPerWeight));
    m_sizeKind->addItem(tr("by size of the file"), static_cast<int>(ParetoSize::Bytes));
    connect(m_sizeKind, &QComboBox::currentIndexChanged, this, &ComparePage::fillPlots);
    const auto addView = [this](QWidget* view, const QString& title, QWidget* above = nullptr) {
        auto* holder = new QWidget;
        auto* layout = new QVBoxLayout(holder);
        layout->setContentsMargins(0, 8, 0, 0);
        if (above != nullptr)
            layout->addWidget(above, 0, Qt::AlignLeft);
        layout->addWidget(view, 1);
        m_views->addTab(holder, title);
    };
    addView(m_table, tr("Figures"));
    addView(m_sizes, tr("Size and KL"), m_sizeKind);
    addView(m_divergences, tr("KL divergence"));
    addView(m_layers, tr("Layers"), m_base);
    m_note = new QLabel;
    m_note->setObjectName(QStringLiteral("compareNote"));
    m_note->setWordWrap(true);
    auto* panel = new Panel(tr("Side by side"));
    for (const char* term : { "perplexity", "kl", "relative" })
        panel->addHeaderWidget(helpButton(term, true));
    panel->body().addWidget(m_note);
    panel->setContent(m_views);
    return panel;
}

// ---- the runs ---------------------------------------------------------------------------------------------------

void ComparePage::takeRecentRuns()
{
    m_filling = true;
    for (const ProjectSummary& run : m_recent.runs())
        takeRun(run, static_cast<int>(shownRuns().size()) < shownAtFirst);
    m_filling = false;
    refresh();
}

void ComparePage::takeRun(ProjectSummary run, bool shown)
{
    const QString folder = text(run.folder);
    const bool known = m_runs.contains(folder);
    const QString title = runTitle(run);
    m_runs.insert(folder, std::move(run));
    if (known)
        return;
    auto* item = new QListWidgetItem(title);
    item->setData(folderRole, folder);
    item->setToolTip(folder);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(shown ? Qt::Checked : Qt::Unchecked);
    m_list->addItem(item);
    if (m_list->currentRow() < 0)
        m_list->setCurrentRow(0);
}

void ComparePage::addRun(const QString& path)
{
    const QString folder = projectOf(path);
    m_engine.requestAs<ProjectSummary>("project", { { "folder", (folder.isEmpty() ? path : folder).toStdString() } }, this, [this](Result<ProjectSummary> run) {
        if (!run)
            return Q_EMIT failed(run.error());
        if (!run->report)
            return Q_EMIT failed({ ErrorCode::Usage, tr("%1: this run is not finished, so that there is nothing to compare yet").arg(text(run->folder)).toStdString() });
        const QString added = text(run->folder);
        m_settings.addRecent({ added, QStringLiteral("project"), tr("%1, %2 bits, finished").arg(text(run->recipe.method)).arg(run->recipe.bits) });
        m_filling = true;
        takeRun(std::move(*run), true);
        m_filling = false;
        showRun(added, true);
        refresh();
    });
}

void ComparePage::showRun(const QString& folder, bool shown)
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(folderRole).toString() == folder)
            m_list->item(row)->setCheckState(shown ? Qt::Checked : Qt::Unchecked);
    }
}

void ComparePage::chooseFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Project folder of a finished run"), m_settings.lastFolder(QStringLiteral("output")));
    if (!path.isEmpty())
        addRun(path);
}

void ComparePage::dragEnterEvent(QDragEnterEvent* event)
{
    // Anything else is the window's to open, or to refuse.
    if (!draggedProjects(event->mimeData()).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore();
}

void ComparePage::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    for (const QString& folder : draggedProjects(event->mimeData()))
        addRun(folder);
}

void ComparePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_recent.refresh();
}

std::vector<ComparedRun> ComparePage::shownRuns() const
{
    std::vector<ComparedRun> shown;
    QHash<QString, int> names;
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->checkState() != Qt::Checked)
            continue;
        const ProjectSummary& run = *m_runs.constFind(m_list->item(row)->data(folderRole).toString());
        QString name = QFileInfo(text(run.output)).fileName();
        if (const int before = names[name]++; before > 0)
            name += QStringLiteral(" (%1)").arg(before + 1);
        shown.push_back({ name, run, {} });
    }
    return shown;
}

std::vector<ComparedRun> ComparePage::columns() const
{
    std::vector<ComparedRun> columns = shownRuns();
    if (columns.empty())
        return columns;
    const std::string model = columns.front().run.recipe.model;
    const auto original = m_originals.constFind(text(model));
    const bool oneModel = std::all_of(columns.begin(), columns.end(), [&](const ComparedRun& run) { return run.run.recipe.model == model; });
    if (!oneModel || original == m_originals.constEnd())
        return columns;
    ComparedRun column { tr("Original"), {}, *original };
    column.run.recipe.model = model;
    const auto measured = std::find_if(columns.begin(), columns.end(), [](const ComparedRun& run) { return run.run.evaluation && run.run.evaluation->referencePerplexity; });
    if (measured != columns.end() && differentTexts(columns).isEmpty()) {
        EvaluationReport evaluation;
        evaluation.perplexity = *measured->run.evaluation->referencePerplexity;
        column.run.evaluation = evaluation;
    }
    columns.insert(columns.begin(), std::move(column));
    return columns;
}

void ComparePage::askForOriginal()
{
    for (const ComparedRun& run : shownRuns()) {
        const QString path = text(run.run.recipe.model);
        if (m_askedOriginals.contains(path))
            continue;
        m_askedOriginals << path;
        // A model that has gone since then has no column; its runs can be compared all the same.
        m_engine.requestAs<ModelSummary>("inspect", { { "model", path.toStdString() } }, this, [this, path](Result<ModelSummary> model) {
            if (!model)
                return;
            m_originals.insert(path, std::move(*model));
            refresh();
        });
    }
}

/// Figures of different texts cannot be compared, and nothing in them says so but the original's own.
QString ComparePage::differentTexts(const std::vector<ComparedRun>& runs) const
{
    const EvaluationReport* first = nullptr;
    for (const ComparedRun& run : runs) {
        if (run.original || !run.run.evaluation)
            continue;
        const EvaluationReport& evaluation = *run.run.evaluation;
        if (first == nullptr)
            first = &evaluation;
        const bool sameModel = run.run.recipe.model == runs.back().run.recipe.model;
        const bool same = evaluation.tokens == first->tokens && evaluation.context == first->context
            && (!sameModel || !evaluation.referencePerplexity || !first->referencePerplexity || std::abs(*evaluation.referencePerplexity / *first->referencePerplexity - 1) < 1e-3);
        if (!same)
            return tr("⚠ These runs were evaluated on different texts or windows, so that their perplexities and divergences cannot be compared. “Evaluate all on this text” measures them anew.");
    }
    return {};
}

// ---- what is shown ----------------------------------------------------------------------------------------------

void ComparePage::refresh()
{
    askForOriginal();
    const std::vector<ComparedRun> runs = shownRuns();
    m_stack->setCurrentIndex(runs.empty() ? 0 : 1);
    m_filling = true;
    const QString base = m_base->currentText();
    m_base->clear();
    for (const ComparedRun& run : runs)
        m_base->addItem(tr("against %1").arg(run.name), run.name);
    m_base->setCurrentIndex(std::max(0, m_base->findText(base)));
    m_filling = false;
    m_note->setText(differentTexts(runs));
    m_note->setVisible(!m_note->text().isEmpty());
    fillTable();
    fillPlots();
    refreshButtons();
    Q_EMIT changed();
}

QStringList ComparePage::header(const std::vector<ComparedRun>& columns) const
{
    QStringList names { tr("Figure") };
    for (const ComparedRun& column : columns)
        names << column.name;
    return names;
}

std::vector<FigureTable::Line> ComparePage::lines(const std::vector<ComparedRun>& columns) const
{
    std::vector<FigureTable::Line> lines;
    for (const RunField& field : runFields(columns)) {
        if (!field.shown)
            continue;
        FigureTable::Line line { { field.title }, field.explanation };
        QStringList ofRuns;
        for (const ComparedRun& column : columns) {
            line.cells << field.shown(column);
            if (!column.original)
                ofRuns << line.cells.back();
        }
        if (std::all_of(line.cells.begin() + 1, line.cells.end(), [](const QString& cell) { return cell == QStringLiteral("–"); }))
            continue; // of another method or format
        if (m_differencesOnly->isChecked() && ofRuns.size() > 1 && std::all_of(ofRuns.begin(), ofRuns.end(), [&](const QString& cell) { return cell == ofRuns.front(); }))
            continue;
        lines.push_back(std::move(line));
    }
    return lines;
}

void ComparePage::fillTable()
{
    const std::vector<ComparedRun> shown = columns();
    if (shown.empty())
        return;
    m_table->setFigures(header(shown), lines(shown));
    for (std::size_t i = 0; i < shown.size(); ++i)
        m_table->horizontalHeaderItem(static_cast<int>(i) + 1)->setToolTip(text(shown[i].original ? shown[i].original->path : shown[i].run.folder));
}

void ComparePage::fillPlots()
{
    const std::vector<ComparedRun> runs = shownRuns();
    std::vector<ParetoPoint> points;
    std::vector<Divergence> divergences;
    std::vector<RunLayers> layers;
    RunLayers base;
    for (const ComparedRun& run : runs) {
        const QuantizeReport& report = *run.run.report;
        RunLayers of { run.name, report.layers };
        if (run.name == m_base->currentData().toString())
            base = std::move(of);
        else
            layers.push_back(std::move(of));
        if (!run.run.evaluation || !run.run.evaluation->klMean)
            continue;
        const EvaluationReport& evaluation = *run.run.evaluation;
        points.push_back({ report.bitsPerWeight, report.outputBytes, *evaluation.klMean, run.name, evaluation.klStandardError.value_or(0) });
        Divergence divergence { run.name, *evaluation.klMean, evaluation.klStandardError, {} };
        for (const auto& [fraction, value] : { std::pair { 0.5, evaluation.klMedian }, std::pair { 0.99, evaluation.klP99 }, std::pair { 1.0, evaluation.klMaximum } }) {
            if (value)
                divergence.quantiles.emplace_back(fraction, *value);
        }
        divergences.push_back(std::move(divergence));
    }
    const auto size = static_cast<ParetoSize>(m_sizeKind->currentData().toInt());
    m_sizes->setSize(size);
    auto [front, others] = splitFront(std::move(points), size);
    m_sizes->setPoints(std::move(front), std::move(others));
    m_divergences->setDivergences(std::move(divergences));
    m_layers->setRuns(base, layers);
}

QString ComparePage::csv() const
{
    const std::vector<ComparedRun> shown = columns();
    const std::vector<RunField> fields = runFields(shown);
    QStringList names { QStringLiteral("name"), QStringLiteral("folder"), QStringLiteral("output") };
    for (const RunField& field : fields)
        names << csvField(field.key);
    QString table = names.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    for (const ComparedRun& run : shown) {
        QStringList cells { csvField(run.name), csvField(text(run.run.folder)), csvField(text(run.original ? run.original->path : run.run.output)) };
        for (const RunField& field : fields)
            cells << csvField(field.raw(run));
        table += cells.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    }
    return table;
}

// ---- evaluation -------------------------------------------------------------------------------------------------

void ComparePage::refreshButtons()
{
    const std::vector<ComparedRun> runs = shownRuns();
    const bool free = m_job == 0 && !m_otherJob && !runs.empty();
    const bool missing = std::any_of(runs.begin(), runs.end(), [](const ComparedRun& run) { return !run.run.evaluation || !run.run.evaluation->klMean; });
    m_evaluateMissing->setEnabled(free && missing);
    m_evaluateAll->setEnabled(free);
    m_saveReport->setEnabled(!runs.empty());
    m_saveTable->setEnabled(!runs.empty());
    for (QWidget* widget : { static_cast<QWidget*>(m_jobTitle), static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_cancel) })
        widget->setVisible(m_job != 0);
}

void ComparePage::setOtherJob(bool running)
{
    m_otherJob = running;
    refreshButtons();
}

QString ComparePage::chosenText()
{
    const QString choice = m_text->currentData().toString();
    if (choice == sampleText)
        return sampleTextFile(m_texts);
    if (choice != otherText)
        return choice;
    const QString path = QFileDialog::getOpenFileName(this, tr("Text to evaluate on"), m_settings.lastFolder(QStringLiteral("calibration")), tr("Text (*.txt *.md *.text);;All files (*)"));
    if (path.isEmpty())
        return {};
    m_settings.setLastFolder(QStringLiteral("evaluationText"), path);
    if (m_text->findData(path) < 0)
        m_text->insertItem(0, QFileInfo(path).fileName(), path);
    m_text->setCurrentIndex(m_text->findData(path));
    return path;
}

void ComparePage::evaluate(bool all)
{
    if (m_job != 0 || m_otherJob)
        return;
    m_toEvaluate.clear();
    for (const ComparedRun& run : shownRuns()) {
        if (all || !run.run.evaluation || !run.run.evaluation->klMean)
            m_toEvaluate.push_back(text(run.run.folder));
    }
    if (m_toEvaluate.empty())
        return;
    m_evaluationText = chosenText();
    if (m_evaluationText.isEmpty())
        return;
    m_engine.startIfGone();
    evaluateNext();
}

void ComparePage::evaluateNext()
{
    if (m_toEvaluate.empty())
        return setJob(0);
    const QString folder = m_toEvaluate.front();
    m_toEvaluate.pop_front();
    const ProjectSummary& run = *m_runs.constFind(folder);
    m_jobTitle->setText(tr("Evaluating %1 …").arg(runTitle(run)));
    setJob(m_engine.requestAs<EvaluationReport>("evaluate",
        { { "model", run.output }, { "reference", run.recipe.model }, { "text", m_evaluationText.toStdString() }, { "chunks", m_chunks->value() } }, this,
        [this, folder](const Result<EvaluationReport>& report) {
            if (!report) {
                m_toEvaluate.clear();
                setJob(0);
                if (report.error().code != ErrorCode::Cancelled)
                    Q_EMIT failed(report.error());
                return;
            }
            m_runs[folder].evaluation = *report;
            evaluateNext();
            refresh();
        }));
}

void ComparePage::cancelJob()
{
    m_toEvaluate.clear();
    if (m_job != 0)
        m_engine.tell("cancel");
}

void ComparePage::setJob(quint64 job)
{
    const bool switched = (m_job != 0) != (job != 0);
    m_job = job;
    m_bar->setRange(0, 0);
    refreshButtons();
    if (switched)
        Q_EMIT busyChanged(job != 0);
}

} // namespace bitloom
