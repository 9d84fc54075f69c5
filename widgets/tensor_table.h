// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QSet>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <limits>
#include <vector>

namespace bitloom {

/// All tensors of a model.
class TensorModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Name, Type, Shape, Bits, Bytes, RelativeError, Sensitivity, ColumnCount };
    enum Role { SortRole = Qt::UserRole, TensorNameRole, QuantizableRole, ChangedRole, BarRole /*0 to 1, of a sensitivity*/ };

    explicit TensorModel(QObject* parent = nullptr);

    void setTensors(std::vector<TensorSummary> tensors); ///< a new document; errors are forgotten
    /// Relative error of a layer's tensor ("model.layers.3.mlp.up_proj" or with ".weight"); ignored if there is none of that name.
    void setRelativeError(const QString& layer, double error);
    [[nodiscard]] const TensorSummary& tensor(int row) const { return m_rows[static_cast<std::size_t>(row)].summary; }
    /// What each tensor is predicted to cost when it is stored small, by name; empty: not known.
    void setSensitivities(const QHash<QString, double>& losses);
    /// Makes the types of matrices editable; empty: nothing is.
    void setTypeChoices(const QStringList& types);
    [[nodiscard]] const QStringList& typeChoices() const { return m_typeChoices; }
    /// Tensors whose type somebody chose by hand; they are shown in bold.
    void setChanged(const QSet<QString>& names);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const final;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const final;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const final;
    /// Changes nothing by itself: whoever hears typeChosen sets the tensors anew.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) final;

Q_SIGNALS:
    void typeChosen(const QString& tensor, const QString& type);

private:
    struct Row
    {
        TensorSummary summary;
        double bits = 0; ///< bits per weight
        double error = std::numeric_limits<double>::quiet_NaN();
    };
    std::vector<Row> m_rows;
    QHash<QString, int> m_rowOfName;
    QHash<QString, double> m_sensitivities;
    double m_leastSensitivity = 0, m_mostSensitivity = 0; ///< those that are positive
    QStringList m_typeChoices;
    QSet<QString> m_changed;
};

/// Keeps rows whose name or type matches a regular expression, and, on wish, only those that can be quantized.
class TensorFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit TensorFilter(QObject* parent = nullptr);
    void setOnlyQuantizable(bool only);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    bool m_onlyQuantizable = false;
};

/// A filter line above the sortable table.
class TensorTable : public QWidget
{
    Q_OBJECT
public:
    explicit TensorTable(QWidget* parent = nullptr);

    void setTensors(std::vector<TensorSummary> tensors);
    void setRelativeError(const QString& layer, double error) { m_model->setRelativeError(layer, error); }
    /// Shows the column with the sensitivities, with a bar in each cell.
    void showSensitivities(bool show);
    void setFilter(const QString& pattern);
    [[nodiscard]] QString currentTensor() const; ///< its name, "" without one
    void setCurrentTensor(const QString& name);
    [[nodiscard]] TensorModel& model() { return *m_model; }
    [[nodiscard]] QTableView& view() { return *m_view; }
    [[nodiscard]] QString csv() const; ///< the rows that are visible now, in their order
    [[nodiscard]] QStringList selectedTensors() const; ///< in the order of the table

Q_SIGNALS:
    void currentTensorChanged(const QString& name);
    void tensorActivated(const QString& name); ///< Enter or a double click

private:
    void applyFilter();
    void updateCount();
    void copySelection();

    TensorModel* m_model;
    TensorFilter* m_filter;
    QTableView* m_view;
    QLineEdit* m_pattern;
    QLabel *m_count, *m_problem;
};

} // namespace bitloom
