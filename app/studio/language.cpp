// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/language.h"

#include <algorithm>
#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

// The resources lie in a static library and are linked only if they are asked for; the macro wants the global namespace.
static void initializeTranslations()
{
    Q_INIT_RESOURCE(translations);
}

namespace bitloom {

const QList<Language>& languages()
{
    static const QList<Language> all { { QStringLiteral("en"), QStringLiteral("English") }, { QStringLiteral("de"), QStringLiteral("Deutsch") },
        { QStringLiteral("ko"), QStringLiteral("한국어") } };
    return all;
}

QString spokenLanguage(const QString& choice)
{
    const auto speaks = [](const QString& code) {
        return std::any_of(languages().begin(), languages().end(), [&](const Language& language) { return language.code == code; });
    };
    if (speaks(choice))
        return choice;
    for (const QString& wanted : QLocale::system().uiLanguages()) {
        if (const QString code = wanted.section(QLatin1Char('-'), 0, 0); speaks(code))
            return code;
    }
    return QStringLiteral("en");
}

void installLanguage(QCoreApplication& application, const QString& choice)
{
    initializeTranslations();
    const QString code = spokenLanguage(choice);
    if (code == QLatin1String("en"))
        return;
    // Qt's first, so that ours is asked first.
    auto* qt = new QTranslator(&application);
    if (qt->load(QStringLiteral("qtbase_") + code, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qt);
    auto* own = new QTranslator(&application);
    if (own->load(QStringLiteral(":/bitloom/translations/bitloom_%1.qm").arg(code)))
        QCoreApplication::installTranslator(own);
}

} // namespace bitloom
