// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/cache_form.h"

#include "app/studio/line_icon.h"
#include "app/studio/panel.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"
#include "core/protocol/kv_configuration.h"

#include <algorithm>
#include <QCoreApplication>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QThreadPool>

namespace bitloom {

CacheForm::CacheForm(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 6, 0);
    layout->setSpacing(14);
    const auto addRow
        = [](QFormLayout* rows, const QString& name, const char* objectName, QWidget* editor, const QString& help) {
              auto* label = new QLabel(name);
              label->setBuddy(editor);
              rows->addRow(label, editor);
              editor->setObjectName(QLatin1String(objectName));
              editor->setAccessibleName(QString(name).remove(QLatin1Char('&')));
              editor->setAccessibleDescription(help);
              editor->setToolTip(help);
          };

    auto* textPanel = new Panel(tr("Text"));
    m_modelName = quietLabel({});
    m_modelName->setWordWrap(true);
    m_modelName->setObjectName(QStringLiteral("kvModel"));
    textPanel->body().addWidget(m_modelName);
    m_prompt = new QPlainTextEdit(tr("Explain in a few sentences why the sky is blue."));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setMinimumHeight(64);
    m_prompt->setMaximumHeight(110);
    auto* promptLabel = new QLabel(tr("&Prompt"));
    promptLabel->setBuddy(m_prompt);
    m_prompt->setObjectName(QStringLiteral("kvPrompt"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setToolTip(tr("What the text starts with, or what is asked. A long one shows best what a cache keeps."));
    textPanel->body().addWidget(promptLabel);
    textPanel->body().addWidget(m_prompt);
    m_chat = new QCheckBox(tr("As a &question to the model"));
    m_chat->setObjectName(QStringLiteral("kvChat"));
    m_chat->setChecked(true);
    m_chat->setToolTip(
        tr("Puts the prompt into the model's chat template. Without it, the model goes on with the text."));
    textPanel->body().addWidget(m_chat);
    auto* textRows = textPanel->addForm();
    m_tokens = new QSpinBox;
    m_tokens->setRange(1, 1 << 20);
    m_tokens->setValue(200);
    addRow(textRows, tr("&Tokens"), "kvTokens", m_tokens, tr("So many are written at most."));
    m_temperature = new QDoubleSpinBox;
    m_temperature->setRange(0, 100);
    m_temperature->setDecimals(2);
    m_temperature->setSingleStep(0.1);
    addRow(textRows, tr("Te&mperature"), "kvTemperature", m_temperature,
        tr("0 takes the most probable token each time; 1 draws as the model predicts."));
    m_seed = new QSpinBox;
    m_seed->setRange(0, std::numeric_limits<int>::max());
    m_seed->setValue(1);
    addRow(textRows, tr("S&eed"), "kvSeed", m_seed, tr("The same seed, input and device give the same text."));
    layout->addWidget(textPanel);

    auto* cachePanel = new Panel(tr("Cache"));
    for (const char* term : { "kvcache", "logquant" })
        cachePanel->addHeaderWidget(helpButton(term, true));
    auto* cacheRows = cachePanel->addForm();
    m_method = new QComboBox;
    m_method->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_method->setMinimumContentsLength(12);
    addRow(cacheRows, tr("M&ethod"), "kvMethod", m_method,
        tr("How keys and values are kept. The list comes from the engine's plugins."));
    m_summary = quietLabel({});
    m_summary->setWordWrap(true);
    cachePanel->body().addWidget(m_summary);
    auto* configuration = new QPushButton(tr("Configuration &file…"));
    configuration->setObjectName(QStringLiteral("kvConfiguration"));
    configuration->setToolTip(tr("Takes a method, its parameters and what calibration found for each layer from a file that “bitloom-cli kv --save-configuration” wrote. "
                                 "Such a file can also be dropped on the window."));
    m_configurationLabel = quietLabel({});
    m_configurationLabel->setObjectName(QStringLiteral("kvConfigurationName"));
    m_configurationLabel->setWordWrap(true);
    m_configurationClear = new QToolButton;
    m_configurationClear->setObjectName(QStringLiteral("kvConfigurationClear"));
    m_configurationClear->setIcon(lineIcon("close"));
    m_configurationClear->setAutoRaise(true);
    m_configurationClear->setAccessibleName(tr("Without the configuration"));
    m_configurationClear->setToolTip(tr("Write without what the configuration file found"));
    auto* configurationRow = new QHBoxLayout;
    configurationRow->addWidget(configuration);
    configurationRow->addWidget(m_configurationLabel, 1);
    m_save = new QPushButton(tr("Sa&ve…"));
    m_save->setObjectName(QStringLiteral("kvConfigurationSave"));
    m_save->setToolTip(tr("Keeps the configuration as a file for later, for “bitloom-cli” and beside an exported model"));
    configurationRow->addWidget(m_save);
    configurationRow->addWidget(m_configurationClear);
    cachePanel->body().addLayout(configurationRow);
    m_calibrationRow = new QWidget;
    auto* calibrationRow = new QHBoxLayout(m_calibrationRow);
    calibrationRow->setContentsMargins(0, 0, 0, 0);
    m_calibrate = new QPushButton(tr("Ca&librate"));
    m_calibrate->setObjectName(QStringLiteral("kvCalibrate"));
    m_calibrate->setToolTip(tr("Finds what the method needs for this model, on text that the model writes itself, and uses it as a configuration from then on. Stop ends it."));
    m_budget = new QDoubleSpinBox;
    m_budget->setObjectName(QStringLiteral("kvBudget"));
    m_budget->setRange(0, 32);
    m_budget->setDecimals(2);
    m_budget->setSingleStep(0.25);
    m_budget->setSuffix(tr(" bits for each number"));
    m_budget->setSpecialValueText(tr("without a budget"));
    m_budget->setAccessibleName(tr("Budget"));
    m_budget->setToolTip(tr("How many bits each key and value may take, metadata and exact tokens counted, at 1024 tokens. “Guided” and “AsymKV” share such a budget out; other methods keep as many "
                            "tokens exactly as it allows."));
    calibrationRow->addWidget(m_calibrate);
    calibrationRow->addWidget(m_budget, 1);
    cachePanel->body().addWidget(m_calibrationRow);
    connect(m_save, &QPushButton::clicked, this, &CacheForm::chooseSavePlace);
    connect(m_calibrate, &QPushButton::clicked, this, &CacheForm::calibrationRequested);
    connect(configuration, &QPushButton::clicked, this, &CacheForm::chooseConfiguration);
    connect(m_configurationClear, &QToolButton::clicked, this, &CacheForm::clearConfiguration);
    m_parameters = new ParameterForm;
    cachePanel->body().addWidget(m_parameters);
    layout->addWidget(cachePanel);
    layout->addStretch(1);

    connect(m_method, &QComboBox::currentIndexChanged, this, &CacheForm::methodChanged);
    connect(m_parameters, &ParameterForm::changed, this, &CacheForm::changed);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &CacheForm::changed);
    showConfiguration();
    clearModel();
}

void CacheForm::setEngine(const EngineInfo& info)
{
    const QString before = method();
    const nlohmann::json parameters = m_parameters->values(true), configuration = m_configuration;
    const QString configurationName = m_configurationName;
    m_engineKnown = true;
    m_methods = info.cacheMethods.value_or(std::vector<MethodInfo>());
    m_calibrated = info.calibratedCaches.value_or(std::vector<std::string>());
    m_method->blockSignals(true);
    m_method->clear();
    for (const MethodInfo& each : m_methods)
        m_method->addItem(text(each.title), text(each.id));
    m_method->blockSignals(false);
    if (!setMethod(before) && !setMethod(QStringLiteral("logquant")))
        methodChanged();
    else if (method() == before) {
        m_configuration = configuration;
        m_configurationName = configurationName;
        m_parameters->setValues(parameters);
        showConfiguration();
    }
}

bool CacheForm::setMethod(const QString& id)
{
    const int index = m_method->findData(id);
    if (index < 0)
        return false;
    m_method->setCurrentIndex(index);
    methodChanged();
    return true;
}

const MethodInfo* CacheForm::info() const
{
    const std::string id = method().toStdString();
    const auto found
        = std::find_if(m_methods.begin(), m_methods.end(), [&](const MethodInfo& each) { return each.id == id; });
    return found == m_methods.end() ? nullptr : &*found;
}

void CacheForm::chooseConfiguration()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Configuration of a cache"), {}, tr("Cache configurations (*.json);;All files (*)"));
    if (!path.isEmpty())
        openConfiguration(path);
}

