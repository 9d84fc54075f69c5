// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plan_table.h"

#include <QAction>
#include <QHBoxLayout>
#include <QStyledItemDelegate>
#include <QUndoCommand>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

namespace bitloom {
namespace {
    /// A list of types where one is edited.
    class TypeDelegate : public QStyledItemDelegate
    {
    public:
        TypeDelegate(const TensorModel& model, QObject* parent)
            : QStyledItemDelegate(parent)
            , m_model(model)
        {
        }

        QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const override
        {
            auto* box = new QComboBox(parent);
            box->setAccessibleName(PlanTable::tr("Type of the tensor"));
            box->addItems(m_model.typeChoices());
            connect(box, &QComboBox::activated, this, [this, box] {
                auto* self = const_cast<TypeDelegate*>(this);
                Q_EMIT self->commitData(box);
                Q_EMIT self->closeEditor(box);
            });
            return box;
        }
        void setEditorData(QWidget* editor, const QModelIndex& index) const override
        {
            auto* box = static_cast<QComboBox*>(editor);
            box->setCurrentIndex(box->findText(index.data(Qt::EditRole).toString()));
        }
        void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override
        {
            model->setData(index, static_cast<QComboBox*>(editor)->currentText());
        }

    private:
        const TensorModel& m_model;
    };

    class ChangeWishes : public QUndoCommand
    {
    public:
        ChangeWishes(const QString& text, TypeWishes before, TypeWishes after, std::function<void(const TypeWishes&)> apply)
            : QUndoCommand(text)
            , m_before(std::move(before))
            , m_after(std::move(after))
            , m_apply(std::move(apply))
        {
        }
        void undo() override { m_apply(m_before); }
        void redo() override { m_apply(m_after); }

