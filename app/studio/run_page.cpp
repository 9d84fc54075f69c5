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
    , m_views(new DockArea)
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
    buildViews();
    if (const QByteArray state = settings.blob(QStringLiteral("runDocks")); !state.isEmpty())
        m_views->restoreState(state);
    layout->addWidget(m_views, 1);
    m_stack->addWidget(content);

    connect(m_progress, &JobProgress::pauseRequested, &m_job, &QuantizeJob::pause);
    connect(m_progress, &JobProgress::resumeRequested, &m_job, &QuantizeJob::resume);
    connect(m_progress, &JobProgress::cancelRequested, &m_job, &QuantizeJob::cancel);
    connect(&m_job, &QuantizeJob::stateChanged, this, &RunPage::showJobState);
    connect(&m_job, &QuantizeJob::started, this, [this](bool resumed) {
        // The queue may take up another run than the one that is shown.
        if (const QString before = std::exchange(m_shownOutput, m_job.task().output); !resumed || before != m_shownOutput) {
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
    m_shownOutput = text(project.output);
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
    m_logDock->show();
    m_logDock->raise();
    m_log->setFocus();
}

void RunPage::saveLayout()
{
    m_settings.setBlob(QStringLiteral("runDocks"), m_views->saveState());
}

void RunPage::buildViews()
{
    const auto add = [this](const char* id, const QString& title, QWidget* view, const char* term = "") {
        auto* panel = new Panel;
        panel->setContent(view);
        return m_views->add(QLatin1String(id), title, panel, term);
    };
    ViewDock* strip = add("layers", tr("Layers"), m_strip, "relative");
    ViewDock* saliency = add("saliency", tr("Saliency"), m_saliency, "saliency");
    ViewDock* codebook = add("codebook", tr("Codebook"), m_codebook, "codebook");
    ViewDock* objectives = add("objectives", tr("Objectives"), m_objectives, "objective");
    ViewDock* log = add("log", tr("Log"), m_log);
    m_logDock = log;
    m_views->setStandard([this, strip, saliency, codebook, objectives, log] {
        m_views->addDockWidget(Qt::TopDockWidgetArea, strip);
        m_views->splitDockWidget(strip, saliency, Qt::Vertical);
        m_views->splitDockWidget(saliency, objectives, Qt::Vertical);
        m_views->splitDockWidget(saliency, codebook, Qt::Horizontal);
        m_views->splitDockWidget(objectives, log, Qt::Horizontal);
        m_views->resizeDocks({ strip, saliency, objectives }, { 300, 400, 400 }, Qt::Vertical);
        m_views->resizeDocks({ saliency, codebook }, { 500, 500 }, Qt::Horizontal);
        m_views->resizeDocks({ objectives, log }, { 500, 500 }, Qt::Horizontal);
    });
}

QList<QAction*> RunPage::panelActions() const
{
    return m_views->toggles();
}

QByteArray RunPage::saveArrangement() const
{
    return m_views->saveState();
}

void RunPage::restoreArrangement(const QByteArray& state)
{
    m_views->restoreState(state);
}

void RunPage::standardArrangement()
{
    m_views->arrangeStandard();
}

} // namespace bitloom
