// SPDX-License-Identifier: GPL-3.0-or-later
// An importance matrix from anywhere.
#include "core/io/imatrix.h"
#include "tests/fuzz/memory_file.h"

#include <cmath>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const bitloom::fuzz::MemoryFile memory(data, size);
    const auto imatrix = bitloom::readImatrix(memory.path());
    if (!imatrix)
        return 0;
    for (const auto& [name, entry] : imatrix->entries) {
        for (const float mean : entry.means())
            if (!(mean >= 0) || name.empty())
                std::abort(); // readImatrix promises better
    }
    return 0;
}