    private:
        TypeWishes m_before, m_after;
        std::function<void(const TypeWishes&)> m_apply;
    };
}

PlanTable::PlanTable(QWidget* parent)
    : QWidget(parent)
    , m_table(new TensorTable)
    , m_type(new QComboBox)
    , m_set(new QPushButton(tr("&Set")))
    , m_reset(new QPushButton(tr("As the mi&x decides")))
    , m_undoButton(new QToolButton)
    , m_redoButton(new QToolButton)
    , m_forget(new QToolButton)
{
    setObjectName(QStringLiteral("planTable"));
    m_table->setObjectName(QStringLiteral("planTensors"));
    QTableView& view = m_table->view();
    view.setAccessibleName(tr("Tensors of the file that will be written"));
    view.setItemDelegateForColumn(TensorModel::Type, new TypeDelegate(m_table->model(), this));
    view.setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    view.setColumnHidden(TensorModel::RelativeError, true);
    view.setColumnHidden(TensorModel::Shape, true);
    view.setTextElideMode(Qt::ElideLeft); // names differ at their ends
    m_type->setObjectName(QStringLiteral("planType"));
    m_type->setAccessibleName(tr("Type for the selected tensors"));
    m_set->setObjectName(QStringLiteral("planSet"));
    m_reset->setObjectName(QStringLiteral("planReset"));
    m_reset->setToolTip(tr("Forget what was chosen by hand for the selected tensors (Delete)"));
    auto* line = new QHBoxLayout;
    auto* label = new QLabel(tr("Se&lected tensors:"));
    label->setBuddy(m_type);
    line->addWidget(label);
    line->addWidget(m_type);
    line->addWidget(m_set);
    line->addWidget(m_reset);
    line->addStretch(1);
    m_undoButton->setObjectName(QStringLiteral("planUndo"));
    m_redoButton->setObjectName(QStringLiteral("planRedo"));
    m_forget->setObjectName(QStringLiteral("planForget"));
    m_forget->setText(tr("Reset a&ll"));
    m_forget->setAccessibleName(tr("Reset all types"));
    m_forget->setToolTip(tr("Forget all types that were chosen by hand"));
    for (QToolButton* button : { m_undoButton, m_redoButton, m_forget }) {
        button->setFocusPolicy(Qt::StrongFocus);
        line->addWidget(button);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_table, 1);
    layout->addLayout(line);

    const auto selected = [this] {
        const QStringList names = m_table->selectedTensors();
        return names.isEmpty() ? QStringList { m_table->currentTensor() } : names;
    };
    connect(m_set, &QPushButton::clicked, this, [this, selected] { chooseType(selected(), m_type->currentText()); });
    connect(m_reset, &QPushButton::clicked, this, [this, selected] { chooseType(selected(), {}); });
    connect(&m_table->model(), &TensorModel::typeChosen, this, [this](const QString& tensor, const QString& type) { chooseType({ tensor }, type); });
    connect(view.selectionModel(), &QItemSelectionModel::selectionChanged, this, &PlanTable::refreshSelection);
    const auto addAction = [this](const QString& text, const QKeySequence& shortcut, auto slot) {
        auto* action = new QAction(text, &m_table->view());
        action->setShortcut(shortcut);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        m_table->view().addAction(action);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    addAction(tr("As the mi&x decides"), QKeySequence::Delete, [this, selected] { chooseType(selected(), {}); });
    auto* undo = addAction(tr("&Undo"), QKeySequence::Undo, [this] { m_undo.undo(); });
    auto* redo = addAction(tr("&Redo"), QKeySequence::Redo, [this] { m_undo.redo(); });
    undo->setEnabled(false);
    redo->setEnabled(false);
    m_undoButton->setDefaultAction(undo);
    m_redoButton->setDefaultAction(redo);
    connect(&m_undo, &QUndoStack::indexChanged, this, &PlanTable::refreshUndo);
    connect(m_forget, &QToolButton::clicked, this, &PlanTable::forgetAll);
    refreshUndo();
    connect(&m_undo, &QUndoStack::canUndoChanged, undo, &QAction::setEnabled);
    connect(&m_undo, &QUndoStack::canRedoChanged, redo, &QAction::setEnabled);
    refreshSelection();
}

void PlanTable::setChoices(const QStringList& types)
{
    if (types == m_table->model().typeChoices())
        return;
    m_table->model().setTypeChoices(types);
    const QString before = m_type->currentText();
    m_type->clear();
    m_type->addItems(types);
    m_type->setCurrentIndex(std::max(0, m_type->findText(before)));
    refreshSelection();
}

void PlanTable::setTensors(std::vector<TensorSummary> tensors)
{
    m_table->setTensors(std::move(tensors));
    markChanged();
    refreshSelection();
}

void PlanTable::setWishes(const TypeWishes& wishes)
{
    if (wishes == m_wishes)
        return;
    m_undo.clear();
    m_wishes = wishes;
    markChanged();
}

void PlanTable::chooseType(const QStringList& tensors, const QString& type)
{
    TypeWishes after = m_wishes;
    for (const QString& tensor : tensors) {
        if (tensor.isEmpty())
            continue;
        const auto own = std::find_if(after.begin(), after.end(), [&](const auto& wish) { return wish.first == tensor; });
        if (type.isEmpty()) {
            if (own != after.end())
                after.erase(own);
        } else if (own != after.end()) {
            own->second = type;
        } else {
            after.insert(after.begin(), { tensor, type }); // before patterns that fit it too
        }
    }
    if (after == m_wishes)
        return;
    const QString text = type.isEmpty() ? tr("types as the mix decides") : tr("type %1").arg(type);
    m_undo.push(new ChangeWishes(text, m_wishes, std::move(after), [this](const TypeWishes& wishes) { apply(wishes); }));
}

void PlanTable::forgetAll()
{
    if (!m_wishes.empty())
        m_undo.push(new ChangeWishes(tr("reset of all types"), m_wishes, {}, [this](const TypeWishes& wishes) { apply(wishes); }));
}

void PlanTable::setSensitivities(const QHash<QString, double>& losses)
{
    m_table->model().setSensitivities(losses);
    m_table->showSensitivities(!losses.isEmpty());
}

void PlanTable::refreshUndo()
{
    const auto say = [](QToolButton* button, const QString& what, const QString& step) {
        const QString text = step.isEmpty() ? what : QStringLiteral("%1: %2").arg(what, step);
        button->setToolTip(text);
        button->setAccessibleName(text);
    };
    say(m_undoButton, tr("Undo"), m_undo.undoText());
    say(m_redoButton, tr("Redo"), m_undo.redoText());
}

void PlanTable::apply(const TypeWishes& wishes)
{
    m_wishes = wishes;
    markChanged();
    Q_EMIT wishesChanged();
}

void PlanTable::markChanged()
{
    QSet<QString> names;
    const TensorModel& model = m_table->model();
    for (int row = 0; row < model.rowCount(); ++row) {
        const QString name = QString::fromStdString(model.tensor(row).name);
        if (std::any_of(m_wishes.begin(), m_wishes.end(), [&](const auto& wish) { return name.contains(wish.first); }))
            names.insert(name);
    }
    m_table->model().setChanged(names);
    m_forget->setEnabled(!m_wishes.empty());
}

void PlanTable::refreshSelection()
{
    const bool any = m_table->view().selectionModel()->hasSelection() && m_type->count() > 0;
    m_type->setEnabled(any);
    m_set->setEnabled(any);
    m_reset->setEnabled(any);
}

} // namespace bitloom
