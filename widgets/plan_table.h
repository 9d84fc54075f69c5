// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/tensor_table.h"

#include <QComboBox>
#include <QPushButton>
#include <QToolButton>
#include <QUndoStack>
#include <utility>
#include <vector>

namespace bitloom {

/// Types that somebody wants for tensors whose names contain a text; the first that fits counts.
using TypeWishes = std::vector<std::pair<QString, QString>>;

/// The tensors of a file that is to be written, with the type that each gets. Types can be changed in the cell, or for all selected tensors at once,
/// and given back to what the mix decides; every change can be undone.
class PlanTable : public QWidget
{
    Q_OBJECT
public:
    explicit PlanTable(QWidget* parent = nullptr);

    void setChoices(const QStringList& types); ///< that tensors can get
    void setTensors(std::vector<TensorSummary> tensors); ///< of the plan
    /// The wishes in force, in their order; not a step that can be undone.
    void setWishes(const TypeWishes& wishes);
    [[nodiscard]] const TypeWishes& wishes() const { return m_wishes; }
    void chooseType(const QStringList& tensors, const QString& type); ///< type "": as the mix decides
    void forgetAll(); ///< everything as the mix decides
    /// What each tensor costs when it is stored small, by name; empty: not measured, and no column for it.
    void setSensitivities(const QHash<QString, double>& losses);
    [[nodiscard]] TensorTable& table() { return *m_table; }
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }

Q_SIGNALS:
    void wishesChanged();

private:
    void apply(const TypeWishes& wishes);
    void markChanged();
    void refreshSelection();
    void refreshUndo();

    TensorTable* m_table;
    QComboBox* m_type;
    QPushButton *m_set, *m_reset;
    QToolButton *m_undoButton, *m_redoButton, *m_forget;
    QUndoStack m_undo;
    TypeWishes m_wishes;
};

} // namespace bitloom
