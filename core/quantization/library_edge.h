// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <new>
#include <string>
#include <torch/torch.h>

namespace bitloom {

/// Calls a function that returns a Result, and turns what libtorch or the allocator throws on the way into an Error that names the layer.
template <class Function>
auto atLibraryEdge(const std::string& layer, const Function& function) -> decltype(function())
{
    try {
        return function();
    } catch (const c10::OutOfMemoryError&) {
        return fail(ErrorCode::OutOfMemory, "{}: not enough device memory to quantize this layer", layer);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "{}: not enough memory to quantize this layer", layer);
    } catch (const c10::Error& error) {
        const std::string what = error.what_without_backtrace();
        // libtorch's host allocator throws its plain error.
        if (what.find("DefaultCPUAllocator") != std::string::npos)
            return fail(ErrorCode::OutOfMemory, "{}: not enough memory to quantize this layer", layer);
        return fail(ErrorCode::Internal, "{}: libtorch: {}", layer, what.substr(0, what.find('\n')));
    }
}

} // namespace bitloom