void CacheForm::openConfiguration(const QString& path)
{
    QThreadPool::globalInstance()->start([form = QPointer<CacheForm>(this), path, reading = ++m_reading] {
        Result<nlohmann::json> configuration = fail(ErrorCode::Io, "{}: cannot be read", path.toStdString());
        if (QFile file(path); file.open(QIODevice::ReadOnly)) {
            const QByteArray bytes = file.readAll();
            configuration = parseKvConfiguration(nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false), path.toStdString());
        }
        QMetaObject::invokeMethod(qApp, [form, path, reading, configuration = std::move(configuration)] {
            if (form && form->m_reading == reading)
                form->takeConfiguration(QFileInfo(path).fileName(), configuration);
        });
    });
}

void CacheForm::chooseSavePlace()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the configuration"), method() + QStringLiteral(".json"), tr("Cache configurations (*.json);;All files (*)"));
    if (!path.isEmpty())
        saveConfiguration(path);
}

void CacheForm::saveConfiguration(const QString& path)
{
    // What the form says wins over what was found, as it does when a text is written.
    nlohmann::json saved = m_configuration;
    saved.update(m_parameters->values(true));
    QThreadPool::globalInstance()->start([form = QPointer<CacheForm>(this), path, saved = std::move(saved)] {
        QSaveFile file(path);
        const std::string content = saved.dump(1) + "\n";
        if (file.open(QIODevice::WriteOnly) && file.write(content.data(), static_cast<qint64>(content.size())) == static_cast<qint64>(content.size()) && file.commit())
            return;
        QMetaObject::invokeMethod(qApp, [form, error = Error { ErrorCode::Io, path.toStdString() + ": cannot be written: " + file.errorString().toStdString() }] {
            if (form)
                Q_EMIT form->configurationRefused(error);
        });
    });
}

