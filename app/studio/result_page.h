// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/block_panel.h"
#include "app/studio/engine_client.h"
#include "app/studio/settings.h"
#include "widgets/comparison_panel.h"
#include "widgets/verification_panel.h"

#include <QComboBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTemporaryDir>

namespace bitloom {

/// Original against quantized: size, perplexity, KL divergence, error of every layer; what can be done with the file.
class ResultPage : public QWidget
{
    Q_OBJECT
public:
    ResultPage(EngineClient& engine, Settings& settings, QWidget* parent = nullptr);

    void setModel(const ModelSummary& model);
    void setReport(const QuantizeReport& report, const std::optional<EvaluationReport>& evaluation = {});
    void clear();
    [[nodiscard]] bool hasReport() const { return m_report.has_value(); }
    [[nodiscard]] bool hasEvaluation() const { return m_evaluation.has_value(); }
    [[nodiscard]] bool isBusy() const { return m_job != 0; }
    void setJobRunning(bool running); ///< quantizing: nothing can be evaluated meanwhile
    void evaluate();
    void verify();
    void cancelJob();
    void showInFolder();
    /// Writes what llama.cpp measured as a report; asks for nothing.
    void writeReport(const QString& folder);
    [[nodiscard]] QString command() const;
    [[nodiscard]] ComparisonPanel& comparison() { return *m_comparison; }
    [[nodiscard]] VerificationPanel& verification() { return *m_measured; }
    [[nodiscard]] BlockPanel& blocks() { return *m_blocks; }
    [[nodiscard]] QTabWidget& views() { return *m_views; } ///< comparison, verification, blocks

Q_SIGNALS:
    void busyChanged(bool busy);
    void failed(const bitloom::Error& error);
    void commandCopied();
    void againRequested(const bitloom::Recipe& recipe);
    void layerActivated(const QString& layer);
    void setUpRequested();
    void verified(const bitloom::VerificationReport& report);
    void reportSaved(const QString& html);

private:
    void refresh();
    void setJob(quint64 job, const QString& title);
    void fillTexts();
    /// The path of the text that is chosen; a person is asked for a file where the entry says so. Empty: none.
    [[nodiscard]] QString chosenText();
    void showComparison();
    void showVerification(const VerificationReport& report);
    void chooseOther();
    void saveReport();
    [[nodiscard]] bool isGguf() const { return m_report && m_report->recipe.format == "gguf"; }

    EngineClient& m_engine;
    Settings& m_settings;
    QStackedLayout* m_stack;
    ComparisonPanel* m_comparison;
    VerificationPanel* m_measured;
    BlockPanel* m_blocks;
    QTabWidget* m_views;
    std::optional<VerificationReport> m_verified;
    QString m_verifiedText; ///< that it was measured on
    QString m_other; ///< another GGUF file that is verified beside the result
    QLabel *m_title, *m_output, *m_facts, *m_jobTitle, *m_verification;
    QComboBox* m_text;
    QSpinBox *m_context, *m_chunks;
    QPushButton *m_evaluate, *m_verify, *m_chooseOther, *m_saveReport, *m_folder, *m_copy, *m_again, *m_cancel;
    QProgressBar* m_bar;
    std::optional<ModelSummary> m_model;
    std::optional<QuantizeReport> m_report;
    std::optional<EvaluationReport> m_evaluation;
    QTemporaryDir m_texts; ///< sample text and tail of the calibration text, written for the engine to read
    quint64 m_job = 0;
    bool m_otherJob = false;
};

} // namespace bitloom
