// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engine_client.h"
#include "app/studio/panel.h"
#include "app/studio/written_text.h"
#include "widgets/parameter_form.h"
#include "widgets/token_text.h"

#include <QComboBox>
#include <QToolButton>

namespace bitloom {

/// A model that a pane may write with.
struct PaneModel
{
    QString path; ///< as the engine reads it; empty: the model that is open
    QString title;
    bool operator==(const PaneModel&) const = default;
};

/// One text of the playground: a model, a key-value cache, and what they write. Each pane has an engine process of its own, which is started when it is first
/// needed and keeps the model until release(); so all write at once, and one that is stopped or dies takes nothing with it.
class PlaygroundPane : public Panel
{
    Q_OBJECT
public:
    explicit PlaygroundPane(const QString& letter, QWidget* parent = nullptr);
    ~PlaygroundPane() override;

    void setCaches(const std::vector<MethodInfo>& caches);
    /// The models to choose from; `opened` is what an empty path stands for, empty: none is open. What was chosen stays.
    void setModels(const std::vector<PaneModel>& models, const QString& opened);
    void chooseModel(const QString& path, const QString& title); ///< one that the list lacks is added to it
    bool chooseCache(const QString& id); ///< false where the engine has no such method
    [[nodiscard]] ParameterForm& cacheParameters() { return *m_parameters; }

    [[nodiscard]] QString letter() const { return m_letter; }
    [[nodiscard]] QString title() const; ///< letter, model and cache
    [[nodiscard]] QString modelPath() const; ///< empty: none can be chosen
    [[nodiscard]] QString problem() const; ///< what keeps the pane from writing, one sentence; empty if nothing does

    /// Writes a new text; `request` holds what is common to all panes.
    void write(const QStringList& command, const EngineSurroundings& surroundings, nlohmann::json request);
    void stop();
    void release(); ///< ends the engine, and with it the memory that the model takes; not while a text is written
    [[nodiscard]] bool isBusy() const { return m_job != 0; }
    [[nodiscard]] const WrittenText& written() const { return m_written; }
    [[nodiscard]] const std::optional<GenerationReport>& report() const { return m_report; } ///< nullopt while one is written and after a stop
    [[nodiscard]] QString heldModel() const { return m_held; } ///< that the pane's engine has in memory; empty: none
    [[nodiscard]] EngineClient* engine() { return m_engine; } ///< null before the first text
    [[nodiscard]] TokenText& text() { return *m_text; }
    [[nodiscard]] QString stateText() const { return m_state->text(); }

    void showDifference(std::optional<std::size_t> place); ///< counted behind the prompt
    void markPlace(std::optional<std::size_t> place);

Q_SIGNALS:
    void chosen(); ///< another model or cache
    void grown(); ///< more was written, or all was cleared away
    void busyChanged(bool busy);
    void placePicked(qint64 place); ///< a token behind the prompt; negative: one of the prompt's

private:
    void modelActivated(int index);
    void cacheChanged();
    void startEngine(const QStringList& command, const EngineSurroundings& surroundings);
    void finished(Result<GenerationReport> report);
    void showText();
    [[nodiscard]] QString figures(double tokensPerSecond, qint64 cacheBytes) const;

    const QString m_letter;
    EngineClient* m_engine = nullptr;
    QComboBox *m_model, *m_cache;
    QToolButton *m_showParameters, *m_copy;
    ParameterForm* m_parameters;
    QWidget* m_parameterArea;
    TokenText* m_text;
    QLabel* m_state;
    std::vector<MethodInfo> m_caches;
    std::vector<PaneModel> m_models;
    QString m_opened, m_held;
    WrittenText m_written;
    std::optional<GenerationReport> m_report;
    std::optional<std::size_t> m_difference;
    double m_tokensPerSecond = 0;
    qint64 m_cacheBytes = 0; ///< 0: not told yet
    quint64 m_job = 0;
    bool m_reading = false; ///< the model is read; nothing was heard of the text yet
    bool m_stopping = false;
    bool m_cachesKnown = false;
};

} // namespace bitloom
