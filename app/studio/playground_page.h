// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/playground_pane.h"
#include "app/studio/recent_runs.h"
#include "widgets/token_choice_plot.h"

#include <array>
#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QHash>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>

namespace bitloom {

/// One prompt, written on by two or three models or caches at once; where their texts part first is marked, with what each model thought there.
class PlaygroundPage : public QWidget
{
    Q_OBJECT
public:
    static constexpr int mostPanes = 3;

    /// `engine` answers what a model needs; the panes' engines are started by the command of `settings`.
    PlaygroundPage(EngineClient& engine, Settings& settings, RecentRuns& runs, QWidget* parent = nullptr);

    void setEngine(const EngineInfo& info);
    void setModel(const ModelSummary& model); ///< that is open
    void clearModel();

    void write();
    void writeAnother(); ///< with the next seed
    void stop();
    void releaseMemory(); ///< ends the panes' engines, unless they write
    [[nodiscard]] bool isBusy() const;
    [[nodiscard]] bool canWrite() const { return m_write->isEnabled(); }

    void setPaneCount(int count); ///< 2 or 3
    [[nodiscard]] int paneCount() const { return m_third->isChecked() ? 3 : 2; }
    [[nodiscard]] PlaygroundPane& pane(int index) { return *m_panes[static_cast<std::size_t>(index)]; }
    [[nodiscard]] TokenChoicePlot& choices() { return *m_choices; }
    [[nodiscard]] QString verdict() const { return m_verdict->text(); }
    void setPrompt(const QString& prompt) { m_prompt->setPlainText(prompt); }
    /// Where the text of a pane parts from that of the first; nullopt: nowhere yet.
    [[nodiscard]] std::optional<std::size_t> difference(int pane) const { return m_differences[static_cast<std::size_t>(pane)].place(); }

Q_SIGNALS:
    void busyChanged(bool busy);
    void demoRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    [[nodiscard]] QWidget* buildForm();
    [[nodiscard]] QWidget* buildTexts();
    void fillModels();
    void refresh();
    void weighModels();
    void showMemory();
    void compare();
    void showPlace();
    [[nodiscard]] QString verdictOf(std::size_t pane) const;
    [[nodiscard]] std::optional<std::size_t> firstDifference() const;
    [[nodiscard]] QStringList engineCommand() const;

    EngineClient& m_engine;
    Settings& m_settings;
    RecentRuns& m_runs;
    std::array<PlaygroundPane*, mostPanes> m_panes {};
    std::array<Difference, mostPanes> m_differences; ///< to the first pane
    QPlainTextEdit* m_prompt;
    QCheckBox *m_chat, *m_third;
    QSpinBox *m_tokens, *m_seed;
    QDoubleSpinBox *m_temperature, *m_topP;
    QPushButton *m_write, *m_another, *m_stop, *m_demo, *m_first;
    QLabel *m_problem, *m_memory, *m_verdict;
    TokenChoicePlot* m_choices;
    std::optional<ModelSummary> m_model;
    /// A token behind the prompt, as one of the panes wrote it.
    struct Place
    {
        std::size_t pane = 0, token = 0;
    };
    std::optional<Place> m_picked; ///< that somebody looks at instead of the first difference
    QHash<QString, qint64> m_parameters; ///< of models by path; -1: asked for, or not to be read
    qint64 m_available = 0; ///< bytes; 0: not known
    bool m_wasBusy = false, m_pairChosen = false;
    QTimer m_idle;
};

} // namespace bitloom
