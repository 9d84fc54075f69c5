// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/parameter_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QToolButton>

namespace bitloom {

/// What a model shall write, and through which key-value cache, as a form.
class CacheForm : public QWidget
{
    Q_OBJECT
public:
    explicit CacheForm(QWidget* parent = nullptr);

    void setEngine(const EngineInfo& info);
    void setModel(const ModelSummary& model);
    void clearModel();

    /// False where the engine has no such method.
    bool setMethod(const QString& id);
    [[nodiscard]] QString method() const { return m_method->currentData().toString(); }
    [[nodiscard]] ParameterForm& parameters() { return *m_parameters; }
    /// Reads a saved configuration in the background and takes its method and parameters; one that is no good is refused and nothing changes.
    void openConfiguration(const QString& path);
    /// Name of the file whose configuration is used; empty: none is.
    [[nodiscard]] QString configurationName() const { return m_configurationName; }
    void clearConfiguration();
    void setPrompt(const QString& prompt) { m_prompt->setPlainText(prompt); }
    [[nodiscard]] QString prompt() const { return m_prompt->toPlainText(); }
    void setTokens(int tokens) { m_tokens->setValue(tokens); }

    /// The parameters of the request "generate".
    [[nodiscard]] nlohmann::json request() const;
    [[nodiscard]] QString title() const; ///< of the chosen cache, with the parameters that are not the usual ones
    /// What keeps the form from being used, one sentence; empty if nothing does.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();
    void configurationRefused(const bitloom::Error& error);

private:
    void chooseConfiguration();
    void takeConfiguration(const QString& name, Result<nlohmann::json> configuration);
    void showConfiguration();
    void methodChanged();
    [[nodiscard]] const MethodInfo* info() const;

    std::vector<MethodInfo> m_methods;
    std::string m_model, m_modelTitle;
    QComboBox* m_method;
    QLabel *m_modelName, *m_summary;
    ParameterForm* m_parameters;
    QPlainTextEdit* m_prompt;
    QCheckBox* m_chat;
    QSpinBox *m_tokens, *m_seed;
    QDoubleSpinBox* m_temperature;
    QLabel* m_configurationLabel;
    QToolButton* m_configurationClear;
    nlohmann::json m_configuration; ///< null: none
    QString m_configurationName;
    quint64 m_reading = 0; ///< counts configurations that were opened, so that a slow one does not replace a newer one
    bool m_engineKnown = false;
};

} // namespace bitloom
