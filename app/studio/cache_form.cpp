// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/cache_form.h"

#include "app/studio/panel.h"
#include "app/studio/term_card.h"
#include "app/studio/text.h"

#include <algorithm>
#include <QFileInfo>
#include <QFormLayout>

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
    m_parameters = new ParameterForm;
    cachePanel->body().addWidget(m_parameters);
    layout->addWidget(cachePanel);
    layout->addStretch(1);

    connect(m_method, &QComboBox::currentIndexChanged, this, &CacheForm::methodChanged);
    connect(m_parameters, &ParameterForm::changed, this, &CacheForm::changed);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &CacheForm::changed);
    clearModel();
}

void CacheForm::setEngine(const EngineInfo& info)
{
    const QString before = method();
    const nlohmann::json parameters = m_parameters->values();
    m_engineKnown = true;
    m_methods = info.cacheMethods.value_or(std::vector<MethodInfo>());
    m_method->blockSignals(true);
    m_method->clear();
    for (const MethodInfo& each : m_methods)
        m_method->addItem(text(each.title), text(each.id));
    m_method->blockSignals(false);
    if (!setMethod(before) && !setMethod(QStringLiteral("logquant")))
        methodChanged();
    else if (method() == before)
        m_parameters->setValues(parameters);
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

void CacheForm::methodChanged()
{
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
    return { { "model", m_model }, { "prompt", prompt().toStdString() }, { "chat", m_chat->isChecked() },
        { "max_tokens", m_tokens->value() }, { "temperature", m_temperature->value() }, { "seed", m_seed->value() },
        { "cache", method().toStdString() }, { "cache_parameters", m_parameters->values() } };
}

QString CacheForm::title() const
{
    QStringList parts { m_method->currentText() };
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
