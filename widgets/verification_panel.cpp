// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/verification_panel.h"

#include "widgets/text_format.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QFileInfo>
#include <QPainter>
#include <QVBoxLayout>
#include <functional>

namespace bitloom {
namespace {
    const QString nothing = QStringLiteral("–");

    QString withError(const std::optional<double>& value, const std::optional<double>& error, double unit = 1)
    {
        if (!value)
            return nothing;
        return error && *error > 0 ? uncertainText(unit * *value, unit * *error) : numberText(unit * *value, 4);
    }
}

VerificationPanel::VerificationPanel(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("verificationPanel"));
    m_empty = new QLabel(tr("Not run in llama.cpp yet. “Verify in llama.cpp” loads the GGUF file there and shows its quality, speed and text beside the original's."), this);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_verdict = new QLabel(this);
    m_verdict->setObjectName(QStringLiteral("verificationVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_table = new FigureTable("verificationTable", tr("Figures that llama.cpp measured"), this);
    m_texts = new QTextBrowser(this);
    m_texts->setObjectName(QStringLiteral("verificationTexts"));
    m_texts->setAccessibleName(tr("What the files write"));
    m_texts->setOpenLinks(false);
    m_texts->setContextMenuPolicy(Qt::NoContextMenu);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_verdict);
    layout->addWidget(m_table, 3);
    layout->addWidget(m_texts, 2);
    m_actions = new PlotActions(this, this);
    refresh();
}

void VerificationPanel::setReport(const VerificationReport& report)
{
    m_report = report;
    refresh();
}

void VerificationPanel::clear()
{
    m_report.reset();
    refresh();
}

std::vector<const LlamaMeasurement*> VerificationPanel::measurements() const
{
    std::vector<const LlamaMeasurement*> all;
    if (m_report && m_report->original)
        all.push_back(&*m_report->original);
    if (m_report) {
        for (const auto& file : m_report->files)
            all.push_back(&file);
    }
    return all;
}

QStringList VerificationPanel::names() const
{
    QStringList names;
    for (const auto* measured : measurements())
        names << (m_report->original && measured == &*m_report->original ? tr("Original") : QFileInfo(QString::fromStdString(measured->file)).completeBaseName());
    return names;
}

std::vector<FigureTable::Line> VerificationPanel::lines() const
{
    std::vector<FigureTable::Line> lines;
    const auto add = [&](const QString& name, const QString& explanation, const std::function<QString(const LlamaMeasurement&)>& cell) {
        FigureTable::Line line { { name }, explanation };
        for (const auto* measured : measurements())
            line.cells << cell(*measured);
        lines.push_back(std::move(line));
    };
    const auto number = [](const std::optional<double>& value, int digits) { return value ? numberText(*value, digits) : nothing; };
    add(tr("Size"), tr("Of the file"), [](const auto& m) { return bytesText(m.bytes); });
    add(tr("Bits per weight"), tr("Over all tensors, embeddings too"), [](const auto& m) { return numberText(m.bitsPerWeight, 4); });
    add(tr("Perplexity"), tr("How surprised the model is by the text; lower is better"),
        [](const auto& m) { return withError(m.evaluation.perplexity, m.evaluation.perplexityStandardError); });
    add(tr("Perplexity over the original's"), tr("Paired on the same tokens, so that its standard error is small"),
        [](const auto& m) { return withError(m.evaluation.perplexityRatio, m.evaluation.perplexityRatioStandardError); });
    add(tr("KL divergence, mean"), tr("How far the next-token distribution moved from the original's, in nats"),
        [](const auto& m) { return withError(m.evaluation.klMean, m.evaluation.klStandardError); });
    add(tr("KL divergence, median"), tr("Half of the tokens moved less than this"), [&](const auto& m) { return number(m.evaluation.klMedian, 3); });
    add(tr("KL divergence, 99th percentile"), tr("One token in a hundred moved more than this"), [&](const auto& m) { return number(m.evaluation.klP99, 3); });
    add(tr("Same most likely token, %"), tr("How often the original would pick the same next token"),
        [](const auto& m) { return withError(m.evaluation.top1Agreement, m.evaluation.top1StandardError, 100); });
    add(tr("Prompt, tokens per second"), tr("The fastest of several runs by llama.cpp's own clock"), [&](const auto& m) { return number(m.promptTokensPerSecond, 4); });
    add(tr("Generation, tokens per second"), tr("The fastest of several runs by llama.cpp's own clock"),
        [&](const auto& m) { return number(m.generatedTokensPerSecond, 3); });
    return lines;
}

QString VerificationPanel::texts() const
{
    QString html;
    const auto all = measurements();
    const QStringList who = names();
    const std::size_t prompts = all.empty() ? 0 : all.front()->texts.size();
    for (std::size_t prompt = 0; prompt < prompts; ++prompt) {
        html += QStringLiteral("<p><b>%1</b></p>").arg(QString::fromStdString(all.front()->texts[prompt].prompt).toHtmlEscaped());
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (prompt >= all[i]->texts.size())
                continue;
            const GreedyText& made = all[i]->texts[prompt];
            QString note;
            if (made.commonTokens)
                note = *made.commonTokens == made.tokens ? tr(" – the same") : tr(" – the same for %1 of %2 tokens").arg(*made.commonTokens).arg(made.tokens);
            html += QStringLiteral("<p style=\"margin-left:16px\"><i>%1%2</i><br>%3</p>")
                        .arg(who[static_cast<qsizetype>(i)].toHtmlEscaped(), note, QString::fromStdString(made.text).toHtmlEscaped());
        }
    }
    return html;
}

