// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <chrono>
#include <mutex>

namespace bitloom::cli {

/// Progress on stderr: a bar that is redrawn on a terminal, a plain line every few seconds otherwise. Thread-safe.
class TerminalProgress : public ProgressSink
{
public:
    TerminalProgress();
    ~TerminalProgress() override;
    void progress(const Progress& progress) override;

private:
    void draw(const Progress& progress, bool last);

    std::mutex m_mutex; // guards all below
    const bool m_terminal;
    std::string m_stage;
    std::chrono::steady_clock::time_point m_lastDrawn;
    bool m_lineOpen = false;
};

/// "1 h 02 min", "3 min 20 s", "12 s"; for a person.
std::string durationText(double seconds);

} // namespace bitloom::cli
