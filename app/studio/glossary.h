// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

namespace bitloom {

/// A word of the trade, explained in four short answers.
struct Term
{
    QString id; ///< "hessian"
    QString title;
    QString what, why;
    QString goodValues; ///< may be empty
    QString paper; ///< may be empty
    QString link; ///< of the paper; may be empty
};

/// Every term that a card exists for, in the order in which somebody meets them. In the language of the application.
[[nodiscard]] const std::vector<Term>& glossary();
/// Null if there is none.
[[nodiscard]] const Term* findTerm(const QString& id);

/// The card's content as rich text.
[[nodiscard]] QString termHtml(const Term& term, bool withTitle = true);

} // namespace bitloom
