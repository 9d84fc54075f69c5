// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ggml.h>
#include <mutex>
#include <string>

namespace bitloom {

/// Collects what libllama logs as errors while it lives. The log of libllama is one for the whole process, hence the mutex.
class CapturedLog
{
public:
    CapturedLog();
    ~CapturedLog();
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;

    /// In one line, for a sentence.
    [[nodiscard]] std::string errors() const;

private:
    static void take(ggml_log_level level, const char* text, void* data);

    std::lock_guard<std::mutex> m_lock;
    ggml_log_callback m_previous = nullptr;
    void* m_previousData = nullptr;
    std::string m_errors;
    bool m_keeping = false;
};

} // namespace bitloom
