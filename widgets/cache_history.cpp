// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cache_history.h"

#include "widgets/position_style.h"

#include <algorithm>

namespace bitloom {
namespace {
    std::size_t bytesOf(const CacheHistory::Step& step)
    {
        return step.keys.size() + step.values.size() + step.attention.size() * sizeof(float);
    }

    bool isWhole(const CacheMapEvent& map)
    {
        const auto length = static_cast<std::size_t>(std::max<std::int64_t>(map.length, 0));
        return length > 0 && map.keyClasses.size() == length && map.valueClasses.size() == length
            && map.attention.size() == length
            && map.keyClasses.find_first_not_of(positionClassLetters) == std::string::npos
            && map.valueClasses.find_first_not_of(positionClassLetters) == std::string::npos;
    }
} // namespace

PositionClass CacheHistory::Step::classOf(std::int64_t position, bool ofValue) const
{
    return *positionClassOf((ofValue ? values : keys)[static_cast<std::size_t>(position)]);
}

void CacheHistory::add(const CacheMapEvent& map)
{
    if (!isWhole(map))
        return;
    if (map.layer != m_layer || map.head != m_head || map.length <= length())
        clearSteps();
    m_layer = map.layer;
    m_head = map.head;
    m_keyBits = map.keyBits;
    m_valueBits = map.valueBits;
    m_promptLength = map.promptLength;
    m_steps.push_back({ map.length, map.keyClasses, map.valueClasses, map.attention });
    m_bytes += bytesOf(m_steps.back());
    while (m_bytes > mostBytes && m_steps.size() > 2) {
        std::vector<Step> kept;
        m_bytes = 0;
        for (std::size_t i = m_steps.size() % 2 == 0 ? 1 : 0; i < m_steps.size(); i += 2) { // the newest stays
            m_bytes += bytesOf(m_steps[i]);
            kept.push_back(std::move(m_steps[i]));
        }
        m_steps = std::move(kept);
    }
}

void CacheHistory::clear()
{
    m_tokens.clear();
    clearSteps();
}

void CacheHistory::clearSteps()
{
    m_steps.clear();
    m_bytes = 0;
    m_layer = m_head = -1;
}

void CacheHistory::setPrompt(const QStringList& tokens)
{
    m_tokens = tokens;
    m_promptLength = tokens.size();
}

void CacheHistory::addText(const QString& text, int count)
{
    // Several tokens may share a character, and come as one text: it is told of the last of them.
    while (m_tokens.size() < m_promptLength + count)
        m_tokens.append(QString());
    if (!m_tokens.isEmpty())
        m_tokens.back() += text;
}

QString CacheHistory::quoted(std::int64_t position) const
{
    if (position < 0 || position >= m_tokens.size() || m_tokens[position].isEmpty())
        return {};
    QString text = m_tokens[position];
    text.replace(QLatin1Char('\n'), QStringLiteral("\\n"));
    return QStringLiteral("“%1”").arg(text);
}

std::size_t CacheHistory::stepOf(std::int64_t length) const
{
    const auto found = std::lower_bound(m_steps.begin(), m_steps.end(), length,
        [](const Step& step, std::int64_t value) { return step.length < value; });
    return static_cast<std::size_t>(std::min(found, m_steps.end() - 1) - m_steps.begin());
}

} // namespace bitloom
