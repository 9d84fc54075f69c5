// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tensor_table.h"

#include "widgets/text_format.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QRegularExpression>
#include <QShortcut>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace bitloom {
namespace {
    /// A bar behind the figure.
    class BarDelegate : public QStyledItemDelegate
    {
    public:
        using QStyledItemDelegate::QStyledItemDelegate;
        void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
        {
            QStyleOptionViewItem item = option;
            initStyleOption(&item, index);
            const QString figure = std::exchange(item.text, QString());
            const QStyle* style = item.widget != nullptr ? item.widget->style() : QApplication::style();
            style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
            const bool selected = item.state.testFlag(QStyle::State_Selected);
            const QColor text = item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
            const int figureWidth = item.fontMetrics.horizontalAdvance(QStringLiteral("0.00000")) + 4;
            const QRectF room = QRectF(item.rect).adjusted(4, 5, -figureWidth - 6, -5);
            if (const QVariant part = index.data(TensorModel::BarRole); part.isValid() && room.width() > 4)
                painter->fillRect(QRectF(room.left(), room.top(), room.width() * std::clamp(part.toDouble(), 0.0, 1.0), room.height()),
                    selected ? text : PlotStyle::of(item.palette).accent);
            painter->setPen(text);
            painter->drawText(item.rect.adjusted(0, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter, figure);
        }
    };

    constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

    double elements(const TensorSummary& tensor)
    {
        double product = 1;
        for (const std::int64_t size : tensor.shape)
            product *= static_cast<double>(size);
        return product;
    }
}

TensorModel::TensorModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void TensorModel::setTensors(std::vector<TensorSummary> tensors)
{
    const bool same = tensors.size() == m_rows.size() && std::equal(tensors.begin(), tensors.end(), m_rows.begin(),
        [](const TensorSummary& tensor, const Row& row) { return tensor.name == row.summary.name && tensor.shape == row.summary.shape; });
    if (same && !m_rows.empty()) {
        // The same tensors with other types: selection and place in the table stay.
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const double count = elements(tensors[i]);
            const double bits = count > 0 ? 8 * static_cast<double>(tensors[i].bytes) / count : notANumber;
            m_rows[i] = { std::move(tensors[i]), bits, notANumber };
        }
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows.clear();
    m_rowOfName.clear();
    m_rows.reserve(tensors.size());
    for (TensorSummary& tensor : tensors) {
        m_rowOfName.insert(QString::fromStdString(tensor.name), static_cast<int>(m_rows.size()));
        const double count = elements(tensor);
        const double bits = count > 0 ? 8 * static_cast<double>(tensor.bytes) / count : notANumber;
        m_rows.push_back({ std::move(tensor), bits, notANumber });
    }
    endResetModel();
}

void TensorModel::setRelativeError(const QString& layer, double error)
{
    int row = m_rowOfName.value(layer, -1);
    if (row < 0)
        row = m_rowOfName.value(layer + QStringLiteral(".weight"), -1);
    if (row < 0)
        return;
    m_rows[static_cast<std::size_t>(row)].error = error;
    Q_EMIT dataChanged(index(row, RelativeError), index(row, RelativeError));
}

void TensorModel::setSensitivities(const QHash<QString, double>& losses)
{
    m_sensitivities = losses;
    m_leastSensitivity = std::numeric_limits<double>::infinity();
    m_mostSensitivity = 0;
    for (const double loss : losses) {
        if (loss > 0 && std::isfinite(loss)) {
            m_leastSensitivity = std::min(m_leastSensitivity, loss);
            m_mostSensitivity = std::max(m_mostSensitivity, loss);
        }
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Sensitivity), index(rowCount() - 1, Sensitivity));
}

void TensorModel::setTypeChoices(const QStringList& types)
{
    m_typeChoices = types;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Type), index(rowCount() - 1, Type));
}

void TensorModel::setChanged(const QSet<QString>& names)
{
    m_changed = names;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), { Qt::FontRole, ChangedRole });
}

