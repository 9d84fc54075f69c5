// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/block_panel.h"

#include "app/studio/text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace bitloom {

namespace {
    constexpr int askDelayMilliseconds = 60;
    constexpr int rowsRole = Qt::UserRole + 1;
}

BlockPanel::BlockPanel(EngineClient& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_view(new BlockView)
    , m_tensor(new QComboBox)
    , m_row(new QSpinBox)
    , m_block(new QSpinBox)
    , m_problem(new QLabel)
{
    setObjectName(QStringLiteral("blockPanel"));
    m_tensor->setObjectName(QStringLiteral("blockTensor"));
    m_tensor->setAccessibleName(tr("Tensor"));
    m_tensor->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_tensor->setMinimumContentsLength(24);
    m_row->setObjectName(QStringLiteral("blockRow"));
    m_row->setAccessibleName(tr("Row"));
    m_row->setPrefix(tr("row "));
    m_row->setMaximum(0);
    m_block->setObjectName(QStringLiteral("blockNumber"));
    m_block->setAccessibleName(tr("Block of the row"));
    m_block->setPrefix(tr("block "));
    m_block->setRange(1, 1);
    m_problem->setWordWrap(true);
    m_problem->setObjectName(QStringLiteral("blockProblem"));
    m_problem->hide();
    auto* line = new QHBoxLayout;
    line->addWidget(m_tensor, 1);
    line->addWidget(m_row);
    line->addWidget(m_block);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addLayout(line);
    layout->addWidget(m_problem);
    layout->addWidget(m_view, 1);

    m_askTimer.setSingleShot(true);
    m_askTimer.setInterval(askDelayMilliseconds);
    connect(&m_askTimer, &QTimer::timeout, this, &BlockPanel::ask);
    const auto later = [this] {
        if (!m_taking)
            m_askTimer.start();
    };
    connect(m_tensor, &QComboBox::currentIndexChanged, this, [this, later] {
        if (m_taking)
            return;
        m_taking = true;
        m_row->setMaximum(std::max(0, m_tensor->currentData(rowsRole).toInt() - 1)); // the row stays where the new tensor has it
        m_block->setRange(1, 1);
        m_taking = false;
        later();
    });
    connect(m_row, &QSpinBox::valueChanged, this, later);
    connect(m_block, &QSpinBox::valueChanged, this, later);
    connect(m_view, &BlockView::placeRequested, this, [this](qint64 row, qint64 block) {
        m_row->setValue(static_cast<int>(row));
        m_block->setValue(static_cast<int>(block) + 1);
    });
    clear();
}

void BlockPanel::setFile(const QString& file, const QString& original)
{
    clear();
    m_file = file;
    m_original = original;
    m_unread = true;
    if (isVisible())
        readTensors();
}

void BlockPanel::clear()
{
    ++m_generation;
    m_askTimer.stop();
    m_unread = false;
    m_file.clear();
    m_taking = true;
    m_tensor->clear();
    m_row->setRange(0, 0);
    m_block->setRange(1, 1);
    m_taking = false;
    m_view->clear();
    m_problem->hide();
    setEnabled(false);
}

void BlockPanel::showLayer(const QString& layer)
{
    m_wantedLayer = layer;
    if (const int index = m_tensor->findData(layer + QStringLiteral(".weight")); index >= 0)
        m_tensor->setCurrentIndex(index);
}

void BlockPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_unread)
        readTensors();
}

void BlockPanel::readTensors()
{
    m_unread = false;
    const quint64 generation = ++m_generation;
    m_engine.requestAs<ModelSummary>("inspect", { { "model", m_file.toStdString() } }, this, [this, generation](const Result<ModelSummary>& summary) {
        if (generation != m_generation)
            return;
        if (summary) {
            fillTensors(*summary);
        } else {
            m_problem->setText(sentence(summary.error()));
            m_problem->show();
        }
    });
}

void BlockPanel::fillTensors(const ModelSummary& summary)
{
    m_taking = true;
    for (const auto& tensor : summary.tensors) {
        const bool floats = tensor.type == "F32" || tensor.type == "F16" || tensor.type == "BF16";
        if (tensor.shape.size() != 2 || floats)
            continue;
        m_tensor->addItem(QStringLiteral("%1  ·  %2").arg(text(tensor.name), text(tensor.type)), text(tensor.name));
        m_tensor->setItemData(m_tensor->count() - 1, static_cast<int>(tensor.shape[0]), rowsRole);
    }
    m_tensor->setCurrentIndex(std::max(0, m_tensor->findText(QStringLiteral(".layers."), Qt::MatchContains))); // embeddings come first
    m_taking = false;
    setEnabled(m_tensor->count() > 0);
    if (m_tensor->count() == 0) {
        m_problem->setText(tr("The file has no tensor that is stored in blocks."));
        m_problem->show();
        return;
    }
    if (!m_wantedLayer.isEmpty())
        showLayer(m_wantedLayer);
    m_askTimer.start();
}

void BlockPanel::ask()
{
    if (m_file.isEmpty() || m_tensor->currentIndex() < 0)
        return;
    const quint64 generation = ++m_generation;
    m_engine.requestAs<BlockContent>("block",
        { { "file", m_file.toStdString() }, { "reference", m_original.toStdString() }, { "tensor", m_tensor->currentData().toString().toStdString() },
            { "row", m_row->value() }, { "block", m_block->value() - 1 } },
        this, [this, generation](const Result<BlockContent>& block) {
            if (generation != m_generation)
                return;
            m_problem->setVisible(!block);
            if (block)
                take(*block);
            else
                m_problem->setText(sentence(block.error()));
        });
}

void BlockPanel::take(const BlockContent& block)
{
    m_taking = true;
    m_row->setRange(0, static_cast<int>(block.rows - 1));
    m_row->setSuffix(tr(" of %1").arg(block.rows));
    m_block->setRange(1, static_cast<int>(block.blocks));
    m_block->setSuffix(tr(" of %1").arg(block.blocks));
    m_row->setValue(static_cast<int>(block.row));
    m_block->setValue(static_cast<int>(block.block) + 1);
    m_taking = false;
    m_view->setBlock(block);
}

} // namespace bitloom
