// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/recent_runs.h"
#include "app/studio/run_fields.h"
#include "app/studio/settings.h"
#include "widgets/divergence_plot.h"
#include "widgets/figure_table.h"
#include "widgets/layer_ratio_plot.h"
#include "widgets/pareto_plot.h"

#include <deque>
#include <QCheckBox>
#include <QComboBox>
#include <QHash>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTemporaryDir>

namespace bitloom {

/// Finished runs side by side: what was asked for, what came out, how good it is; to be kept as a web page or a table.
class ComparePage : public QWidget
{
    Q_OBJECT
public:
    ComparePage(EngineClient& engine, Settings& settings, RecentRuns& runs, QWidget* parent = nullptr);

    /// Takes a run in: its project folder, or the output beside it. Why it cannot is said in a message.
    void addRun(const QString& path);
    void showRun(const QString& folder, bool shown); ///< a column, or none
    [[nodiscard]] std::vector<ComparedRun> columns() const; ///< the original first, where all runs have the same
    void setDifferencesOnly(bool only) { m_differencesOnly->setChecked(only); }

    /// Evaluates the runs that are shown, one after another, on the chosen text; `all`: those too that have figures.
    void evaluate(bool all);
    void cancelJob();
    void setOtherJob(bool running); ///< the engine has something else to do
    [[nodiscard]] bool isBusy() const { return m_job != 0; }

    /// One file that needs nothing else: pictures lie in it.
    [[nodiscard]] Result<void> writeReport(const QString& path) const;
    [[nodiscard]] QString reportHtml() const;
    [[nodiscard]] QString csv() const; ///< a line for each run

    [[nodiscard]] FigureTable& table() { return *m_table; }
    [[nodiscard]] ParetoPlot& sizes() { return *m_sizes; }
    [[nodiscard]] DivergencePlot& divergences() { return *m_divergences; }
    [[nodiscard]] LayerRatioPlot& layers() { return *m_layers; }
    [[nodiscard]] QTabWidget& views() { return *m_views; }
    [[nodiscard]] QString note() const { return m_note->text(); }

Q_SIGNALS:
    void busyChanged(bool busy);
    void failed(const bitloom::Error& error);
    void changed(); ///< other columns or figures

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    [[nodiscard]] QWidget* buildSide();
    [[nodiscard]] QWidget* buildViews();
    [[nodiscard]] QWidget* buildEmpty();
    void takeRecentRuns();
    void takeRun(ProjectSummary run, bool shown);
    void chooseFolder();
    void refresh();
    void fillTable();
    void fillPlots();
    void refreshButtons();
    void askForOriginal();
    void evaluateNext();
    void setJob(quint64 job);
    [[nodiscard]] QString chosenText();
    [[nodiscard]] std::vector<ComparedRun> shownRuns() const; ///< without the original
    [[nodiscard]] QString differentTexts(const std::vector<ComparedRun>& runs) const;
    [[nodiscard]] std::vector<FigureTable::Line> lines(const std::vector<ComparedRun>& columns) const;
    [[nodiscard]] QStringList header(const std::vector<ComparedRun>& columns) const;

    EngineClient& m_engine;
    Settings& m_settings;
    RecentRuns& m_recent;
    QStackedLayout* m_stack;
    QListWidget* m_list;
    QPushButton *m_evaluateMissing, *m_evaluateAll, *m_cancel, *m_saveReport, *m_saveTable;
    QComboBox *m_text, *m_base, *m_sizeKind;
    QSpinBox* m_chunks;
    QCheckBox* m_differencesOnly;
    QLabel *m_note, *m_jobTitle;
    QProgressBar* m_bar;
    QTabWidget* m_views;
    FigureTable* m_table;
    ParetoPlot* m_sizes;
    DivergencePlot* m_divergences;
    LayerRatioPlot* m_layers;
    QHash<QString, ProjectSummary> m_runs; ///< by folder
    QHash<QString, ModelSummary> m_originals; ///< by path
    QStringList m_askedOriginals;
    QTemporaryDir m_texts;
    std::deque<QString> m_toEvaluate; ///< folders
    QString m_evaluationText;
    quint64 m_job = 0;
    bool m_otherJob = false, m_filling = false;
};

} // namespace bitloom