void CacheForm::takeConfiguration(const QString& name, Result<nlohmann::json> configuration)
{
    if (configuration) {
        const std::string of = configuration->at("method");
        if (!m_engineKnown || !setMethod(text(of)))
            configuration = fail(ErrorCode::Unsupported, "{}: is a configuration of the method {}, which this engine does not have", name.toStdString(), of);
    }
    if (!configuration) {
        Q_EMIT configurationRefused(configuration.error());
        return;
    }
    m_configuration = std::move(*configuration);
    m_configurationName = name;
    nlohmann::json values = nlohmann::json::object();
    for (const ParameterInfo& parameter : info()->parameters)
        if (const auto saved = m_configuration.find(parameter.name); saved != m_configuration.end())
            values[parameter.name] = *saved;
    if (const QStringList refused = m_parameters->setValues(values); !refused.isEmpty())
        Q_EMIT configurationRefused(Error { ErrorCode::InvalidInput, (name + QStringLiteral(": ") + refused.join(QLatin1Char(' '))).toStdString() });
    showConfiguration();
    Q_EMIT changed();
}

void CacheForm::clearConfiguration()
{
    m_configuration = nullptr;
    m_configurationName.clear();
    showConfiguration();
    Q_EMIT changed();
}

void CacheForm::showConfiguration()
{
    const bool is = !m_configuration.is_null();
    m_configurationLabel->setText(is ? m_configurationName : tr("none"));
    m_configurationClear->setVisible(is);
    m_save->setVisible(is);
    m_calibrationRow->setVisible(canCalibrate());
}

void CacheForm::methodChanged()
{
    if (!m_configuration.is_null()) {
        m_configuration = nullptr; // it is another method's
        m_configurationName.clear();
    }
    showConfiguration();
    const MethodInfo* const chosen = info();
    m_summary->setText(chosen != nullptr ? text(chosen->summary) : QString());
    m_summary->setToolTip(chosen != nullptr ? text(chosen->paper) : QString());
    m_parameters->setMethod(chosen != nullptr ? *chosen : MethodInfo());
    Q_EMIT changed();
}

void CacheForm::setModel(const ModelSummary& model)
{
    m_model = model.path;
    m_modelTitle = model.name.empty() ? QFileInfo(text(model.path)).fileName().toStdString() : model.name;
    m_modelName->setText(tr("Written by %1").arg(text(m_modelTitle)));
    Q_EMIT changed();
}

void CacheForm::clearModel()
{
    m_model.clear();
    m_modelName->setText(tr("No model is open."));
    Q_EMIT changed();
}

nlohmann::json CacheForm::request() const
{
    nlohmann::json request { { "model", m_model }, { "prompt", prompt().toStdString() }, { "chat", m_chat->isChecked() },
        { "max_tokens", m_tokens->value() }, { "temperature", m_temperature->value() }, { "seed", m_seed->value() },
        { "cache", method().toStdString() } };
    // Beside a configuration every parameter is told, because a default may differ from what the file says.
    request["cache_parameters"] = m_parameters->values(!m_configuration.is_null());
    if (!m_configuration.is_null())
        request["cache_configuration"] = m_configuration;
    return request;
}

bool CacheForm::canCalibrate() const { return std::find(m_calibrated.begin(), m_calibrated.end(), method().toStdString()) != m_calibrated.end(); }

nlohmann::json CacheForm::calibrationRequest() const
{
    return { { "model", m_model }, { "cache", method().toStdString() }, { "cache_parameters", m_parameters->values() }, { "bits_per_value", m_budget->value() },
        { "seed", m_seed->value() } };
}

QString CacheForm::title() const
{
    QStringList parts { m_method->currentText() };
    if (!m_configurationName.isEmpty())
        parts << QStringLiteral("(%1)").arg(m_configurationName);
    const nlohmann::json values = m_parameters->values();
    for (const auto& [name, value] : values.items())
        parts << QStringLiteral("%1=%2").arg(
            text(name), value.is_string() ? text(value.get<std::string>()) : text(value.dump()));
    return parts.join(QLatin1Char(' '));
}

QString CacheForm::problem() const
{
    if (m_model.empty())
        return tr("Open a model first; the demo model will do.");
    if (m_engineKnown && m_methods.empty())
        return tr("This engine has no key-value caches; an engine of this studio's version has.");
    if (!m_engineKnown)
        return tr("The engine is not ready yet.");
    if (prompt().trimmed().isEmpty())
        return tr("Write a prompt first.");
    return m_parameters->problem();
}

} // namespace bitloom
