// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <cstdint>
#include <string>

namespace bitloom {

/// One block of a GGUF file's tensor, taken apart, beside what ggml's own quantizer makes of the same weights of `reference`. Where the project
/// folder beside the file still holds the calibration that the file was made with, ggml's quantizer gets the same importances that guided rounding
/// started from (the diagonal of the row's Hessian); else none, except for types that need some, which then get equal ones. tensor: Hugging Face name; row: in the original's order.
[[nodiscard]] Result<BlockContent> readBlock(
    const std::string& file, const std::string& reference, const std::string& tensor, std::int64_t row, std::int64_t block);

} // namespace bitloom
