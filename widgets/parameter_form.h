// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/method_info.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QWidget>
#include <nlohmann/json.hpp>
#include <vector>

namespace bitloom {

/// A method's parameters as a form, made from its description alone.
class ParameterForm : public QWidget
{
    Q_OBJECT
public:
    explicit ParameterForm(QWidget* parent = nullptr);

    /// Builds the form anew with the method's defaults.
    void setMethod(const MethodInfo& method);
    [[nodiscard]] const MethodInfo& method() const { return m_method; }
    /// A JSON object: only parameters that differ from the default (what a recipe holds) or, with `all`, every one. A
    /// parameter whose text is not valid is left out; see problem().
    [[nodiscard]] nlohmann::json values(bool all = false) const;
    /// Sets those named; the others keep their values. Returns one sentence for each name or value that was refused.
    QStringList setValues(const nlohmann::json& values);
    void reset(); ///< all defaults
    [[nodiscard]] QString problem() const; ///< the first field's that is not valid, "" if all are

Q_SIGNALS:
    void changed();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Field
    {
        ParameterInfo info;
        QWidget* editor = nullptr;
        QCheckBox* automatic = nullptr;
        QLabel* error = nullptr;
    };
    [[nodiscard]] QWidget* makeEditor(const ParameterInfo& info);
    [[nodiscard]] nlohmann::json read(const Field& field, QString* problem) const;
    QString write(Field& field, const nlohmann::json& value);
    void fieldChanged(std::size_t index);
    void refresh(Field& field);

    MethodInfo m_method;
    std::vector<Field> m_fields;
    QWidget* m_content = nullptr;
    QLabel* m_empty;
    bool m_loading = false;
};

} // namespace bitloom
