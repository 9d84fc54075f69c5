// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/token_text.h"

#include "widgets/theme.h"

#include <algorithm>
#include <QEvent>
#include <QScrollBar>
#include <QTextBlock>

namespace bitloom {

TokenText::TokenText(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setObjectName(QStringLiteral("tokenText"));
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &TokenText::cursorWasMoved);
}

void TokenText::append(const QString& text, bool prompt)
{
    QTextCursor end(document());
    end.movePosition(QTextCursor::End);
    QTextCharFormat format;
    format.setFontItalic(prompt);
    end.insertText(text, format);
}

void TokenText::showTokens(const QStringList& tokens, qint64 promptLength)
{
    const int scrolled = verticalScrollBar()->value();
    const bool atEnd = scrolled >= verticalScrollBar()->maximum();
    const int at = textCursor().position(), anchor = textCursor().anchor();
    m_changing = true;
    const qsizetype last = m_shown.size() - 1;
    bool grew = m_shown.size() <= tokens.size();
    for (qsizetype i = 0; grew && i <= last; ++i)
        grew = i == last ? tokens[i].startsWith(m_shown[i]) : tokens[i] == m_shown[i];
    if (!grew) {
        clear();
        m_shown.clear();
        m_starts.clear();
        m_marked = m_difference = -1;
    } else if (last >= 0) {
        append(tokens[last].mid(m_shown[last].size()), last < promptLength);
    }
    for (qsizetype i = m_shown.size(); i < tokens.size(); ++i) {
        m_starts.push_back(document()->characterCount() - 1);
        append(tokens[i], i < promptLength);
    }
    m_shown = tokens;
    if (grew
        && (textCursor().position() != at
            || textCursor().anchor() != anchor)) { // pushed along by what was written behind it
        QTextCursor cursor = textCursor();
        cursor.setPosition(anchor);
        cursor.setPosition(at, QTextCursor::KeepAnchor);
        setTextCursor(cursor);
    }
    m_changing = false;
    verticalScrollBar()->setValue(atEnd ? verticalScrollBar()->maximum() : scrolled);
    paintMark();
}

void TokenText::markToken(qint64 position)
{
    m_marked = position;
    paintMark();
}

void TokenText::setDifference(qint64 position)
{
    if (m_difference == position)
        return;
    m_difference = position;
    paintMark();
}

QTextCursor TokenText::cursorOver(qint64 token) const
{
    const int start = m_starts[static_cast<std::size_t>(token)];
    QTextCursor cursor(document());
    cursor.setPosition(start);
    cursor.setPosition(std::min<int>(start + static_cast<int>(m_shown[token].size()), document()->characterCount() - 1), QTextCursor::KeepAnchor);
    return cursor;
}

void TokenText::paintMark()
{
    QList<QTextEdit::ExtraSelection> marks;
    if (m_difference >= 0 && m_difference < m_shown.size()) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = cursorOver(m_difference);
        const QColor ground = PlotStyle::of(palette()).warning;
        mark.format.setBackground(ground);
        mark.format.setForeground(readableOn(ground));
        mark.format.setFontUnderline(true);
        marks << mark;
    }
    if (m_marked >= 0 && m_marked < m_shown.size()) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = cursorOver(m_marked);
        mark.format.setBackground(palette().brush(QPalette::Active, QPalette::Highlight));
        mark.format.setForeground(palette().brush(QPalette::Active, QPalette::HighlightedText));
        marks << mark;
    }
    setExtraSelections(marks);
}

void TokenText::cursorWasMoved()
{
    if (m_changing || m_shown.isEmpty() || !hasFocus())
        return;
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), textCursor().position());
    const qint64 token = std::max<qint64>(0, after - m_starts.begin() - 1);
    if (token == m_marked)
        return;
    markToken(token);
    Q_EMIT tokenPicked(token);
}

void TokenText::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        paintMark();
}

} // namespace bitloom
