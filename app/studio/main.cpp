// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/command_line.h"
#include "app/studio/language.h"
#include "app/studio/main_window.h"

#include <cstdio>
#include <QApplication>
#include <QElapsedTimer>

int main(int argc, char** argv)
{
    QElapsedTimer clock;
    clock.start();
    // Help and errors need no display.
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    if (QCoreApplication::instance() == nullptr && (arguments.contains(QStringLiteral("--help")) || arguments.contains(QStringLiteral("-h")) || arguments.contains(QStringLiteral("--version")) || arguments.contains(QStringLiteral("-v")))) {
        const QCoreApplication application(argc, argv);
        const auto line = bitloom::parseCommandLine(arguments);
        std::fputs(qPrintable(line.message + QLatin1Char('\n')), line.exitStatus == 0 ? stdout : stderr);
        return line.exitStatus;
    }

    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("bitloom"));
    QApplication::setApplicationDisplayName(QStringLiteral("Bitloom"));
    QApplication::setApplicationVersion(QStringLiteral(BITLOOM_VERSION));
    QApplication::setOrganizationName(QStringLiteral("Bitloom"));
    QApplication::setDesktopFileName(QStringLiteral("org.bitloom.Bitloom"));
    const auto line = bitloom::parseCommandLine(QApplication::arguments());
    if (line.exitStatus >= 0) {
        std::fputs(qPrintable(line.message + QLatin1Char('\n')), stderr);
        return line.exitStatus;
    }

    bitloom::Settings settings;
    bitloom::installLanguage(application, settings.language());
    bitloom::ThemeChoice theme = settings.theme();
    if (line.theme == QLatin1String("light"))
        theme = bitloom::ThemeChoice::Light;
    else if (line.theme == QLatin1String("dark"))
        theme = bitloom::ThemeChoice::Dark;
    bitloom::Theme::instance().apply(theme);

    bitloom::MainWindow window(settings);
    if (line.measureStartup) {
        QObject::connect(&window, &bitloom::MainWindow::firstPainted, &window, [&clock] {
            std::printf("%lld\n", static_cast<long long>(clock.elapsed()));
            std::fflush(stdout);
            QCoreApplication::exit(0);
        }, Qt::QueuedConnection);
    } else if (!line.autorun.isEmpty()) {
        window.autorun(line.autorun, line.output, line.project);
    } else if (line.demo) {
        window.prepareQuantize();
        window.openDemo();
    } else if (!line.open.isEmpty()) {
        window.openPath(line.open);
    }
    const bool asked = !line.autorun.isEmpty() || line.demo || !line.open.isEmpty() || line.measureStartup;
    if (!asked && !settings.tourSeen())
        QObject::connect(&window, &bitloom::MainWindow::firstPainted, &window, &bitloom::MainWindow::startTour, Qt::QueuedConnection);
    window.show();
    return QApplication::exec();
}
