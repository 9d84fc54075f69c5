// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/written_text.h"

#include "app/studio/text.h"

#include <algorithm>

namespace bitloom {
namespace {
    const QString endMark = QStringLiteral(" \u25a0"); ///< ■
}

void WrittenText::setPrompt(const PromptEvent& prompt)
{
    clear();
    for (const std::string& token : prompt.tokens)
        m_tokens << text(token);
    m_promptLength = m_tokens.size();
}

void WrittenText::add(const TokenEvent& event)
{
    // Several tokens may share a character, and come as one text: it is told of the last of them.
    while (m_tokens.size() < m_promptLength + event.count)
        m_tokens.append(QString());
    if (m_tokens.size() > m_promptLength)
        m_tokens.back() += text(event.text);
    if (!event.choices)
        return;
    m_choices.insert(m_choices.end(), event.choices->begin(), event.choices->end());
    if (hasEnded())
        m_tokens.append(endMark);
}

QString WrittenText::written() const
{
    return m_tokens.mid(m_promptLength, m_tokens.size() - m_promptLength - (hasEnded() ? 1 : 0)).join(QString());
}

void Difference::follow(const WrittenText& first, const WrittenText& second)
{
    if (m_place)
        return;
    const auto &a = first.choices(), &b = second.choices();
    const std::size_t both = std::min(a.size(), b.size());
    const auto same = [](const TokenChoice& one, const TokenChoice& other) {
        return one.taken.token == other.taken.token && one.taken.text == other.taken.text && one.ends == other.ends;
    };
    while (m_common < both && same(a[m_common], b[m_common]))
        ++m_common;
    if (m_common < both)
        m_place = m_common;
}

} // namespace bitloom
