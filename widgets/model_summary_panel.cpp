// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/model_summary_panel.h"

#include "widgets/text_format.h"

#include <QVBoxLayout>

namespace bitloom {

ModelSummaryPanel::ModelSummaryPanel(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("modelSummary"));
    m_title = new QLabel(this);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    m_path = new QLabel(this);
    m_path->setForegroundRole(QPalette::PlaceholderText);
    m_path->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_path->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_empty = new QLabel(tr("No model is open. Drop one on the start page, or open the demo model."), this);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_rows = new QWidget(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_empty);
    layout->addWidget(m_title);
    layout->addWidget(m_path);
    layout->addSpacing(6);
    layout->addWidget(m_rows);
    layout->addStretch();
    m_form = new QFormLayout(m_rows);
    clear();
}

void ModelSummaryPanel::add(const QString& name, const QString& value, const QString& help)
{
    auto* label = new QLabel(name, m_rows);
    label->setForegroundRole(QPalette::PlaceholderText);
    auto* text = new QLabel(value, m_rows);
    text->setTextFormat(Qt::PlainText);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setWordWrap(true);
    text->setAccessibleName(name);
    label->setToolTip(help);
    text->setToolTip(help);
    m_form->addRow(label, text);
    m_values.append({ name, value });
}

void ModelSummaryPanel::clear()
{
    setSummary({});
    m_empty->show();
    for (QWidget* widget : { static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_path), m_rows })
        widget->hide();
    m_values.clear();
}

void ModelSummaryPanel::setSummary(const ModelSummary& summary)
{
    delete m_form;
    qDeleteAll(m_rows->findChildren<QLabel*>(QString(), Qt::FindDirectChildrenOnly));
    m_form = new QFormLayout(m_rows);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(16);
    m_form->setVerticalSpacing(5);
    m_values.clear();
    m_empty->hide();
    for (QWidget* widget : { static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_path), m_rows })
        widget->show();
    const auto path = QString::fromStdString(summary.path);
    m_title->setTextFormat(Qt::PlainText);
    m_path->setTextFormat(Qt::PlainText);
    m_title->setText(summary.name.empty() ? path.section(QLatin1Char('/'), -1) : QString::fromStdString(summary.name));
    m_path->setText(path);
    m_path->setToolTip(path);
    m_values.append({ tr("Model"), m_title->text() });

    add(tr("Architecture"), QString::fromStdString(summary.architecture));
    add(tr("Parameters"), countText(summary.parameters));
    add(tr("Size"), summary.bitsPerWeight > 0 ? tr("%1, %2 bits per weight").arg(bytesText(summary.bytes), numberText(summary.bitsPerWeight, 3))
                                              : bytesText(summary.bytes));
    add(tr("Decoder blocks"), QString::number(summary.blocks));
    add(tr("Hidden size"), QString::number(summary.hiddenSize), tr("Channels between the blocks"));
    add(tr("Attention"), tr("%1 heads of %2, %3 for keys and values").arg(summary.heads).arg(summary.headSize).arg(summary.keyValueHeads),
        summary.keyValueHeads < summary.heads ? tr("Grouped-query attention: several heads share keys and values") : QString());
    add(tr("Feed-forward size"), QString::number(summary.feedForwardSize));
    add(tr("Context"), tr("%1 tokens").arg(countText(summary.contextLength)));
    add(tr("Vocabulary"), tr("%1 tokens, %2").arg(countText(summary.vocabularySize)).arg(QString::fromStdString(summary.tokenizer)));
    add(tr("Embeddings"), summary.tiedEmbeddings ? tr("input and output share one matrix") : tr("input and output have their own"));
    add(tr("Quantization"), summary.quantization.empty() ? tr("none") : QString::fromStdString(summary.quantization));
    if (summary.recipe)
        add(tr("Made with"), tr("%1, %2 bits, %3 groups").arg(QString::fromStdString(summary.recipe->method)).arg(summary.recipe->bits).arg(summary.recipe->groups),
            tr("The recipe that this file carries"));
    int quantizable = 0;
    for (const TensorSummary& tensor : summary.tensors)
        quantizable += tensor.quantizable;
    add(tr("Tensors"), tr("%1, of which %2 linear layers can be quantized").arg(summary.tensors.size()).arg(quantizable));
}

QString ModelSummaryPanel::text() const
{
    QString text;
    for (const auto& [name, value] : m_values)
        text += QStringLiteral("%1: %2\n").arg(name, value);
    return text;
}

} // namespace bitloom
