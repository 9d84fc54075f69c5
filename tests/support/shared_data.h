// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <QtTest/QTest>

namespace bitloom::test {

/// The folder of golden data, models and texts beside the checkout (BITLOOM_SHARED, else ../shared); empty where there is none.
std::filesystem::path sharedFolder();
/// The checkout itself.
std::filesystem::path sourceFolder();

} // namespace bitloom::test

/// Skips the test, loudly, unless the shared folder is there.
#define BITLOOM_REQUIRE_SHARED()                                                                                      \
    do {                                                                                                              \
        if (bitloom::test::sharedFolder().empty())                                                                    \
            QSKIP("no ../shared and no BITLOOM_SHARED: golden data is needed for this test");                         \
    } while (false)

/// Fails with the error's own sentence.
#define BITLOOM_VERIFY(result)                                                                                        \
    do {                                                                                                              \
        const auto& result_ = (result);                                                                               \
        if (!result_)                                                                                                 \
            QFAIL(qPrintable(QString::fromStdString(result_.error().message)));                                       \
    } while (false)
