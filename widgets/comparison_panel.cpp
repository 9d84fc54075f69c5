// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/comparison_panel.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <QEvent>
#include <QVBoxLayout>
#include <cmath>

namespace bitloom {
namespace {
    QString unknown()
    {
        return ComparisonPanel::tr("not measured");
    }

    QString withError(const std::optional<double>& value, const std::optional<double>& error, bool percent = false)
    {
        if (!value)
            return unknown();
        const double unit = percent ? 100 : 1;
        const QString text = error && *error > 0 ? uncertainText(unit * *value, unit * *error) : numberText(unit * *value, 4);
        return percent ? text + QChar(0xa0) + QLatin1Char('%') : text;
    }
}

ComparisonPanel::ComparisonPanel(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("comparisonPanel"));
    m_empty = new QLabel(tr("Nothing to compare yet. Quantize a model, or evaluate one against its original, and the figures appear here."), this);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_verdict = new QLabel(this);
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_table = new FigureTable("comparisonTable", tr("Original against quantized"), this);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_chart = new LayerErrorChart(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_verdict);
    layout->addWidget(m_table);
    layout->addWidget(m_chart, 1);
    connect(m_chart, &LayerErrorChart::layerActivated, this, &ComparisonPanel::layerActivated);
    m_actions = new PlotActions(this, this);
    refresh();
}

void ComparisonPanel::setData(const ComparisonData& comparison)
{
    m_data = comparison;
    m_filled = true;
    refresh();
}

void ComparisonPanel::clear()
{
    m_data = {};
    m_filled = false;
    refresh();
}

std::vector<FigureTable::Line> ComparisonPanel::lines() const
{
    std::vector<FigureTable::Line> lines;
    const auto add = [&](const QStringList& cells, const QString& explanation) { lines.push_back({ cells, explanation }); };
    const auto& evaluation = m_data.evaluation;
    const auto size = [](std::int64_t bytes) { return bytes > 0 ? bytesText(bytes) : unknown(); };
    const auto bits = [](double value) { return value > 0 ? QString::number(value, 'f', 2) : unknown(); };
    add({ tr("Size"), size(m_data.originalBytes), size(m_data.quantizedBytes),
        m_data.originalBytes > 0 && m_data.quantizedBytes > 0
            ? tr("to %1").arg(percentText(static_cast<double>(m_data.quantizedBytes) / static_cast<double>(m_data.originalBytes)))
            : QString() },
        tr("All files of the model"));
    add({ tr("Bits per weight"), bits(m_data.originalBitsPerWeight), bits(m_data.quantizedBitsPerWeight),
        m_data.originalBitsPerWeight > 0 && m_data.quantizedBitsPerWeight > 0
            ? QStringLiteral("÷ %1").arg(numberText(m_data.originalBitsPerWeight / m_data.quantizedBitsPerWeight, 3))
            : QString() },
        tr("Of the linear layers; codebooks and scales counted"));
    QString perplexityChange;
    if (evaluation && evaluation->referencePerplexity && *evaluation->referencePerplexity > 0) {
        const double change = evaluation->perplexity / *evaluation->referencePerplexity - 1;
        perplexityChange = (change >= 0 ? QStringLiteral("+") : QStringLiteral("−")) + percentText(std::abs(change));
    }
    add({ tr("Perplexity"), evaluation && evaluation->referencePerplexity ? numberText(*evaluation->referencePerplexity) : unknown(),
        evaluation ? withError(evaluation->perplexity, evaluation->perplexityStandardError) : unknown(), perplexityChange },
        tr("How surprised the model is by the text; lower is better. After ± the standard error."));
    const auto kl = [&](const QString& name, const std::optional<double>& value, const std::optional<double>& error, const QString& explanation) {
        add({ name, evaluation && value ? QStringLiteral("0") : QStringLiteral("–"), withError(value, error), {} }, explanation);
    };
    const EvaluationReport none;
    const EvaluationReport& report = evaluation ? *evaluation : none;
    kl(tr("KL divergence, mean"), report.klMean, report.klStandardError,
        tr("How far the next-token distribution moved from the original's, in nats; 0 is the same"));
    kl(tr("KL divergence, median"), report.klMedian, {}, tr("Half of the tokens moved less than this"));
    kl(tr("KL divergence, 99th percentile"), report.klP99, {}, tr("One token in a hundred moved more than this"));
    add({ tr("Same most likely token"), evaluation && report.top1Agreement ? QStringLiteral("100 %") : QStringLiteral("–"),
            withError(report.top1Agreement, report.top1StandardError, true), {} },
        tr("How often both models would pick the same next token"));
    return lines;
}

