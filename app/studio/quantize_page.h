// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/quantize_job.h"
#include "app/studio/settings.h"
#include "app/studio/size_panel.h"
#include "widgets/message_bar.h"
#include "widgets/parameter_form.h"
#include "widgets/pareto_plot.h"
#include "widgets/plan_table.h"
#include "widgets/type_map.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTimer>

namespace bitloom {

/// The settings of a run as a form, what they will cost, and the button that starts it. The form is the recipe: what it shows can
/// be read as one, set from one, and copied as a command line.
class QuantizePage : public QWidget
{
    Q_OBJECT
public:
    QuantizePage(EngineClient& engine, Settings& settings, QWidget* parent = nullptr);

    void setEngine(const EngineInfo& info);
    void setModel(const ModelSummary& model);
    void clearModel();

    [[nodiscard]] Recipe recipe() const;
    /// Puts a recipe into the form. Returns what could not be taken, one sentence each.
    QStringList setRecipe(const Recipe& recipe);
    [[nodiscard]] QuantizeTask task() const;
    void setOutput(const QString& path);
    void addCalibrationFiles(const QStringList& files);
    [[nodiscard]] QString command() const; ///< the equivalent command line
    /// What keeps the job from starting, one sentence; empty if nothing does.
    [[nodiscard]] QString problem() const;
    void setBusy(bool busy); ///< a job runs: nothing can be started, but put into the queue
    /// What keeps the job out of the queue, one sentence; empty if nothing does.
    [[nodiscard]] QString queueProblem() const;
    void setQueuedOutputs(const QStringList& outputs); ///< that jobs of the queue will write
    [[nodiscard]] bool isMeasuring() const { return m_sizePanel->isMeasuring(); }
    [[nodiscard]] bool hasPlan() const { return m_plan.has_value(); }
    [[nodiscard]] PlanTable& planTable() { return *m_planTable; }
    [[nodiscard]] ParetoPlot& sizes() { return *m_sizes; }
    [[nodiscard]] SizePanel& sizePanel() { return *m_sizePanel; }
    [[nodiscard]] TypeMap& typeMap() { return *m_typeMap; }

public:
    void start();
    void addToQueue();

Q_SIGNALS:
    void startRequested(const bitloom::QuantizeTask& task);
    void queueRequested(const bitloom::QuantizeTask& task);
    void busyChanged(); ///< of isMeasuring()
    void failed(const bitloom::Error& error); ///< of a measurement
    void commandCopied();
    void openRequested();

private:
    void build();
    [[nodiscard]] QWidget* buildForm();
    [[nodiscard]] QWidget* buildEstimate();
    void methodChanged();
    void formatChanged();
    void formChanged();
    void refreshStart();
    void askPlan();
    [[nodiscard]] QString projectFolder() const; ///< of the run that is set up; empty where that is not known yet
    [[nodiscard]] QString measurementsFolder() const; ///< that all runs of the model into the same folder share; empty where that is not known yet
    void connectSizes();
    void pickSize(double bitsPerWeight, int gesture);
    void showSizes(const std::vector<SizePoint>& sizes);
    void showAllocation(const LiveAllocation& allocation);
    void showPlan(const QuantizePlan& plan);
    void showNoPlan(const QString& why);
    void proposeOutput();
    void chooseCalibration();
    void chooseOutput();
    void saveRecipe();
    [[nodiscard]] const MethodInfo* method() const;

    EngineClient& m_engine;
    Settings& m_settings;
    EngineInfo m_info;
    std::optional<ModelSummary> m_model;
    std::optional<QuantizePlan> m_plan;
    Recipe m_kept; ///< what a recipe says of GGUF files that the form has no field for
    std::string m_wantedMethod; ///< of a recipe that came before the engine told its methods
    bool m_loading = false, m_busy = false, m_outputTouched = false;
    quint64 m_planGeneration = 0;
    int m_pickedInPlot = 0; ///< gestures there count downwards, those of the slider upwards
    QTimer m_planTimer;

    QLabel *m_modelName, *m_methodSummary;
    QComboBox *m_method, *m_format, *m_ggufType, *m_device, *m_computeDtype;
    QSpinBox *m_bits, *m_groups, *m_sequences, *m_sequenceLength, *m_tuningEpochs;
    QLineEdit *m_seed, *m_output, *m_project;
    QDoubleSpinBox* m_sizeBudget;
    QLabel* m_ggufTypeLabel;
    QRadioButton *m_ownText, *m_fileText;
    QListWidget* m_files;
    QPushButton *m_addFiles, *m_removeFiles, *m_start, *m_queue, *m_copy, *m_save;
    QStringList m_queuedOutputs;
    ParameterForm* m_parameters;
    QWidget* m_calibrationSettings;
    QLabel* m_noCalibration;

    QTabWidget* m_planViews; ///< figures, tensors, map, sizes
    PlanTable* m_planTable;
    ParetoPlot* m_sizes;
    TypeMap* m_typeMap;
    SizePanel* m_sizePanel;
    QLabel *m_size, *m_bitsPerWeight, *m_memory, *m_disk, *m_time, *m_basis, *m_problem;
    QLabel* m_warnings;
};

} // namespace bitloom
