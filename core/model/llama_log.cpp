// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/llama_log.h"

#include <llama.h>
#include <mutex>

namespace bitloom {
namespace {
    thread_local std::string lastError;

    void keepErrors(ggml_log_level level, const char* text, void*)
    {
        if (level == GGML_LOG_LEVEL_ERROR && text)
            lastError = text;
    }
}

void silenceLlamaLog()
{
    static std::once_flag once;
    std::call_once(once, [] { llama_log_set(keepErrors, nullptr); });
}

std::string takeLlamaError()
{
    std::string text = std::move(lastError);
    lastError.clear();
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    for (char& c : text)
        if (c == '\n')
            c = ' ';
    return text;
}

} // namespace bitloom