Qt::ItemFlags TensorModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == Type && !m_typeChoices.isEmpty() && tensor(index.row()).shape.size() == 2)
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool TensorModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable) || !m_typeChoices.contains(value.toString()))
        return false;
    if (value.toString() != index.data().toString())
        Q_EMIT typeChosen(index.data(TensorNameRole).toString(), value.toString());
    return true;
}

int TensorModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TensorModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TensorModel::data(const QModelIndex& index, int role) const
{
    // Views and screen readers ask for an item that is not there, too.
    if (!index.isValid() || !checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const TensorSummary& tensor = row.summary;
    if (role == TensorNameRole)
        return QString::fromStdString(tensor.name);
    if (role == QuantizableRole)
        return tensor.quantizable;
    if (role == ChangedRole || role == Qt::FontRole) {
        const bool changed = m_changed.contains(QString::fromStdString(tensor.name));
        if (role == ChangedRole)
            return changed;
        if (!changed)
            return {};
        QFont font = QApplication::font();
        font.setBold(true);
        return font;
    }
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment((index.column() >= Shape ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role == Qt::ToolTipRole)
        return tr("%1: %2, %3, %4, %5 bits per weight%6")
            .arg(QString::fromStdString(tensor.name), QString::fromStdString(tensor.type), shapeText(tensor.shape),
                bytesText(tensor.bytes), numberText(row.bits, 3),
                tensor.quantizable ? tr(". A linear layer of a decoder block: it can be quantized.") : QStringLiteral("."));
    if (role == Qt::EditRole && index.column() == Type)
        return QString::fromStdString(tensor.type);
    if (role == BarRole && index.column() == Sensitivity) {
        // Losses differ by powers of ten: the bar grows with their logarithm, from the least to the greatest of the model.
        const double loss = m_sensitivities.value(QString::fromStdString(tensor.name), notANumber);
        if (!(loss > 0) || !(m_mostSensitivity > m_leastSensitivity))
            return loss > 0 ? QVariant(1.0) : QVariant();
        return 0.06 + 0.94 * std::log(loss / m_leastSensitivity) / std::log(m_mostSensitivity / m_leastSensitivity);
    }
    if (role != Qt::DisplayRole && role != SortRole && role != Qt::AccessibleTextRole)
        return {};
    const bool sort = role == SortRole, spoken = role == Qt::AccessibleTextRole;
    switch (index.column()) {
    case Name:
        return QString::fromStdString(tensor.name);
    case Type:
        if (spoken)
            return m_changed.contains(QString::fromStdString(tensor.name)) ? tr("type %1, chosen by hand").arg(QString::fromStdString(tensor.type))
                                                                           : tr("type %1").arg(QString::fromStdString(tensor.type));
        return QString::fromStdString(tensor.type);
    case Shape:
        if (sort)
            return elements(tensor);
        return spoken ? tr("shape %1").arg(shapeText(tensor.shape)) : shapeText(tensor.shape);
    case Bits:
        if (sort)
            return row.bits;
        return spoken ? tr("%1 bits per weight").arg(numberText(row.bits, 3)) : numberText(row.bits, 3);
    case Bytes:
        if (sort)
            return static_cast<qint64>(tensor.bytes);
        return bytesText(tensor.bytes);
    case RelativeError:
        if (sort)
            return row.error;
        if (std::isnan(row.error))
            return spoken ? tr("error not known") : QString();
        return spoken ? tr("relative error %1").arg(percentText(row.error)) : percentText(row.error);
    case Sensitivity: {
        const double loss = m_sensitivities.value(QString::fromStdString(tensor.name), notANumber);
        if (sort)
            return loss;
        if (std::isnan(loss))
            return spoken ? tr("sensitivity not measured") : QString();
        return spoken ? tr("sensitivity %1").arg(numberText(loss, 2)) : numberText(loss, 2);
    }
    default:
        return {};
    }
}

QVariant TensorModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment((section >= Shape ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    const auto column = static_cast<Column>(section);
    if (role == Qt::DisplayRole) {
        switch (column) {
        case Name:
            return tr("Tensor");
        case Type:
            return tr("Type");
        case Shape:
            return tr("Shape");
        case Bits:
            return tr("Bits");
        case Bytes:
            return tr("Size");
        case RelativeError:
            return tr("Error");
        case Sensitivity:
            return tr("Sensitivity");
        case ColumnCount:
            break;
        }
    }
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case Name:
            return tr("Name of the tensor in the file");
        case Type:
            return tr("How its values are stored");
        case Shape:
            return tr("Outputs × inputs for a linear layer; sorts by the number of values");
        case Bits:
            return tr("Bits per weight, scales and codebooks counted");
        case Bytes:
            return tr("Size in the file");
        case RelativeError:
            return tr("Objective after quantization over the objective of leaving the layer out; known after a job");
        case Sensitivity:
            return tr("How much the mean loss of a token is predicted to rise when this tensor alone gets the smallest type; the bar is logarithmic");
        case ColumnCount:
            break;
        }
    }
    return {};
}

TensorFilter::TensorFilter(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(TensorModel::SortRole);
}

void TensorFilter::setOnlyQuantizable(bool only)
{
    m_onlyQuantizable = only;
    invalidateFilter();
}

bool TensorFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex name = sourceModel()->index(row, TensorModel::Name, parent);
    if (m_onlyQuantizable && !name.data(TensorModel::QuantizableRole).toBool())
        return false;
    const QRegularExpression expression = filterRegularExpression();
    if (expression.pattern().isEmpty())
        return true;
    return expression.match(name.data().toString()).hasMatch()
        || expression.match(sourceModel()->index(row, TensorModel::Type, parent).data().toString()).hasMatch();
}

