// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/token_choice_plot.h"

#include "widgets/plot_axes.h"
#include "widgets/text_format.h"

#include <algorithm>
#include <cmath>

namespace bitloom {
namespace {
    constexpr double markHeight = 7; ///< of the triangle over a bar, pixels

    bool sameToken(const TokenCandidate& a, const TokenCandidate& b)
    {
        return a.token == b.token && a.text == b.text;
    }

    Qt::BrushStyle pattern(std::size_t model)
    {
        constexpr std::array patterns { Qt::SolidPattern, Qt::BDiagPattern, Qt::Dense4Pattern };
        return patterns[model % patterns.size()];
    }
}

QString visibleToken(const TokenCandidate& token)
{
    QString text = QString::fromStdString(token.text);
    text.replace(QLatin1Char(' '), QChar(0x2423)).replace(QLatin1Char('\n'), QChar(0x21b5)).replace(QLatin1Char('\t'), QChar(0x21e5));
    const bool visible = std::any_of(text.begin(), text.end(), [](QChar letter) { return letter.isPrint() && letter != QChar::ReplacementCharacter; });
    return visible ? text : QStringLiteral("#%1").arg(token.token);
}

TokenChoicePlot::TokenChoicePlot(QWidget* parent)
    : ItemPlot(tr("Probabilities of the next token"), tr("Where the texts part, both models' probabilities are shown here. Click at any token to see what was considered there."), parent)
{
    setObjectName(QStringLiteral("tokenChoicePlot"));
}

void TokenChoicePlot::setChoices(std::vector<NamedChoice> choices, const QString& place)
{
    m_choices = std::move(choices);
    m_place = place;
    m_tokens.clear();
    // What was taken is always there; the places that are left go to whatever some model finds most probable.
    std::vector<std::pair<double, TokenCandidate>> taken, others;
    const auto consider = [](auto& list, const TokenCandidate& token) {
        const auto known = std::find_if(list.begin(), list.end(), [&](const auto& each) { return sameToken(each.second, token); });
        if (known == list.end())
            list.emplace_back(token.logProbability, token);
        else
            known->first = std::max(known->first, token.logProbability);
    };
    for (const NamedChoice& each : m_choices)
        consider(taken, each.choice.taken);
    for (const NamedChoice& each : m_choices) {
        for (const TokenCandidate& candidate : each.choice.candidates) {
            const bool isTaken = std::any_of(taken.begin(), taken.end(), [&](const auto& one) { return sameToken(one.second, candidate); });
            consider(isTaken ? taken : others, candidate);
        }
    }
    const auto byProbability = [](const auto& a, const auto& b) { return a.first > b.first; };
    std::stable_sort(others.begin(), others.end(), byProbability);
    others.resize(std::min(others.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, mostTokens - static_cast<std::ptrdiff_t>(taken.size())))));
    taken.insert(taken.end(), others.begin(), others.end());
    std::stable_sort(taken.begin(), taken.end(), byProbability);
    for (const auto& [probability, token] : taken)
        m_tokens.push_back(token);
    keepCursorInside();
    contentChanged();
}

std::optional<double> TokenChoicePlot::probability(std::size_t model, std::size_t token) const
{
    const TokenChoice& choice = m_choices[model].choice;
    if (sameToken(choice.taken, m_tokens[token]))
        return std::exp(choice.taken.logProbability);
    const auto found = std::find_if(choice.candidates.begin(), choice.candidates.end(), [&](const TokenCandidate& each) { return sameToken(each, m_tokens[token]); });
    return found == choice.candidates.end() ? std::nullopt : std::optional(std::exp(found->logProbability));
}

double TokenChoicePlot::atMost(std::size_t model) const
{
    const auto& candidates = m_choices[model].choice.candidates;
    return candidates.empty() ? 1 : std::exp(candidates.back().logProbability);
}

bool TokenChoicePlot::isTaken(std::size_t model, std::size_t token) const
{
    return sameToken(m_choices[model].choice.taken, m_tokens[token]);
}

QString TokenChoicePlot::figure(std::size_t model, std::size_t token) const
{
    if (const auto known = probability(model, token))
        return *known >= 0.0005 ? QString::number(100 * *known, 'f', 1) : QStringLiteral("<0.1");
    return QLatin1Char('<') + QString::number(std::max(0.1, 100 * atMost(model)), 'f', 1);
}

QRectF TokenChoicePlot::plotArea(const QSizeF& size) const
{
    const QFontMetricsF metrics(tickFont(font()));
    QRectF area = areaInsideAxes(size, font(), metrics.horizontalAdvance(QStringLiteral("000")));
    area.setTop(area.top() + metrics.height() + 6); // legend
    area.setBottom(area.bottom() + metrics.height() + 2); // the axis below has labels, but no name
    return area;
}

QRectF TokenChoicePlot::slot(const QRectF& area, std::size_t model, std::size_t token) const
{
    const double group = area.width() / static_cast<double>(m_tokens.size());
    const double gap = std::min(14.0, 0.16 * group);
    const double bar = std::min(64.0, (group - gap) / static_cast<double>(m_choices.size()));
    const double left = area.left() + (static_cast<double>(token) + 0.5) * group - 0.5 * bar * static_cast<double>(m_choices.size());
    return { left + bar * static_cast<double>(model), area.top(), bar, area.height() };
}

