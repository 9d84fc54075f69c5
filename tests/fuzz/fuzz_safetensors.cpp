// SPDX-License-Identifier: GPL-3.0-or-later
// A safetensors file from anywhere.
#include "core/io/safetensors.h"
#include "tests/fuzz/memory_file.h"

#include <numeric>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const bitloom::fuzz::MemoryFile memory(data, size);
    const auto file = bitloom::SafetensorsFile::open(memory.path());
    if (!file)
        return 0;
    for (const auto& tensor : file->tensors()) {
        const auto elements = std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t { 1 }, std::multiplies<>());
        if (tensor.bytes.size() != static_cast<std::size_t>(elements) * bitloom::scalarBytes(tensor.type))
            std::abort();
        volatile unsigned sum = 0; // every byte can be read
        for (const std::byte byte : tensor.bytes)
            sum = sum + static_cast<unsigned>(byte);
    }
    return 0;
}
