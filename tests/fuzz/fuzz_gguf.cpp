// SPDX-License-Identifier: GPL-3.0-or-later
// A GGUF file from anywhere: header, keys of every type, vocabulary, configuration, tensors' values.
#include "core/io/gguf_file.h"
#include "core/model/gguf_config.h"
#include "core/model/vocabulary.h"
#include "tests/fuzz/memory_file.h"

#include <gguf.h>
#include <vector>

using namespace bitloom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const fuzz::MemoryFile memory(data, size);
    const auto file = GgufFile::open(memory.path());
    if (!file)
        return 0;
    for (std::int64_t i = 0; i < gguf_get_n_kv(file->context()); ++i) {
        const std::string key = gguf_get_key(file->context(), i);
        static_cast<void>(file->text(key));
        static_cast<void>(file->integer(key));
        static_cast<void>(file->real(key));
        static_cast<void>(file->flag(key));
        static_cast<void>(file->texts(key));
        static_cast<void>(file->integers(key));
        static_cast<void>(file->reals(key));
    }
    static_cast<void>(vocabularyFromGguf(*file));
    static_cast<void>(configFromGguf(*file));
    for (const GgufTensor& tensor : file->tensors()) {
        const std::int64_t columns = tensor.shape.back();
        std::int64_t rows = 1;
        for (std::size_t i = 0; i + 1 < tensor.shape.size(); ++i)
            rows *= tensor.shape[i];
        if (rows * columns > 1 << 16)
            continue;
        std::vector<float> values(static_cast<std::size_t>(rows * columns));
        static_cast<void>(dequantizeGgml(tensor.type, tensor.bytes, rows, columns, values.data()));
    }
    return 0;
}
