// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest/QTest>

#include <QProcess>
#include <QStringList>

namespace bitloom::test {

/// The launcher of the MPI that this build uses; empty in a build without MPI.
inline QString mpirun()
{
#ifdef BITLOOM_MPIRUN
    return QStringLiteral(BITLOOM_MPIRUN);
#else
    return {};
#endif
}

/// Prepares `process` to start `commands`, one rank each, on this machine.
inline void setRanks(QProcess& process, const QList<QStringList>& commands)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    // Tests also run as root, and with more ranks than processors.
    environment.insert("OMPI_ALLOW_RUN_AS_ROOT", "1");
    environment.insert("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    process.setProcessEnvironment(environment);
    QStringList arguments { "--oversubscribe", "--bind-to", "none" };
    for (const QStringList& command : commands) {
        if (&command != &commands.first())
            arguments << ":";
        arguments << "-np" << "1" << command;
    }
    process.setProgram(mpirun());
    process.setArguments(arguments);
}

} // namespace bitloom::test

/// Skips the test, loudly, in a build without MPI.
#define BITLOOM_REQUIRE_MPI()                                                                                         \
    do {                                                                                                              \
        if (bitloom::test::mpirun().isEmpty())                                                                        \
            QSKIP("built without MPI: several ranks cannot be tested");                                               \
    } while (false)
