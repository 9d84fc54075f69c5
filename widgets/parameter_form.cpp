// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/parameter_form.h"

#include "widgets/text_format.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QSpinBox>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bitloom {
namespace {
    QString numberFieldText(double value)
    {
        return csvNumber(value);
    }

    QString rangeText(const ParameterInfo& info)
    {
        if (info.minimum && info.maximum)
            return ParameterForm::tr("%1 to %2").arg(numberText(*info.minimum, 9), numberText(*info.maximum, 9));
        if (info.minimum)
            return ParameterForm::tr("at least %1").arg(numberText(*info.minimum, 9));
        if (info.maximum)
            return ParameterForm::tr("at most %1").arg(numberText(*info.maximum, 9));
        return {};
    }

    QString defaultText(const ParameterInfo& info)
    {
        const auto& value = info.defaultValue;
        if (value.is_string())
            return QString::fromStdString(value.get<std::string>());
        return value.is_null() ? QString() : QString::fromStdString(value.dump());
    }

    bool isAuto(const nlohmann::json& value)
    {
        return value.is_string() && value.get_ref<const std::string&>() == "auto";
    }

    /// The first value an editor shows where the default is "auto".
    double startValue(const ParameterInfo& info)
    {
        if (info.defaultValue.is_number())
            return info.defaultValue.get<double>();
        return info.minimum.value_or(info.maximum.value_or(0) < 0 ? *info.maximum : 0);
    }

    int spinLimit(const std::optional<double>& limit, int otherwise)
    {
        if (!limit || !(std::abs(*limit) < std::numeric_limits<int>::max()))
            return otherwise;
        return static_cast<int>(*limit);
    }
}

ParameterForm::ParameterForm(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("parameterForm"));
    m_empty = new QLabel(tr("Choose a method to see its parameters."), this);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_empty->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_empty);
}

void ParameterForm::setMethod(const MethodInfo& method)
{
    m_loading = true;
    delete m_content;
    m_fields.clear();
    m_method = method;
    m_content = new QWidget(this);
    layout()->addWidget(m_content);
    m_empty->setVisible(method.parameters.empty());
    m_empty->setText(tr("%1 has no parameters to set.").arg(QString::fromStdString(method.title)));
    auto* form = new QFormLayout(m_content);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::DontWrapRows);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(7);
    for (const ParameterInfo& info : method.parameters) {
        Field field;
        field.info = info;
        const QString title = QString::fromStdString(info.title.empty() ? info.name : info.title);
        const std::size_t index = m_fields.size();
        field.editor = makeEditor(info);
        field.editor->setObjectName(QString::fromStdString(info.name));
        field.editor->setAccessibleName(title);
        QString help = QString::fromStdString(info.help);
        QStringList facts;
        if (const QString range = rangeText(info); !range.isEmpty())
            facts.append(tr("Range: %1%2.").arg(range, info.unit.empty() ? QString() : QLatin1Char(' ') + QString::fromStdString(info.unit)));
        if (const QString preset = defaultText(info); !preset.isEmpty())
            facts.append(tr("Default: %1.").arg(preset));
        if (info.automatic)
            facts.append(tr("With “auto” the program chooses by measuring."));
        const QString card = QStringLiteral("<p style='white-space:pre-wrap'><b>%1</b> (%2)</p><p>%3</p><p>%4</p>")
                                 .arg(title.toHtmlEscaped(), QString::fromStdString(info.name).toHtmlEscaped(), help.toHtmlEscaped(),
                                     facts.join(QLatin1Char(' ')).toHtmlEscaped());
        field.editor->setToolTip(card);
        field.editor->setWhatsThis(card);
        field.editor->setAccessibleDescription((QStringList { help } + facts).join(QLatin1Char(' ')));

        auto* line = new QHBoxLayout;
        line->setSpacing(6);
        line->addWidget(field.editor, 1);
        if (!info.unit.empty()) {
            auto* unit = new QLabel(QString::fromStdString(info.unit), m_content);
            unit->setForegroundRole(QPalette::PlaceholderText);
            line->addWidget(unit);
        }
        if (info.automatic) {
            field.automatic = new QCheckBox(tr("auto"), m_content);
            field.automatic->setObjectName(QString::fromStdString(info.name) + QStringLiteral(".auto"));
            field.automatic->setAccessibleName(tr("%1: choose automatically").arg(title));
            field.automatic->setToolTip(tr("Let the program choose by measuring"));
            line->addWidget(field.automatic);
            connect(field.automatic, &QCheckBox::toggled, this, [this, index] { fieldChanged(index); });
        }
        auto* question = new QToolButton(m_content);
        question->setText(QStringLiteral("?"));
        question->setAccessibleName(tr("About %1").arg(title));
        question->setToolTip(card);
        question->setAutoRaise(true);
        line->addWidget(question);
        connect(question, &QToolButton::clicked, question,
            [question, card] { QToolTip::showText(question->mapToGlobal(QPoint(0, question->height())), card, question); });

        auto* column = new QVBoxLayout;
        column->setSpacing(2);
        column->addLayout(line);
        field.error = new QLabel(m_content);
        field.error->setObjectName(QString::fromStdString(info.name) + QStringLiteral(".error"));
        field.error->setWordWrap(true);
        field.error->hide();
        column->addWidget(field.error);
        auto* label = new QLabel(title, m_content);
        label->setBuddy(field.editor);
        label->setToolTip(card);
        label->setMinimumHeight(field.editor->sizeHint().height());
        form->addRow(label, column);

        if (auto* edit = qobject_cast<QLineEdit*>(field.editor))
            connect(edit, &QLineEdit::textChanged, this, [this, index] { fieldChanged(index); });
        else if (auto* spin = qobject_cast<QSpinBox*>(field.editor))
            connect(spin, &QSpinBox::valueChanged, this, [this, index] { fieldChanged(index); });
        else if (auto* box = qobject_cast<QCheckBox*>(field.editor))
            connect(box, &QCheckBox::toggled, this, [this, index] { fieldChanged(index); });
        else if (auto* combo = qobject_cast<QComboBox*>(field.editor))
            connect(combo, &QComboBox::currentIndexChanged, this, [this, index] { fieldChanged(index); });
        m_fields.push_back(field);
        write(m_fields.back(), info.defaultValue);
    }
    m_content->show();
    m_loading = false;
    for (Field& field : m_fields)
        refresh(field);
    Q_EMIT changed();
}