bool TensorFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(TensorModel::SortRole), b = right.data(TensorModel::SortRole);
    if (a.typeId() != QMetaType::Double)
        return QSortFilterProxyModel::lessThan(left, right);
    // What is not known comes last in rising order, and the order stays a strict one.
    const double first = a.toDouble(), second = b.toDouble();
    if (std::isnan(first) || std::isnan(second))
        return !std::isnan(first) && std::isnan(second);
    return first < second;
}

TensorTable::TensorTable(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("tensorTable"));
    m_model = new TensorModel(this);
    m_filter = new TensorFilter(this);
    m_filter->setSourceModel(m_model);
    m_pattern = new QLineEdit(this);
    m_pattern->setObjectName(QStringLiteral("tensorFilter"));
    m_pattern->setPlaceholderText(tr("Filter by name or type (a regular expression), for example  mlp|q_proj"));
    m_pattern->setAccessibleName(tr("Filter of the tensors"));
    m_pattern->setClearButtonEnabled(true);
    auto* only = new QCheckBox(tr("Only &quantizable"), this);
    only->setObjectName(QStringLiteral("tensorOnlyQuantizable"));
    only->setToolTip(tr("Only linear layers of decoder blocks"));
    m_count = new QLabel(this);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_problem = new QLabel(this);
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_view = new QTableView(this);
    m_view->setObjectName(QStringLiteral("tensorView"));
    m_view->setAccessibleName(tr("Tensors of the model"));
    m_view->setModel(m_filter);
    m_view->setSortingEnabled(true);
    m_view->setAlternatingRowColors(true);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setTabKeyNavigation(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setSectionResizeMode(TensorModel::Name, QHeaderView::Stretch);
    m_view->sortByColumn(-1, Qt::AscendingOrder); // the file's own order
    const int letter = fontMetrics().averageCharWidth();
    m_view->setColumnWidth(TensorModel::Type, 10 * letter);
    m_view->setColumnWidth(TensorModel::Shape, 16 * letter);
    m_view->setColumnWidth(TensorModel::Bits, 9 * letter);
    m_view->setColumnWidth(TensorModel::Bytes, 12 * letter);
    m_view->setColumnWidth(TensorModel::RelativeError, 11 * letter);
    m_view->setColumnWidth(TensorModel::Sensitivity, 18 * letter);
    m_view->setItemDelegateForColumn(TensorModel::Sensitivity, new BarDelegate(m_view));
    showSensitivities(false);

    auto* top = new QHBoxLayout;
    top->addWidget(m_pattern, 1);
    top->addWidget(only);
    top->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_problem);
    layout->addWidget(m_view, 1);

    connect(m_pattern, &QLineEdit::textChanged, this, &TensorTable::applyFilter);
    connect(only, &QCheckBox::toggled, this, [this](bool on) {
        m_filter->setOnlyQuantizable(on);
        updateCount();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { Q_EMIT currentTensorChanged(currentTensor()); });
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex& index) { Q_EMIT tensorActivated(index.data(TensorModel::TensorNameRole).toString()); });
    auto* copy = new QAction(tr("&Copy as table"), m_view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(copy);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(copy, &QAction::triggered, this, &TensorTable::copySelection);
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
        m_pattern->setFocus(Qt::ShortcutFocusReason);
        m_pattern->selectAll();
    });
    updateCount();
}

