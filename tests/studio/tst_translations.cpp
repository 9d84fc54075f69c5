// SPDX-License-Identifier: GPL-3.0-or-later
// Every text that a person sees can be translated, and is, into every language that the studio offers.
#include "app/studio/about_dialog.h"
#include "app/studio/glossary.h"
#include "app/studio/language.h"
#include "app/studio/model_page.h"
#include "app/studio/quantize_page.h"
#include "app/studio/result_page.h"
#include "app/studio/settings_dialog.h"
#include "app/studio/term_card.h"
#include "studio_fixture.h"

#include <QAbstractButton>
#include <QGroupBox>
#include <QMenu>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace bitloom;
using bitloom::test::fakeEngine;
using bitloom::test::Studio;

namespace {
    constexpr QChar opening(0x27e6), closing(0x27e7);

    /// Puts every translated text into brackets, so that what never went through tr() stands out.
    class Brackets : public QTranslator
    {
    public:
        [[nodiscard]] bool isEmpty() const override { return false; }
        [[nodiscard]] QString translate(const char*, const char* source, const char*, int) const override
        {
            return opening + QString::fromUtf8(source) + closing;
        }
    };

    struct Message
    {
        QString context, source, translation, type;
    };

    std::vector<Message> readMessages(const QString& path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("cannot read %s", qPrintable(path));
        QXmlStreamReader xml(&file);
        std::vector<Message> messages;
        QString context;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            if (xml.name() == QLatin1String("name")) {
                context = xml.readElementText();
            } else if (xml.name() == QLatin1String("message")) {
                messages.push_back({ context, {}, {}, {} });
            } else if (xml.name() == QLatin1String("source")) {
                messages.back().source = xml.readElementText();
            } else if (xml.name() == QLatin1String("translation")) {
                messages.back().type = xml.attributes().value(QLatin1String("type")).toString();
                messages.back().translation = xml.readElementText(QXmlStreamReader::IncludeChildElements);
            }
        }
        return messages;
    }

    QStringList placeholders(const QString& text)
    {
        static const QRegularExpression pattern(QStringLiteral("%[0-9n]"));
        QStringList found;
        for (auto it = pattern.globalMatch(text); it.hasNext();)
            found << it.next().captured();
        found.sort();
        return found;
    }

    QStringList tags(const QString& text)
    {
        static const QRegularExpression pattern(QStringLiteral("</?[a-z]+"));
        QStringList found;
        for (auto it = pattern.globalMatch(text); it.hasNext();)
            found << it.next().captured();
        found.sort();
        return found;
    }

    bool hasMnemonic(const QString& text)
    {
        return QString(text).remove(QStringLiteral("&&")).contains(QRegularExpression(QStringLiteral("&\\S")));
    }
}

class TestTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// First, because the glossary keeps the language that it was first asked in.
    void everyTextGoesThroughTheTranslator()
    {
        Brackets brackets;
        QVERIFY(QCoreApplication::installTranslator(&brackets));
        Studio studio(fakeEngine("normal"));
        QVERIFY(studio.waitForEngine());
        studio.window->openModel(QStringLiteral("/models/fake"));
        QTRY_VERIFY(studio.window->model().has_value());
        studio.window->quantizePage().start();
        QTRY_COMPARE_WITH_TIMEOUT(studio.window->job().state(), JobState::Finished, 20000);
        SettingsDialog settings(studio.settings, studio.window->engine().info(), &studio.window->actionList(), studio.window.get());
        AboutDialog about(studio.window->engine().info(), studio.window.get());
        GlossaryDialog terms(studio.window.get());
        QStringList bare;
        // What the engine says, names of programs and figures are not translated.
        static const QRegularExpression untranslated(QStringLiteral(
            "^([^A-Za-z]*[KMGT]iB.*|made up|GuidedQuant|Round to nearest|Full|LogQuant|Keeps all\\.|Keeps a thinned set\\.|Window W|Follows the end loss\\.|Rounds to the nearest value\\.|Iterations|Damping|cpu|Fake.*|Llama|English|Deutsch|F16|Q4_0|Q8_0|Viridis|Cividis|Magma|[a-z_.0-9]*_proj.*|model\\..*|/.*|~.*|guidedquant.*|fake.*)$"));
        const auto look = [&](const QString& where, const QString& text) {
            const QString plain = QString(text).remove(QRegularExpression(QStringLiteral("<[^>]*>"))).trimmed();
            const bool words = plain.contains(QRegularExpression(QStringLiteral("[A-Za-z]{3}")));
            if (words && !plain.contains(opening) && !plain.contains(closing) && !untranslated.match(plain).hasMatch())
                bare << where + QStringLiteral(": ") + plain.left(80);
        };
        for (QWidget* top : { static_cast<QWidget*>(studio.window.get()), static_cast<QWidget*>(&settings), static_cast<QWidget*>(&about), static_cast<QWidget*>(&terms) }) {
            look(QStringLiteral("title"), top->windowTitle());
            for (const QWidget* widget : top->findChildren<QWidget*>()) {
                const QString where = QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char('#') + widget->objectName();
                look(where + QStringLiteral(" tooltip"), widget->toolTip());
                look(where + QStringLiteral(" name"), widget->accessibleName());
                if (const auto* label = qobject_cast<const QLabel*>(widget); label != nullptr)
                    look(where, label->text());
                else if (const auto* button = qobject_cast<const QAbstractButton*>(widget); button != nullptr)
                    look(where, button->text());
                else if (const auto* box = qobject_cast<const QComboBox*>(widget); box != nullptr) {
                    for (int i = 0; i < box->count(); ++i)
                        look(where, box->itemText(i));
                }
            }
            for (const QAction* action : top->findChildren<QAction*>())
                look(QStringLiteral("action ") + action->objectName(), action->text());
        }
        bare.removeDuplicates();
        QCoreApplication::removeTranslator(&brackets);
        QVERIFY2(bare.isEmpty(), qPrintable(QLatin1Char('\n') + bare.join(QLatin1Char('\n'))));
    }

    void everyLanguageIsComplete_data()
    {
        QTest::addColumn<QString>("language");
        for (const Language& language : languages()) {
            if (language.code != QLatin1String("en"))
                QTest::newRow(qPrintable(language.code)) << language.code;
        }
    }

    /// lupdate finds nothing new and nothing is unfinished; figures, mnemonics and tags are where they are in the source.
    void everyLanguageIsComplete()
    {
        QFETCH(QString, language);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("bitloom_%1.ts").arg(language));
        QVERIFY(QFile::copy(QStringLiteral(BITLOOM_SOURCE_DIR "/resources/translations/bitloom_%1.ts").arg(language), path));
        QProcess lupdate;
        lupdate.setWorkingDirectory(QStringLiteral(BITLOOM_SOURCE_DIR));
        lupdate.start(QStringLiteral(BITLOOM_LUPDATE), { QStringLiteral("-I"), QStringLiteral("."), QStringLiteral("-locations"), QStringLiteral("none"), QStringLiteral("-disable-heuristic"),
            QStringLiteral("sametext"), QStringLiteral("-disable-heuristic"), QStringLiteral("similartext"), QStringLiteral("app/studio"), QStringLiteral("widgets"), QStringLiteral("-ts"), path });
        QVERIFY(lupdate.waitForFinished(300000));
        QVERIFY2(lupdate.exitCode() == 0, lupdate.readAllStandardError().constData());
        QStringList wrong;
        const auto messages = readMessages(path);
        QVERIFY(messages.size() > 500);
        for (const Message& message : messages) {
            const QString where = message.context + QStringLiteral(": “") + message.source.left(60) + QStringLiteral("” ");
            if (message.type == QLatin1String("vanished") || message.type == QLatin1String("obsolete"))
                continue;
            if (message.type == QLatin1String("unfinished") || message.translation.isEmpty()) {
                wrong << where + QStringLiteral("is not translated");
                continue;
            }
            if (placeholders(message.source) != placeholders(message.translation))
                wrong << where + QStringLiteral("has other placeholders: ") + message.translation;
            if (tags(message.source) != tags(message.translation))
                wrong << where + QStringLiteral("has other tags: ") + message.translation;
            if (hasMnemonic(message.source) != hasMnemonic(message.translation))
                wrong << where + QStringLiteral("differs in its mnemonic: ") + message.translation;
            if (message.source.endsWith(QChar(0x2026)) != message.translation.endsWith(QChar(0x2026)))
                wrong << where + QStringLiteral("differs in its dots: ") + message.translation;
            if (message.source.startsWith(QLatin1Char(' ')) != message.translation.startsWith(QLatin1Char(' ')))
                wrong << where + QStringLiteral("differs in the space before it: ") + message.translation;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("\n%1 of %2:\n").arg(wrong.size()).arg(messages.size()) + wrong.mid(0, 40).join(QLatin1Char('\n'))));
    }

    void theProgramCarriesEveryLanguage_data() { everyLanguageIsComplete_data(); }

    void theProgramCarriesEveryLanguage()
    {
        QFETCH(QString, language);
        // A process of its own, since a language is for the life of a program.
        QTranslator translator;
        installLanguage(*QCoreApplication::instance(), QStringLiteral("en")); // makes the resources known
        QVERIFY(translator.load(QStringLiteral(":/bitloom/translations/bitloom_%1.qm").arg(language)));
        const QString settings = translator.translate("bitloom::MainWindow", "Settings");
        QVERIFY(!settings.isEmpty() && settings != QLatin1String("Settings"));
        QCOMPARE(spokenLanguage(language), language);
    }

    void anUnknownLanguageIsEnglish()
    {
        QVERIFY(!spokenLanguage(QStringLiteral("system")).isEmpty());
        QLocale::setDefault(QLocale(QStringLiteral("fi_FI")));
        QVERIFY(QStringList({ QStringLiteral("en"), QStringLiteral("de"), QStringLiteral("ko") }).contains(spokenLanguage(QStringLiteral("tlh"))));
    }
};

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