QWidget* ParameterForm::makeEditor(const ParameterInfo& info)
{
    switch (info.type) {
    case ParameterType::Integer: {
        auto* spin = new QSpinBox(m_content);
        spin->setRange(spinLimit(info.minimum, std::numeric_limits<int>::min()), spinLimit(info.maximum, std::numeric_limits<int>::max()));
        spin->setValue(static_cast<int>(startValue(info)));
        spin->setKeyboardTracking(true);
        return spin;
    }
    case ParameterType::Number: {
        auto* edit = new QLineEdit(m_content);
        edit->setText(numberFieldText(startValue(info)));
        edit->setPlaceholderText(rangeText(info));
        return edit;
    }
    case ParameterType::Boolean:
        return new QCheckBox(m_content);
    case ParameterType::Choice: {
        auto* combo = new QComboBox(m_content);
        for (const std::string& choice : info.choices)
            combo->addItem(QString::fromStdString(choice));
        return combo;
    }
    }
    return new QWidget(m_content);
}

nlohmann::json ParameterForm::read(const Field& field, QString* problem) const
{
    if (field.automatic && field.automatic->isChecked())
        return "auto";
    if (const auto* spin = qobject_cast<QSpinBox*>(field.editor))
        return spin->value();
    if (const auto* box = qobject_cast<QCheckBox*>(field.editor))
        return box->isChecked();
    if (const auto* combo = qobject_cast<QComboBox*>(field.editor))
        return combo->currentText().toStdString();
    const auto* edit = qobject_cast<QLineEdit*>(field.editor);
    bool isNumber = false;
    const double value = QLocale::c().toDouble(edit->text().trimmed(), &isNumber);
    const QString range = rangeText(field.info);
    if (!isNumber || !std::isfinite(value)) {
        *problem = edit->text().trimmed().isEmpty() ? tr("A number is needed here%1.").arg(range.isEmpty() ? QString() : QStringLiteral(": ") + range)
                                                    : tr("“%1” is not a number.").arg(edit->text().trimmed());
        return nullptr;
    }
    if ((field.info.minimum && value < *field.info.minimum) || (field.info.maximum && value > *field.info.maximum)) {
        *problem = tr("%1 is out of range: allowed is %2.").arg(edit->text().trimmed(), range);
        return nullptr;
    }
    return value;
}

