// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/command_line.h"

#include <QCommandLineParser>

namespace bitloom {

CommandLine parseCommandLine(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("A desktop studio that quantizes large language models."));
    parser.addPositionalArgument(QStringLiteral("PATH"), QStringLiteral("Model folder, .gguf file, project folder or recipe to open."), QStringLiteral("[PATH]"));
    const QCommandLineOption help({ QStringLiteral("h"), QStringLiteral("help") }, QStringLiteral("Show this help."));
    const QCommandLineOption version({ QStringLiteral("v"), QStringLiteral("version") }, QStringLiteral("Show the version."));
    const QCommandLineOption demo(QStringLiteral("demo"), QStringLiteral("Open the demo model and prepare a run."));
    const QCommandLineOption autorun(QStringLiteral("autorun"), QStringLiteral("Open this recipe's model and start the run at once."), QStringLiteral("RECIPE"));
    const QCommandLineOption output(QStringLiteral("output"), QStringLiteral("Where --autorun writes its result."), QStringLiteral("PATH"));
    const QCommandLineOption project(QStringLiteral("project"), QStringLiteral("Project folder of --autorun (default: beside the output)."), QStringLiteral("FOLDER"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system, for this start only."), QStringLiteral("NAME"));
    QCommandLineOption measure(QStringLiteral("measure-startup"), QStringLiteral("Print the milliseconds until the window is painted, and quit."));
    measure.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({ help, version, demo, autorun, output, project, theme, measure });

    CommandLine line;
    const auto wrong = [&](const QString& message) {
        line.message = message;
        line.exitStatus = 2;
        return line;
    };
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    if (parser.isSet(help)) {
        line.message = parser.helpText();
        line.exitStatus = 0;
        return line;
    }
    if (parser.isSet(version)) {
        line.message = QStringLiteral("bitloom " BITLOOM_VERSION);
        line.exitStatus = 0;
        return line;
    }
    if (parser.positionalArguments().size() > 1)
        return wrong(QStringLiteral("Only one model, project or recipe can be opened at once."));
    line.open = parser.positionalArguments().value(0);
    line.demo = parser.isSet(demo);
    line.autorun = parser.value(autorun);
    line.output = parser.value(output);
    line.project = parser.value(project);
    line.theme = parser.value(theme);
    line.measureStartup = parser.isSet(measure);
    if (line.autorun.isEmpty() != line.output.isEmpty())
        return wrong(QStringLiteral("--autorun and --output are given together."));
    if (!line.theme.isEmpty() && !QStringList { QStringLiteral("light"), QStringLiteral("dark"), QStringLiteral("system") }.contains(line.theme))
        return wrong(QStringLiteral("--theme is light, dark or system, not “%1”.").arg(line.theme));
    return line;
}

} // namespace bitloom
