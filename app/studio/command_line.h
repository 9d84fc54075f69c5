// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace bitloom {

/// What the studio was asked for when it was started.
struct CommandLine
{
    QString open; ///< model, project or recipe
    bool demo = false;
    QString autorun, output, project;
    QString theme; ///< "light", "dark", "system" or empty
    bool measureStartup = false;

    QString message; ///< what to print: help, version, or what is wrong
    int exitStatus = -1; ///< -1: go on
};

[[nodiscard]] CommandLine parseCommandLine(const QStringList& arguments);

} // namespace bitloom