void TensorTable::setTensors(std::vector<TensorSummary> tensors)
{
    m_model->setTensors(std::move(tensors));
    updateCount();
}

void TensorTable::showSensitivities(bool show)
{
    m_view->setColumnHidden(TensorModel::Sensitivity, !show);
}

void TensorTable::setFilter(const QString& pattern)
{
    m_pattern->setText(pattern);
}

void TensorTable::applyFilter()
{
    const QRegularExpression expression(m_pattern->text(), QRegularExpression::CaseInsensitiveOption);
    m_problem->setVisible(!expression.isValid());
    if (!expression.isValid()) {
        m_problem->setText(tr("The filter is not a regular expression: %1 at character %2. The table shows the filter before.")
                               .arg(expression.errorString())
                               .arg(expression.patternErrorOffset()));
        m_pattern->setAccessibleDescription(m_problem->text());
        return;
    }
    m_pattern->setAccessibleDescription({});
    m_filter->setFilterRegularExpression(expression);
    updateCount();
}

void TensorTable::updateCount()
{
    const int shown = m_filter->rowCount(), all = m_model->rowCount();
    m_count->setText(all == 0   ? tr("Open a model to see its tensors")
            : shown == all ? tr("%1 tensors").arg(all)
                           : tr("%1 of %2 tensors").arg(shown).arg(all));
}

QString TensorTable::currentTensor() const
{
    const QModelIndex current = m_view->currentIndex();
    return current.isValid() ? current.data(TensorModel::TensorNameRole).toString() : QString();
}

void TensorTable::setCurrentTensor(const QString& name)
{
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex index = m_filter->index(row, TensorModel::Name);
        const QString here = index.data(TensorModel::TensorNameRole).toString();
        if (here == name || here == name + QStringLiteral(".weight")) {
            m_view->setCurrentIndex(index);
            m_view->scrollTo(index);
            return;
        }
    }
}

QStringList TensorTable::selectedTensors() const
{
    QStringList names;
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    for (const QModelIndex& row : rows)
        names.append(row.data(TensorModel::TensorNameRole).toString());
    return names;
}

QString TensorTable::csv() const
{
    QString text = QStringLiteral("tensor,type,shape,bits_per_weight,bytes,relative_error,sensitivity\r\n");
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const auto value = [&](int column) { return m_filter->index(row, column).data(TensorModel::SortRole); };
        text += QStringList { csvField(value(TensorModel::Name).toString()), csvField(value(TensorModel::Type).toString()),
            m_filter->index(row, TensorModel::Shape).data().toString().replace(QStringLiteral(" × "), QStringLiteral("x")),
            csvNumber(value(TensorModel::Bits).toDouble()), value(TensorModel::Bytes).toString(),
            csvNumber(value(TensorModel::RelativeError).toDouble()), csvNumber(value(TensorModel::Sensitivity).toDouble()) }
                    .join(QLatin1Char(','))
            + QStringLiteral("\r\n");
    }
    return text;
}

void TensorTable::copySelection()
{
    QString text;
    const QModelIndexList rows = m_view->selectionModel()->selectedRows();
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int column = 0; column < TensorModel::ColumnCount; ++column)
            if (!m_view->isColumnHidden(column))
                cells.append(row.siblingAtColumn(column).data().toString());
        text += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    if (!text.isEmpty())
        QApplication::clipboard()->setText(text);
}

} // namespace bitloom
