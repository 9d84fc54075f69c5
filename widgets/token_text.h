// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPlainTextEdit>
#include <QStringList>
#include <vector>

namespace bitloom {

/// A text that a model writes, of which single tokens can be pointed at. The prompt is set in italics. It follows the
/// text's end until somebody scrolls up.
class TokenText : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit TokenText(QWidget* parent = nullptr);

    /// All tokens so far, the prompt's first. What is shown already and has only grown is not set anew.
    void showTokens(const QStringList& tokens, qint64 promptLength);
    /// Marks a token; -1: none. Without a signal.
    void markToken(qint64 position);
    [[nodiscard]] qint64 markedToken() const { return m_marked; }
    /// Sets off the token from which on this text is another than the one beside it; -1: none.
    void setDifference(qint64 position);
    [[nodiscard]] qint64 difference() const { return m_difference; }

Q_SIGNALS:
    void tokenPicked(qint64 position); ///< by a click or the arrow keys

protected:
    void changeEvent(QEvent* event) override;

private:
    void append(const QString& text, bool prompt);
    void paintMark();
    [[nodiscard]] QTextCursor cursorOver(qint64 token) const;
    void cursorWasMoved();

    QStringList m_shown;
    std::vector<int> m_starts; ///< of each token, in letters
    qint64 m_marked = -1, m_difference = -1;
    bool m_changing = false;
};

} // namespace bitloom
