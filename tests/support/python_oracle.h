// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTest/QTest>

#include <QProcess>
#include <QStringList>

namespace bitloom::test {

/// The Python with transformers (BITLOOM_PYTHON); empty where there is none.
inline QString oraclePython()
{
    const QString python = qEnvironmentVariable("BITLOOM_PYTHON");
    return QFile::exists(python) ? python : QString();
}

/// Runs a script of tests/interop/oracles; returns what it wrote on stderr if it failed, else an empty string.
inline QString runOracle(const QString& script, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(oraclePython(), QStringList { script } + arguments);
    if (!process.waitForFinished(240000))
        return "the oracle did not end in time";
    return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0 ? QString() : "oracle failed: " + QString::fromUtf8(process.readAll());
}

} // namespace bitloom::test

/// Skips the test, loudly, unless transformers can be asked.
#define BITLOOM_REQUIRE_ORACLE()                                                                                      \
    do {                                                                                                              \
        if (bitloom::test::oraclePython().isEmpty())                                                                  \
            QSKIP("no BITLOOM_PYTHON: transformers is needed for this test");                                         \
    } while (false)
