// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <QFormLayout>
#include <QLabel>
#include <QWidget>

namespace bitloom {

/// Architecture, size and state of a model. Values can be selected and copied.
class ModelSummaryPanel : public QWidget
{
    Q_OBJECT
public:
    explicit ModelSummaryPanel(QWidget* parent = nullptr);

    void setSummary(const ModelSummary& summary);
    void clear();
    [[nodiscard]] QString text() const; ///< "name: value" lines

private:
    void add(const QString& name, const QString& value, const QString& help = {});

    QLabel *m_title, *m_path, *m_empty;
    QWidget* m_rows;
    QFormLayout* m_form;
    QList<QPair<QString, QString>> m_values;
};

} // namespace bitloom