void TokenChoicePlot::paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style)
{
    const QRectF area = plotArea(size);
    const QFont small = tickFont(font());
    const QFontMetricsF metrics(small);
    double most = 0;
    for (std::size_t model = 0; model < m_choices.size(); ++model) {
        for (std::size_t token = 0; token < m_tokens.size(); ++token)
            most = std::max(most, probability(model, token).value_or(0));
    }
    // Room above the highest bar for its number and the mark of what was taken.
    const double head = (metrics.height() + markHeight + 4) / std::max(30.0, area.height());
    Axis vertical { 0, 100 * std::max(0.01, most) / std::max(0.3, 1 - head), false, tr("probability, %") };
    painter.fillRect(area, style.panel);
    paintLeftAxis(painter, area, vertical, style, true);
    painter.setFont(small);
    for (std::size_t token = 0; token < m_tokens.size(); ++token) {
        for (std::size_t model = 0; model < m_choices.size(); ++model) {
            const QRectF place = slot(area, model, token).adjusted(1, 0, -1, 0);
            const auto known = probability(model, token);
            QRectF bar = place;
            bar.setTop(area.bottom() - std::max(known ? 1.0 : 0.0, vertical.part(100 * known.value_or(0)) * area.height()));
            const QColor color = style.seriesColor(static_cast<int>(model));
            if (known) {
                painter.setPen(QPen(color, 1));
                painter.setBrush(QBrush(color, pattern(model)));
                painter.drawRect(bar);
            }
            painter.setPen(style.text);
            const QString number = figure(model, token);
            double above = bar.top() - 2;
            if (metrics.horizontalAdvance(number) <= place.width() + 6) {
                painter.drawText(QRectF(place.left() - 8, above - metrics.height(), place.width() + 16, metrics.height()), Qt::AlignCenter, number);
                above -= metrics.height();
            }
            if (isTaken(model, token)) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(style.text);
                painter.drawPolygon(QPolygonF({ QPointF(place.center().x() - 5, above - markHeight), QPointF(place.center().x() + 5, above - markHeight), QPointF(place.center().x(), above) }));
            }
            if (paintsCursor() && cursor() == static_cast<int>(token * m_choices.size() + model)) {
                painter.setPen(QPen(style.cursor, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(place.adjusted(-1, 0, 1, 0));
            }
        }
        const double group = area.width() / static_cast<double>(m_tokens.size());
        const QRectF label(area.left() + static_cast<double>(token) * group + 2, area.bottom() + 4, group - 4, metrics.height());
        painter.setPen(style.text);
        painter.drawText(label, Qt::AlignCenter, metrics.elidedText(visibleToken(m_tokens[token]), Qt::ElideRight, label.width()));
    }
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    double x = area.left();
    const double y = area.top() - metrics.height() - 5;
    for (std::size_t model = 0; model < m_choices.size(); ++model) {
        const QColor color = style.seriesColor(static_cast<int>(model));
        x = paintLegendEntry(painter, x, y, QBrush(color, pattern(model)), QPen(color, 1), m_choices[model].name, style);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.text);
    painter.drawPolygon(QPolygonF({ QPointF(x, y + 4), QPointF(x + 10, y + 4), QPointF(x + 5, y + 4 + markHeight) }));
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(x + 15, y, 200, metrics.height()), Qt::AlignVCenter, tr("was written"));
}

int TokenChoicePlot::itemAt(const QPointF& position) const
{
    if (m_tokens.empty())
        return -1;
    const QRectF area = plotArea(size());
    for (std::size_t token = 0; token < m_tokens.size(); ++token) {
        for (std::size_t model = 0; model < m_choices.size(); ++model) {
            if (slot(area, model, token).contains(position))
                return static_cast<int>(token * m_choices.size() + model);
        }
    }
    return -1;
}

QString TokenChoicePlot::describe(int item) const
{
    const auto model = static_cast<std::size_t>(item) % m_choices.size(), token = static_cast<std::size_t>(item) / m_choices.size();
    QString text = tr("%1: “%2” %3 %").arg(m_choices[model].name, visibleToken(m_tokens[token]), figure(model, token));
    if (isTaken(model, token))
        text += m_choices[model].choice.ends ? tr(", taken: the text ends") : tr(", written");
    return text;
}

QString TokenChoicePlot::plotTitle() const
{
    return m_place.isEmpty() ? accessibleName() : tr("Probabilities at %1").arg(m_place);
}

QString TokenChoicePlot::csv() const
{
    QString text = QStringLiteral("model,token,text,probability,written\r\n");
    for (std::size_t token = 0; token < m_tokens.size(); ++token) {
        for (std::size_t model = 0; model < m_choices.size(); ++model) {
            const auto known = probability(model, token);
            text += QStringLiteral("%1,%2,%3,%4,%5\r\n")
                        .arg(csvField(m_choices[model].name), QString::number(m_tokens[token].token), csvField(QString::fromStdString(m_tokens[token].text)),
                            known ? csvNumber(*known) : QString(), isTaken(model, token) ? QStringLiteral("1") : QStringLiteral("0"));
        }
    }
    return text;
}

} // namespace bitloom
