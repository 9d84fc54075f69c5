// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "widgets/parameter_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPlainTextEdit>
#include <QPushButton>
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
    /// Takes this one; `name` is what the form calls it.
    void useConfiguration(const QString& name, nlohmann::json configuration) { takeConfiguration(name, std::move(configuration)); }
    void clearConfiguration();
    /// Writes the configuration in the background; what fails is told by configurationRefused().
    void saveConfiguration(const QString& path);
    void setPrompt(const QString& prompt) { m_prompt->setPlainText(prompt); }
    [[nodiscard]] QString prompt() const { return m_prompt->toPlainText(); }
    void setTokens(int tokens) { m_tokens->setValue(tokens); }

    /// Whether calibration may find something for the chosen method.
    [[nodiscard]] bool canCalibrate() const;
    void setBudget(double bitsPerValue) { m_budget->setValue(bitsPerValue); }
    /// The parameters of the request "calibrate_cache".
    [[nodiscard]] nlohmann::json calibrationRequest() const;
    void setCalibrationEnabled(bool enabled) { m_calibrate->setEnabled(enabled); }
    /// The parameters of the request "generate".
    [[nodiscard]] nlohmann::json request() const;
    [[nodiscard]] QString title() const; ///< of the chosen cache, with the parameters that are not the usual ones
    /// What keeps the form from being used, one sentence; empty if nothing does.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();
    void configurationRefused(const bitloom::Error& error);
    void calibrationRequested();

private:
    void chooseSavePlace();
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
    QPushButton *m_save, *m_calibrate;
    QDoubleSpinBox* m_budget;
    QWidget* m_calibrationRow;
    std::vector<std::string> m_calibrated; ///< ids of methods that calibration finds something for
    QToolButton* m_configurationClear;
    nlohmann::json m_configuration; ///< null: none
    QString m_configurationName;
    quint64 m_reading = 0; ///< counts configurations that were opened, so that a slow one does not replace a newer one
    bool m_engineKnown = false;
};

} // namespace bitloom
