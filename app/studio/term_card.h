// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/glossary.h"

#include <QDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QTextBrowser>
#include <QToolButton>

namespace bitloom {

/// A small "?" that opens the card of a term beside it; with its title where several stand in a row.
[[nodiscard]] QToolButton* helpButton(const char* termId, bool withTitle = false, QWidget* parent = nullptr);

/// Shows the card of `term` below `anchor`; Escape or a click elsewhere closes it.
void showTermCard(const Term& term, QWidget* anchor);

/// All terms, to be searched and read.
class GlossaryDialog : public QDialog
{
    Q_OBJECT
public:
    explicit GlossaryDialog(QWidget* parent = nullptr);
    void showTerm(const QString& id);

private:
    void filter(const QString& text);

    QLineEdit* m_search;
    QListWidget* m_list;
    QTextBrowser* m_card;
};

} // namespace bitloom
