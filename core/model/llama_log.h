// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace bitloom {

/// Keeps llama.cpp and ggml from writing to stderr; takes effect once for the process.
void silenceLlamaLog();
/// What llama.cpp last reported as an error on this thread since the last call, on one line; empty if there was nothing.
[[nodiscard]] std::string takeLlamaError();

} // namespace bitloom
