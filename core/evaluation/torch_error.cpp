// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/torch_error.h"

#include <new>
#include <torch/torch.h>

namespace bitloom {

tl::unexpected<Error> torchError(const std::exception& error, const std::string& doing)
{
    const auto* torchFailure = dynamic_cast<const c10::Error*>(&error);
    const std::string what = torchFailure != nullptr ? torchFailure->what_without_backtrace() : error.what();
    const auto sentence = what.substr(0, what.find('\n'));
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr || dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr
        || what.find("not enough memory") != std::string::npos)
        return fail(ErrorCode::OutOfMemory, "{}: not enough memory ({})", doing, sentence);
    return fail(ErrorCode::Internal, "{}: {}", doing, sentence);
}

} // namespace bitloom
