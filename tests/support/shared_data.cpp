// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/shared_data.h"

#include <cstdlib>

namespace bitloom::test {

std::filesystem::path sourceFolder()
{
    return BITLOOM_SOURCE_DIR;
}

std::filesystem::path sharedFolder()
{
    const char* named = std::getenv("BITLOOM_SHARED");
    const std::filesystem::path folder = named ? std::filesystem::path(named) : sourceFolder() / ".." / "shared";
    return std::filesystem::exists(folder / "golden") ? std::filesystem::weakly_canonical(folder) : std::filesystem::path();
}

} // namespace bitloom::test
