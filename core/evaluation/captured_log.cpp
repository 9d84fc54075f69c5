// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/captured_log.h"

#include <llama.h>

namespace bitloom {
namespace {
    std::mutex logMutex;
}

CapturedLog::CapturedLog()
    : m_lock(logMutex)
{
    llama_log_get(&m_previous, &m_previousData);
    llama_log_set(&CapturedLog::take, this);
}

CapturedLog::~CapturedLog()
{
    llama_log_set(m_previous, m_previousData);
}

std::string CapturedLog::errors() const
{
    std::string line;
    for (const char character : m_errors)
        line += character == '\n' ? ';' : character;
    while (!line.empty() && (line.back() == ';' || line.back() == ' '))
        line.pop_back();
    return line.empty() ? "it gave no reason" : line;
}

void CapturedLog::take(ggml_log_level level, const char* text, void* data)
{
    auto& log = *static_cast<CapturedLog*>(data);
    if (level != GGML_LOG_LEVEL_CONT)
        log.m_keeping = level == GGML_LOG_LEVEL_ERROR;
    if (log.m_keeping && log.m_errors.size() < 2000)
        log.m_errors += text;
}

} // namespace bitloom
