// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/Parallel.h>
#include <torch/types.h>

namespace bitloom {

/// Keeps libtorch's operations on the calling thread, whose sums would otherwise round differently with another number of threads.
/// parallelFor's threads start out with what its caller has.
class OneTorchThread
{
public:
    OneTorchThread() { at::set_num_threads(1); }
    ~OneTorchThread() { at::set_num_threads(m_before); }
    OneTorchThread(const OneTorchThread&) = delete;
    OneTorchThread& operator=(const OneTorchThread&) = delete;

private:
    int m_before = at::get_num_threads();
};

} // namespace bitloom
