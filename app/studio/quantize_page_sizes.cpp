// SPDX-License-Identifier: GPL-3.0-or-later
// The Quantize page's choice of a GGUF file's size: slider, tensors, map and front show one allocation.
#include "app/studio/quantize_page.h"
#include "app/studio/text.h"
#include "widgets/text_format.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <cmath>
#include <functional>

namespace bitloom {
namespace {
    /// A size and the GGUF type that the form had with it.
    struct SizeChoice
    {
        double bits = 0;
        QString type;
    };

    /// One gesture at the slider.
    class ChangeSize : public QUndoCommand
    {
    public:
        ChangeSize(SizeChoice before, SizeChoice after, int gesture, std::function<void(const SizeChoice&)> apply)
            : QUndoCommand(QuantizePage::tr("size of %1 bits per weight").arg(after.bits, 0, 'f', 2))
            , m_before(std::move(before))
            , m_after(std::move(after))
            , m_gesture(gesture)
            , m_apply(std::move(apply))
        {
        }
        void undo() override { m_apply(m_before); }
        void redo() override { m_apply(m_after); }
        [[nodiscard]] int id() const override { return 1; }
        bool mergeWith(const QUndoCommand* other) override
        {
            const auto* next = static_cast<const ChangeSize*>(other);
            if (next->m_gesture != m_gesture)
                return false;
            m_after = next->m_after;
            setText(next->text());
            return true;
        }

    private:
        SizeChoice m_before, m_after;
        int m_gesture;
        std::function<void(const SizeChoice&)> m_apply;
    };
}

void QuantizePage::connectSizes()
{
    connect(m_planTable, &PlanTable::wishesChanged, this, &QuantizePage::formChanged);
    connect(m_sizes, &ParetoPlot::budgetPicked, this, [this](double bits) { pickSize(std::ceil(bits * 100) / 100, --m_pickedInPlot); });
    connect(m_sizePanel, &SizePanel::budgetPicked, this, &QuantizePage::pickSize);
    connect(m_sizePanel, &SizePanel::solved, this, &QuantizePage::showAllocation);
    connect(m_sizePanel, &SizePanel::measuredChanged, this, [this] {
        const auto& plan = m_sizePanel->plan();
        m_planTable->setSensitivities(plan ? plan->sensitivities() : QHash<QString, double>());
        if (plan)
            showSizes(plan->sizes());
    });
    connect(m_sizePanel, &SizePanel::busyChanged, this, &QuantizePage::busyChanged);
    connect(m_sizePanel, &SizePanel::failed, this, &QuantizePage::failed);
    // One tensor is looked at in all views.
    connect(m_typeMap, &TypeMap::tensorActivated, this, [this](const QString& tensor) {
        m_planTable->table().setFilter({});
        m_planTable->table().setCurrentTensor(tensor);
        m_planViews->setCurrentWidget(m_planTable);
    });
    connect(&m_planTable->table(), &TensorTable::currentTensorChanged, m_typeMap, &TypeMap::setSelected);
}

QString QuantizePage::measurementsFolder() const
{
    if (const QString chosen = m_project->text().trimmed(); !chosen.isEmpty())
        return chosen;
    const QString output = m_output->text().trimmed();
    if (output.isEmpty() || !m_model)
        return {};
    QString name = m_model->name.empty() ? QFileInfo(text(m_model->path)).completeBaseName() : text(m_model->name);
    name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9._-]+")), QStringLiteral("-"));
    return QFileInfo(output).dir().filePath(name + QStringLiteral(".measured"));
}

void QuantizePage::pickSize(double bitsPerWeight, int gesture)
{
    const SizeChoice before { m_sizeBudget->value(), m_ggufType->currentData().toString() }, after { bitsPerWeight, QStringLiteral("auto") };
    m_planTable->undoStack().push(new ChangeSize(before, after, gesture, [this](const SizeChoice& choice) {
        m_loading = true; // both fields make one change
        m_sizeBudget->setValue(choice.bits);
        m_ggufType->setCurrentIndex(std::max(0, m_ggufType->findData(choice.type))); // a size without "auto" chooses nothing
        m_loading = false;
        formChanged();
    }));
}

void QuantizePage::showSizes(const std::vector<SizePoint>& sizes)
{
    std::vector<ParetoPoint> points;
    for (const SizePoint& point : sizes)
        points.push_back({ point.bitsPerWeight, point.bytes, point.loss, {} });
    m_sizes->setPoints(std::move(points));
}

void QuantizePage::showAllocation(const LiveAllocation& allocation)
{
    m_planTable->setTensors(allocation.tensors);
    m_typeMap->setTensors(allocation.tensors);
    showSizes(m_sizePanel->plan()->sizes());
    m_sizes->setBudget(m_sizeBudget->value());
    m_size->setText(bytesText(allocation.fileBytes));
    m_bitsPerWeight->setText(numberText(allocation.bitsPerWeight, 3));
}

} // namespace bitloom
