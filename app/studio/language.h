// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

class QCoreApplication;

namespace bitloom {

struct Language
{
    QString code; ///< "ko"
    QString name; ///< in the language itself
};

/// The languages that the studio speaks, English first.
[[nodiscard]] const QList<Language>& languages();

/// What "system" means here: the first of the desktop's languages that the studio speaks, else English.
[[nodiscard]] QString spokenLanguage(const QString& choice);

/// Makes the application speak the language, Qt's own texts too. Call once, before the first window.
void installLanguage(QCoreApplication& application, const QString& choice);

} // namespace bitloom
