// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/terminal_progress.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace bitloom::cli {
namespace {
    using namespace std::chrono_literals;
    constexpr auto terminalInterval = 100ms;
    constexpr auto plainInterval = 5s;
    constexpr int barWidth = 28;
}

std::string durationText(double seconds)
{
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole >= 3600)
        return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
    if (whole >= 60)
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} s", whole);
}

TerminalProgress::TerminalProgress()
    : m_terminal(isatty(STDERR_FILENO) != 0)
{
}

TerminalProgress::~TerminalProgress()
{
    if (m_lineOpen)
        std::fputc('\n', stderr);
}

void TerminalProgress::progress(const Progress& progress)
{
    const std::lock_guard lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    const bool newStage = progress.stage != m_stage;
    const bool last = progress.total > 0 && progress.done >= progress.total;
    const auto interval = m_terminal ? std::chrono::steady_clock::duration(terminalInterval) : plainInterval;
    if (!newStage && !last && now - m_lastDrawn < interval)
        return;
    if (newStage && m_lineOpen) {
        std::fputc('\n', stderr);
        m_lineOpen = false;
    }
    m_stage = progress.stage;
    m_lastDrawn = now;
    draw(progress, last);
}

void TerminalProgress::draw(const Progress& progress, bool last)
{
    const double share = progress.total > 0 ? std::clamp(static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0) : 0;
    std::string text = fmt::format("{} {}/{} {}", progress.stage, progress.done, progress.total, progress.unit);
    if (progress.rate > 0)
        text += fmt::format(", {:.3g} {}/s", progress.rate, progress.unit);
    if (!last)
        text += progress.etaSeconds >= 0 ? ", " + durationText(progress.etaSeconds) + " left" : std::string(", measuring");
    if (!m_terminal) {
        fmt::print(stderr, "{}\n", text);
        return;
    }
    const int filled = static_cast<int>(share * barWidth + 0.5);
    fmt::print(stderr, "\r\033[K[{}{}] {}", std::string(static_cast<std::size_t>(filled), '#'), std::string(static_cast<std::size_t>(barWidth - filled), '.'), text);
    m_lineOpen = !last;
    if (last)
        std::fputc('\n', stderr);
    std::fflush(stderr);
}

} // namespace bitloom::cli
