// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/run_page.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/text.h"

#include <QAction>

namespace bitloom {

RunPage::RunPage(EngineClient& engine, QuantizeJob& job, Settings& settings, QAction* follow, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_job(job)
    , m_settings(settings)
    , m_follow(follow)
    , m_stack(new QStackedLayout(this))
    , m_progress(new JobProgress)
    , m_strip(new LayerStrip)
    , m_saliency(new SaliencyHeatmap)
    , m_codebook(new CodebookView)
    , m_objectives(new ObjectiveView)
    , m_log(new LogView)
    , m_rows(new QSplitter(Qt::Vertical))
    , m_upper(new QSplitter(Qt::Horizontal))
    , m_lower(new QSplitter(Qt::Horizontal))
{
    setObjectName(QStringLiteral("runPage"));

    auto* empty = new QWidget;
    auto* emptyLayout = new QVBoxLayout(empty);
    auto* setUp = new QPushButton(lineIcon("quantize"), tr("Set up a run"));
    connect(setUp, &QPushButton::clicked, this, &RunPage::setUpRequested);
    emptyLayout->addStretch(1);
    emptyLayout->addWidget(headline(tr("Nothing runs yet")), 0, Qt::AlignHCenter);
    emptyLayout->addWidget(quietLabel(tr("Layers, saliency, codebooks and objectives are drawn here while a model is quantized.")), 0, Qt::AlignHCenter);
    emptyLayout->addSpacing(8);
    emptyLayout->addWidget(setUp, 0, Qt::AlignHCenter);
    emptyLayout->addStretch(2);
    m_stack->addWidget(empty);

    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(14, 10, 14, 14);
    layout->setSpacing(10);
    auto* stripPanel = new Panel;
    auto* followButton = new QToolButton;
    followButton->setObjectName(QStringLiteral("follow"));
    followButton->setDefaultAction(m_follow);
    followButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    followButton->setAutoRaise(true);
    followButton->setFocusPolicy(Qt::StrongFocus);
    auto* top = new QHBoxLayout;
    top->addWidget(m_progress, 1);
    top->addWidget(followButton, 0, Qt::AlignVCenter);
    layout->addLayout(top);
    auto* saliencyPanel = new Panel;
    auto* codebookPanel = new Panel;
    auto* objectivePanel = new Panel;
    auto* logPanel = new Panel;
    stripPanel->setContent(m_strip);
    saliencyPanel->setContent(m_saliency);
    codebookPanel->setContent(m_codebook);
    objectivePanel->setContent(m_objectives);
    logPanel->setContent(m_log);

    m_upper->addWidget(saliencyPanel);
    m_upper->addWidget(codebookPanel);
    m_lower->addWidget(objectivePanel);
    m_lower->addWidget(logPanel);
    m_rows->addWidget(stripPanel);
    m_rows->addWidget(m_upper);
    m_rows->addWidget(m_lower);
    m_rows->setStretchFactor(0, 3);
    m_rows->setStretchFactor(1, 4);
    m_rows->setStretchFactor(2, 4);
    for (QSplitter* splitter : { m_rows, m_upper, m_lower }) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(10);
    }
    for (QSplitter* splitter : { m_upper, m_lower }) {
        splitter->setStretchFactor(0, 1);
        splitter->setStretchFactor(1, 1);
        splitter->setSizes({ 1000, 1000 });
    }
    m_rows->restoreState(settings.blob(QStringLiteral("runRows")));
    m_upper->restoreState(settings.blob(QStringLiteral("runUpper")));
    m_lower->restoreState(settings.blob(QStringLiteral("runLower")));
    layout->addWidget(m_rows, 1);
    m_stack->addWidget(content);

    connect(m_progress, &JobProgress::pauseRequested, &m_job, &QuantizeJob::pause);
    connect(m_progress, &JobProgress::resumeRequested, &m_job, &QuantizeJob::resume);
    connect(m_progress, &JobProgress::cancelRequested, &m_job, &QuantizeJob::cancel);
    connect(&m_job, &QuantizeJob::stateChanged, this, &RunPage::showJobState);
    connect(&m_job, &QuantizeJob::started, this, [this](bool resumed) {
        if (!resumed) {
            clearViews();
            m_log->clear();
        }
        m_codebookLeads = false;
        m_progress->reset();
        m_follow->setChecked(true);
        m_stack->setCurrentIndex(1);
    });

    const auto mine = [this](quint64 id) { return id == m_job.id(); };
    connect(&m_engine, &EngineClient::logged, this, [this](quint64, const LogEvent& event) { m_log->append(event); });
    connect(&m_engine, &EngineClient::progressed, this, [this, mine](quint64 id, const Progress& progress) {
        if (mine(id))
            m_progress->setProgress(progress);
    });
    connect(&m_engine, &EngineClient::resourcesMeasured, this, [this, mine](quint64 id, const ResourceEvent& event) {
        if (mine(id))
            m_progress->setResources(event);
    });
    connect(&m_engine, &EngineClient::layerChanged, this, [this, mine](quint64 id, const LayerEvent& event) {
        if (!mine(id))
            return;
        m_strip->setLayer(event);
        Q_EMIT layerChanged(event);
    });
    connect(&m_engine, &EngineClient::objectiveRecorded, this, [this, mine](quint64 id, const ObjectiveEvent& event) {
        if (mine(id))
            m_objectives->append(event);
    });
    connect(&m_engine, &EngineClient::saliencyMeasured, this, [this, mine](quint64 id, const SaliencyEvent& event) {
        if (mine(id))
            m_saliency->setMap(event);
    });
    connect(&m_engine, &EngineClient::codebookMoved, this, [this, mine](quint64 id, const CodebookEvent& event) {
        // While a picked layer is shown, steps of the running one that were under way are not drawn over it.
        if (!mine(id) || (!isFollowing() && text(event.layer) != m_shownLayer))
            return;
        m_codebookLeads = m_codebookLeads || isFollowing();
        if (isFollowing() && text(event.layer) != m_shownLayer)
            showLayer(text(event.layer));
        m_codebook->append(event);
    });

    connect(m_strip, &LayerStrip::layerActivated, this, &RunPage::pickLayer);
    connect(m_saliency, &SaliencyHeatmap::layerActivated, this, &RunPage::pickLayer);
    connect(m_objectives, &ObjectiveView::layerActivated, this, &RunPage::pickLayer);
    connect(m_strip, &LayerStrip::runningLayerChanged, this, [this](const QString& layer) {
        if (isFollowing() && !m_codebookLeads)
            showLayer(layer);
    });
    connect(m_codebook, &CodebookView::rowRequested, this, [this](qint64 row) { watch(row); });
    connect(m_follow, &QAction::toggled, this, &RunPage::followChanged);
    m_progress->reset();
}

bool RunPage::isFollowing() const
{
    return m_follow->isChecked();
}

void RunPage::setModel(const ModelSummary& model)
{
    m_rowsOfLayer.clear();
    for (const auto& tensor : model.tensors) {
        if (!tensor.quantizable || tensor.shape.empty())
            continue;
        QString layer = text(tensor.name);
        if (layer.endsWith(QLatin1String(".weight")))
            layer.chop(7);
        m_rowsOfLayer.insert(layer, tensor.shape.front());
    }
}

void RunPage::clearViews()
{
    m_strip->clear();
    m_saliency->clear();
    m_codebook->clear();
    m_objectives->clear();
    m_shownLayer.clear();
}

void RunPage::showJobState()
{
    m_progress->setState(m_job.state(), m_job.sentence());
    if (m_job.state() != JobState::Idle)
        m_stack->setCurrentIndex(1);
}

void RunPage::showProject(const ProjectSummary& project)
{
    clearViews();
    m_log->clear();
    m_progress->reset();
    m_strip->setLayers(project.layers);
    m_objectives->setObjectives(project.objectives);
    if (project.saliency)
        m_saliency->setMap(*project.saliency);
    m_stack->setCurrentIndex(1);
}

void RunPage::pickLayer(const QString& layer)
{
    if (layer.isEmpty())
        return;
    m_follow->setChecked(false);
    showLayer(layer);
    watch();
}

void RunPage::followChanged(bool follow)
{
    if (!follow)
        return;
    m_engine.tell("watch", { { "layer", "" }, { "row", 0 } });
    if (const QString running = m_strip->runningLayer(); !running.isEmpty())
        showLayer(running);
}

void RunPage::showLayer(const QString& layer)
{
    m_shownLayer = layer;
    m_strip->setSelectedLayer(layer);
    m_objectives->setSelectedLayer(layer);
    m_saliency->setSelectedLayer(layer);
    if (!m_saliency->level().isEmpty())
        m_saliency->showLevel(layer);
    m_codebook->setRowCount(m_rowsOfLayer.value(layer, 0));
}

void RunPage::watch(qint64 row)
{
    m_engine.tell("watch", { { "layer", m_shownLayer.toStdString() }, { "row", row } });
}

void RunPage::showLog()
{
    m_stack->setCurrentIndex(1);
    m_log->setFocus();
}

void RunPage::saveLayout()
{
    m_settings.setBlob(QStringLiteral("runRows"), m_rows->saveState());
    m_settings.setBlob(QStringLiteral("runUpper"), m_upper->saveState());
    m_settings.setBlob(QStringLiteral("runLower"), m_lower->saveState());
}

} // namespace bitloom
