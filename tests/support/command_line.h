// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QString>
#include <QTest>

/// Sets `program` to the built bitloom-cli (BITLOOM_CLI), or skips the test, loudly.
#define BITLOOM_REQUIRE_CLI(program)                                                                                  \
    do {                                                                                                              \
        (program) = qEnvironmentVariable("BITLOOM_CLI");                                                              \
        if (!QFile::exists(program))                                                                                  \
            QSKIP("no bitloom-cli: set BITLOOM_CLI to the built program");                                            \
    } while (false)
