// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QDialog>
#include <QLineEdit>
#include <QListWidget>
#include <vector>

namespace bitloom {

/// Something that the palette can do.
struct PaletteCommand
{
    QString title;
    QString group; ///< shown before the title
    QString shortcut; ///< shown at the right
    bool enabled = true;
    std::function<void()> run;
};

/// How well `typed` fits `text`: 0 not at all; letters in order are enough, whole words and beginnings count more.
[[nodiscard]] int fuzzyScore(const QString& typed, const QString& text);

/// Type a few letters of what is wanted, Enter does it (Ctrl+K).
class CommandPalette : public QDialog
{
    Q_OBJECT
public:
    CommandPalette(std::vector<PaletteCommand> commands, QWidget* parent);

    /// What was chosen, to be run once the palette is closed; empty function if nothing was.
    [[nodiscard]] std::function<void()> chosen() const { return m_chosen; }
    [[nodiscard]] QLineEdit& search() { return *m_search; }
    [[nodiscard]] QListWidget& list() { return *m_list; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refill();
    void choose();

    std::vector<PaletteCommand> m_commands;
    std::function<void()> m_chosen;
    QLineEdit* m_search;
    QListWidget* m_list;
};

} // namespace bitloom
