// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/float_gguf.h"

#include "core/base/parallel_for.h"
#include "core/evaluation/captured_log.h"
#include "core/io/gguf_file.h"

#include <algorithm>
#include <llama.h>

namespace bitloom {

Result<bool> storesFloatsAlone(const std::filesystem::path& gguf)
{
    BITLOOM_TRY(const auto file, GgufFile::open(gguf));
    return std::none_of(file.tensors().begin(), file.tensors().end(),
        [](const GgufTensor& tensor) { return ggml_is_quantized(static_cast<ggml_type>(tensor.type)); });
}

Result<void> expandToFloats(const std::filesystem::path& gguf, const std::filesystem::path& target)
{
    auto parameters = llama_model_quantize_default_params();
    parameters.ftype = LLAMA_FTYPE_MOSTLY_F16;
    parameters.allow_requantize = true;
    parameters.nthread = threadCount();
    const CapturedLog log;
    if (llama_model_quantize(gguf.c_str(), target.c_str(), &parameters) != 0)
        return fail(ErrorCode::InvalidInput, "{}: llama.cpp does not expand it to F16: {}", gguf.string(), log.errors());
    return {};
}

} // namespace bitloom
