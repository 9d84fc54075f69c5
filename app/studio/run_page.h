// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/dock_area.h"
#include "app/studio/engine_client.h"
#include "app/studio/quantize_job.h"
#include "app/studio/settings.h"
#include "widgets/codebook_view.h"
#include "widgets/job_progress.h"
#include "widgets/layer_strip.h"
#include "widgets/log_view.h"
#include "widgets/objective_view.h"
#include "widgets/saliency_heatmap.h"

#include <QHash>
#include <QStackedLayout>
#include <QToolButton>

namespace bitloom {

/// The running job, live: layers, saliency, codebook, objectives, log. The views follow the layer that is being solved until
/// somebody picks another one; Follow switches back.
class RunPage : public QWidget
{
    Q_OBJECT
public:
    RunPage(EngineClient& engine, QuantizeJob& job, Settings& settings, QAction* follow, QWidget* parent = nullptr);

    /// Rows of each layer, so that a row of its codebook can be chosen.
    void setModel(const ModelSummary& model);
    /// Fills the views from a project that was opened.
    void showProject(const ProjectSummary& project);
    void appendLog(const LogEvent& event) { m_log->append(event); }
    void showLog(); ///< makes the views visible although nothing ran
    void saveLayout();
    [[nodiscard]] QList<QAction*> panelActions() const; ///< show or hide a view; the object name is its id
    [[nodiscard]] QByteArray saveArrangement() const;
    void restoreArrangement(const QByteArray& state);
    void standardArrangement();
    /// Switches Follow off and shows this layer everywhere.
    void pickLayer(const QString& layer);
    [[nodiscard]] QString shownLayer() const { return m_shownLayer; }
    [[nodiscard]] bool isFollowing() const;

    [[nodiscard]] LayerStrip& strip() { return *m_strip; }
    [[nodiscard]] SaliencyHeatmap& saliency() { return *m_saliency; }
    [[nodiscard]] CodebookView& codebook() { return *m_codebook; }
    [[nodiscard]] ObjectiveView& objectives() { return *m_objectives; }
    [[nodiscard]] LogView& log() { return *m_log; }
    [[nodiscard]] JobProgress& progress() { return *m_progress; }

Q_SIGNALS:
    void setUpRequested();
    void layerChanged(const bitloom::LayerEvent& event);

private:
    void buildViews();
    void clearViews();
    void showJobState();
    void followChanged(bool follow);
    void showLayer(const QString& layer);
    void watch(qint64 row = 0);

    EngineClient& m_engine;
    QuantizeJob& m_job;
    Settings& m_settings;
    QAction* m_follow;
    QStackedLayout* m_stack;
    JobProgress* m_progress;
    LayerStrip* m_strip;
    SaliencyHeatmap* m_saliency;
    CodebookView* m_codebook;
    ObjectiveView* m_objectives;
    LogView* m_log;
    DockArea* m_views;
    ViewDock* m_logDock = nullptr;
    QHash<QString, qint64> m_rowsOfLayer;
    QString m_shownLayer;
    QString m_shownOutput; ///< of the run that the views tell about
    bool m_codebookLeads = false; ///< several layers are solved at once: the one whose codebook is sent is followed
};

} // namespace bitloom