QString ParameterForm::write(Field& field, const nlohmann::json& value)
{
    const QString name = QString::fromStdString(field.info.name);
    const ParameterInfo& info = field.info;
    if (isAuto(value) && info.automatic) {
        field.automatic->setChecked(true);
        return {};
    }
    const auto outOfRange = [&](double number) { return (info.minimum && number < *info.minimum) || (info.maximum && number > *info.maximum); };
    const QString found = QString::fromStdString(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    if (auto* spin = qobject_cast<QSpinBox*>(field.editor)) {
        if (!value.is_number() || std::trunc(value.get<double>()) != value.get<double>())
            return tr("%1: %2 is not a whole number.").arg(name, found);
        if (outOfRange(value.get<double>()) || value.get<double>() < spin->minimum() || value.get<double>() > spin->maximum())
            return tr("%1: %2 is out of range, allowed is %3.").arg(name, found, rangeText(info));
        spin->setValue(value.get<int>());
    } else if (auto* edit = qobject_cast<QLineEdit*>(field.editor)) {
        if (!value.is_number() || !std::isfinite(value.get<double>()))
            return tr("%1: %2 is not a number.").arg(name, found);
        if (outOfRange(value.get<double>()))
            return tr("%1: %2 is out of range, allowed is %3.").arg(name, found, rangeText(info));
        edit->setText(numberFieldText(value.get<double>()));
    } else if (auto* box = qobject_cast<QCheckBox*>(field.editor)) {
        if (!value.is_boolean())
            return tr("%1: %2 is neither true nor false.").arg(name, found);
        box->setChecked(value.get<bool>());
    } else if (auto* combo = qobject_cast<QComboBox*>(field.editor)) {
        const int index = value.is_string() ? combo->findText(QString::fromStdString(value.get<std::string>())) : -1;
        if (index < 0)
            return tr("%1: %2 is not one of its choices.").arg(name, found);
        combo->setCurrentIndex(index);
    }
    if (field.automatic)
        field.automatic->setChecked(false);
    return {};
}

void ParameterForm::refresh(Field& field)
{
    if (field.automatic)
        field.editor->setEnabled(!field.automatic->isChecked());
    if (auto* edit = qobject_cast<QLineEdit*>(field.editor); edit && field.automatic) {
        // A number beside a checked "auto" would read as if it counted.
        const QSignalBlocker blocker(edit);
        if (field.automatic->isChecked() && !edit->text().isEmpty()) {
            edit->setProperty("kept", edit->text());
            edit->clear();
        } else if (!field.automatic->isChecked() && edit->text().isEmpty() && edit->property("kept").isValid()) {
            edit->setText(edit->property("kept").toString());
        }
        if (!field.automatic->isChecked())
            edit->setProperty("kept", QVariant());
        edit->setPlaceholderText(field.automatic->isChecked() ? tr("chosen by measuring") : rangeText(field.info));
    }
    QString problem;
    (void)read(field, &problem);
    field.error->setVisible(!problem.isEmpty());
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, PlotStyle::of(palette()).bad);
    field.error->setPalette(colors);
    field.error->setText(problem.isEmpty() ? QString() : QStringLiteral("⚠ ") + problem);
}

void ParameterForm::fieldChanged(std::size_t index)
{
    if (m_loading)
        return;
    refresh(m_fields[index]);
    Q_EMIT changed();
}

nlohmann::json ParameterForm::values(bool all) const
{
    nlohmann::json object = nlohmann::json::object();
    for (const Field& field : m_fields) {
        QString problem;
        nlohmann::json value = read(field, &problem);
        if (problem.isEmpty() && (all || value != field.info.defaultValue))
            object[field.info.name] = std::move(value);
    }
    return object;
}

QStringList ParameterForm::setValues(const nlohmann::json& values)
{
    QStringList refused;
    if (!values.is_object()) {
        refused.append(tr("The parameters are not a JSON object."));
        return refused;
    }
    m_loading = true;
    for (const auto& [name, value] : values.items()) {
        const auto found = std::find_if(m_fields.begin(), m_fields.end(), [&key = name](const Field& field) { return field.info.name == key; });
        const QString problem = found == m_fields.end() ? tr("%1: %2 has no parameter of this name.")
                                                              .arg(QString::fromStdString(name), QString::fromStdString(m_method.title))
                                                        : write(*found, value);
        if (!problem.isEmpty())
            refused.append(problem);
    }
    m_loading = false;
    for (Field& field : m_fields)
        refresh(field);
    Q_EMIT changed();
    return refused;
}

void ParameterForm::reset()
{
    m_loading = true;
    for (Field& field : m_fields) {
        if (isAuto(field.info.defaultValue) && field.info.automatic) {
            if (field.info.type == ParameterType::Number || field.info.type == ParameterType::Integer)
                write(field, startValue(field.info));
        }
        write(field, field.info.defaultValue);
    }
    m_loading = false;
    for (Field& field : m_fields)
        refresh(field);
    Q_EMIT changed();
}

QString ParameterForm::problem() const
{
    for (const Field& field : m_fields) {
        QString problem;
        (void)read(field, &problem);
        if (!problem.isEmpty())
            return QStringLiteral("%1: %2").arg(QString::fromStdString(field.info.title.empty() ? field.info.name : field.info.title), problem);
    }
    return {};
}

void ParameterForm::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange) {
        for (Field& field : m_fields)
            refresh(field);
    }
    QWidget::changeEvent(event);
}

} // namespace bitloom
