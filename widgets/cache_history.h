// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/cache_map.h"

#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace bitloom {

/// One head of a key-value cache at every step of a text at which somebody looked, and the text's tokens. What the maps
/// of steps and positions paint.
class CacheHistory
{
public:
    struct Step
    {
        std::int64_t length = 0; ///< positions in the cache
        std::string keys, values; ///< [length] positionClassLetters
        std::vector<float> attention; ///< [length]
        [[nodiscard]] PositionClass classOf(std::int64_t position, bool ofValue) const;
    };
    /// Steps are thinned out where they would take more: every second one goes.
    static constexpr std::size_t mostBytes = std::size_t { 64 } << 20;

    /// A step of another head, or of another text (one that is not longer), begins anew; one of the wrong shape is left
    /// out.
    void add(const CacheMapEvent& map);
    void clear(); ///< steps and tokens
    void clearSteps();

    void setPrompt(const QStringList& tokens);
    /// Text that was there when `count` tokens had been written.
    void addText(const QString& text, int count);
    [[nodiscard]] const QStringList& tokens() const { return m_tokens; } ///< of each position
    /// “text” of a position as a read-out says it; empty where it is not known.
    [[nodiscard]] QString quoted(std::int64_t position) const;

    [[nodiscard]] const std::vector<Step>& steps() const { return m_steps; }
    [[nodiscard]] std::int64_t length() const { return m_steps.empty() ? 0 : m_steps.back().length; }
    /// The first step that has at least so many positions; the last one where none has.
    [[nodiscard]] std::size_t stepOf(std::int64_t length) const;
    [[nodiscard]] int layer() const { return m_layer; }
    [[nodiscard]] int head() const { return m_head; }
    [[nodiscard]] int bits(bool ofValues) const { return ofValues ? m_valueBits : m_keyBits; }
    [[nodiscard]] std::int64_t promptLength() const { return m_promptLength; }

private:
    std::vector<Step> m_steps;
    QStringList m_tokens;
    std::int64_t m_promptLength = 0;
    std::size_t m_bytes = 0;
    int m_layer = -1, m_head = -1, m_keyBits = 0, m_valueBits = 0;
};

} // namespace bitloom