void VerificationPanel::refresh()
{
    const bool filled = m_report.has_value();
    m_empty->setVisible(!filled);
    m_verdict->setVisible(filled);
    m_table->setVisible(filled);
    m_texts->setVisible(filled);
    if (!filled)
        return;
    m_table->setFigures(QStringList { tr("Measure") } + names(), lines());
    m_verdict->setText(tr("llama.cpp loads it. Its perplexity there is %1, in Bitloom's own engine %2; the two differ by a KL divergence of %3 and %4 in the largest logit.")
                           .arg(numberText(m_report->perplexity), numberText(m_report->enginePerplexity), numberText(m_report->klDivergence, 2),
                               numberText(m_report->maximumLogitDifference, 2)));
    m_texts->setHtml(texts());
}

void VerificationPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        refresh();
    QWidget::changeEvent(event);
}

void VerificationPanel::paint(QPainter& painter, QSize size)
{
    const PlotStyle style = PlotStyle::of(palette());
    painter.fillRect(QRect({ 0, 0 }, size), style.surface);
    painter.setFont(font());
    if (!m_report) {
        painter.setPen(style.mutedText);
        painter.drawText(QRect({ 0, 0 }, size).adjusted(20, 10, -20, -10), Qt::AlignCenter | Qt::TextWordWrap, m_empty->text());
        return;
    }
    FigureTable::paint(painter, QSizeF(size), QStringList { tr("Measure") } + names(), lines(), palette(), font());
}

QString VerificationPanel::csv() const
{
    QString text = QStringLiteral("file,bytes,bits_per_weight,perplexity,perplexity_stderr,perplexity_ratio,perplexity_ratio_stderr,kl_mean,kl_stderr,kl_median,kl_p99,"
                                  "top1_agreement,prompt_tokens_per_second,generation_tokens_per_second\r\n");
    const auto number = [](const std::optional<double>& value) { return value ? csvNumber(*value) : QString(); };
    for (const auto* measured : measurements()) {
        const EvaluationReport& e = measured->evaluation;
        text += QStringList { csvField(QString::fromStdString(measured->file)), QString::number(measured->bytes), csvNumber(measured->bitsPerWeight), csvNumber(e.perplexity),
            csvNumber(e.perplexityStandardError), number(e.perplexityRatio), number(e.perplexityRatioStandardError), number(e.klMean), number(e.klStandardError),
            number(e.klMedian), number(e.klP99), number(e.top1Agreement), number(measured->promptTokensPerSecond), number(measured->generatedTokensPerSecond) }
                    .join(QLatin1Char(','))
            + QStringLiteral("\r\n");
    }
    return text;
}

QString VerificationPanel::plotTitle() const
{
    return tr("Verification in llama.cpp");
}

} // namespace bitloom
