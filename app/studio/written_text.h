// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

#include <optional>
#include <QString>
#include <QStringList>
#include <vector>

namespace bitloom {

/// What a model wrote behind a prompt, token by token, as its engine tells it.
class WrittenText
{
public:
    void clear() { *this = {}; }
    void setPrompt(const PromptEvent& prompt);
    void add(const TokenEvent& event);

    /// Of each position: the prompt's tokens, those that were written, and a mark where the model ended the text.
    [[nodiscard]] const QStringList& tokens() const { return m_tokens; }
    [[nodiscard]] qsizetype promptLength() const { return m_promptLength; }
    [[nodiscard]] const std::vector<TokenChoice>& choices() const { return m_choices; } ///< of what was written, and of the end
    [[nodiscard]] bool hasEnded() const { return !m_choices.empty() && m_choices.back().ends; }
    [[nodiscard]] QString written() const; ///< without prompt and mark
    [[nodiscard]] bool samePrompt(const WrittenText& other) const { return m_tokens.mid(0, m_promptLength) == other.m_tokens.mid(0, other.m_promptLength); }

private:
    QStringList m_tokens;
    qsizetype m_promptLength = 0;
    std::vector<TokenChoice> m_choices;
};

/// The first place at which two texts part, followed while both are written. Counts tokens behind the prompt, from 0; the end of a text is one.
class Difference
{
public:
    void clear() { *this = {}; }
    /// Looks at what was written since the last call. Both texts have only grown since then.
    void follow(const WrittenText& first, const WrittenText& second);
    [[nodiscard]] std::optional<std::size_t> place() const { return m_place; }
    [[nodiscard]] std::size_t common() const { return m_common; } ///< tokens that are known to be the same

private:
    std::size_t m_common = 0;
    std::optional<std::size_t> m_place;
};

} // namespace bitloom
