// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/token_choice.h"
#include "widgets/item_plot.h"

#include <optional>
#include <vector>

namespace bitloom {

/// What one model considers at a place of its text.
struct NamedChoice
{
    QString name; ///< of the model, short: "A"
    TokenChoice choice;
};

/// A token as labels show it: spaces and line ends can be seen, one without letters of its own is its number.
[[nodiscard]] QString visibleToken(const TokenCandidate& token);

/// Several models' probabilities of the next token side by side: a group of bars for each token, a bar for each model. A triangle marks what was taken.
class TokenChoicePlot : public ItemPlot
{
    Q_OBJECT
public:
    static constexpr int mostTokens = 8; ///< those that some model finds most probable, and all that were taken

    explicit TokenChoicePlot(QWidget* parent = nullptr);

    /// `place` says where in the text, for the title.
    void setChoices(std::vector<NamedChoice> choices, const QString& place);
    void clear() { setChoices({}, {}); }
    [[nodiscard]] bool isEmpty() const override { return m_tokens.empty(); }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString plotTitle() const override;
    [[nodiscard]] QSize sizeHint() const override { return { 620, 220 }; }
    [[nodiscard]] QSize minimumSizeHint() const override { return { 260, 150 }; }
    [[nodiscard]] int tokenCount() const { return static_cast<int>(m_tokens.size()); }

protected:
    void paintPlot(QPainter& painter, const QSizeF& size, const PlotStyle& style) override;
    [[nodiscard]] int itemCount() const override { return static_cast<int>(m_tokens.size() * m_choices.size()); }
    [[nodiscard]] int itemAt(const QPointF& position) const override;
    [[nodiscard]] QString describe(int item) const override;
    [[nodiscard]] int itemsUpward() const override { return static_cast<int>(m_choices.size()); } ///< the next token, of the same model
    [[nodiscard]] int itemsPerPage() const override { return itemsUpward(); }

private:
    /// Nothing where the model told only of others; it gives the token at most `atMost()` then.
    [[nodiscard]] std::optional<double> probability(std::size_t model, std::size_t token) const;
    [[nodiscard]] double atMost(std::size_t model) const;
    [[nodiscard]] bool isTaken(std::size_t model, std::size_t token) const;
    [[nodiscard]] QString figure(std::size_t model, std::size_t token) const;
    [[nodiscard]] QRectF plotArea(const QSizeF& size) const;
    [[nodiscard]] QRectF slot(const QRectF& area, std::size_t model, std::size_t token) const; ///< of a bar, as high as the area

    std::vector<NamedChoice> m_choices;
    std::vector<TokenCandidate> m_tokens; ///< most probable first
    QString m_place;
};

} // namespace bitloom