void ComparisonPanel::refresh()
{
    m_empty->setVisible(!m_filled);
    m_table->setVisible(m_filled);
    m_chart->setVisible(m_filled);
    m_verdict->setVisible(m_filled);
    if (!m_filled)
        return;
    m_table->setFigures({ tr("Measure"), tr("Original"), tr("Quantized"), tr("Change") }, lines());
    for (int row = 0; row < m_table->rowCount(); ++row) {
        for (int column = 1; column < m_table->columnCount(); ++column) {
            if (m_table->item(row, column)->text() == unknown())
                m_table->item(row, column)->setForeground(palette().color(QPalette::PlaceholderText));
        }
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        m_table->item(row, 2)->setFont(bold);
    }
    m_table->setFixedHeight(m_table->heightOfAllRows());
    QStringList facts;
    facts.append(QStringLiteral("<b>%1</b>").arg(m_data.quantizedName.toHtmlEscaped()));
    if (!m_data.originalName.isEmpty())
        facts.append(tr("against <b>%1</b>").arg(m_data.originalName.toHtmlEscaped()));
    if (m_data.evaluation && m_data.evaluation->tokens > 0)
        facts.append(tr("on %1 tokens in windows of %2").arg(countText(m_data.evaluation->tokens)).arg(m_data.evaluation->context));
    m_verdict->setText(facts.join(QLatin1Char(' ')));
    m_chart->setLayers(m_data.layers);
}

void ComparisonPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        refresh();
    QWidget::changeEvent(event);
}

void ComparisonPanel::paint(QPainter& painter, QSize size)
{
    const PlotStyle style = PlotStyle::of(palette());
    painter.fillRect(QRect({ 0, 0 }, size), style.surface);
    painter.setFont(font());
    if (!m_filled) {
        painter.setPen(style.mutedText);
        painter.drawText(QRect({ 0, 0 }, size).adjusted(20, 10, -20, -10), Qt::AlignCenter | Qt::TextWordWrap, m_empty->text());
        return;
    }
    const QStringList header { tr("Measure"), m_data.originalName.isEmpty() ? tr("Original") : m_data.originalName,
        m_data.quantizedName.isEmpty() ? tr("Quantized") : m_data.quantizedName, tr("Change") };
    const double y = FigureTable::paint(painter, QSizeF(size), header, lines(), palette(), font());
    const double rest = size.height() - y - 8;
    if (rest > 100) {
        painter.save();
        painter.translate(0, y + 8);
        m_chart->paint(painter, QSize(size.width(), static_cast<int>(rest)));
        painter.restore();
    }
}

QString ComparisonPanel::csv() const
{
    QString text = QStringLiteral("measure,original,quantized,quantized_standard_error\r\n");
    const auto line = [&](const char* name, const QString& original, const QString& quantized, const QString& error) {
        text += QStringLiteral("%1,%2,%3,%4\r\n").arg(QLatin1String(name), original, quantized, error);
    };
    const auto number = [](const std::optional<double>& value) { return value ? csvNumber(*value) : QString(); };
    const auto positive = [](double value) { return value > 0 ? csvNumber(value) : QString(); };
    line("bytes", m_data.originalBytes > 0 ? QString::number(m_data.originalBytes) : QString(),
        m_data.quantizedBytes > 0 ? QString::number(m_data.quantizedBytes) : QString(), {});
    line("bits_per_weight", positive(m_data.originalBitsPerWeight), positive(m_data.quantizedBitsPerWeight), {});
    if (m_data.evaluation) {
        const EvaluationReport& report = *m_data.evaluation;
        line("perplexity", number(report.referencePerplexity), csvNumber(report.perplexity), csvNumber(report.perplexityStandardError));
        line("kl_mean", {}, number(report.klMean), number(report.klStandardError));
        line("kl_median", {}, number(report.klMedian), {});
        line("kl_p99", {}, number(report.klP99), {});
        line("top1_agreement", {}, number(report.top1Agreement), number(report.top1StandardError));
    }
    if (!m_data.layers.empty())
        text += QStringLiteral("\r\n") + m_chart->csv();
    return text;
}

QString ComparisonPanel::plotTitle() const
{
    return tr("Comparison of %1").arg(m_data.quantizedName.isEmpty() ? tr("models") : m_data.quantizedName);
}

} // namespace bitloom
